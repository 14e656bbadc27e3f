//! What runs on a machine, by the IPS rules of its policy.

use std::collections::{BTreeMap, BTreeSet};

use super::sign::{Sign, WebKind, signs};

/// What the application types of a policy's IPS rules say of the machines that it protects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// What answers web requests; empty where nothing is known to.
    pub kinds: BTreeSet<WebKind>,
    /// All that is said.
    pub signs: BTreeSet<Sign>,
    /// What each application type says that the table knows. The names are foreign text.
    pub by_type: BTreeMap<Box<str>, BTreeSet<Sign>>,
}

impl Served {
    /// By the names of application types.
    #[must_use]
    pub fn by<'a>(application_types: impl IntoIterator<Item = &'a str>) -> Self {
        let names = application_types.into_iter();
        let known = names.filter_map(|name| Some((name.into(), signs(name)?)));
        let by_type: BTreeMap<Box<str>, BTreeSet<Sign>> = known.collect();
        let signs: BTreeSet<Sign> = by_type.values().flatten().copied().collect();
        let kinds = signs.iter().filter_map(|sign| match sign {
            Sign::Web(kind) => Some(*kind),
            _ => None,
        });
        Self {
            kinds: kinds.collect(),
            signs,
            by_type,
        }
    }
}
