//! Remediation configurations (AWS Config API reference, `RemediationConfiguration`).

use std::collections::BTreeMap;

use rules::text::{nearest, quoted};

use super::{
    Check,
    resource::{RuleSpot, depends_on},
    spot::{Place, Spot},
    template::Value,
};
use crate::{
    account::is_role,
    pack::{
        limits::{
            ATTEMPTS, REMEDIATION_PARAMETERS, REMEDIATION_VALUE, REMEDIATION_VALUES, RETRY_SECONDS,
        },
        remediation::{INSTANCE_ID, ROLE, parameters_of},
    },
};

const PROPERTIES: [&str; 10] = [
    "Automatic",
    "ConfigRuleName",
    "ExecutionControls",
    "MaximumAutomaticAttempts",
    "Parameters",
    "ResourceType",
    "RetryAttemptSeconds",
    "TargetId",
    "TargetType",
    "TargetVersion",
];
const CONTROLS: [&str; 2] = ["ConcurrentExecutionRatePercentage", "ErrorPercentage"];

impl<'a> Check<'a> {
    pub(super) fn remediations(
        &mut self,
        rules: &[RuleSpot<'a>],
        remediations: &[(Spot<'a>, Spot<'a>)],
    ) {
        let names: BTreeMap<&str, &RuleSpot<'a>> = rules
            .iter()
            .filter_map(|rule| {
                let name = rule.properties.member("ConfigRuleName")?;
                Some((self.template.text(&name)?, rule))
            })
            .collect();
        let mut remediated: Vec<(&str, Option<&str>)> = Vec::new();
        for (resource, properties) in remediations {
            self.only(properties, &PROPERTIES);
            let rule = self.rule_of(resource, properties, &names, rules);
            if let Some((rule, place)) = rule {
                let condition = resource.member("Condition");
                let key = (rule, condition.and_then(|condition| condition.text()));
                if remediated.contains(&key) {
                    let complaint =
                        "this rule has a remediation already: AWS Config takes one a rule";
                    self.object(&place, complaint);
                }
                remediated.push(key);
            }
            if let Some(kind) = self.wanted(properties, "TargetType") {
                self.one_of(&kind, &["SSM_DOCUMENT"]);
            }
            if let Some(document) = self.wanted(properties, "TargetId") {
                self.length(&document, 1, 256);
            }
            for (name, most) in [
                ("MaximumAutomaticAttempts", ATTEMPTS),
                ("RetryAttemptSeconds", RETRY_SECONDS),
            ] {
                if let Some(number) = properties.member(name) {
                    self.number(&number, 1, most);
                }
            }
            self.controls(properties);
            self.document_parameters(resource, properties);
            self.automatic(properties);
        }
    }

    /// The rule that is remediated, by its name or by a reference to it.
    fn rule_of(
        &mut self,
        resource: &Spot<'a>,
        properties: &Spot<'a>,
        names: &BTreeMap<&str, &RuleSpot<'a>>,
        rules: &[RuleSpot<'a>],
    ) -> Option<(&'a str, Place)> {
        let name = self.wanted(properties, "ConfigRuleName")?;
        let place = name.place.clone();
        if let Some(("Ref", given)) = name.function()
            && let Some(rule) = rules.iter().find(|rule| given.text() == Some(rule.id))
        {
            return Some((rule.id, place));
        }
        let text = self.template.text(&name)?;
        let Some(rule) = names.get(text) else {
            let near = nearest(text, names.keys().copied());
            let advice = near.map(|near| format!("; did you mean {near}?"));
            let complaint = format!(
                "the pack has no rule {}{}",
                quoted(text),
                advice.unwrap_or_default()
            );
            self.object(&place, complaint);
            return None;
        };
        let mut before = depends_on(resource).into_iter();
        if !before.any(|other| other.text() == Some(rule.id)) {
            let complaint = format!("may be made before its rule: add DependsOn: {}", rule.id);
            self.object(&resource.place, complaint);
        }
        let condition = |spot: &Spot<'a>| spot.member("Condition").and_then(|name| name.text());
        if condition(&rule.resource).is_some() && condition(resource).is_none() {
            let complaint = format!(
                "is made when its rule {} is not: give it the condition of the rule",
                rule.id
            );
            self.object(&resource.place, complaint);
        }
        Some((rule.id, place))
    }

    fn controls(&mut self, properties: &Spot<'a>) {
        let Some(controls) = properties.member("ExecutionControls") else {
            return;
        };
        self.only(&controls, &["SsmControls"]);
        let Some(controls) = controls.member("SsmControls") else {
            return;
        };
        self.only(&controls, &CONTROLS);
        for name in CONTROLS {
            if let Some(percentage) = controls.member(name) {
                self.number(&percentage, 1, 100);
            }
        }
    }

    fn document_parameters(&mut self, resource: &Spot<'a>, properties: &Spot<'a>) {
        let Some(parameters) = properties.member("Parameters") else {
            return;
        };
        let members = parameters.members();
        if members.len() > REMEDIATION_PARAMETERS {
            let complaint = format!(
                "{} parameters are more than {REMEDIATION_PARAMETERS}",
                members.len()
            );
            self.object(&parameters.place, complaint);
        }
        self.parameters_of_ours(properties, &members);
        // By the defaults it may not be made at all: then they say nothing of it.
        let condition = resource.member("Condition");
        let condition = condition.and_then(|condition| condition.text());
        let holds = condition.and_then(|condition| self.template.holds(condition));
        let is_made = holds != Some(false);
        for (_, parameter) in members {
            for value in self.template.values(&parameter) {
                if let Value::Written(value) = value {
                    self.value(&value, is_made);
                }
            }
        }
    }

    /// The names of what a document of ours is told.
    fn parameters_of_ours(&mut self, properties: &Spot<'a>, given: &[(&'a str, Spot<'a>)]) {
        let target = properties.member("TargetId");
        let Some(document) = target
            .as_ref()
            .and_then(|target| self.template.text(target))
        else {
            return;
        };
        let Some(taken) = parameters_of(document) else {
            return;
        };
        for (name, parameter) in given {
            if taken.contains(name) {
                continue;
            }
            let near = nearest(name, taken.iter().copied());
            let near = near.map(|near| format!("; did you mean {near}?"));
            let complaint = format!(
                "{} takes no {}{}",
                quoted(document),
                quoted(name),
                near.unwrap_or_default()
            );
            self.object(&parameter.place, complaint);
        }
        if !given.iter().any(|(name, _)| *name == INSTANCE_ID) {
            let complaint = format!("{} needs {INSTANCE_ID}", quoted(document));
            self.object(&properties.place, complaint);
        }
    }

    /// What a document is told: the id of the resource, or values that are always the same.
    fn value(&mut self, parameter: &Spot<'a>, is_made: bool) {
        self.only(parameter, &["ResourceValue", "StaticValue"]);
        let resource = parameter.member("ResourceValue");
        let fixed = parameter.member("StaticValue");
        match (resource, fixed) {
            (Some(resource), None) => {
                self.only(&resource, &["Value"]);
                if let Some(value) = self.wanted(&resource, "Value") {
                    self.one_of(&value, &["RESOURCE_ID"]);
                }
            }
            (None, Some(fixed)) => {
                self.only(&fixed, &["Values"]);
                let Some(values) = self.wanted(&fixed, "Values") else {
                    return;
                };
                let items = self.list(&values);
                if items.len() > REMEDIATION_VALUES {
                    let complaint =
                        format!("{} values are more than {REMEDIATION_VALUES}", items.len());
                    self.object(&values.place, complaint);
                }
                let known = |item: &Spot<'a>| is_made || item.function().is_none();
                for item in items.into_iter().filter(known) {
                    self.length(&item, 1, REMEDIATION_VALUE);
                }
            }
            _ => {
                let complaint = "takes ResourceValue or StaticValue, one of both";
                self.object(&parameter.place, complaint);
            }
        }
    }

    /// What AWS Config starts by itself needs a role that is written out (AWS Config developer
    /// guide, "Conformance Packs": no function serves for it), and when to give up.
    fn automatic(&mut self, properties: &Spot<'a>) {
        let role = properties.member("Parameters");
        let role = role.and_then(|parameters| parameters.member(ROLE));
        if let Some(role) = &role {
            let values = role.member("StaticValue");
            let values = values.and_then(|fixed| fixed.member("Values"));
            let items = values.map(|values| values.items()).unwrap_or_default();
            let is_written = matches!(items.as_slice(), [item] if item.text().is_some_and(is_role));
            if !is_written {
                let complaint = format!(
                    "{ROLE} is to be the ARN of one role, written out: no function makes it, and \
                     no parameter"
                );
                self.object(&role.place, complaint);
            }
        }
        let Some(automatic) = properties.member("Automatic") else {
            return;
        };
        self.flag(&automatic);
        let texts = self.template.texts(&automatic);
        let mut texts = texts.iter();
        if !texts.any(|(text, _)| text.eq_ignore_ascii_case("true")) {
            return;
        }
        if role.is_none() {
            let complaint = format!(
                "an automatic remediation needs the parameter {ROLE} with the ARN of a role, \
                 written out"
            );
            self.object(&automatic.place, complaint);
        }
        for name in ["MaximumAutomaticAttempts", "RetryAttemptSeconds"] {
            if properties.member(name).is_none() {
                let complaint = format!("an automatic remediation needs {name}");
                self.object(&automatic.place, complaint);
            }
        }
    }
}
