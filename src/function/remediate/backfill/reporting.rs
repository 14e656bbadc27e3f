//! From which Regions Macie reports of members. A bucket of one Region leads to instances of any, so
//! that `sensitive-data-is-shielded` waits for all of an account's: what is not written down there
//! before the first of them counts as listed would be missing in the others.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use rules::{
    instance::{AccountId, Region},
    ledger::Source,
};

use super::{AT_A_TIME, Seat};
use crate::{
    aws::{
        findings::{Coverage, Findings},
        table::DynamoTable,
    },
    ledger::{Partition, note_region, read_regions},
    ports::Error,
};

/// What is written down of the Regions that Macie reports from.
#[derive(Default)]
pub(super) struct Reporting {
    /// By member.
    noted: BTreeMap<AccountId, BTreeSet<Region>>,
    /// The Regions in which the members of Macie are unknown.
    blind: BTreeSet<Region>,
}

impl Reporting {
    /// Before anything was asked.
    pub(super) fn new(seats: &[Seat]) -> Self {
        Self {
            blind: seats.iter().map(|seat| seat.region.clone()).collect(),
            noted: BTreeMap::new(),
        }
    }

    /// Asks in every Region, and writes down what is not. Where that cannot be done, less is known
    /// afterwards.
    pub(super) async fn look(&mut self, table: &DynamoTable, own: AccountId, seats: &[Seat]) {
        let mut reporting: BTreeMap<AccountId, BTreeSet<Region>> = BTreeMap::new();
        for seat in seats {
            match members(own, seat).await {
                Ok(members) => {
                    self.blind.remove(&seat.region);
                    for member in members {
                        let regions = reporting.entry(member).or_default();
                        regions.insert(seat.region.clone());
                    }
                }
                Err(error) => {
                    let region = &seat.region;
                    tracing::warn!(%region, %error, "the members of Macie are unknown");
                }
            }
        }
        let notes = reporting.into_iter().map(|(account, regions)| async move {
            (account, note(table, account, &regions).await)
        });
        let mut notes = stream::iter(notes).buffer_unordered(AT_A_TIME);
        while let Some((account, noted)) = notes.next().await {
            match noted {
                Ok(regions) => {
                    self.noted.insert(account, regions);
                }
                Err(error) => {
                    tracing::warn!(%account, %error, "the Regions of Macie are not written down");
                }
            }
        }
    }

    /// Whether every Region from which Macie may report of a member is written down, apart from the
    /// one that is just listed.
    pub(super) fn is_whole(&self, member: AccountId, listed: &Region) -> bool {
        let mut others = self.blind.iter().filter(|region| *region != listed);
        let noted = self.noted.get(&member);
        noted.is_some_and(|noted| others.all(|region| noted.contains(region)))
    }
}

/// The members of whose buckets Macie reports from a Region, or did until it was suspended there.
async fn members(own: AccountId, seat: &Seat) -> Result<Vec<AccountId>, Error> {
    let seen = Findings::seen_from(&seat.clients, own, &seat.region, Source::Macie).await?;
    let Some(findings) = seen else {
        return Ok(Vec::new());
    };
    let members = findings.members().await?.into_iter();
    let reporting =
        members.filter(|(_, coverage)| matches!(coverage, Coverage::On | Coverage::Paused));
    Ok(reporting.map(|(account, _)| account).collect())
}

/// Writes down that Macie reports from Regions of an account; all that are written down then.
async fn note(
    table: &DynamoTable,
    account: AccountId,
    regions: &BTreeSet<Region>,
) -> Result<BTreeSet<Region>, Error> {
    let mut noted: BTreeSet<Region> = read_regions(table, account).await?.into_iter().collect();
    for region in regions {
        if noted.insert(region.clone()) {
            let region = region.clone();
            note_region(table, &Partition { account, region }).await?;
        }
    }
    Ok(noted)
}
