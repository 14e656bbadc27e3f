//! The tour, as a newcomer sees it: the real binary with the feature `tour`.
#![cfg(feature = "tour")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

use assert_cmd::Command;

#[test]
fn the_story_is_told_to_its_end_with_what_really_happened() {
    let output = Command::cargo_bin("deepgrade")
        .unwrap()
        .arg("tour")
        .env_clear()
        .timeout(std::time::Duration::from_secs(60))
        .output()
        .unwrap();
    let story = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{story}");
    let mut rest = story.as_str();
    for part in [
        "Everything of AWS is staged",
        "1. THE PLANS",
        "recommendation scan of computer",
        "changed 0 times",
        "2. ACTING",
        "malware scan requested",
        "POST /scheduledtasks",
        "POST /policies/",
        "3. WAITING",
        "malware scan done",
        "4. THE LEDGER",
        "unprotected",
        "5. AWS CONFIG",
        "ds-threats-are-answered",
        "policy send done",
        "ds-sensitive-data-is-shielded",
        "NON_COMPLIANT",
        "Still open: 1",
        "WHAT NEXT",
    ] {
        let found = rest.find(part);
        let found = found.unwrap_or_else(|| panic!("no `{part}` where it belongs in:\n{story}"));
        rest = &rest[found..];
    }
}
