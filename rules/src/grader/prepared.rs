//! A rule with its parameters set, whatever it is about.

use super::{AccountGrader, Grader};
use crate::{
    parameter::BadParameter,
    rule::{InstanceRule, Rule, Subject},
    values::Values,
};

/// A rule with its parameters set.
#[derive(Debug)]
pub enum Prepared {
    /// One about instances.
    Instance(Grader),
    /// One about the account.
    Account(AccountGrader),
}

impl Prepared {
    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        match self {
            Self::Instance(grader) => grader.rule(),
            Self::Account(grader) => grader.rule(),
        }
    }
}

impl Rule {
    /// The rule with parameters set, ready to grade.
    ///
    /// # Errors
    /// The first parameter that is refused.
    pub fn with(
        &'static self,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Prepared, BadParameter> {
        match &self.subject {
            Subject::Instance(about) => Grader::new(self, about, given).map(Prepared::Instance),
            Subject::Account(about) => {
                AccountGrader::new(self, about, given).map(Prepared::Account)
            }
        }
    }

    pub(crate) fn values(
        &self,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Values, BadParameter> {
        let taken: Vec<_> = self.parameters().collect();
        Values::check(self.id, &taken, given)
    }
}

impl InstanceRule {
    /// The rule with parameters set, ready to grade.
    ///
    /// # Errors
    /// The first parameter that is refused.
    pub fn with(
        self,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Grader, BadParameter> {
        Grader::new(self.rule(), self.about(), given)
    }
}
