//! The remediation configurations in the pack.
//!
//! They start SSM documents. AWS Config tells a document the id of the instance and nothing else
//! that changes (AWS Config API reference, `RemediationParameterValue`), so that each remediation is
//! a document of its own. Somebody starts them, unless the variant says that AWS Config does.

use remediations::{
    Remediation,
    remediation::{Answers, Asks, Offer},
};
use rules::Rule;

use super::{
    INSTANCE,
    parameters::{REMEDIATION_POLICY, given, name_of},
    render::{Variant, logical_id},
    tree::Tree,
};

/// How many of the non-compliant instances are remediated at once, in percent, and how many may
/// fail before AWS Config stops.
const AT_ONCE: u32 = 10;
const MAY_FAIL: u32 = 20;
/// How often AWS Config tries by itself, and within how many seconds.
const ATTEMPTS: u32 = 3;
const WITHIN: u32 = 600;

/// The parameter of every SSM document with the id of the instance.
pub const INSTANCE_ID: &str = "InstanceId";
/// The parameter with the policy, of a document that asks for one.
pub const POLICY: &str = "Policy";
/// The parameter with the modules, of a document that asks for them: with commas, and empty for
/// those that the rule requires by itself.
pub const MODULES: &str = "Modules";
/// The parameter with the role that SSM takes on (AWS Config developer guide, "Setting Up Auto
/// Remediation": the name is fixed).
pub(super) const ROLE: &str = "AutomationAssumeRole";

/// The remediations that are offered for the rules of a variant, in the order of the rules.
pub(super) fn offers(
    variant: &Variant,
) -> impl Iterator<Item = (&'static Rule, &'static Remediation, Offer)> {
    variant.rules.iter().flat_map(|rule| {
        let all = remediations::CATALOGUE.iter();
        all.filter_map(|remediation| match &remediation.answers {
            Answers::Requests(_, offer) if offer.rules.contains(&rule.id) => {
                Some((*rule, *remediation, *offer))
            }
            Answers::Requests(..) | Answers::Findings(..) | Answers::Schedule => None,
        })
    })
}

/// What a document of ours takes, by the end of its name; `None` for a document of somebody else.
pub(super) fn parameters_of(document: &str) -> Option<Vec<&'static str>> {
    let all = remediations::CATALOGUE.iter();
    let offers = all.filter_map(|remediation| match &remediation.answers {
        Answers::Requests(_, offer) => Some((remediation.id, offer.asks)),
        Answers::Findings(..) | Answers::Schedule => None,
    });
    let mut ours = offers.filter(|(id, _)| {
        let before = document.strip_suffix(id);
        before.is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('-'))
    });
    let (_, asks) = ours.next()?;
    let asked = match asks {
        Asks::Nothing => None,
        Asks::Policy => Some(POLICY),
        Asks::Modules => Some(MODULES),
    };
    Some([INSTANCE_ID, ROLE].into_iter().chain(asked).collect())
}

/// The remediation configurations of a variant, each with its logical id.
pub(super) fn offered(variant: &Variant) -> impl Iterator<Item = (String, Tree)> {
    offers(variant).map(|(rule, remediation, offer)| {
        let id = format!("{}{}", logical_id(rule.id), logical_id(remediation.id));
        (id, configuration(variant, rule, remediation, offer))
    })
}

fn configuration(variant: &Variant, rule: &Rule, remediation: &Remediation, offer: Offer) -> Tree {
    let mut members = vec![("Type", Tree::text("AWS::Config::RemediationConfiguration"))];
    let mut parameters = vec![(INSTANCE_ID, resource_id())];
    match offer.asks {
        Asks::Nothing => {}
        Asks::Policy => {
            // Without a policy there is nothing to offer.
            let policy = name_of(rule, REMEDIATION_POLICY);
            members.push(("Condition", Tree::text(given(&policy))));
            parameters.push((POLICY, static_value(Tree::reference(policy))));
        }
        Asks::Modules => {
            // Those that the rule requires. A value may not be empty.
            let modules = name_of(rule, "modules");
            let value = static_value(Tree::reference(&modules));
            parameters.push((MODULES, Tree::only_if(&given(&modules), value)));
        }
    }
    let mut automatic = variant.automatic.iter();
    let automatic = automatic.find(|automatic| automatic.remediation == remediation.id);
    if let Some(automatic) = automatic {
        let role = Tree::text(&automatic.role);
        parameters.push((ROLE, static_value(role)));
    }
    let controls = Tree::members([
        ("ConcurrentExecutionRatePercentage", Tree::Number(AT_ONCE)),
        ("ErrorPercentage", Tree::Number(MAY_FAIL)),
    ]);
    let document = format!("{}{}", variant.documents, remediation.id);
    members.extend([
        ("DependsOn", Tree::text(logical_id(rule.id))),
        (
            "Properties",
            Tree::members([
                ("ConfigRuleName", Tree::text(variant.rule_name(rule))),
                ("ResourceType", Tree::text(INSTANCE)),
                ("TargetType", Tree::text("SSM_DOCUMENT")),
                ("TargetId", Tree::text(document)),
                ("Parameters", Tree::members(parameters)),
                (
                    "ExecutionControls",
                    Tree::members([("SsmControls", controls)]),
                ),
                ("Automatic", Tree::Flag(automatic.is_some())),
                ("MaximumAutomaticAttempts", Tree::Number(ATTEMPTS)),
                ("RetryAttemptSeconds", Tree::Number(WITHIN)),
            ]),
        ),
    ]);
    Tree::members(members)
}

/// The instance that is non-compliant.
fn resource_id() -> Tree {
    let resource = Tree::members([("Value", Tree::text("RESOURCE_ID"))]);
    Tree::members([("ResourceValue", resource)])
}

fn static_value(value: Tree) -> Tree {
    let values = Tree::members([("Values", Tree::List(vec![value]))]);
    Tree::members([("StaticValue", values)])
}
