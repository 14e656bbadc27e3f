//! Any ledger.

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

fn source() -> impl Strategy<Value = &'static str> {
    select(vec!["guardDuty", "macie", "inspector"])
}

/// Changes that make any ledger.
pub(crate) fn any_changes() -> impl Strategy<Value = Value> {
    let texts = (any::<String>(), ".{0,200}", any::<String>(), ".{0,300}");
    let standing = select(vec!["open", "answered", "answered", "over"]);
    let cves = select(vec![
        "CVE-2021-44228",
        "CVE-2022-22965",
        "CVE-2019-0708",
        "CVE-2023-0001",
        "CVE-2031-0001",
    ]);
    let cves = prop::collection::vec(cves, 0..3);
    let finding = (source(), texts, standing, 0..60_u8, cves).prop_map(
        |(source, (finding, severity, kind, outcome), standing, minute, cves)| {
            json!({
                "source": source, "finding": finding, "severity": severity, "kind": kind,
                "standing": standing, "outcome": outcome,
                "cves": if source == "inspector" { cves } else { Vec::new() },
                "updatedAt": format!("2026-11-20T10:{minute:02}:00Z"),
            })
        },
    );
    let watermark = prop_oneof![
        1 => Just(Value::Null),
        1 => Just(json!("unread")),
        6 => (any::<bool>(), 0..30_i64).prop_map(|(enabled, hour)| json!({
            "enabled": enabled,
            "listedAt": format!("2026-11-{:02}T{:02}:00:00Z", 23 + hour / 24, hour % 24),
        })),
    ];
    let changes = (
        prop::collection::btree_map(source(), watermark, 0..3),
        prop::collection::vec(finding, 0..6),
        prop::collection::vec(source(), 0..2),
        prop::collection::vec(source(), 0..2),
    );
    let changes = changes.prop_map(|(watermarks, findings, unread, unplanned)| {
        json!({
            "watermarks": watermarks, "findings": findings,
            "unread": unread, "unplanned": unplanned,
        })
    });
    prop_oneof![9 => changes, 1 => Just(json!("none"))]
}
