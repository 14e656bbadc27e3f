//! The ledgers of several AWS accounts and Regions.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Ledger;
use crate::{
    gap::{self, Gap},
    instance::{AccountId, Instance, Region},
};

/// The ledgers of several AWS accounts and Regions, some of which may be gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledgers(BTreeMap<(AccountId, Region), Result<Ledger, Gap>>);

impl Ledgers {
    /// The ledgers with that of one more account and Region, or why it was not read.
    #[must_use]
    pub fn with(mut self, account: AccountId, region: Region, ledger: Result<Ledger, Gap>) -> Self {
        self.0.insert((account, region), ledger);
        self
    }

    /// When a source was listed last, whichever it is.
    #[must_use]
    pub fn listed_at(&self) -> Option<Timestamp> {
        let ledgers = self.0.values().flatten();
        let watermarks = ledgers.flat_map(|ledger| ledger.watermarks.values().flatten());
        watermarks.map(|watermark| watermark.listed_at).max()
    }

    /// The ledger that an instance is in.
    ///
    /// # Errors
    /// A gap when the ledger of its account and Region was not read; a standing one when several
    /// ledgers may be its own.
    pub fn of(&self, instance: &Instance) -> Result<&Ledger, Gap> {
        let mut own = self.0.iter().filter(|((account, region), _)| {
            instance.account.is_none_or(|own| own == *account)
                && instance.region.as_ref().is_none_or(|own| own == region)
        });
        match (own.next(), own.next()) {
            (Some((_, ledger)), None) => ledger.as_ref().map_err(Clone::clone),
            (Some(_), Some(_)) => {
                let text = "the account or the Region of the instance is not reported";
                Err(Gap::standing(&gap::NOT_REPORTED, text))
            }
            (None, _) => {
                let text = match (&instance.account, &instance.region) {
                    (Some(account), Some(region)) => {
                        format!("the ledger of findings was not read: account {account}, {region}")
                    }
                    _ => "the ledger of findings was not read".to_owned(),
                };
                Err(Gap::retryable(&gap::LEDGER_MISSING, text))
            }
        }
    }
}
