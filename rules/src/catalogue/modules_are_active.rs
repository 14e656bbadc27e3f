//! # What it checks
//! That the instance is shielded by every module in `modules`.
//!
//! # Why it matters
//! A module can be on and protect nothing: intrusion prevention that only detects, that has no
//! rules, or that sits in a network engine in Tap mode; anti-malware without a real-time scan;
//! a module whose agent part is in error.
//!
//! # How it decides
//! A module shields when it is on in its strongest mode (intrusion prevention `prevent`,
//! integrity monitoring `real-time`, anti-malware with a real-time scan configuration, the
//! others `on`), has rules where rules are what protects (intrusion prevention, integrity
//! monitoring, log inspection, firewall), and reports the status `active`. Intrusion prevention
//! also needs a network engine that is not in Tap mode: the computer's own setting where it was
//! read, otherwise that of its policy. `strictness=on` accepts modes that only watch; it never
//! accepts an engine in Tap mode.
//!
//! # When it cannot tell
//! When the computer cannot be determined, when a module is not in the Manager's response or
//! has a state or status that is not known, or when intrusion prevention would shield and the
//! engine mode is not known.

use crate::{
    facts::{Facts, Need},
    framework::Frameworks,
    gap::Gap,
    inventories::Sighting,
    module::{EngineMode, Module, Shield, Strictness},
    parameter::{BadParameter, Kind, Parameter},
    reason::Code,
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    values::Values,
    verdict::{Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "modules-are-active",
    summary: "that the required protection modules shield the instance",
    severity: Severity::Critical,
    frameworks: Frameworks {
        pci_dss: &["5.2.1", "5.2.2", "5.3.2", "11.5.1", "11.5.2"],
        nist_800_53: &["SI-3", "SI-4", "SI-7"],
        cis_controls: &["10.1", "13.2", "13.7"],
    },
    trigger: Trigger::ChangeAndHourly,
    parameters: &[&MODULES, &STRICTNESS],
    codes: &[&SHIELDED, &NOT_SHIELDED],
    source: include_str!("modules_are_active.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Running,
        needs: &[Need::Computer, Need::Policies],
        wishes: &[],
        prepare,
    }),
};

static MODULES: Parameter = Parameter {
    name: "modules",
    summary: "the modules that must shield the instance",
    kind: Kind::Modules,
    default: "antiMalware,intrusionPrevention",
};

static STRICTNESS: Parameter = Parameter {
    name: "strictness",
    summary: "how strong a module must be: in its `strongest` mode, or merely `on`",
    kind: Kind::Choice(&["strongest", "on"]),
    default: "strongest",
};

static SHIELDED: Code = Code {
    id: "DS-MOD-001",
    meaning: "every required module shields",
    remedy: None,
};
static NOT_SHIELDED: Code = Code {
    id: "DS-MOD-002",
    meaning: "a required module does not shield",
    remedy: Some(
        "Switch the module on in its strongest mode, with rules and with the network engine inline, and \
         see that it reports no trouble. The remediation `enable-modules` switches on what is off.",
    ),
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    let modules = values.modules(&MODULES)?;
    let strictness = match values.choice(&STRICTNESS)? {
        "on" => Strictness::On,
        _ => Strictness::Strongest,
    };
    Ok(Box::new(move |facts| check(facts, &modules, strictness)))
}

fn check(facts: &Facts<'_>, modules: &[Module], strictness: Strictness) -> Result<Verdict, Gap> {
    let sighting = facts.sighting()?;
    let grounds = modules.iter().map(|module| {
        let report = sighting.computer().modules.get(*module);
        let shield = report.and_then(|report| {
            report.shields(*module, strictness, || engine_mode(facts, &sighting))
        });
        match shield {
            Ok(Shield::Up) => Ground::holds(&SHIELDED, format!("{} shields", module.name())),
            Ok(Shield::Down(clause)) => Ground::fails(&NOT_SHIELDED, clause),
            Err(gap) => Ground::unknown(&NOT_SHIELDED, gap),
        }
    });
    Verdict::weigh(&sighting, grounds.collect(), &SHIELDED)
}

/// The engine mode in force on the computer.
fn engine_mode(facts: &Facts<'_>, sighting: &Sighting<'_>) -> Result<EngineMode, Gap> {
    let computer = sighting.computer();
    if computer.engine_mode.is_missing() && computer.policy()?.is_some() {
        facts.policies(sighting)?;
    }
    sighting.inventory().engine_mode(computer)
}
