//! The sections of a pack: what is unknown, missing, unused or too long.

use std::collections::BTreeSet;

use rules::text::quoted;

use super::{
    Check,
    members::{cited, is_logical_id},
    spot::Spot,
};
use crate::pack::limits;

/// The sections that AWS's own packs have (AWS Config developer guide, "Custom Conformance Pack").
const SECTIONS: [&str; 3] = ["Parameters", "Conditions", "Resources"];
/// The members of a parameter (CloudFormation user guide, "Parameters").
const MEMBERS: [&str; 11] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];
/// The types of parameters that hold plain values (the same).
const TYPES: [&str; 4] = ["String", "Number", "List<Number>", "CommaDelimitedList"];

impl<'a> Check<'a> {
    pub(super) fn sections(&mut self) {
        let root = self.template.root.clone();
        self.only(&root, &SECTIONS);
        if self.template.resources.is_empty() {
            let complaint = "there are no rules in it: put them into the section Resources";
            self.object(&root.place, complaint);
        }
        let used = Used::of(&root);
        let parameters = self.template.parameters.clone();
        if parameters.len() > limits::PARAMETERS {
            let complaint = format!(
                "{} parameters are more than the {} that a pack of your own may have",
                parameters.len(),
                limits::PARAMETERS
            );
            self.section_objects("Parameters", complaint);
        }
        for (name, parameter) in &parameters {
            self.parameter(name, parameter);
            if !used.names.contains(name) {
                self.object(&parameter.place, "nothing uses it: leave it out");
            }
        }
        for (name, condition) in &self.template.conditions.clone() {
            self.name(name, condition);
            if condition.function().is_none() {
                self.object(&condition.place, "is to be Fn::Equals or Fn::Not");
            }
            if !used.conditions.contains(name) {
                self.object(&condition.place, "nothing uses it: leave it out");
            }
        }
    }

    fn parameter(&mut self, name: &str, parameter: &Spot<'a>) {
        self.name(name, parameter);
        self.only(parameter, &MEMBERS);
        if let Some(kind) = self.wanted(parameter, "Type") {
            self.one_of(&kind, &TYPES);
        }
        let Some(default) = parameter.member("Default") else {
            return;
        };
        self.length(&default, 0, limits::PARAMETER_VALUE);
        let allowed = parameter.member("AllowedValues");
        let allowed = allowed.map(|allowed| self.list(&allowed));
        if let (Some(text), Some(allowed)) = (default.text(), allowed) {
            let mut words = allowed.iter().filter_map(Spot::text);
            if !words.any(|word| word == text) {
                let complaint = format!("{} is none of AllowedValues", quoted(text));
                self.object(&default.place, complaint);
            }
        }
    }

    pub(super) fn name(&mut self, name: &str, spot: &Spot<'a>) {
        if !is_logical_id(name) {
            let complaint = format!(
                "the name {} is to be of letters and digits, at most {}",
                cited(name),
                limits::PARAMETER_NAME
            );
            self.object(&spot.place, complaint);
        }
    }

    pub(super) fn section_objects(&mut self, section: &str, complaint: String) {
        if let Some(section) = self.template.root.member(section) {
            self.object(&section.place, complaint);
        }
    }
}

/// The names that something in a pack refers to.
#[derive(Default)]
struct Used<'a> {
    names: BTreeSet<&'a str>,
    conditions: BTreeSet<&'a str>,
}

impl<'a> Used<'a> {
    fn of(root: &Spot<'a>) -> Self {
        let mut used = Self::default();
        used.add(root);
        used
    }

    fn add(&mut self, spot: &Spot<'a>) {
        match spot.function() {
            Some(("Ref", target)) => self.names.extend(target.text()),
            Some(("Fn::If", given)) => {
                let items = given.items();
                self.conditions.extend(items.first().and_then(Spot::text));
            }
            _ => {}
        }
        for (name, member) in spot.members() {
            if name == "Condition" {
                self.conditions.extend(member.text());
            }
            self.add(&member);
        }
        for item in spot.items() {
            self.add(&item);
        }
    }
}
