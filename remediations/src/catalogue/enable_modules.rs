//! # What it answers
//! An operator, or a remediation of AWS Config, that asks for modules on one instance.
//!
//! # What it does
//! It switches on what is off, on the computer alone, in the strongest mode: the policy, and every
//! other computer that uses it, stays as it is.
//!
//! # What it never does
//! It never switches integrity monitoring on while an open finding says that the instance may be
//! compromised, and it changes nothing of a module that is on in a weaker mode.
//!
//! # When it cannot plan
//! When it cannot be told what stands for the instance in Deep Security, or whether a module is on.

use rules::Gap;

use super::steps;
use crate::{
    finding::{About, Finding, Request, Wish},
    options::Options,
    plan::{Plan, Step},
    remediation::{Answers, Asks, Offer, Remediation},
    situation::Situation,
};

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "enable-modules",
    summary: "switches modules on that are off, on the computer of an instance that an operator names",
    answers: Answers::Requests(
        plan,
        Offer {
            rules: &["modules-are-active"],
            asks: Asks::Modules,
        },
    ),
    source: include_str!("enable_modules.rs"),
};

fn plan(finding: &Finding, situation: &Situation<'_>, options: &Options) -> Result<Plan, Gap> {
    steps::plan(REMEDIATION.id, finding, situation, |managed, plan| {
        let About::Request(Request {
            wish: Wish::EnableModules { modules },
            ..
        }) = &finding.about
        else {
            return Ok(());
        };
        for module in modules {
            if managed.has_on(*module)? {
                let what = format!("switch {} on", module.name());
                plan.steps.push(Step::skip(what, "it is on"));
            }
        }
        // Who asks for it by name allows it.
        let allowed = Options {
            enable_modules: true,
            ..options.clone()
        };
        let may_be_compromised = situation.may_be_compromised;
        let off = steps::modules(managed, modules, may_be_compromised, &allowed)?;
        plan.steps.extend(off);
        Ok(())
    })
}
