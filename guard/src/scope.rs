//! What a query selects, and what names mean where it stands.

use serde_json::Value;

use crate::{path::Path, shape::Shape, tree::Let};

/// What a query selects of every document.
#[derive(Clone, Debug)]
pub(crate) enum Selection<'s> {
    /// Facts: where they are, and what they look like.
    Facts(Facts<'s>),
    /// What the rule itself says.
    Literal(&'s Value),
    /// A number that a function makes.
    Number,
    /// Texts that a function makes: one of some words, or any where there are none.
    Text(Vec<String>),
}

/// Facts that a query selects.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'s> {
    /// Each place once.
    pub(crate) places: Vec<(Path, &'s Shape)>,
    /// How many facts these may be in one document.
    pub(crate) most: u64,
    /// Whether the last step chooses among several.
    pub(crate) is_chosen: bool,
}

impl<'s> Facts<'s> {
    pub(crate) fn one(path: Path, shape: &'s Shape) -> Self {
        Self {
            places: vec![(path, shape)],
            most: 1,
            is_chosen: false,
        }
    }
}

/// Where a clause stands: what paths begin from, and the variables.
#[derive(Debug)]
pub(crate) struct Scope<'a, 's> {
    pub(crate) context: Facts<'s>,
    pub(crate) lets: &'s [Let],
    pub(crate) outer: Option<&'a Scope<'a, 's>>,
}

impl<'a, 's> Scope<'a, 's> {
    /// A scope inside this one.
    pub(crate) fn inner(&'a self, context: Facts<'s>, lets: &'s [Let]) -> Self {
        Self {
            context,
            lets,
            outer: Some(self),
        }
    }

    /// How many scopes there are around it.
    pub(crate) fn depth(&self) -> usize {
        self.outer.map_or(0, |outer| outer.depth() + 1)
    }

    /// What a variable is set to, and where.
    pub(crate) fn find(&'a self, name: &str) -> Option<(&'a Self, &'s Let)> {
        match self.lets.iter().find(|each| each.var == name) {
            Some(found) => Some((self, found)),
            None => self.outer?.find(name),
        }
    }

    /// Every variable that can be seen.
    pub(crate) fn names(&self) -> Vec<&'s str> {
        let mut names: Vec<&str> = self.outer.map(Scope::names).unwrap_or_default();
        names.extend(self.lets.iter().map(|each| each.var.as_str()));
        names
    }
}
