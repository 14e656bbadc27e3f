//! Evidence for auditors: `evidence`.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path, process::Command};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

use crate::world::World;

/// A folder with results, what they were made of under names that attack whoever reads a manifest,
/// and results of three days before, of which one is damaged.
fn world() -> World {
    let world = World::new();
    let text = world.words("evaluate --output json").stdout;
    world.write("results.json", &text);
    fs::create_dir(world.path("runs")).unwrap();
    let mut result: Value = serde_json::from_str(&text).unwrap();
    for day in ["22", "23"] {
        result["asOf"] = format!("2026-11-{day}T12:00:00Z").into();
        let row = &mut result["verdicts"][0];
        row["verdict"] = if day == "22" {
            "COMPLIANT"
        } else {
            "NON_COMPLIANT"
        }
        .into();
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(result.to_string().as_bytes()).unwrap();
        world.write(&format!("runs/{day}.json.gz"), packed.finish().unwrap());
    }
    world.write("runs/again.json", result.to_string());
    world.write(
        "runs/later.json",
        text.replace("2026-11-24T12", "2026-11-24T13"),
    );
    world.write("a\nb\\ c;$(x).json", "{}");
    world
}

fn evidence(world: &World, directory: &str) -> crate::world::Run {
    world.run(&[
        "evidence",
        "--results",
        "results.json",
        "--input",
        "instances.json",
        "a\nb\\ c;$(x).json",
        "instances.json",
        "--history",
        "runs",
        "--directory",
        directory,
    ])
}

/// What `sha256sum` says of the directory.
fn checked(directory: &Path) -> (bool, String) {
    let output = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "MANIFEST.sha256"])
        .current_dir(directory)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let inside = self::files(&path).into_iter();
            files.extend(inside.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

#[test]
fn sha256sum_checks_what_is_kept_and_sees_every_change() {
    let world = world();
    let run = evidence(&world, "out/");
    assert_eq!(run.code, 0, "{run:?}");
    let out = world.path("out");
    assert_eq!(checked(&out), (true, String::new()));
    let kept = files(&out);
    let names: Vec<&str> = kept.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "MANIFEST.sha256",
            "difference.md",
            "history.csv",
            "history/001-22.json.gz",
            "history/002-23.json.gz",
            "history/003-again.json",
            "history/004-later.json",
            "inputs/001-instances.json",
            "inputs/002-a_b__c___x_.json",
            "inputs/003-instances.json",
            "methodology.md",
            "report-auditor.html",
            "report-engineer.html",
            "results.csv",
            "results.json",
        ]
    );
    let text = |name: &str| String::from_utf8(kept[name].clone()).unwrap();
    assert_eq!(
        text("results.json"),
        fs::read_to_string(world.path("results.json")).unwrap()
    );
    assert_eq!(text("MANIFEST.sha256").lines().count(), names.len() - 1);
    assert_eq!(text("results.csv").lines().count(), 161);
    // Two runs before and this one; the same run twice counts once, and a later one is no history.
    assert_eq!(text("history.csv").lines().count(), 1 + 3 * 4);
    assert!(text("difference.md").starts_with("From 2026-11-23 12:00Z to 2026-11-24 12:00Z: "));
    let methodology = text("methodology.md");
    assert!(
        methodology
            .contains("| inputs/002-a\\_b\\_\\_c\\_\\_\\_x\\_.json | a b\\\\ c;\\$(x).json |"),
        "{methodology}"
    );
    assert!(methodology.contains("3 runs compared."), "{methodology}");
    let (sum, name) = run.stdout.trim_end().split_once("  ").unwrap();
    assert_eq!(name, "MANIFEST.sha256");
    let own = Command::new("sha256sum")
        .arg(out.join(name))
        .output()
        .unwrap();
    assert!(String::from_utf8(own.stdout).unwrap().contains(sum));

    fs::write(out.join("results.csv"), "x").unwrap();
    fs::remove_file(out.join("inputs/001-instances.json")).unwrap();
    let (success, said) = checked(&out);
    assert!(!success);
    assert!(said.contains("results.csv: FAILED"), "{said}");
    assert!(
        said.contains("inputs/001-instances.json: FAILED open or read"),
        "{said}"
    );
}

#[test]
fn the_same_files_make_the_same_bytes() {
    let world = world();
    let first = evidence(&world, "first");
    fs::create_dir(world.path("second")).unwrap();
    let second = evidence(&world, "second");
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(files(&world.path("first")), files(&world.path("second")));
}

#[test]
fn what_cannot_be_kept_is_refused_and_nothing_is_left_behind() {
    let world = world();
    fs::create_dir(world.path("full")).unwrap();
    world.write("full/x", "");
    let run = |line: &str| world.words(&format!("evidence --results {line}"));
    run("results.json --directory full").fails(2, &["full: is not empty"]);
    run("results.json --directory results.json").fails(2, &["results.json: is a file"]);
    run("results.json --directory .").fails(2, &[".: is not empty"]);
    run("instances.json --directory out").fails(2, &["instances.json: ", "no schemaVersion"]);
    run("none.json --directory out").fails(2, &["none.json: there is no such file"]);
    run("results.json --input full --directory out").fails(2, &["full: is a directory"]);
    run("results.json --history none --directory out")
        .fails(2, &["none: there is no such directory"]);
    run("results.json --history results.json --directory out")
        .fails(2, &["results.json: is a file"]);
    assert!(!world.path("out.partial").exists());
    assert!(files(&world.path("full")).contains_key("x"));
}

#[test]
fn earlier_results_that_cannot_be_read_are_named() {
    let world = world();
    world.write(
        "runs/damaged.json",
        "{\"schemaVersion\": \"1\", \"asOf\": \"2026-11-21T12:00:00Z\", ",
    );
    world.write("runs/newer.json", "{\"schemaVersion\": \"7\"}");
    world.write("runs/notes.txt", "not asked");
    let run = evidence(&world, "out");
    assert_eq!(run.code, 4, "{run:?}");
    for part in [
        "runs/damaged.json: ",
        "runs/newer.json, line 1",
        "schema version \"7\"",
    ] {
        assert!(run.stderr.contains(part), "no `{part}` in {}", run.stderr);
    }
    assert!(!run.stderr.contains("out.partial"), "{}", run.stderr);
    assert_eq!(checked(&world.path("out")), (true, String::new()));
    assert!(!world.path("out/history/005-notes.txt").exists());
}
