//! # What it checks
//! That the computer of the instance carries one of the policies in `policyNames`; without that
//! parameter, any policy.
//!
//! # Why it matters
//! A policy is what gives a computer its modules, rules and settings. A machine with an agent but
//! without its policy looks managed and is protected by nothing that was decided for it.
//!
//! # How it decides
//! A name means a policy of that name, whatever its capitals; a path such as
//! `Base Policy/Linux/Web` means one policy where names repeat. With `matchAncestors` a policy
//! below the named one counts too. A name that no Manager knows is refused, with the nearest one.
//! Of several computers for one instance the one whose agent spoke last counts.
//!
//! # When it cannot tell
//! When the computer cannot be determined, when names are given and the policies of its Manager
//! were not read, when the policy that it carries is not in the Manager's list, or when that
//! policy is one of several that a name fits.

use crate::{
    facts::{Facts, Need},
    framework::Frameworks,
    gap::{self, Gap},
    parameter::{BadParameter, Kind, Parameter},
    policy::{Policies, PolicyId},
    reason::Code,
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    text::quoted,
    values::Values,
    verdict::{Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "instance-has-policy",
    summary: "that the instance carries one of the expected Deep Security policies",
    severity: Severity::High,
    frameworks: Frameworks {
        pci_dss: &["2.2.1", "5.2.1"],
        nist_800_53: &["CM-6", "SI-3"],
        cis_controls: &["4.1", "10.6"],
    },
    trigger: Trigger::ChangeAndHourly,
    parameters: &[&POLICY_NAMES, &MATCH_ANCESTORS],
    codes: &[&EXPECTED, &NO_POLICY, &OTHER_POLICY],
    source: include_str!("instance_has_policy.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Existing,
        needs: &[Need::Computer, Need::Policies],
        wishes: &[],
        prepare,
    }),
};

static POLICY_NAMES: Parameter = Parameter {
    name: "policyNames",
    summary: "the policies of which the instance must carry one, by name or path",
    kind: Kind::PolicyNames,
    default: "",
};

static MATCH_ANCESTORS: Parameter = Parameter {
    name: "matchAncestors",
    summary: "whether a policy below a named one counts",
    kind: Kind::Flag,
    default: "false",
};

static EXPECTED: Code = Code {
    id: "DS-POL-001",
    meaning: "the computer carries an expected policy",
    remedy: None,
};
static NO_POLICY: Code = Code {
    id: "DS-POL-002",
    meaning: "the computer carries no policy",
    remedy: Some("Assign a policy: in the Manager, or by the remediation `assign-policy`."),
};
static OTHER_POLICY: Code = Code {
    id: "DS-POL-003",
    meaning: "the computer carries none of the expected policies",
    remedy: Some(
        "Assign an expected policy in the Manager, or add the one that it has to `policyNames`.",
    ),
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    let names = values.policy_names(&POLICY_NAMES)?;
    let match_ancestors = values.flag(&MATCH_ANCESTORS)?;
    Ok(Box::new(move |facts| check(facts, &names, match_ancestors)))
}

fn check(facts: &Facts<'_>, names: &[String], match_ancestors: bool) -> Result<Verdict, Gap> {
    let sighting = facts.sighting()?;
    let ground = match sighting.computer().policy() {
        Err(gap) => Ground::unknown(&OTHER_POLICY, gap),
        Ok(None) => Ground::fails(&NO_POLICY, "carries no policy"),
        Ok(Some(carried)) if names.is_empty() => match sighting.shown(carried) {
            Ok(shown) => Ground::holds(&EXPECTED, format!("carries policy {shown}")),
            Err(gap) => Ground::unknown(&EXPECTED, gap),
        },
        Ok(Some(carried)) => facts
            .policies(&sighting)
            .and_then(|policies| compare(policies, carried, names, match_ancestors))
            .unwrap_or_else(|gap| Ground::unknown(&OTHER_POLICY, gap)),
    };
    Verdict::weigh(&sighting, vec![ground], &EXPECTED)
}

/// Compares the policy that is carried with the names that are expected.
fn compare(
    policies: &Policies,
    carried: PolicyId,
    names: &[String],
    match_ancestors: bool,
) -> Result<Ground, Gap> {
    let counting = if match_ancestors {
        policies.lineage(carried)?
    } else {
        vec![policies.listed(carried)?]
    };
    let mut ambiguous = None;
    for name in names {
        let meant = policies.named(name);
        let carries_one = counting.iter().any(|policy| meant.contains(&policy.id));
        match meant {
            [_] if carries_one => {
                let own = counting.first().map_or("", |policy| &policy.name);
                return Ok(Ground::holds(
                    &EXPECTED,
                    format!("carries policy {}", quoted(own)),
                ));
            }
            _ if carries_one => ambiguous = Some(name),
            _ => {}
        }
    }
    if let Some(name) = ambiguous {
        return Err(Gap::standing(
            &gap::AMBIGUOUS_POLICY,
            format!(
                "{} fits more than one policy; give the path of the one meant",
                quoted(name)
            ),
        ));
    }
    let path = policies.path(carried).unwrap_or_default();
    let wanted: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    Ok(Ground::fails(
        &OTHER_POLICY,
        format!(
            "carries policy {}, wanted {}",
            quoted(&path),
            wanted.join(" or ")
        ),
    ))
}
