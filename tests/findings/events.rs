//! Recorded events, from `tests/findings/events`, each beside what it must be understood as.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use deepgrade::event::finding::{self, Reading};
use remediations::finding::Finding;
use serde_json::Value;

/// What an event must be understood as.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Expected {
    Finding(Box<Finding>),
    Ignored(String),
    Ended(String),
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings/events")
}

/// One of the events.
pub(crate) fn event(name: &str) -> Value {
    let text = fs::read(folder().join(name).with_extension("json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The names of all events, with their texts.
pub(crate) fn events() -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for kind in fs::read_dir(folder()).unwrap() {
        let kind = kind.unwrap();
        for file in fs::read_dir(kind.path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if let Some(name) = name.strip_suffix(".json")
                && !name.ends_with(".expected")
            {
                let name = format!("{}/{name}", kind.file_name().to_str().unwrap());
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn every_event_is_understood_as_it_is_meant() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (name, text) in events() {
        let expected = fs::read(folder().join(format!("{name}.expected.json"))).unwrap();
        let expected: Expected = serde_json::from_slice(&expected).unwrap();
        let reading = finding::read(&text).unwrap_or_else(|bad| panic!("{name}: {bad}"));
        let reading = match reading {
            Reading::Finding(finding) => Expected::Finding(finding),
            Reading::Ignored(reason) => Expected::Ignored(reason),
            Reading::Ended(reason) => Expected::Ended(reason),
        };
        assert_eq!(reading, expected, "{name}");
        let (kind, _) = name.split_once('/').unwrap();
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    for kind in ["guardduty", "macie", "inspector", "ended", "ignored"] {
        assert!(kinds[kind] >= 3, "{kinds:?}");
    }
}

/// What a person formats is not what a machine sends.
#[test]
fn an_event_in_one_line_is_the_same() {
    for (name, text) in events() {
        let value: Value = serde_json::from_slice(&text).unwrap();
        let line = value.to_string();
        assert_eq!(
            finding::read(line.as_bytes()),
            finding::read(&text),
            "{name}"
        );
    }
}

#[test]
fn a_later_observation_is_a_later_version() {
    let version = |updated_at: &str, count: u64| {
        let mut event = event("guardduty/dns-query");
        event["detail"]["updatedAt"] = updated_at.into();
        event["detail"]["service"]["count"] = count.into();
        match finding::read(event.to_string().as_bytes()).unwrap() {
            Reading::Finding(finding) => finding.version,
            other => panic!("{other:?}"),
        }
    };
    let first = version("2026-11-20T10:00:00.000Z", 1);
    assert!(version("2026-11-20T10:00:00.000Z", 2) > first);
    assert!(version("2026-11-20T10:00:00.001Z", 1) > first);
    assert_eq!(version("2026-11-20T11:00:00.000+01:00", 1), first);
}
