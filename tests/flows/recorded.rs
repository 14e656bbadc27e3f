//! Events in the shape that AWS Config sends them, from `tests/events`.

use std::{collections::BTreeSet, fs, path::Path};

use deepgrade::event::config::{ConfigEvent, Task};

/// What every file asks for, and the time that its results are ordered by.
const FILES: [(&str, &str, &str); 13] = [
    ("change.json", "given", "2026-11-24T11:58:03.12Z"),
    (
        "change-first-record.json",
        "given",
        "2026-11-24T11:58:03.12Z",
    ),
    ("change-terminated.json", "given", "2026-11-24T11:58:03.12Z"),
    (
        "change-without-notification-time.json",
        "given",
        "2026-11-24T11:58:00.677Z",
    ),
    ("deleted.json", "DS-INS-004", "2026-11-24T11:58:03.12Z"),
    ("left-scope.json", "DS-INS-005", "2026-11-24T11:58:03.12Z"),
    ("not-recorded.json", "DS-INS-005", "2026-11-24T11:58:03.12Z"),
    (
        "other-resource.json",
        "DS-INS-006",
        "2026-11-24T11:58:03.12Z",
    ),
    ("oversized.json", "read", "2026-11-24T11:58:03.9Z"),
    (
        "oversized-deleted.json",
        "DS-INS-004",
        "2026-11-24T11:58:03.9Z",
    ),
    ("scheduled.json", "all", "2026-11-24T12:00:00.373Z"),
    (
        "snapshot-delivered.json",
        "nothing",
        "2026-11-24T12:00:20.328Z",
    ),
    ("test-mode.json", "given", "2026-11-24T11:58:03.12Z"),
];

/// Files that are refused, and why.
const REFUSED: [(&str, &str); 1] = [(
    "unknown-message.json",
    "messageType \"ComplianceChangeNotification\" is not known",
)];

fn read(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/events")
            .join(name),
    )
    .unwrap()
}

#[test]
fn every_recorded_event_is_understood() {
    for (name, task, at) in FILES {
        let event = ConfigEvent::read(&read(name)).unwrap_or_else(|bad| panic!("{name}: {bad}"));
        let asked = match &event.task {
            Task::Given(instance) => {
                assert_eq!(instance.id.to_string(), "i-01e5a234b6f4016fc", "{name}");
                assert_eq!(instance.account, Some(event.account), "{name}");
                assert_eq!(instance.region.as_ref(), Some(&event.region), "{name}");
                assert_eq!(instance.name.as_deref(), Some("db-5"), "{name}");
                "given"
            }
            Task::Read(_) => "read",
            Task::All => "all",
            Task::NotApplicable(_, verdict) => verdict.reason().code().id,
            Task::Nothing => "nothing",
        };
        assert_eq!((asked, event.at.to_string().as_str()), (task, at), "{name}");
        assert_eq!(event.account.to_string(), "111122223333");
        assert_eq!(event.token.is_test(), name == "test-mode.json");
        assert_eq!(event.prepared().unwrap().rule().id, "modules-are-active");
    }
    for (name, part) in REFUSED {
        let line = ConfigEvent::read(&read(name)).unwrap_err().to_string();
        assert!(line.contains(part), "{name}: {line}");
    }
}

#[test]
fn every_file_is_one_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    let files = fs::read_dir(folder).unwrap();
    let files: BTreeSet<String> = files
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed = FILES.iter().map(|(name, ..)| *name);
    let listed = listed.chain(REFUSED.iter().map(|(name, _)| *name));
    assert_eq!(files, listed.map(str::to_owned).collect());
}
