//! Which Config rules are Deepgrade's, by their names: an aggregator tells nothing else of them.

use rules::{CATALOGUE, Rule};

/// What the names of Deepgrade's Config rules are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleNames {
    prefix: String,
}

/// What a conformance pack adds to the name of a rule, before nine letters and digits.
const OF_PACK: &str = "-conformance-pack-";
/// How many these are.
const OF_PACK_LETTERS: usize = 9;

impl RuleNames {
    /// Names that begin so, as `deepgrade pack render --prefix` makes them.
    #[must_use]
    pub fn beginning_with(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    /// The beginning.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The rule that a Config rule runs, by its name; `None` for one that is not Deepgrade's.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&'static Rule> {
        let id = bare(name).strip_prefix(&self.prefix)?;
        CATALOGUE.iter().copied().find(|rule| rule.id == id)
    }
}

/// The name without what a pack added to it.
fn bare(name: &str) -> &str {
    let letters = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        text.len() == OF_PACK_LETTERS && text.bytes().all(plain)
    };
    match name.rsplit_once(OF_PACK) {
        Some((bare, added)) if letters(added) => bare,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_known_by_prefix_and_id_alone_or_in_a_pack() {
        let names = RuleNames::beginning_with("acme-ds-");
        let id = |name: &str| names.rule(name).map(|rule| rule.id);
        let fresh = Some("agent-is-fresh");
        assert_eq!(id("acme-ds-agent-is-fresh"), fresh);
        assert_eq!(
            id("acme-ds-agent-is-fresh-conformance-pack-abc123def"),
            fresh
        );
        for foreign in [
            "agent-is-fresh",
            "ds-agent-is-fresh",
            "acme-ds-agent-is-fresher",
            "acme-ds-agent-is-fresh-conformance-pack-abc",
            "acme-ds-agent-is-fresh-conformance-pack-ABC123DEF",
            "other-acme-ds-agent-is-fresh",
            "",
        ] {
            assert_eq!(id(foreign), None, "{foreign}");
        }
    }
}
