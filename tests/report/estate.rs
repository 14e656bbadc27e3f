//! Results of an estate of some size, drawn from a few sentences, and what went before them.

use deepgrade::{
    difference::Difference,
    history::{self, History},
    report::{Row, Word},
    results::{Builder, Details, InventorySource, Results, WebSource},
};
use jiff::{SignedDuration, Timestamp};

/// The latest results are of this time.
pub(crate) const AS_OF: &str = "2026-11-24T12:00:00Z";

const ACCOUNTS: [(&str, &str); 4] = [
    ("111122223333", "eu-west-1"),
    ("111122223333", "eu-central-1"),
    ("444455556666", "us-east-1"),
    ("777788889999", "ap-southeast-2"),
];

/// Tags that attack whoever shows them.
const HOSTILE: [&str; 6] = [
    "<script>pwned=1</script>",
    "</style><style>*{display:none}</style>",
    "\"><img src=x onerror=pwned=1>",
    "' onfocus='pwned=1' autofocus='",
    "{{ 7 * 7 }} {% raw %} &lt;b&gt;",
    "</td></tr></table><form action=https://example.org>",
];

/// A rule with its severity, and what it says in each standing.
struct Sentences {
    rule: &'static str,
    severity: &'static str,
    compliant: (&'static str, &'static str),
    failing: &'static [(&'static str, &'static str)],
}

const RULES: [Sentences; 5] = [
    Sentences {
        rule: "instance-has-policy",
        severity: "high",
        compliant: ("DS-POL-001", "carries policy \"Linux Web Server\""),
        failing: &[
            ("DS-POL-002", "carries no policy"),
            (
                "DS-POL-003",
                "carries policy \"Base\", wanted \"Linux Web Server\"",
            ),
        ],
    },
    Sentences {
        rule: "modules-are-active",
        severity: "critical",
        compliant: (
            "DS-MOD-001",
            "anti-malware shields; intrusion prevention shields",
        ),
        failing: &[
            (
                "DS-MOD-002",
                "intrusion prevention is detect, wanted prevent",
            ),
            (
                "DS-MOD-002",
                "intrusion prevention is detect, wanted prevent",
            ),
            (
                "DS-MOD-002",
                "anti-malware is off; intrusion prevention is off",
            ),
            ("DS-MOD-002", "anti-malware has no real-time scan"),
        ],
    },
    Sentences {
        rule: "instance-is-clear",
        severity: "medium",
        compliant: (
            "DS-CLR-001",
            "the agent is active; every module that is on is active",
        ),
        failing: &[("DS-CLR-002", "the agent is error \"Managed (Offline)\"")],
    },
    Sentences {
        rule: "agent-is-fresh",
        severity: "medium",
        compliant: (
            "DS-AGT-001",
            "the agent spoke recently; its security updates are current",
        ),
        failing: &[
            (
                "DS-AGT-002",
                "the agent spoke last 2026-11-21 10:00Z, more than 24 h before the inventory",
            ),
            ("DS-AGT-003", "security updates are warning, wanted active"),
        ],
    },
    Sentences {
        rule: "instance-is-behind-waf",
        severity: "high",
        compliant: (
            "DS-WAF-001",
            "CloudFront \"E2EXAMPLE\" carries web ACL \"edge\"",
        ),
        failing: &[("DS-WAF-003", "ALB \"admin-console\" carries no web ACL")],
    },
];

/// The results of so many instances at a time; `compliant` of a hundred results are compliant.
pub(crate) fn results(instances: usize, as_of: Timestamp, compliant: usize) -> Results {
    let mut builder = Builder::default();
    for position in 0..instances {
        let mut draw = fastrand::Rng::with_seed(position as u64);
        let instance = format!("i-{:017x}", 0xa00 + position * 7);
        let (account, region) = ACCOUNTS[position % ACCOUNTS.len()];
        let name = match position % 5 {
            2 => HOSTILE[position / 5 % HOSTILE.len()].to_owned(),
            _ => format!(
                "{}-{position}",
                draw.choice(["web", "db", "batch"]).unwrap()
            ),
        };
        let computer = format!("{name}.example");
        let fate = draw.usize(..100);
        for Sentences {
            rule,
            severity,
            compliant: (code, reason),
            failing,
        } in &RULES
        {
            let luck = draw.usize(..100);
            let (verdict, code, reason) = match fate {
                0..4 => (
                    Word::NonCompliant,
                    "DS-INS-003",
                    "not in Deep Security: launched 2026-08-24 12:00Z",
                ),
                4..8 => (Word::NotApplicable, "DS-INS-001", "the instance is stopped"),
                8..11 => (
                    Word::Undetermined,
                    "DS-GAP-001",
                    "the inventory of Manager \"dsm-2\" could not be read: \"401 Unauthorized\"",
                ),
                _ if luck < compliant => (Word::Compliant, *code, *reason),
                _ => {
                    let (code, reason) = draw.choice(*failing).unwrap();
                    (Word::NonCompliant, *code, *reason)
                }
            };
            let is_excepted =
                verdict == Word::NonCompliant && account == "777788889999" && luck > 95;
            let row = Row {
                instance: &instance,
                account: Some(account),
                region: Some(region),
                name: Some(&name),
                computer: (fate >= 11).then_some(computer.as_str().into()),
                computer_id: (fate >= 11).then_some(position as u64),
                manager: (fate >= 11).then_some("dsm.example.com".into()),
                rule,
                severity,
                verdict,
                code,
                reason,
                retryable: (verdict == Word::Undetermined).then_some(true),
                exception: is_excepted.then_some("lab"),
            };
            builder.add(&row).unwrap();
        }
    }
    let inventory = |manager: &str, complete| InventorySource {
        manager: manager.to_owned(),
        taken_at: as_of - SignedDuration::from_mins(11),
        computers: instances,
        complete,
    };
    let web = WebSource {
        account: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        taken_at: as_of - SignedDuration::from_mins(4),
    };
    let inventories = vec![
        inventory("dsm.example.com", true),
        inventory("dsm-3.example.com", false),
    ];
    builder.build(as_of, inventories, vec![web], details())
}

/// Everything that results can tell beside verdicts.
pub(crate) fn details() -> Details {
    serde_json::from_str(include_str!("details.json")).unwrap()
}

/// The history of an estate that got better, day by day.
pub(crate) fn history(latest: &Results) -> History {
    const DAYS: usize = 12;
    let mut builder = history::Builder::default();
    let mut before = None;
    for day in (1..=DAYS).rev() {
        let as_of = latest.as_of - SignedDuration::from_hours(24 * day as i64);
        let instances = latest.instances().len() - day;
        // One result flaps: the share goes up and down.
        let run = results(instances, as_of, 86 - 2 * day + day % 2 * 9);
        builder.add(&run);
        before = Some(run);
    }
    builder.add(latest);
    builder.build(before.map(|before| Difference::between(&before, latest)))
}
