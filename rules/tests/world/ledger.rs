//! The ledger of a test: every source was listed this morning and found nothing, and what a test
//! changes of that.

use std::collections::BTreeMap;

use rules::{
    Gap,
    cve::Cve,
    gap,
    ledger::{Entry, Ledger, Ledgers, Source, Standing},
};
use serde::{Deserialize, de::IntoDeserializer as _};
use serde_json::{Value, json};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct Changes {
    /// When the sources were listed last, by source; `null` for never, the word `unread` for a row
    /// that cannot be read.
    watermarks: BTreeMap<String, Value>,
    findings: Vec<Finding>,
    /// Sources of which a row about the instance cannot be read.
    unread: Vec<Source>,
    /// Sources with a finding of which it is not known yet where it leads to.
    unplanned: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Finding {
    source: Source,
    #[serde(default = "own")]
    instance: String,
    finding: Box<str>,
    severity: Box<str>,
    kind: Box<str>,
    standing: String,
    outcome: Box<str>,
    #[serde(default)]
    cves: Vec<Cve>,
    #[serde(default)]
    since: Option<String>,
    updated_at: String,
}

fn own() -> String {
    "i-0123456789abcdef0".to_owned()
}

/// The ledger with changes; none for a word.
pub(crate) fn ledgers(change: &Value) -> Ledgers {
    let changes: Changes = match change {
        Value::String(_) => return Ledgers::default(),
        Value::Null => Changes::default(),
        change => Changes::deserialize(change.clone()).unwrap(),
    };
    let entries = changes.findings.into_iter().map(|finding| {
        let entry = Entry {
            source: finding.source,
            finding: finding.finding,
            severity: finding.severity,
            kind: finding.kind,
            standing: match finding.standing.as_str() {
                "open" => Standing::Open,
                "answered" => Standing::Answered,
                "over" => Standing::Over,
                other => panic!("{other}"),
            },
            outcome: finding.outcome,
            cves: finding.cves,
            since: finding.since.map(|since| since.parse().unwrap()),
            updated_at: finding.updated_at.parse().unwrap(),
        };
        (finding.instance.parse().unwrap(), entry)
    });
    let morning = json!({"enabled": true, "listedAt": "2026-11-24T06:00:00Z"});
    let mut watermarks: BTreeMap<Source, Value> = Source::ALL
        .iter()
        .map(|source| (*source, morning.clone()))
        .collect();
    for (source, change) in changes.watermarks {
        let source: serde::de::value::StringDeserializer<serde::de::value::Error> =
            source.into_deserializer();
        let source = Source::deserialize(source).unwrap();
        match change {
            Value::Null => drop(watermarks.remove(&source)),
            Value::Object(_) => {
                let merged = super::merged(morning.clone(), &change);
                watermarks.insert(source, merged);
            }
            other => drop(watermarks.insert(source, other)),
        }
    }
    let readable = watermarks.iter().filter(|(_, value)| value.is_object());
    let readable = readable.map(|(source, value)| {
        let watermark = serde_json::from_value(value.clone()).unwrap();
        (*source, watermark)
    });
    let mut ledger = Ledger::new(entries, readable);
    let row = |text: &str| Gap::standing(&gap::LEDGER_ROW_UNREAD, text);
    for (source, _) in watermarks.iter().filter(|(_, value)| value.is_string()) {
        ledger = ledger.with_unread_watermark(*source, row("the watermark cannot be read"));
    }
    for source in changes.unread {
        let instance = own().parse().unwrap();
        ledger = ledger.with_gap(Some(instance), source, row("a row cannot be read"));
    }
    for source in changes.unplanned {
        let text = "it is not known yet where finding 64b917aa leads to";
        let gap = Gap::retryable(&gap::FINDING_WITHOUT_PLAN, text);
        ledger = ledger.with_gap(None, source, gap);
    }
    let region = "eu-west-1".parse().unwrap();
    Ledgers::default().with("111122223333".parse().unwrap(), region, Ok(ledger))
}
