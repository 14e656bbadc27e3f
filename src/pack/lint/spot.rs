//! Where something stands in a document, and the parts below it.

use super::node::{Kind, Node};

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line, from one.
    pub(super) line: usize,
    /// The names on the way to it: `Resources.Fresh.Properties.Source`.
    pub(super) path: String,
}

impl Place {
    pub(super) fn below(&self, name: &str, line: usize) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        Self { line, path }
    }
}

/// A part of a document, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a> {
    pub(super) node: &'a Node,
    pub(super) place: Place,
}

impl<'a> Spot<'a> {
    /// The whole document.
    pub(super) fn root(node: &'a Node) -> Self {
        let place = Place {
            line: node.line,
            path: String::new(),
        };
        Self { node, place }
    }

    /// The members, where there are members.
    pub(super) fn members(&self) -> Vec<(&'a str, Self)> {
        let Kind::Members(members) = &self.node.kind else {
            return Vec::new();
        };
        let members = members.iter();
        members
            .map(|member| {
                let place = self.place.below(&member.name, member.line);
                let node = &member.value;
                (member.name.as_str(), Self { node, place })
            })
            .collect()
    }

    /// The member of that name; of several the last one, which is the one that counts.
    pub(super) fn member(&self, name: &str) -> Option<Self> {
        let mut members = self.members().into_iter().rev();
        members
            .find(|(found, _)| *found == name)
            .map(|(_, spot)| spot)
    }

    /// The items, where there are items.
    pub(super) fn items(&self) -> Vec<Self> {
        let Kind::List(items) = &self.node.kind else {
            return Vec::new();
        };
        let numbered = items.iter().enumerate();
        numbered
            .map(|(number, node)| {
                let place = Place {
                    line: node.line,
                    path: format!("{}[{number}]", self.place.path),
                };
                Self { node, place }
            })
            .collect()
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&'a str> {
        match &self.node.kind {
            Kind::Text(text) => Some(text),
            Kind::List(_) | Kind::Members(_) | Kind::Nothing | Kind::Alias => None,
        }
    }

    /// The function of the template that stands here, and what it is given.
    pub(super) fn function(&self) -> Option<(&'a str, Self)> {
        let mut members = self.members();
        match (members.pop(), members.is_empty()) {
            (Some((name, spot)), true) if name == "Ref" || name.starts_with("Fn::") => {
                Some((name, spot))
            }
            _ => None,
        }
    }
}
