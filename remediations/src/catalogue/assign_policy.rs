//! # What it answers
//! An operator, or a remediation of AWS Config, that asks for a policy on one instance.
//!
//! # What it does
//! It puts the policy on the computer, where the computer has none.
//!
//! # What it never does
//! It never puts a policy in the place of another one: that would take protection away that
//! somebody chose.
//!
//! # When it cannot plan
//! When it cannot be told what stands for the instance in Deep Security, which policy its computer
//! carries, or which policy is meant.

use rules::{
    Gap, gap,
    policy::{Policies, PolicyId},
    text::{nearest, quoted},
};

use super::steps;
use crate::{
    action::Action,
    finding::{About, Finding, Request, Wish},
    options::Options,
    plan::{Plan, Step},
    remediation::{Answers, Asks, Offer, Remediation},
    situation::{Managed, Situation},
};

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "assign-policy",
    summary: "puts a policy on the computer of an instance that an operator names, if it has none",
    answers: Answers::Requests(
        plan,
        Offer {
            rules: &["instance-has-policy"],
            asks: Asks::Policy,
        },
    ),
    source: include_str!("assign_policy.rs"),
};

fn plan(finding: &Finding, situation: &Situation<'_>, _: &Options) -> Result<Plan, Gap> {
    steps::plan(REMEDIATION.id, finding, situation, |managed, plan| {
        if let About::Request(Request {
            wish: Wish::AssignPolicy { policy },
            ..
        }) = &finding.about
        {
            plan.steps.push(step(managed, policy)?);
        }
        Ok(())
    })
}

/// The step that puts a policy on a computer, or why it is not taken.
fn step(managed: &Managed<'_>, name: &str) -> Result<Step, Gap> {
    let what = format!("assign policy {}", quoted(name));
    let policies = managed.inventory().policies()?;
    if let Some(carried) = managed.computer().policy()? {
        let carried = quoted(&policies.listed(carried)?.name);
        return Ok(Step::skip(
            what,
            format!("the computer carries policy {carried}"),
        ));
    }
    let policy = match meant(policies, name)? {
        Ok(policy) => policy,
        Err(unknown) => return Ok(Step::cannot(what, unknown)),
    };
    let action = Action::AssignPolicy {
        computer: managed.place(),
        policy,
    };
    let reason = format!(
        "the computer has no policy, and {} is asked for",
        quoted(name)
    );
    Ok(Step::act(action, reason))
}

/// The policy that a name or path means, or what to say of one that means none.
fn meant(policies: &Policies, name: &str) -> Result<Result<PolicyId, String>, Gap> {
    match policies.named(name) {
        [policy] => Ok(Ok(*policy)),
        [] => {
            let names = policies.iter().map(|policy| &*policy.name);
            let near = nearest(name, names)
                .map(|near| format!("; did you mean {}?", quoted(near)))
                .unwrap_or_default();
            Ok(Err(format!(
                "the Manager has no policy {}{near}",
                quoted(name)
            )))
        }
        several => Err(Gap::standing(
            &gap::AMBIGUOUS_POLICY,
            format!(
                "{} policies are called {}: name one by its path",
                several.len(),
                quoted(name)
            ),
        )),
    }
}
