//! # What it checks
//! That every CVE that Inspector finds on the instance, and for which an IPS rule exists, is
//! shielded by it.
//!
//! # Why it matters
//! A patch takes its time. An IPS rule blocks the attack meanwhile, if it is there, if it may block,
//! and if the agent has it.
//!
//! # How it decides
//! The ledger holds the findings of Inspector; the inventory holds the rules, and which of them the
//! computer has. A CVE is shielded when every rule whose list of CVEs holds exactly that CVE, and
//! that can block, is assigned to the computer and can run on its agent: several rules for one CVE
//! cover several ways in. It counts only when intrusion prevention shields the computer, in its
//! strongest mode and with the engine inline, and when the last policy send succeeded.
//!
//! CVEs without a rule that can block are counted, and the worst is named with the date since when
//! Inspector observes it. They do not decide, unless `unshieldable` is `non-compliant`.
//!
//! A CVE that is not shielded is non-compliant, however long ago Inspector was listed. To be
//! compliant, Inspector must have been listed within `maxFindingListAgeHours`. Where it is off, where
//! it found no CVE, and where none has a rule, the instance is not applicable.
//!
//! # When it cannot tell
//! Unless a CVE is certain not to be shielded: when the computer cannot be determined, when the
//! ledger or a row of it that may be about the instance cannot be read, when the findings were not
//! listed for too long, or when it is not known which rules there are, which the computer has,
//! whether its agent can run them, or whether intrusion prevention blocks.

use jiff::SignedDuration;

use crate::{
    exposure::{Exposure, observed},
    facts::{Facts, Need},
    framework::Frameworks,
    gap::Gap,
    inventories::Sighting,
    ledger::{Listing, Source},
    module::{Module, Shield, Strictness},
    parameter::{BadParameter, Kind, Parameter},
    reason::{Code, Reason},
    response::MAX_FINDING_LIST_AGE_HOURS,
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    text::counted,
    values::Values,
    verdict::{Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "cves-are-shielded",
    summary: "that every CVE that Inspector finds and that has an IPS rule is shielded by it",
    severity: Severity::High,
    frameworks: Frameworks {
        pci_dss: &["6.3.1", "11.5.1"],
        nist_800_53: &["RA-5", "SI-2"],
        cis_controls: &["7.7", "13.7"],
    },
    trigger: Trigger::Scheduled,
    parameters: &[&UNSHIELDABLE, &MAX_FINDING_LIST_AGE_HOURS],
    codes: &[
        &SHIELDED,
        &NOT_SHIELDED,
        &WITHOUT_RULE,
        &OFF,
        &NO_CVE,
        &NONE_WITH_RULE,
    ],
    source: include_str!("cves_are_shielded.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Running,
        needs: &[
            Need::Ledger,
            Need::Computer,
            Need::Policies,
            Need::IntrusionPreventionRules,
        ],
        wishes: &[],
        prepare,
    }),
};

static UNSHIELDABLE: Parameter = Parameter {
    name: "unshieldable",
    summary: "what a CVE means for which no IPS rule exists that can block: it is `counted`, or `non-compliant`",
    kind: Kind::Choice(&["counted", "non-compliant"]),
    default: "counted",
};

static SHIELDED: Code = Code {
    id: "DS-CVE-001",
    meaning: "every CVE that has an IPS rule is shielded by it",
    remedy: None,
};
static NOT_SHIELDED: Code = Code {
    id: "DS-CVE-002",
    meaning: "a CVE that has an IPS rule is not shielded by it",
    remedy: Some(
        "Have the rules that the reason names assigned: let the policy change \
         (`policiesThatMayChange`), or assign them in the Manager. See that intrusion prevention \
         prevents and that the policy was sent.",
    ),
};
static WITHOUT_RULE: Code = Code {
    id: "DS-CVE-003",
    meaning: "a CVE has no IPS rule that can block",
    remedy: Some("Patch the instance: no rule can block the attack."),
};
static OFF: Code = Code {
    id: "DS-CVE-004",
    meaning: "Inspector is off in the account and Region",
    remedy: Some("Switch Amazon Inspector on for EC2, where its findings are wanted."),
};
static NO_CVE: Code = Code {
    id: "DS-CVE-005",
    meaning: "Inspector found no CVE",
    remedy: None,
};
static NONE_WITH_RULE: Code = Code {
    id: "DS-CVE-006",
    meaning: "no CVE has an IPS rule that can block",
    remedy: Some("Patch the instance: no rule can block the attacks."),
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    let counts_only = values.choice(&UNSHIELDABLE)? == "counted";
    let max_age = values.hours(&MAX_FINDING_LIST_AGE_HOURS)?;
    Ok(Box::new(move |facts| check(facts, counts_only, max_age)))
}

fn check(facts: &Facts<'_>, counts_only: bool, max_age: SignedDuration) -> Result<Verdict, Gap> {
    let sighting = facts.sighting()?;
    let (ledger, instance) = (facts.ledger()?, facts.instance().id);
    let listing = || ledger.listing(instance, Source::Inspector, facts.now(), max_age);
    let cves = observed(ledger.entries(instance, Source::Inspector));
    if cves.is_empty() {
        return Ok(Verdict::not_applicable(match listing()? {
            Listing::Off => off(),
            Listing::On(_) => Reason::new(&NO_CVE, "Inspector found no CVE"),
        }));
    }
    let ips = facts.intrusion_prevention(&sighting)?;
    let seen = Exposure::of(&cves, ips, sighting.computer(), &NOT_SHIELDED);
    let mut grounds = seen.grounds.clone();
    if seen.with_rule > 0 {
        grounds.extend(conditions(facts, &sighting));
    }
    if !counts_only && seen.without_rule > 0 {
        let text = format!("no rule exists for {}", counted(seen.without_rule, "CVE"));
        grounds.push(Ground::fails(&WITHOUT_RULE, text));
    }
    let summary = seen.summary(&cves);
    if grounds.iter().any(|ground| ground.holds == Ok(false)) {
        // Which of them there is no more than a number of, stands first: the rest may be cut off.
        return Verdict::weigh_without_evidence(Some(&summary), grounds);
    }
    let answers = match listing()? {
        Listing::Off => return Ok(Verdict::not_applicable(off())),
        Listing::On(answers) => answers,
    };
    if seen.with_rule == 0 {
        let text = format!("no CVE has a rule: {}", seen.missing(&cves));
        return Ok(Verdict::not_applicable(Reason::new(&NONE_WITH_RULE, text)));
    }
    if let Some(gap) = grounds
        .iter()
        .find_map(|ground| ground.holds.as_ref().err())
    {
        return Err(gap.clone());
    }
    let ground = Ground::holds(&NOT_SHIELDED, summary);
    Verdict::weigh(&(sighting, answers), vec![ground], &SHIELDED)
}

fn off() -> Reason {
    Reason::new(&OFF, "Inspector is off")
}

/// What must hold of the computer, so that any of its rules shields.
fn conditions(facts: &Facts<'_>, sighting: &Sighting<'_>) -> Vec<Ground> {
    let computer = sighting.computer();
    let module = Module::IntrusionPrevention;
    let engine = || {
        if computer.engine_mode.is_missing() && computer.policy()?.is_some() {
            facts.policies(sighting)?;
        }
        sighting.inventory().engine_mode(computer)
    };
    let report = computer.modules.get(module);
    let shield = report.and_then(|report| report.shields(module, Strictness::Strongest, engine));
    let shield = match shield {
        Ok(Shield::Up) => Ground::holds(&NOT_SHIELDED, "intrusion prevention shields"),
        Ok(Shield::Down(clause)) => Ground::fails(&NOT_SHIELDED, clause),
        Err(gap) => Ground::unknown(&NOT_SHIELDED, gap),
    };
    let sent = match computer.policy_send.trouble() {
        Ok(None) => Ground::holds(&NOT_SHIELDED, "the last policy send succeeded"),
        Ok(Some(trouble)) => Ground::fails(&NOT_SHIELDED, trouble),
        Err(gap) => Ground::unknown(&NOT_SHIELDED, gap),
    };
    vec![shield, sent]
}
