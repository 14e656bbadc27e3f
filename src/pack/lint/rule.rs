//! Config rules (AWS Config API reference, `ConfigRule`; CloudFormation user guide,
//! `AWS::Config::ConfigRule`).

use std::collections::BTreeMap;

use rules::text::quoted;
use serde_json::Value as Json;

use super::{
    Check, node,
    resource::RuleSpot,
    spot::{Place, Spot},
    template::Value,
};
use crate::pack::limits;

const PROPERTIES: [&str; 8] = [
    "Compliance",
    "ConfigRuleName",
    "Description",
    "EvaluationModes",
    "InputParameters",
    "MaximumExecutionFrequency",
    "Scope",
    "Source",
];
const SCOPE: [&str; 4] = [
    "ComplianceResourceId",
    "ComplianceResourceTypes",
    "TagKey",
    "TagValue",
];
/// The most types of resources in a scope.
const TYPES: usize = 100;

/// A parameter that a rule is given, and what it can come to.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) values: Vec<(String, Place)>,
}

impl<'a> Check<'a> {
    pub(super) fn rules(&mut self, rules: &[RuleSpot<'a>]) {
        let ours = self.ours(rules);
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for rule in rules {
            let properties = &rule.properties;
            self.only(properties, &PROPERTIES);
            let is_ours = ours.contains(&rule.id);
            if let Some(name) = properties.member("ConfigRuleName") {
                self.rule_name(&name, is_ours);
                if let Some(text) = self.template.text(&name)
                    && let Some(other) = names.insert(text, rule.id)
                {
                    let complaint = format!("{other} has the name {} too", quoted(text));
                    self.object(&name.place, complaint);
                }
            }
            if let Some(description) = properties.member("Description") {
                self.length(&description, 0, limits::DESCRIPTION);
            }
            if let Some(scope) = properties.member("Scope") {
                self.scope(&scope);
            }
            if let Some(modes) = properties.member("EvaluationModes") {
                for mode in self.list(&modes) {
                    self.only(&mode, &["Mode"]);
                    if let Some(mode) = self.wanted(&mode, "Mode") {
                        self.one_of(&mode, &["DETECTIVE", "PROACTIVE"]);
                    }
                }
            }
            self.source(properties, is_ours);
            let inputs = self.inputs(properties);
            self.fits(properties, &inputs);
            if is_ours {
                self.own(rule, &inputs);
            } else {
                self.historic(&inputs);
            }
        }
    }

    /// Calls that read the results of a rule take 64 characters, which Deepgrade's rules need. A
    /// pack adds 27 to what is written.
    fn rule_name(&mut self, name: &Spot<'a>, is_ours: bool) {
        let limit = if is_ours {
            limits::RULE_NAME
        } else {
            limits::OTHER_RULE_NAME
        };
        for (text, place) in self.template.texts(name) {
            let length = text.chars().count();
            if text.trim().is_empty() {
                self.object(&place, "is empty");
            } else if length > limit {
                let complaint = format!(
                    "{length} characters are more than {limit}: the pack adds {} to the name of a \
                     rule",
                    limits::SUFFIX
                );
                self.object(&place, complaint);
            }
        }
    }

    fn scope(&mut self, scope: &Spot<'a>) {
        self.only(scope, &SCOPE);
        let types = scope.member("ComplianceResourceTypes");
        let types = types.map(|types| self.list(&types)).unwrap_or_default();
        if types.len() > TYPES {
            let complaint = format!("{} types are more than {TYPES}", types.len());
            self.object(&scope.place, complaint);
        }
        if scope.member("ComplianceResourceId").is_some() && types.len() != 1 {
            let complaint = "with ComplianceResourceId there is to be one resource type";
            self.object(&scope.place, complaint);
        }
        if scope.member("TagValue").is_some() && scope.member("TagKey").is_none() {
            self.object(&scope.place, "with TagValue there is to be TagKey");
        }
    }

    /// The parameters that a rule is given: members, or a text with an object of JSON.
    pub(super) fn inputs(&mut self, properties: &Spot<'a>) -> Vec<Input> {
        let Some(input) = properties.member("InputParameters") else {
            return Vec::new();
        };
        if let Some(text) = input.text() {
            return self.inputs_of_text(&input.place, text);
        }
        if input.function().is_some() {
            return Vec::new();
        }
        if input.members().is_empty() {
            self.object(&input.place, "is to be members, one a parameter");
        }
        let mut inputs = Vec::new();
        for (name, member) in input.members() {
            let mut values = Vec::new();
            let mut absent = 0;
            let found = self.template.values(&member);
            let ways = found.len();
            for value in found {
                match value {
                    Value::Written(spot) => match spot.text() {
                        Some(text) => values.push((text.to_owned(), spot.place)),
                        None => self.object(&spot.place, "is to be a single value, in quotes"),
                    },
                    Value::Absent => absent += 1,
                    Value::Unknown => {}
                }
            }
            if absent < ways {
                inputs.push(Input {
                    name: name.to_owned(),
                    place: member.place,
                    values,
                });
            }
        }
        inputs
    }

    fn inputs_of_text(&mut self, place: &Place, text: &str) -> Vec<Input> {
        let Ok(Json::Object(members)) = serde_json::from_str(text) else {
            self.object(place, "is to be members, or a text with an object of JSON");
            return Vec::new();
        };
        if let Ok(document) = node::read(text) {
            let members = Spot::root(&document).members();
            let mut names = std::collections::BTreeSet::new();
            for (name, _) in members {
                if !names.insert(name.to_owned()) {
                    let complaint = format!("holds {} twice: leave one out", quoted(name));
                    self.object(place, complaint);
                }
            }
        }
        let members = members.into_iter();
        members
            .map(|(name, value)| {
                let place = place.below(&name, place.line);
                let text = match value {
                    Json::String(text) => text,
                    other => other.to_string(),
                };
                Input {
                    name,
                    place: place.clone(),
                    values: vec![(text, place)],
                }
            })
            .collect()
    }

    /// AWS Config keeps parameters as a text of JSON.
    fn fits(&mut self, properties: &Spot<'a>, inputs: &[Input]) {
        let Some(input) = properties.member("InputParameters") else {
            return;
        };
        let json = |text: &str| Json::from(text).to_string().chars().count();
        // With a colon and a comma each; the last has a bracket for its comma.
        let lengths = inputs.iter().map(|input| {
            let values = input.values.iter().map(|(value, _)| json(value));
            json(&input.name) + values.max().unwrap_or(2) + 2
        });
        let length = 1 + lengths.sum::<usize>();
        if length > limits::INPUT_PARAMETERS {
            let complaint = format!(
                "as JSON these are {length} characters, more than the {} of a rule: shorten a value",
                limits::INPUT_PARAMETERS
            );
            self.object(&input.place, complaint);
        }
    }
}
