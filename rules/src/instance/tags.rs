//! The tags of an instance.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The tags of an instance, by rising key. Keys and values are foreign text.
///
/// A fleet holds many of them, and mostly looks at none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tags(Box<[(Box<str>, Box<str>)]>);

impl Tags {
    /// The value of the tag with that key, where there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let position = self.0.binary_search_by(|(known, _)| (**known).cmp(key));
        let (_, value) = self.0.get(position.ok()?)?;
        Some(value)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tags, by rising key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// Forgets every tag but those with a key that is wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        if self.0.iter().any(|(key, _)| !is_wanted(key)) {
            let tags = std::mem::take(&mut self.0).into_vec().into_iter();
            self.0 = tags.filter(|(key, _)| is_wanted(key)).collect();
        }
    }
}

/// Of two tags with one key, which AWS has not, the later counts.
impl<K: Into<Box<str>>, V: Into<Box<str>>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(tags: I) -> Self {
        let tags = tags
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()));
        let by_key: BTreeMap<Box<str>, Box<str>> = tags.collect();
        Self(by_key.into_iter().collect())
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let by_key = BTreeMap::<Box<str>, Box<str>>::deserialize(deserializer)?;
        Ok(Self(by_key.into_iter().collect()))
    }
}
