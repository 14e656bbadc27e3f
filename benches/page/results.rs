//! Results of a fleet of any size, written row by row.

use std::{
    fs::File,
    io::{BufWriter, Result, Write},
    path::Path,
};

use deepgrade::report::{Row, Word};
use serde_json::json;

/// The rules, with what they say of a compliant instance and of one that is not.
const RULES: [(&str, &str, &str, &str); 9] = [
    ("instance-has-policy", "high", "DS-POL-001", "DS-POL-003"),
    ("modules-are-active", "critical", "DS-MOD-001", "DS-MOD-002"),
    ("instance-is-clear", "medium", "DS-CLR-001", "DS-CLR-002"),
    ("agent-is-fresh", "medium", "DS-AGT-001", "DS-AGT-002"),
    ("instance-is-behind-waf", "high", "DS-WAF-001", "DS-WAF-003"),
    (
        "threats-are-answered",
        "critical",
        "DS-THR-001",
        "DS-THR-002",
    ),
    (
        "sensitive-data-is-shielded",
        "high",
        "DS-SEN-001",
        "DS-SEN-002",
    ),
    ("cves-are-shielded", "high", "DS-CVE-001", "DS-CVE-002"),
    ("guard-policy-holds", "medium", "DS-GRD-001", "DS-GRD-002"),
];

/// Writes the results of so many instances in 200 accounts: one in eight is non-compliant, and one in
/// a hundred cannot be told.
pub(crate) fn write(instances: usize, file: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let rules = RULES.map(|(rule, severity, ..)| json!({"rule": rule, "severity": severity}));
    write!(
        out,
        "{{\"schemaVersion\":\"1\",\"asOf\":\"2026-11-24T12:00:00Z\",\"inventories\":[],\
         \"webEdges\":[],\"summary\":{},\"verdicts\":[",
        json!({ "rules": rules })
    )?;
    for position in 0..instances {
        let mut draw = fastrand::Rng::with_seed(position as u64);
        let instance = format!("i-{:017x}", draw.u64(..) >> 4);
        let account = format!("{:012}", 100_000_000_000 + position % 200);
        let name = format!("web-{position}");
        let computer = format!("{name}.corp.example.com");
        for (number, (rule, severity, compliant, failing)) in RULES.into_iter().enumerate() {
            let (verdict, code, reason) = match draw.u8(..100) {
                0 => (
                    Word::Undetermined,
                    "DS-GAP-005",
                    reason("is not in the Manager's response", &mut draw),
                ),
                1..13 => (
                    Word::NonCompliant,
                    failing,
                    reason("is detect, wanted prevent", &mut draw),
                ),
                _ => (
                    Word::Compliant,
                    compliant,
                    "everything that is required holds".to_owned(),
                ),
            };
            let row = Row {
                instance: &instance,
                account: Some(&account),
                region: Some("eu-west-1"),
                name: Some(&name),
                computer: Some(computer.as_str().into()),
                computer_id: Some(position as u64),
                manager: Some("dsm.corp.example.com".into()),
                rule,
                severity,
                verdict,
                code,
                reason: &reason,
                retryable: (verdict == Word::Undetermined).then_some(false),
                exception: None,
            };
            let comma = if position + number == 0 { "" } else { "," };
            write!(out, "{comma}\n{}", serde_json::to_string(&row)?)?;
        }
    }
    write!(out, "]}}")?;
    out.flush()
}

/// One of some hundred reasons, as the same few troubles occur again and again, some with a time that
/// no other instance has.
fn reason(what: &str, draw: &mut fastrand::Rng) -> String {
    let policy = draw.u8(..40);
    if draw.bool() {
        return format!("policy \"Server {policy}\": intrusion prevention {what}");
    }
    format!(
        "the agent spoke last 2026-11-{:02} {:02}:{:02}Z; anti-malware {what}",
        draw.u8(1..24),
        draw.u8(..24),
        draw.u8(..60)
    )
}
