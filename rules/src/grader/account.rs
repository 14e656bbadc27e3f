//! A rule about the account with its parameters set.

use crate::{
    health::{Health, Panel},
    parameter::{BadParameter, MAX_INVENTORY_AGE_MINUTES},
    rule::{AboutAccount, AccountCheck, Rule},
    verdict::Verdict,
};

/// A rule about the account with its parameters set, ready to grade.
pub struct AccountGrader {
    rule: &'static Rule,
    check: AccountCheck,
    panel: Panel,
}

impl std::fmt::Debug for AccountGrader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AccountGrader")
            .field("rule", &self.rule.id)
            .finish_non_exhaustive()
    }
}

impl AccountGrader {
    pub(super) fn new(
        rule: &'static Rule,
        about: &'static AboutAccount,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, BadParameter> {
        let values = rule.values(given)?;
        Ok(Self {
            rule,
            check: (about.prepare)(&values)?,
            panel: Panel::new(values.minutes(&MAX_INVENTORY_AGE_MINUTES)?)?,
        })
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// What the instances are counted by.
    #[must_use]
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// What the rule says of the account. It always says something.
    #[must_use]
    pub fn grade(&self, health: &Health) -> Verdict {
        (self.check)(health)
    }
}
