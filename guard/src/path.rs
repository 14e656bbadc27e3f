//! Where a fact is in the document.

use std::{fmt, str::FromStr};

/// Where a fact is in the document: names of members from the outside in, and `[*]` for every
/// element of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Box<str>>);

/// The step into the elements of a list.
const EVERY: &str = "[*]";

impl Path {
    /// The path of a member.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(name.into());
        Self(steps)
    }

    /// The path of every element.
    #[must_use]
    pub fn every(&self) -> Self {
        self.member(EVERY)
    }

    /// The steps from the outside in: the name of a member, or `None` into the elements of a list.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Option<&str>> {
        self.0
            .iter()
            .map(|step| (**step != *EVERY).then_some(&**step))
    }

    /// Whether the other is the same, or leads further inside.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

/// Reads a path as it is shown. Whether there is such a fact is for a [`Shape`](crate::Shape).
impl FromStr for Path {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut path = Self::default();
        for step in text.split('.') {
            let (name, lists) = step.split_once('[').unwrap_or((step, ""));
            path = path.member(name);
            if !lists.is_empty() {
                path = path.every();
            }
        }
        Ok(path)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            if position > 0 && **step != *EVERY {
                formatter.write_str(".")?;
            }
            formatter.write_str(step)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_what_lies_inside_it() {
        let path = |text: &str| text.parse::<Path>().unwrap();
        assert_eq!(
            path("web.fronts[*].guard").to_string(),
            "web.fronts[*].guard"
        );
        assert!(path("web").holds(&path("web.fronts[*].guard")));
        assert!(path("web.fronts[*]").holds(&path("web.fronts[*]")));
        assert!(!path("web.fronts[*]").holds(&path("web.fronts")));
        assert!(!path("web").holds(&path("webEdges")));
    }
}
