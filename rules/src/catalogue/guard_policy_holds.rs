//! # What it checks
//! That every rule which the deployer wrote in Guard holds for the instance: for the document of all
//! that is known of it, its computer, the policy of that, its web fronts and its findings.
//!
//! # Why it matters
//! What protection an instance must have depends on whose it is and what it does. The other rules
//! ask what everybody should have; this one asks what a deployer decides.
//!
//! # How it decides
//! The Guard rules are in a file of the deployer's, which the function is told with its SHA-256. A
//! Guard rule that fails is non-compliant, and the annotation shows its name and its own message. When
//! none fails, one that passes is enough to be compliant; when none of them applies, the instance is
//! not applicable. The document and what Guard rules may say is in `docs/guard.md`.
//!
//! # When it cannot tell
//! When no Guard rules are set up, or they cannot be read, are others than were named, or are refused;
//! when the computer cannot be determined; and, unless a Guard rule is certain to fail, when one
//! looks at a fact that could not be obtained, whatever Guard makes of its absence.

use crate::{
    facts::{Facts, Need},
    framework::Frameworks,
    gap::Gap,
    guard::{GuardOutcome, GuardWord},
    inventories::Sighting,
    parameter::{BadParameter, WEB_PORTS},
    reason::{Code, Reason},
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    text::{clean, counted, listed},
    values::Values,
    verdict::{Evidence, Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "guard-policy-holds",
    summary: "that the deployer's own rules in Guard hold",
    severity: Severity::High,
    frameworks: Frameworks {
        pci_dss: &["2.2.1"],
        nist_800_53: &["CM-2", "CM-6"],
        cis_controls: &["4.1"],
    },
    trigger: Trigger::ChangeAndHourly,
    parameters: &[&WEB_PORTS],
    codes: &[&HOLDS, &FAILS, &NOT_APPLICABLE],
    source: include_str!("guard_policy_holds.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Existing,
        needs: &[
            Need::Computer,
            Need::Policies,
            Need::WebEdges,
            Need::Ledger,
            Need::GuardPolicy,
        ],
        wishes: &[],
        prepare,
    }),
};

static HOLDS: Code = Code {
    id: "DS-GRD-001",
    meaning: "every Guard rule that applies holds",
    remedy: None,
};
static FAILS: Code = Code {
    id: "DS-GRD-002",
    meaning: "a Guard rule of the deployer's does not hold",
    remedy: Some(
        "Do what the rule's own message asks for. `deepgrade facts INSTANCE` shows what the rule \
         looked at.",
    ),
};
static NOT_APPLICABLE: Code = Code {
    id: "DS-GRD-003",
    meaning: "no Guard rule of the deployer's applies to the instance",
    remedy: None,
};

/// How many rules a reason names.
const NAMED: usize = 5;

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    let ports = values.ports(&WEB_PORTS)?;
    Ok(Box::new(move |facts| check(facts, &ports)))
}

fn check(facts: &Facts<'_>, web_ports: &[u16]) -> Result<Verdict, Gap> {
    let sighting = facts.sighting()?;
    weigh(&sighting, &facts.guard(web_ports)?)
}

fn weigh(sighting: &Sighting<'_>, outcomes: &[GuardOutcome]) -> Result<Verdict, Gap> {
    let mut holding = Vec::new();
    let mut grounds = Vec::new();
    for GuardOutcome { rule, word } in outcomes {
        let rule = clean(rule);
        match word {
            Ok(GuardWord::Pass) => holding.push(rule),
            Ok(GuardWord::Skip) => {}
            Ok(GuardWord::Fail(messages)) => {
                grounds.push(Ground::fails(&FAILS, shown(&rule, messages)));
            }
            Err(gap) => grounds.push(Ground::unknown(&FAILS, gap.clone())),
        }
    }
    if holding.is_empty() && grounds.is_empty() {
        let text = match sighting.note() {
            Some(note) => format!("{note}; {}", none(outcomes.len())),
            None => none(outcomes.len()),
        };
        return Ok(Verdict::not_applicable(Reason::new(&NOT_APPLICABLE, text)));
    }
    if !holding.is_empty() {
        let number = counted(holding.len(), "Guard rule");
        let names = listed(&holding, NAMED);
        grounds.push(Ground::holds(&FAILS, format!("{number} passed: {names}")));
    }
    Verdict::weigh(sighting, grounds, &HOLDS)
}

fn none(rules: usize) -> String {
    format!("none of {} applies", counted(rules, "Guard rule"))
}

/// The name of a rule with its messages.
fn shown(rule: &str, messages: &[Box<str>]) -> String {
    let messages: Vec<_> = messages.iter().map(|message| clean(message)).collect();
    if messages.is_empty() {
        format!("{rule} does not hold")
    } else {
        format!("{rule}: {}", messages.join(", "))
    }
}
