//! # What it answers
//! Inspector findings: vulnerabilities of packages on an EC2 instance.
//!
//! # What it does
//! It looks up the IPS rules whose list of CVEs holds exactly a CVE of the finding, and assigns those
//! that can block, with the rules that they depend on: to the policy of the computer, and so to every
//! computer that uses it, or to the computer alone, as the settings say. Several rules for one CVE
//! cover several ways in: all of them are assigned.
//!
//! # What it says
//! That no rule exists, that the rules only detect, that the agent is too old for one, that a rule
//! cannot be assigned alone, and that intrusion prevention is off, only detects, or sees only a copy
//! of the traffic. Where no rule exists the plan is made again when the list of rules changes.
//!
//! # What it never does
//! It never unassigns a rule, also not when the vulnerability is gone. It changes no policy that the
//! settings do not list (`policiesThatMayChange`), and assigns no more rules for one finding than
//! they allow (`mostRules`).
//!
//! # When it cannot plan
//! When it cannot be told what stands for the instance in Deep Security, which policy its computer
//! carries, or which rules there are.

use std::collections::BTreeSet;

use rules::{
    Gap,
    intrusion_prevention::{
        IntrusionPrevention, IntrusionPreventionRule, RuleId, VirtualPatch, too_old_for,
    },
    ledger::Source,
    text::{listed, quoted},
};

use super::steps;
use crate::{
    action::{Action, Target},
    finding::Finding,
    options::{Options, Scope},
    plan::{Plan, Step},
    remediation::{Answers, Remediation},
    situation::{Managed, Situation},
};

/// How many rules a sentence names.
const SHOWN: usize = 5;

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "apply-cve-rules",
    summary: "assigns the IPS rules for the CVEs that Inspector finds on an instance",
    answers: Answers::Findings(Source::Inspector, plan),
    source: include_str!("apply_cve_rules.rs"),
};

fn plan(finding: &Finding, situation: &Situation<'_>, options: &Options) -> Result<Plan, Gap> {
    if finding.cves().is_empty() {
        let mut plan = steps::blank(REMEDIATION.id, situation);
        plan.steps
            .push(Step::skip("assign IPS rules", "the finding names no CVE"));
        return Ok(plan);
    }
    steps::plan(REMEDIATION.id, finding, situation, |managed, plan| {
        let ips = managed.inventory().intrusion_prevention()?;
        let wanted = wanted(finding, managed, ips, plan)?;
        if wanted.is_empty() {
            return Ok(());
        }
        let rules = ips.with_dependencies(wanted)?;
        plan.steps
            .push(assign(managed, ips, rules.as_slice(), options)?);
        if let Some(why) = managed.why_nothing_is_blocked()? {
            plan.steps.push(Step::cannot("shield the instance", why));
        }
        Ok(())
    })
}

/// The rules that can block and that the agent can run. What is said of the others goes into the
/// plan.
fn wanted(
    finding: &Finding,
    managed: &Managed<'_>,
    ips: &IntrusionPrevention,
    plan: &mut Plan,
) -> Result<BTreeSet<RuleId>, Gap> {
    let mut wanted = BTreeSet::new();
    let mut without_rule = false;
    for cve in finding.cves() {
        let what = format!("assign IPS rules for {cve}");
        let rules = match ips.virtual_patch(*cve) {
            VirtualPatch::NoRule => {
                without_rule = true;
                plan.steps.push(Step::skip(what, "no rule exists"));
                continue;
            }
            VirtualPatch::DetectOnly(rules) => {
                without_rule = true;
                let why = format!("{} only detect", named(&rules));
                plan.steps.push(Step::skip(what, why));
                continue;
            }
            VirtualPatch::Rules(rules) => rules,
        };
        for rule in rules {
            let what = format!("assign IPS rule {} for {cve}", rule.id);
            if let Some(version) = too_old_for(managed.computer(), rule)? {
                let why = format!("the agent is older than {}", quoted(version));
                plan.steps.push(Step::cannot(what, why));
            } else if rule.can_be_assigned_alone == Some(false) && rule.depends_on.is_empty() {
                let why = "it cannot be assigned alone, and does not say what it needs";
                plan.steps.push(Step::cannot(what, why));
            } else {
                wanted.insert(rule.id);
            }
        }
    }
    if without_rule {
        plan.without_rule_in = Some(ips.version().to_string().into());
    }
    Ok(wanted)
}

/// The step that assigns rules, or why it cannot be taken.
fn assign(
    managed: &Managed<'_>,
    ips: &IntrusionPrevention,
    rules: &[RuleId],
    options: &Options,
) -> Result<Step, Gap> {
    let what = format!("assign IPS rules {}", listed(rules, SHOWN));
    if rules.len() > options.most_rules {
        let why = format!(
            "{} rules are more than the {} that one finding may have assigned (mostRules)",
            rules.len(),
            options.most_rules
        );
        return Ok(Step::cannot(what, why));
    }
    let computer = managed.computer();
    let target = match (options.scope, computer.policy()?) {
        (Scope::Computer, _) => Target::Computer(computer.id),
        (Scope::Policy, None) => {
            return Ok(Step::cannot(what, "the computer has no policy"));
        }
        (Scope::Policy, Some(policy)) => {
            let policies = managed.inventory().policies()?;
            let name = quoted(&policies.listed(policy)?.name);
            if !options.may_change(policies, policy) {
                let why = format!(
                    "policy {name} is not among those that may change (policiesThatMayChange)"
                );
                return Ok(Step::cannot(what, why));
            }
            Target::Policy(policy)
        }
    };
    let assigned = match target {
        Target::Policy(policy) => ips.assigned_to_policy(policy),
        Target::Computer(computer) => ips.assigned_to_computer(computer),
    };
    // Where it is not known what is assigned, the Manager is asked before anything is.
    let missing: Vec<RuleId> = match assigned {
        Ok(assigned) => rules
            .iter()
            .filter(|rule| !assigned.contains(**rule))
            .copied()
            .collect(),
        Err(_) => rules.to_vec(),
    };
    if missing.is_empty() {
        return Ok(Step::skip(what, "they are assigned"));
    }
    let reason = match target {
        Target::Policy(policy) => {
            let policies = managed.inventory().policies()?;
            let name = quoted(&policies.listed(policy)?.name);
            format!("computer {} uses policy {name}", computer.id)
        }
        Target::Computer(computer) => format!("computer {computer} stands for the instance"),
    };
    let action = Action::AssignRules {
        manager: managed.inventory().manager().into(),
        target,
        rules: missing,
    };
    Ok(Step::act(action, reason))
}

/// The first few rules of many, in a sentence.
fn named(rules: &[&IntrusionPreventionRule]) -> String {
    format!("rules {}", listed(rules.iter().map(|rule| rule.id), SHOWN))
}
