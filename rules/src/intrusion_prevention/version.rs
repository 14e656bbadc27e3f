//! What a list of IPS rules is called, so that a change of it is noticed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::IntrusionPreventionRule;

/// The name of a list of IPS rules: 32 hexadecimal digits, the same for the same list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RulesVersion(Box<str>);

/// FNV-1a of 128 bits (RFC 9923, "The FNV Non-Cryptographic Hash Algorithm"): it notices changes,
/// and nobody gains anything by making two lists alike.
struct Fnv(u128);

const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl RulesVersion {
    /// The name of a list of rules, which come by rising id.
    pub(super) fn of(rules: &[IntrusionPreventionRule]) -> Self {
        let mut sum = Fnv(OFFSET_BASIS);
        for rule in rules {
            sum.number(rule.id);
            sum.text(if rule.detect_only {
                "detect"
            } else {
                "prevent"
            });
            match &rule.minimum_agent_version {
                Some(version) => sum.text(version),
                None => sum.number(u64::MAX),
            }
            let cves = rule.cves();
            sum.number(cves.len() as u64);
            cves.iter().for_each(|cve| sum.text(&cve.to_string()));
            let mut depends_on = rule.depends_on.clone();
            depends_on.sort_unstable();
            depends_on.dedup();
            sum.number(depends_on.len() as u64);
            depends_on.iter().for_each(|rule| sum.number(*rule));
        }
        Self(format!("{:032x}", sum.0).into())
    }
}

impl fmt::Display for RulesVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_be_bytes());
    }

    /// A text after its length, so that no two rows of texts run into the same bytes.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_one_of_the_standard() {
        let of = |text: &str| {
            let mut sum = Fnv(OFFSET_BASIS);
            sum.bytes(text.as_bytes());
            sum.0
        };
        assert_eq!(of(""), OFFSET_BASIS);
        assert_eq!(of("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}
