//! # What it checks
//! That nothing is left to be done about the findings of GuardDuty on the instance.
//!
//! # Why it matters
//! A finding says that somebody may be in the machine, or at its door. Deep Security can look into
//! the machine and shield it, which is worth nothing as long as nobody makes it do so.
//!
//! # How it decides
//! The ledger holds every finding and what became of it; this rule only reads it. A finding is open
//! while it is being answered, while no plan can be made for it, while a step of its plan is to be
//! done or has failed, and while no managed computer stands for the instance. It is closed once it
//! is answered, once GuardDuty stands by it no longer, and once somebody archives it there. One that
//! is open is non-compliant, also where GuardDuty was switched off afterwards: that answers nothing.
//! Instances that Deep Security does not know are graded like all others.
//!
//! Where none is open, GuardDuty must have been listed within `maxFindingListAgeHours`, so that no
//! finding is missing in the ledger. Where it is off, the instance is not applicable. The annotation
//! tells what became of each finding, the newest last; where there is no room, those that are
//! closed are left out first, then the older ones.
//!
//! # When it cannot tell
//! Unless a finding is open: when the ledger cannot be read, or a row of it that may be about the
//! instance; when it is not known yet which instances a finding leads to; or when the findings of
//! GuardDuty were not listed for too long.

use crate::{
    facts::Need,
    framework::Frameworks,
    ledger::Source,
    parameter::BadParameter,
    reason::Code,
    response::{MAX_FINDING_LIST_AGE_HOURS, Response},
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    values::Values,
};

pub(super) static RULE: Rule = Rule {
    id: "threats-are-answered",
    summary: "that no finding of GuardDuty on the instance is open",
    severity: Severity::Critical,
    frameworks: Frameworks {
        pci_dss: &["12.10.5"],
        nist_800_53: &["IR-4", "SI-4"],
        cis_controls: &["17.4"],
    },
    trigger: Trigger::Scheduled,
    parameters: &[&MAX_FINDING_LIST_AGE_HOURS],
    codes: &[&ANSWERED, &OPEN, &OFF],
    source: include_str!("threats_are_answered.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Existing,
        needs: &[Need::Ledger],
        wishes: &[],
        prepare,
    }),
};

static ANSWERED: Code = Code {
    id: "DS-THR-001",
    meaning: "no finding of GuardDuty is open",
    remedy: None,
};
static OPEN: Code = Code {
    id: "DS-THR-002",
    meaning: "a finding of GuardDuty is open",
    remedy: Some(
        "See what is missing with `deepgrade ledger show`: an agent, a module that is off, a scan \
         that has not run, an archived finding at GuardDuty.",
    ),
};
static OFF: Code = Code {
    id: "DS-THR-003",
    meaning: "GuardDuty is off in the account and Region",
    remedy: Some("Switch Amazon GuardDuty on, where its findings are wanted."),
};

static RESPONSE: Response = Response {
    source: Source::GuardDuty,
    answered: &ANSWERED,
    open: &OPEN,
    off: &OFF,
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    RESPONSE.prepare(values)
}
