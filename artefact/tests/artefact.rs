//! What is made for AWS Lambda, judged by others: Python's reader of zips, the schema of CycloneDX,
//! Cargo.lock, and `sha256sum`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use artefact::{Architecture, BINARIES, Binary, Lock, Shelf, Tree, bill, compiler, zipped};
use serde_json::Value;
use testbed::python;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file that begins as a program does, and is big enough to be compressed.
fn program(processor: u8) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(18, 0);
    bytes.extend([processor, 0]);
    bytes.extend((0..200_000_u32).flat_map(|number| (number / 7).to_le_bytes()));
    bytes
}

/// What Python says of what is in a folder for a binary.
fn judged(folder: &Path, binary: &Path) -> String {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/bill.txt");
    let python = python::environment(Path::new(env!("CARGO_TARGET_TMPDIR")), &[&requirements])
        .unwrap_or_else(|error| panic!("no Python environment: {error}"));
    let name = binary.file_name().unwrap().to_str().unwrap();
    let verdict = Command::new(python)
        .arg(requirements.with_file_name("judge.py"))
        .arg(folder.join(format!("{name}.zip")))
        .arg(binary)
        .arg(folder.join(format!("{name}.cdx.json")))
        .arg(workspace().join("Cargo.lock"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verdict.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&verdict.stderr);
    assert!(verdict.status.success(), "{said}{complaint}");
    said
}

fn is_listed(folder: &Path) -> bool {
    let mut sum = Command::new("sha256sum");
    let sum = sum.current_dir(folder).args(["--check", "--strict"]);
    sum.arg("SHA256SUMS").output().unwrap().status.success()
}

#[test]
fn the_same_binary_makes_the_same_zip_whenever_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evaluate");
    let pack = |written: u64| {
        fs::write(&path, program(62)).unwrap();
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(written);
        fs::File::open(&path).unwrap().set_modified(at).unwrap();
        zipped(&Binary::read(&path).unwrap().bytes).unwrap()
    };
    let zip = pack(1_000_000_000);
    assert_eq!(zip, pack(1_700_000_000));
    assert!(zip.len() < program(62).len() / 2, "{}", zip.len());
    assert_ne!(zip, zipped(&program(183)).unwrap());
}

#[test]
fn a_zip_holds_the_program_and_a_bill_what_it_is_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evaluate");
    fs::write(&path, program(62)).unwrap();
    let binary = Binary::read(&path).unwrap();
    assert_eq!(binary.architecture, Architecture::X86);
    let tree = Tree::read(&workspace(), None).unwrap();
    let lock = Lock::read(&workspace()).unwrap();
    let bill = bill(&binary, &tree, &lock, &compiler(&workspace()).unwrap());

    let made = folder.path().join("artefact");
    let mut shelf = Shelf::empty(&made).unwrap();
    shelf
        .put("evaluate.zip", &zipped(&binary.bytes).unwrap())
        .unwrap();
    shelf
        .put("evaluate.cdx.json", bill.to_string().as_bytes())
        .unwrap();
    shelf.close().unwrap();
    let said = judged(&made, &path);
    assert!(
        said.contains(&format!("{} components", tree.crates.len() - 1)),
        "{said}"
    );
    assert!(is_listed(&made));
    fs::write(made.join("evaluate.zip"), "").unwrap();
    assert!(!is_listed(&made));

    let named = |scope: &str| -> BTreeSet<&str> {
        let components = bill["components"].as_array().unwrap().iter();
        let components = components.filter(|component| component["scope"] == scope);
        components
            .map(|component| component["name"].as_str().unwrap())
            .collect()
    };
    let (linked, helping) = (named("required"), named("excluded"));
    for name in [
        "lambda_runtime",
        "aws-sdk-config",
        "rules",
        "remediations",
        "rustls",
    ] {
        assert!(linked.contains(name), "{name} is not there");
    }
    for name in ["serde_derive", "cc"] {
        assert!(
            helping.contains(name) && !linked.contains(name),
            "{name} is linked"
        );
    }
    // What only tests need, what only the live command line needs, and this crate itself.
    for name in [
        "proptest",
        "insta",
        "testbed",
        "aws-sdk-sso",
        "artefact",
        "zip",
    ] {
        assert!(
            !linked.contains(name) && !helping.contains(name),
            "{name} is there"
        );
    }
    // The command line's, of which the bill says that the linker may leave it out.
    assert!(linked.contains("clap"));
    let properties = bill["metadata"]["properties"].to_string();
    assert!(
        properties.contains("leaves out what one of them does not use"),
        "{properties}"
    );
}

#[test]
fn what_lambda_cannot_start_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evaluate");
    for bytes in [program(40), b"#!/bin/sh".to_vec(), Vec::new()] {
        fs::write(&path, bytes).unwrap();
        let error = Binary::read(&path).unwrap_err().to_string();
        assert!(
            error.ends_with("build it on Linux, for x86_64 or arm64"),
            "{error}"
        );
    }
    fs::write(&path, program(183)).unwrap();
    assert_eq!(Binary::read(&path).unwrap().architecture, Architecture::Arm);
}

#[test]
#[ignore = "needs what `cargo artefact` makes"]
fn what_was_made_is_of_the_binaries_as_they_are_deployed() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let made = target.join("artefact");
    assert!(is_listed(&made), "{}", made.display());
    for name in BINARIES {
        let path = target.join("lambda").join(name);
        println!("{name}: {}", judged(&made, &path).trim());
        let binary = Binary::read(&path).unwrap();
        let zip = fs::read(made.join(format!("{name}.zip"))).unwrap();
        assert_eq!(zip, zipped(&binary.bytes).unwrap());
        println!(
            "{name}: {} bytes, {} in the zip",
            binary.bytes.len(),
            zip.len()
        );
        let bill = fs::read(made.join(format!("{name}.cdx.json"))).unwrap();
        let bill: Value = serde_json::from_slice(&bill).unwrap();
        assert_eq!(bill["metadata"]["component"]["name"], name);
    }
}
