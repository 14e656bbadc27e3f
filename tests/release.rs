//! The binaries of the functions as they are deployed, which `cargo build --profile lambda --features
//! aws --bin evaluate --bin remediate` makes: their sizes, what they need of the machine, and what is
//! in one of them alone. And their zips, as AWS Lambda runs them.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "release/running.rs"]
mod running;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What grades is started for every change of an instance, so that its size is time that somebody
/// waits; what answers findings knows twice as many services. The former holds
/// the evaluator of Guard rules.
const BINARIES: [(&str, usize); 2] = [("evaluate", 28_000_000), ("remediate", 30_000_000)];

/// Beside the binaries that the tests were built with.
fn binary(name: &str) -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_evaluate"));
    let target = built.ancestors().nth(2).unwrap();
    target.join("lambda").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    let path = binary(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[test]
#[ignore = "needs the binaries of the profile lambda"]
fn each_is_small() {
    for (name, most) in BINARIES {
        let size = bytes(name).len();
        println!("{name}: {size} bytes");
        assert!(size < most, "{name}: {size} bytes");
    }
}

/// Amazon Linux 2023, which the runtime `provided.al2023` is made of, has glibc 2.34.
#[test]
#[ignore = "needs the binaries of the profile lambda"]
fn none_needs_a_glibc_after_2_34() {
    for (name, _) in BINARIES {
        let bytes = bytes(name);
        let prefix = b"GLIBC_2.";
        let minors = memchr::memmem::find_iter(&bytes, prefix).map(|start| {
            let digits = bytes.get(start + prefix.len()..).unwrap().iter();
            let digits = digits.take_while(|byte| byte.is_ascii_digit());
            digits.fold(0_u32, |minor, digit| minor * 10 + u32::from(digit - b'0'))
        });
        let minors: Vec<u32> = minors.collect();
        assert!(
            minors.contains(&34) || minors.contains(&17),
            "{name}: {minors:?}"
        );
        assert!(
            minors.iter().all(|minor| *minor <= 34),
            "{name}: {minors:?}"
        );
    }
}

/// Authority is separated at link time: whoever grades can write neither to a Manager nor to WAF.
#[test]
#[ignore = "needs the binaries of the profile lambda"]
fn what_grades_holds_no_path_of_a_write() {
    let (bytes, other) = (bytes("evaluate"), bytes("remediate"));
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
        "CheckCapacity",
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
    for write in [
        "/scheduledtasks",
        "StartConfigRulesEvaluation",
        "UpdateWebACL",
    ] {
        assert!(
            holds(&other, write),
            "{write} is not in what answers findings"
        );
    }
}
