//! What is known of an instance when its plan is made.

use std::sync::Arc;

use remediations::{
    Plan, catalogue,
    finding::About,
    record::Record,
    situation::{Host, Situation},
};
use rules::{
    Gap,
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, InstanceState},
    inventories::Inventories,
    text::clean,
};

use super::Remediate;
use crate::{
    ledger::{Partition, Row, Table},
    ports::{
        Error,
        answering::{Act, Investigate, Owned},
    },
};

/// How many pages of the findings on one instance are read to see whether it may be compromised.
const PAGES: usize = 4;

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// Makes the plan of a record that is about an instance.
    ///
    /// # Errors
    /// The record as it is written down without a plan, when a fact is missing.
    pub(super) async fn planned(
        &self,
        record: Record,
        trail: &[Box<str>],
    ) -> Result<Record, Box<Record>> {
        let plan = match record.instance {
            Some(instance) => self.plan(&record, instance, trail).await,
            None => return Ok(record),
        };
        match plan {
            Ok(plan) => Ok(record.planned(plan, self.now())),
            Err(why) => Err(Box::new(record.unplanned(clean(&why), self.now()))),
        }
    }

    /// The plan for an instance.
    ///
    /// # Errors
    /// A line that says which fact is missing.
    pub(super) async fn plan(
        &self,
        record: &Record,
        instance: InstanceId,
        trail: &[Box<str>],
    ) -> Result<Plan, String> {
        let finding = &record.finding;
        let partition = Partition::from(record);
        let (_, plan) = catalogue::answering(finding)
            .ok_or_else(|| format!("no remediation answers {}", finding.source))?;
        let seen = self.see(&partition, instance).await?;
        let situation = Situation {
            now: self.now(),
            instance,
            account: partition.account,
            region: &partition.region,
            host: seen.host(self).map_err(|gap| gap.to_string())?,
            owner: seen.owned.as_ref().and_then(|owned| owned.owner.as_deref()),
            // A vulnerability is answered in the same way whatever else is found.
            may_be_compromised: !matches!(finding.about, About::Vulnerability(_))
                && self.may_be_compromised(&partition, instance).await?,
        };
        let plan = plan(finding, &situation, &self.options);
        let mut plan = plan.map_err(|gap| gap.to_string())?;
        plan.trail.extend_from_slice(trail);
        Ok(plan)
    }

    /// What is known of an instance: what was published where that shows a computer, else what the
    /// Managers say just now. EC2 is asked only about an instance without a managed computer.
    async fn see(&self, partition: &Partition, instance: InstanceId) -> Result<Seen, String> {
        let named = Instance::bare(instance, partition.account, partition.region.clone());
        let line = |error: Error| error.to_string();
        let published = self.published(partition.account).await;
        let mut inventories = published.map_err(line);
        let shows = |inventories: &Arc<Inventories>| {
            let sighting = self.sighting(inventories, &named);
            sighting.is_ok_and(|sighting| matches!(Host::of(sighting), Ok(Host::Managed(_))))
        };
        if inventories.as_ref().is_ok_and(shows) {
            return Ok(Seen {
                inventories: inventories?,
                named,
                owned: None,
                is_gone: false,
            });
        }
        let live = self.investigate.look_up(partition.account, instance).await;
        inventories = match (live, inventories) {
            (Ok(live), _) => Ok(live),
            // What was published says that it is not protected, or why that cannot be told.
            (Err(_), Ok(published)) => Ok(published),
            (Err(error), Err(_)) => Err(line(error)),
        };
        let owned = self
            .investigate
            .instance(partition, instance)
            .await
            .map_err(line)?;
        let is_gone = owned.as_ref().is_none_or(|owned| {
            let state = &owned.instance.state;
            matches!(state, Fact::Known(InstanceState::Terminated))
        });
        Ok(Seen {
            inventories: inventories?,
            named,
            owned,
            is_gone,
        })
    }

    /// What was published of an account, as it was read a moment ago.
    async fn published(&self, account: AccountId) -> Result<Arc<Inventories>, Error> {
        let now = self.time.elapsed();
        if let Some(seen) = self.memory.inventories(account, now) {
            return Ok(seen);
        }
        let read = self.investigate.inventories(account).await?;
        self.memory.note_inventories(account, now, &read);
        self.warn_of_unknown_policies(&read);
        Ok(read)
    }

    /// A policy that may change and that no Manager knows is hardly meant: its rules would never be
    /// assigned.
    fn warn_of_unknown_policies(&self, inventories: &Inventories) {
        let unknown = self.options.unknown_policies(inventories);
        for line in unknown.iter().map(ToString::to_string) {
            if self.memory.is_news(&line) {
                tracing::warn!("policiesThatMayChange: {line}");
            }
        }
    }

    fn sighting<'a>(
        &self,
        inventories: &'a Inventories,
        named: &Instance,
    ) -> Result<Option<rules::inventories::Sighting<'a>>, Gap> {
        inventories.sighting(named, self.now(), self.limits.max_inventory_age)
    }

    /// Whether a finding on the instance that is open says that it may be compromised. More of them
    /// than are read might.
    async fn may_be_compromised(
        &self,
        partition: &Partition,
        instance: InstanceId,
    ) -> Result<bool, String> {
        let prefix = format!("{instance}#{}#", rules::ledger::Source::GuardDuty.word());
        let mut page = None;
        for _ in 0..PAGES {
            let partition = partition.to_string();
            let rows = self.table.rows(&partition, &prefix, page.as_deref()).await;
            let rows = rows.map_err(|error| error.to_string())?;
            if rows
                .items
                .iter()
                .any(|row| row.as_ref().map_or(true, |row| self.says_compromised(row)))
            {
                return Ok(true);
            }
            page = rows.next;
            if page.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a row says that the instance may be compromised. One that cannot be read might.
    fn says_compromised(&self, row: &Row) -> bool {
        row.record()
            .map_or(true, |record| match &record.finding.about {
                _ if !record.state.is_open() => false,
                About::Threat(threat) => {
                    let answer = self.options.matrix.answer(&record.finding.kind, threat);
                    answer.compromise
                }
                About::Bucket(_) | About::Vulnerability(_) | About::Request(_) => false,
            })
    }
}

/// What was seen of an instance.
#[derive(Debug)]
struct Seen {
    inventories: Arc<Inventories>,
    named: Instance,
    owned: Option<Owned>,
    is_gone: bool,
}

impl Seen {
    fn host<I: Investigate, A: Act, T: Table>(
        &self,
        remediate: &Remediate<I, A, T>,
    ) -> Result<Host<'_>, Gap> {
        if self.is_gone {
            return Ok(Host::Gone);
        }
        let sighting = remediate.sighting(&self.inventories, &self.named)?;
        Host::of(sighting)
    }
}
