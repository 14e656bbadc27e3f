//! # What it checks
//! That nothing is left to be done about the findings of Macie on buckets that the instance can
//! read.
//!
//! # Why it matters
//! Sensitive data in a bucket is as safe as the machines that may read it. Whoever takes over one
//! of them has the data.
//!
//! # How it decides
//! The ledger holds every finding with the instances that it leads to, by the roles whose policies
//! allow access to the bucket, and what became of it; this rule only reads it. The bucket may be of
//! another account, whose policy lets the role in. A finding is open
//! while it is being answered, while no plan can be made for it, while a step of its plan is to be
//! done or has failed, and while no managed computer stands for the instance. It is closed once it
//! is answered, once Macie stands by it no longer, and once somebody archives it there. One that is
//! open is non-compliant, also where Macie was switched off afterwards: that answers nothing.
//! Instances that Deep Security does not know are graded like all others.
//!
//! Where none is open, Macie must have been listed within `maxFindingListAgeHours`, so that no
//! finding is missing in the ledger: in every Region of the account that is listed, since the bucket
//! may be in another one than the instance. Where it is off in all of them, the instance is not
//! applicable. The annotation
//! tells what became of each finding, the newest last; where there is no room, those that are
//! closed are left out first, then the older ones.
//!
//! # When it cannot tell
//! Unless a finding is open: when the ledger cannot be read, or a row of it that may be about the
//! instance; when it is not known yet which instances a finding leads to, in the account or of a
//! bucket of another account that may let its roles in; or when the findings of Macie were not listed
//! for too long.

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
    id: "sensitive-data-is-shielded",
    summary: "that no finding of Macie that reaches the instance is open",
    severity: Severity::High,
    frameworks: Frameworks {
        pci_dss: &["12.10.7"],
        nist_800_53: &["IR-4", "IR-9"],
        cis_controls: &["17.4"],
    },
    trigger: Trigger::Scheduled,
    parameters: &[&MAX_FINDING_LIST_AGE_HOURS],
    codes: &[&ANSWERED, &OPEN, &OFF],
    source: include_str!("sensitive_data_is_shielded.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Existing,
        needs: &[Need::Ledger],
        wishes: &[],
        prepare,
    }),
};

static ANSWERED: Code = Code {
    id: "DS-SEN-001",
    meaning: "no finding of Macie that reaches the instance is open",
    remedy: None,
};
static OPEN: Code = Code {
    id: "DS-SEN-002",
    meaning: "a finding of Macie that reaches the instance is open",
    remedy: Some(
        "See what is missing with `deepgrade ledger show`: an agent, a module that is off, a scan \
         that has not run.",
    ),
};
static OFF: Code = Code {
    id: "DS-SEN-003",
    meaning: "Macie is off in the account and Region",
    remedy: Some("Switch Amazon Macie on, where its findings are wanted."),
};

static RESPONSE: Response = Response {
    source: Source::Macie,
    answered: &ANSWERED,
    open: &OPEN,
    off: &OFF,
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    RESPONSE.prepare(values)
}
