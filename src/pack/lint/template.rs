//! The sections of a pack, and what a value comes to.

use std::collections::BTreeMap;

use super::spot::{Place, Spot};

/// How deep functions may stand in each other.
const DEEPEST: usize = 16;

/// The sections of a pack.
pub(super) struct Template<'a> {
    pub(super) root: Spot<'a>,
    pub(super) parameters: BTreeMap<&'a str, Spot<'a>>,
    pub(super) conditions: BTreeMap<&'a str, Spot<'a>>,
    pub(super) resources: BTreeMap<&'a str, Spot<'a>>,
}

/// What a value comes to.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// What is written there, or as the default of a parameter.
    Written(Spot<'a>),
    /// Nothing: the member is left out.
    Absent,
    /// What only the deployer knows.
    Unknown,
}

impl<'a> Template<'a> {
    pub(super) fn of(root: Spot<'a>) -> Self {
        let section = |name: &str| {
            let section = root.member(name);
            let members = section.map(|section| section.members());
            members.unwrap_or_default().into_iter().collect()
        };
        Self {
            parameters: section("Parameters"),
            conditions: section("Conditions"),
            resources: section("Resources"),
            root,
        }
    }

    /// What a value can come to, with the defaults of the parameters: one, or one for each way that
    /// a condition may go.
    pub(super) fn values(&self, spot: &Spot<'a>) -> Vec<Value<'a>> {
        self.values_within(spot, DEEPEST)
    }

    fn values_within(&self, spot: &Spot<'a>, depth: usize) -> Vec<Value<'a>> {
        let Some((function, given)) = spot.function() else {
            return vec![Value::Written(spot.clone())];
        };
        let Some(depth) = depth.checked_sub(1) else {
            return vec![Value::Unknown];
        };
        match (function, given.text(), given.items().as_slice()) {
            ("Ref", Some("AWS::NoValue"), _) => vec![Value::Absent],
            ("Ref", Some(name), _) => vec![self.parameter(name)],
            ("Fn::If", _, [condition, then, otherwise]) => {
                let holds = condition.text().and_then(|name| self.holds(name));
                let mut values = Vec::new();
                if holds != Some(false) {
                    values.extend(self.values_within(then, depth));
                }
                if holds != Some(true) {
                    values.extend(self.values_within(otherwise, depth));
                }
                values
            }
            _ => vec![Value::Unknown],
        }
    }

    /// The texts that a value can come to, with where each is written.
    pub(super) fn texts(&self, spot: &Spot<'a>) -> Vec<(&'a str, Place)> {
        let values = self.values(spot).into_iter();
        values
            .filter_map(|value| match value {
                Value::Written(spot) => Some((spot.text()?, spot.place)),
                Value::Absent | Value::Unknown => None,
            })
            .collect()
    }

    fn parameter(&self, name: &str) -> Value<'a> {
        let parameter = self.parameters.get(name);
        match parameter.and_then(|parameter| parameter.member("Default")) {
            Some(default) if default.function().is_none() => Value::Written(default),
            Some(_) | None => Value::Unknown,
        }
    }

    /// Whether a condition holds, where that can be told.
    pub(super) fn holds(&self, condition: &str) -> Option<bool> {
        self.is_true(self.conditions.get(condition)?, DEEPEST)
    }

    fn is_true(&self, condition: &Spot<'a>, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        let (function, given) = condition.function()?;
        match (function, given.items().as_slice()) {
            ("Fn::Not", [condition]) => self.is_true(condition, depth).map(|holds| !holds),
            ("Fn::Equals", [one, other]) => Some(self.text(one)? == self.text(other)?),
            _ => None,
        }
    }

    /// The one text that a value comes to.
    pub(super) fn text(&self, spot: &Spot<'a>) -> Option<&'a str> {
        match self.values(spot).as_slice() {
            [Value::Written(spot)] => spot.text(),
            _ => None,
        }
    }
}
