//! A document whose members keep their order: a template is read by people.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Text(String),
    Number(u32),
    Flag(bool),
    List(Vec<Self>),
    Members(Vec<(String, Self)>),
}

impl Tree {
    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Members, in this order.
    pub(super) fn members<N: Into<String>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        let members = members.into_iter();
        Self::Members(members.map(|(name, tree)| (name.into(), tree)).collect())
    }

    /// The value of a parameter of the template, or the name of a resource.
    pub(super) fn reference(name: impl Into<String>) -> Self {
        Self::members([("Ref", Self::text(name))])
    }

    /// A value where a condition holds, and nothing otherwise.
    pub(super) fn only_if(condition: &str, value: Self) -> Self {
        let nothing = Self::reference("AWS::NoValue");
        Self::members([(
            "Fn::If",
            Self::List(vec![Self::text(condition), value, nothing]),
        )])
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => items.serialize(serializer),
            Self::Members(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, tree) in members {
                    map.serialize_entry(name, tree)?;
                }
                map.end()
            }
        }
    }
}
