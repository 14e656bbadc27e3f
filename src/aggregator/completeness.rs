//! What the results of an aggregator leave out.

use rules::text::clean;

use super::port::Source;
use crate::results::{Listed, Omission, OmissionKind};

/// What is left out, in the making.
#[derive(Debug, Default)]
pub(super) struct Omissions(Vec<Omission>);

impl Omissions {
    /// Adds something about an account and Region, or about all of them; about a rule, or about all.
    pub(super) fn add(
        &mut self,
        kind: OmissionKind,
        source: Option<&Source>,
        rule: Option<&str>,
        text: &str,
    ) {
        self.0.push(Omission {
            kind,
            account: source.map(|source| source.account.to_string()),
            region: source.map(|source| source.region.to_string()),
            rule: rule.map(str::to_owned),
            text: clean(text),
        });
    }

    /// The most urgent first.
    pub(super) fn listed(self) -> Listed<Omission> {
        let Self(mut all) = self;
        all.sort_by(|one, other| {
            let key = |omission: &Omission| {
                let Omission {
                    kind,
                    account,
                    region,
                    rule,
                    ..
                } = omission;
                (*kind, account.clone(), region.clone(), rule.clone())
            };
            key(one).cmp(&key(other))
        });
        // None of them is cut: of what is not listed nobody could say that it is no more.
        Listed {
            total: all.len(),
            first: all,
        }
    }
}
