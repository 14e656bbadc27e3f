//! The binary of the functions as it is deployed, which `cargo build --profile lambda --features aws --bin evaluate`
//! makes: its size, what it needs of the machine, and what is not in it.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Beside the binary that the tests were built with.
fn binary() -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_evaluate"));
    let target = built.ancestors().nth(2).unwrap();
    target.join("lambda").join("evaluate")
}

fn bytes() -> Vec<u8> {
    let path = binary();
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[test]
#[ignore = "needs the binary of the profile lambda"]
fn it_is_smaller_than_20_mb() {
    let size = bytes().len();
    println!("{size} bytes");
    assert!(size < 20_000_000, "{size} bytes");
}

/// Amazon Linux 2023, which the runtime `provided.al2023` is made of, has glibc 2.34.
#[test]
#[ignore = "needs the binary of the profile lambda"]
fn it_needs_no_glibc_after_2_34() {
    let bytes = bytes();
    let prefix = b"GLIBC_2.";
    let minors = memchr::memmem::find_iter(&bytes, prefix).map(|start| {
        let digits = bytes.get(start + prefix.len()..).unwrap().iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u32, |minor, digit| minor * 10 + u32::from(digit - b'0'))
    });
    let minors: Vec<u32> = minors.collect();
    assert!(minors.contains(&34) || minors.contains(&17), "{minors:?}");
    assert!(minors.iter().all(|minor| *minor <= 34), "{minors:?}");
}

/// Authority is separated at link time: whoever grades can write neither to a Manager nor to WAF.
#[test]
#[ignore = "needs the binary of the profile lambda"]
fn it_holds_no_path_of_a_write() {
    let bytes = bytes();
    for read in [
        "GetWebACL",
        "ListWebACLs",
        "PutEvaluations",
        "/computers/search",
    ] {
        assert!(
            holds(&bytes, read),
            "{read} is not there, so that nothing could be found"
        );
    }
    for write in [
        "UpdateWebACL",
        "CreateWebACL",
        "DeleteWebACL",
        "AssociateWebACL",
        "UpdateDistribution",
        "/scheduledtasks",
        "canEditComputerProperties",
        "canEditPolicyProperties",
        "TerminateInstances",
        "StartConfigRulesEvaluation",
    ] {
        assert!(!holds(&bytes, write), "{write} is there");
    }
}
