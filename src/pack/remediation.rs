//! The remediation configurations in the pack.
//!
//! They start SSM documents. AWS Config tells a document the id of the instance and nothing else
//! that changes (AWS Config API reference, `RemediationParameterValue`), so that each remediation is
//! a document of its own. Somebody starts them, unless the variant says that AWS Config does.

use remediations::{
    Remediation,
    remediation::{Answers, Asks, Offer},
};

use super::{
    render::{INSTANCE, Variant, described, given, is_given, parameter_name, pascal},
    tree::Tree,
};

/// How many of the non-compliant instances are remediated at once, in percent, and how many may
/// fail before AWS Config stops.
const AT_ONCE: u32 = 10;
const MAY_FAIL: u32 = 20;
/// How often AWS Config tries by itself, and within how many seconds.
const ATTEMPTS: u32 = 3;
const WITHIN: u32 = 600;

/// A remediation configuration, with what the template needs for it.
pub(super) struct Offered {
    pub(super) name: String,
    pub(super) parameter: Option<(String, Tree)>,
    pub(super) condition: Option<(String, Tree)>,
    pub(super) configuration: Tree,
}

/// The remediations that are offered for the rules of a variant, in the order of the rules.
pub(super) fn offered(variant: &Variant) -> Vec<Offered> {
    let mut all = Vec::new();
    for rule in &variant.rules {
        for remediation in remediations::CATALOGUE {
            if let Answers::Requests(_, offer) = &remediation.answers
                && offer.rules.contains(&rule.id)
            {
                all.push(configuration(variant, rule, remediation, offer));
            }
        }
    }
    all
}

fn configuration(
    variant: &Variant,
    rule: &rules::Rule,
    remediation: &Remediation,
    offer: &Offer,
) -> Offered {
    let mut parameters = vec![("InstanceId", tree_of_instance())];
    let mut parameter = None;
    let mut condition = None;
    match offer.asks {
        Asks::Nothing => {}
        Asks::Policy => {
            let name = parameter_name(rule, "remediationPolicy");
            let text = format!(
                "{}: the policy that the remediation {} puts on a computer that has none; \
                 without it the remediation is not offered",
                rule.id, remediation.id
            );
            parameters.push(("Policy", static_value(Tree::reference(&name))));
            condition = Some((given(&name), is_given(&name)));
            parameter = Some((name, described(&text, Some(""), [])));
        }
        Asks::Modules => {
            // Those that the rule requires.
            let name = parameter_name(rule, "modules");
            parameters.push(("Modules", static_value(Tree::reference(name))));
        }
    }
    let automatic = variant.automatic.as_ref();
    let automatic = automatic.filter(|automatic| {
        let mut ids = automatic.remediations.iter();
        ids.any(|id| id == remediation.id)
    });
    if let Some(automatic) = automatic {
        parameters.push((
            "AutomationAssumeRole",
            static_value(Tree::text(&automatic.role)),
        ));
    }
    let mut members = vec![("Type", Tree::text("AWS::Config::RemediationConfiguration"))];
    members.extend(
        condition
            .iter()
            .map(|(name, _)| ("Condition", Tree::text(name))),
    );
    members.push(("DependsOn", Tree::text(pascal(rule.id))));
    let controls = Tree::members([
        ("ConcurrentExecutionRatePercentage", Tree::Number(AT_ONCE)),
        ("ErrorPercentage", Tree::Number(MAY_FAIL)),
    ]);
    members.push((
        "Properties",
        Tree::members([
            ("ConfigRuleName", Tree::text(variant.rule_name(rule))),
            ("ResourceType", Tree::text(INSTANCE)),
            ("TargetType", Tree::text("SSM_DOCUMENT")),
            (
                "TargetId",
                Tree::text(format!("{}-{}", variant.documents, remediation.id)),
            ),
            ("Parameters", Tree::members(parameters)),
            (
                "ExecutionControls",
                Tree::members([("SsmControls", controls)]),
            ),
            ("Automatic", Tree::Flag(automatic.is_some())),
            ("MaximumAutomaticAttempts", Tree::Number(ATTEMPTS)),
            ("RetryAttemptSeconds", Tree::Number(WITHIN)),
        ]),
    ));
    Offered {
        name: format!("{}{}", pascal(rule.id), pascal(remediation.id)),
        parameter,
        condition,
        configuration: Tree::members(members),
    }
}

/// The instance that is non-compliant.
fn tree_of_instance() -> Tree {
    let resource = Tree::members([("Value", Tree::text("RESOURCE_ID"))]);
    Tree::members([("ResourceValue", resource)])
}

fn static_value(value: Tree) -> Tree {
    let values = Tree::members([("Values", Tree::List(vec![value]))]);
    Tree::members([("StaticValue", values)])
}
