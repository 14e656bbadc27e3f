//! The parameters of the pack: one for each parameter of each rule, beside the few of the pack itself.

use remediations::remediation::Asks;
use rules::{Rule, parameter::Parameter, rule::Trigger};

use super::{
    remediation,
    render::{Variant, logical_id},
    tree::Tree,
};

/// The parameter with the ARN of the function that every rule invokes.
pub const FUNCTION: &str = "RuleFunctionArn";
/// The parameter with how often the rules run that read more than the inventory.
pub const FREQUENCY: &str = "ScheduledRulesFrequency";

/// A parameter of the pack. All of them are strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackParameter {
    /// The name.
    pub name: String,
    /// What it sets, and what it takes.
    pub description: String,
    /// The value where none is given; without one, the pack has to be told.
    pub default: Option<String>,
    /// Whether empty stands for what the rule does without it.
    pub may_be_empty: bool,
}

impl PackParameter {
    pub(super) fn tree(&self) -> Tree {
        let mut members = vec![
            ("Description", Tree::text(&self.description)),
            ("Type", Tree::text("String")),
        ];
        let default = self.default.as_ref();
        members.extend(default.map(|default| ("Default", Tree::text(default))));
        Tree::members(members)
    }
}

/// The parameters of a variant.
pub(super) fn of(variant: &Variant) -> Vec<PackParameter> {
    let mut parameters = vec![PackParameter {
        name: FUNCTION.to_owned(),
        description: "The ARN of the function that every rule invokes; with the alias or version, \
                      where it has one"
            .to_owned(),
        default: variant.function.clone(),
        may_be_empty: false,
    }];
    let mut rules = variant.rules.iter();
    if rules.any(|rule| rule.trigger == Trigger::Scheduled) {
        parameters.push(PackParameter {
            name: FREQUENCY.to_owned(),
            description: "How often the rules run that read web fronts, findings or the state of \
                          Deepgrade: One_Hour, Three_Hours, Six_Hours, Twelve_Hours or \
                          TwentyFour_Hours"
                .to_owned(),
            default: Some("One_Hour".to_owned()),
            may_be_empty: false,
        });
    }
    for rule in &variant.rules {
        parameters.extend(rule.parameters().map(|parameter| of_rule(rule, parameter)));
    }
    let policies = remediation::offers(variant);
    let policies = policies.filter(|(_, _, offer)| offer.asks == Asks::Policy);
    parameters.extend(policies.map(|(rule, remediation, _)| PackParameter {
        name: name_of(rule, REMEDIATION_POLICY),
        description: format!(
            "{}: the policy that the remediation {} puts on a computer that has none; without it \
             the remediation is not offered",
            rule.id, remediation.id
        ),
        default: Some(String::new()),
        may_be_empty: true,
    }));
    parameters
}

/// What a remediation asks for that no rule is told.
pub(super) const REMEDIATION_POLICY: &str = "remediationPolicy";

fn of_rule(rule: &Rule, parameter: &Parameter) -> PackParameter {
    let Parameter {
        name,
        summary,
        kind,
        default,
    } = parameter;
    PackParameter {
        name: name_of(rule, name),
        description: format!("{}: {summary}. Takes {kind}", rule.id),
        default: Some((*default).to_owned()),
        may_be_empty: true,
    }
}

/// The name of a parameter of a rule in the pack: `AgentIsFreshParamMaxAgentAgeHours`.
pub(super) fn name_of(rule: &Rule, parameter: &str) -> String {
    format!("{}Param{}", logical_id(rule.id), capital(parameter))
}

/// The condition under which a parameter is given.
pub(super) fn given(parameter: &str) -> String {
    format!("{parameter}Given")
}

/// A word that begins with a capital.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
