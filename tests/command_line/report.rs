//! Reports: where they come from, what is beside them, and how they end.

use std::{fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

use crate::world::World;

/// The result of the example, kept in a file of that name.
fn kept(world: &World, name: &str) -> Vec<u8> {
    let result = world.words("evaluate --output json").stdout;
    world.write(name, &result);
    result.into_bytes()
}

#[test]
fn a_page_is_the_same_from_a_fleet_and_from_its_result_and_has_all_rows_beside_it() {
    let world = World::new();
    kept(&world, "result.json");
    for audience in ["auditor", "engineer"] {
        let graded = world.words(&format!("report --audience {audience}"));
        assert_eq!((graded.code, graded.stderr.as_str()), (0, ""));
        let line =
            format!("report --results result.json --audience {audience} --output-file report.html");
        let run = world.words(&line);
        assert_eq!(
            (run.code, run.stderr.as_str(), run.stdout.as_str()),
            (0, "", "")
        );
        let page = fs::read_to_string(world.path("report.html")).unwrap();
        assert!(page.contains("40 instances"), "{page}");
        assert!(page.contains("href=\"./report.csv\""), "{page}");
        assert!(graded.stdout.contains("40 instances") && !graded.stdout.contains("report.csv"));
    }
    let rows = fs::read_to_string(world.path("report.csv")).unwrap();
    assert_eq!(rows.lines().count(), 1 + 40 * 4);
    assert_eq!(rows, world.words("evaluate --output csv").stdout);
}

#[test]
fn what_is_read_is_not_overwritten() {
    let world = World::new();
    let result = kept(&world, "report.csv");
    world.write("page.html", "mine");
    let files = "--instances instances.json --computers computers.json --policies policies.json";
    for (line, file) in [
        (
            "report --results report.csv --output-file report.html".to_owned(),
            "report.csv",
        ),
        (
            "report --results report.csv --output csv --output-file ./report.csv".to_owned(),
            "report.csv",
        ),
        (
            format!("evaluate {files} --output json --output-file policies.json"),
            "policies.json",
        ),
        (
            "diff report.csv report.csv --output json --output-file report.csv".to_owned(),
            "report.csv",
        ),
    ] {
        let before = fs::read(world.path(file)).unwrap();
        let run = world.words(&line);
        let complaint = format!(
            "deepgrade: {file}: would be overwritten, and is read as well: give --output-file another name\n"
        );
        assert_eq!((run.code, run.stderr), (2, complaint), "{line}");
        assert_eq!(fs::read(world.path(file)).unwrap(), before);
    }
    assert_eq!(fs::read(world.path("report.csv")).unwrap(), result);
    let run = world.words("report --results report.csv --output-file page.html");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_ne!(fs::read(world.path("page.html")).unwrap(), b"mine");
}

#[test]
fn a_result_is_read_compressed_and_named_by_its_digest() {
    let world = World::new();
    let result = kept(&world, "result.json");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&result).unwrap();
    world.write("result.json.gz", packed.finish().unwrap());
    let page = world.words("report --results result.json.gz").stdout;
    let digest = deepgrade::files::sha256(&world.path("result.json.gz")).unwrap();
    assert!(
        page.contains(&digest) && page.contains("result.json.gz"),
        "{page}"
    );
    let files =
        "report --instances instances.json --computers computers.json --policies policies.json";
    let page = world.words(files).stdout;
    for file in ["instances.json", "computers.json", "policies.json"] {
        let digest = deepgrade::files::sha256(&world.path(file)).unwrap();
        assert!(page.contains(&digest), "{file}");
    }
}

#[test]
fn earlier_results_tell_what_changed_and_bad_ones_are_named() {
    let world = World::new();
    let result = kept(&world, "result.json");
    fs::create_dir(world.path("runs")).unwrap();
    let mut before: Value = serde_json::from_slice(&result).unwrap();
    before["asOf"] = "2026-11-23T12:00:00Z".into();
    let rows = before["verdicts"].as_array_mut().unwrap();
    let fresh = rows
        .iter_mut()
        .find(|row| row["code"] == "DS-AGT-001")
        .unwrap();
    fresh["verdict"] = "NON_COMPLIANT".into();
    fresh["code"] = "DS-AGT-002".into();
    world.write("runs/before.json", before.to_string());
    world.write("runs/torn.json", "{");
    let run = world.words("report --results result.json --history runs --audience engineer");
    assert_eq!(run.code, 4, "not all could be read");
    assert!(run.stderr.contains("torn.json"), "{}", run.stderr);
    assert!(run.stdout.contains("1 fixed"), "{}", run.stdout);
    let trend = world
        .words("report --results result.json --history runs")
        .stdout;
    assert!(trend.contains("2 runs from 2026-11-23 12:00Z"), "{trend}");
}

#[test]
fn the_other_forms_hold_every_result() {
    let world = World::new();
    kept(&world, "result.json");
    let form = |form: &str| world.words(&format!("report --results result.json --output {form}"));
    assert_eq!(form("csv").stdout.lines().count(), 161);
    assert_eq!(form("junit").stdout.matches("<testcase ").count(), 160);
    let asff = form("asff");
    let findings = asff.stdout.matches("\"SchemaVersion\"").count();
    assert_eq!(findings, 160, "{}", asff.stderr);
}

#[test]
fn a_report_ends_as_the_grading_does() {
    let world = World::new();
    kept(&world, "result.json");
    let code = |line: &str| {
        world
            .words(&format!("report --results result.json {line}"))
            .code
    };
    assert_eq!(code(""), 0);
    assert_eq!(code("--fail-on critical"), 3);
    let mut gap: Value = serde_json::from_slice(&kept(&world, "result.json")).unwrap();
    gap["verdicts"][0]["verdict"] = "UNDETERMINED".into();
    world.write("result.json", gap.to_string());
    assert_eq!(code("--fail-on critical"), 4);
    // Somebody changed it by hand, which the page says.
    let run = world.words("report --results result.json");
    let doubt = "that are undetermined, and there are";
    assert!(run.stderr.contains(doubt), "{}", run.stderr);
    assert!(run.stdout.contains(doubt), "{}", run.stdout);
}

#[test]
fn what_would_be_ignored_or_cannot_be_read_is_refused() {
    let world = World::new();
    kept(&world, "result.json");
    world
        .words("report --results result.json --instances instances.json")
        .fails(2, &["--instances", "--results FILE was graded already"]);
    world
        .words("report --results result.json --param agent-is-fresh.maxAgentAgeHours=1")
        .fails(2, &["--param"]);
    world
        .words("report --results result.json --guard-rules nowhere.guard")
        .fails(2, &["--guard-rules", "graded already"]);
    world
        .words("report --results result.json --history . --output asff")
        .fails(2, &["--history is for pages"]);
    world
        .words("report --results nowhere.json")
        .fails(2, &["nowhere.json"]);
    world
        .words("report --results instances.json")
        .fails(2, &["instances.json", "deepgrade evaluate --output json"]);
    world
        .words("report --results result.json --history nowhere")
        .fails(2, &["nowhere", "no such directory"]);
}
