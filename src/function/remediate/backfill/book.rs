//! What the ledger has, and what listings write into it. The rows of an account and Region are read
//! once in a run, when the first of its findings is listed.

use std::collections::{BTreeMap, BTreeSet};

use remediations::{
    Finding,
    finding::{Life, Version},
    record::State,
};
use rules::{
    instance::InstanceId,
    ledger::{Source, Watermark},
};

use crate::{
    aws::table::DynamoTable,
    function::remediate::listed,
    ledger::{
        Key, Partition, Row, Table as _, Write, note_listed, note_partition, note_region,
        read_records,
    },
    ports::{Error, Passing},
    remediate::Limits,
    time::Time,
};

/// How often a row is written that others come before.
const TRIES: u32 = 5;

/// The ledger, as one run knows it.
pub(super) struct Book<'a> {
    table: &'a DynamoTable,
    time: &'a dyn Time,
    read: BTreeMap<Partition, Known>,
    /// Where it is noted that Macie reports from there.
    reporting: BTreeSet<Partition>,
}

/// What the ledger has of an account and Region.
#[derive(Default)]
struct Known {
    /// Versions that were dealt with, or noted in this run.
    seen: BTreeMap<Key, (Version, Life)>,
    /// Rows that nobody can write before somebody puts them in order, with what is wrong.
    unreadable: BTreeMap<Key, String>,
}

/// What became of a finding that is listed.
pub(super) enum Noted {
    /// The ledger had it.
    Before,
    /// It is written down, and waits to be answered.
    Now,
    /// A row of it cannot be read, and is in the way; what is wrong with it.
    Barred(String),
}

impl<'a> Book<'a> {
    pub(super) fn new(table: &'a DynamoTable, time: &'a dyn Time) -> Self {
        Self {
            table,
            time,
            read: BTreeMap::new(),
            reporting: BTreeSet::new(),
        }
    }

    /// Writes a finding down, unless the ledger has it, in every place where it is recorded.
    pub(super) async fn note(&mut self, finding: &Finding) -> Result<Noted, Error> {
        let partition = Partition::from(finding);
        if !self.read.contains_key(&partition) {
            let known = self.open(&partition).await?;
            self.read.insert(partition.clone(), known);
        }
        if finding.source == Source::Macie && !self.reporting.contains(&partition) {
            note_region(self.table, &partition).await?;
            self.reporting.insert(partition.clone());
        }
        let known = self.read.entry(partition.clone()).or_default();
        let places = places(finding);
        let key = |place: &Option<InstanceId>| {
            Key::record(&partition, *place, finding.source, &finding.id)
        };
        let keys: Vec<Key> = places.iter().map(key).collect();
        if let Some(why) = keys.iter().find_map(|key| known.unreadable.get(key)) {
            return Ok(Noted::Barred(why.clone()));
        }
        let version = (finding.version, finding.life);
        if keys.iter().all(|key| known.seen.get(key) == Some(&version)) {
            return Ok(Noted::Before);
        }
        let (now, kept) = (self.time.now(), Limits::default().retention);
        listed::note(self.table, finding, &places, kept, now).await?;
        // A member lists some of what its administrator listed.
        known
            .seen
            .extend(keys.into_iter().map(|key| (key, version)));
        Ok(Noted::Now)
    }

    /// Reads what the ledger has of an account and Region, which is listed in it from then on.
    async fn open(&self, partition: &Partition) -> Result<Known, Error> {
        note_partition(self.table, partition).await?;
        let (records, unread) = read_records(self.table, partition).await?;
        let is_known = |state: &State| !matches!(state, State::Claimed { .. } | State::Unplanned);
        let records = records.iter().filter(|record| is_known(&record.state));
        let seen = records.map(|record| {
            let seen = (record.version(), record.finding.life);
            (Key::of_record(record), seen)
        });
        let unread = unread
            .iter()
            .map(|bad| (bad.key().clone(), bad.to_string()));
        Ok(Known {
            seen: seen.collect(),
            unreadable: unread.collect(),
        })
    }

    /// Writes down when a source was listed, unless a later listing is there.
    pub(super) async fn mark(
        &self,
        partition: &Partition,
        source: Source,
        watermark: Watermark,
    ) -> Result<(), Error> {
        // By whom else a finding may reach it is asked of those that are known to be graded.
        note_listed(self.table, partition).await?;
        let key = Key::watermark(partition, source);
        for _ in 0..TRIES {
            let row = self.table.read(&key).await?;
            let before: Option<Watermark> = row.as_ref().and_then(|row| row.read().ok());
            if before.is_some_and(|before| before.listed_at > watermark.listed_at) {
                return Ok(());
            }
            let row = Row::after(row.as_ref(), key.clone(), &watermark)?;
            if self.table.write(&row).await? == Write::Done {
                return Ok(());
            }
        }
        let line = format!("row {key} of the ledger is written by others all the time");
        Err(Error::Retryable(Passing::Unavailable, line))
    }
}

/// Where a finding is recorded: on instances, or by itself.
fn places(finding: &Finding) -> Vec<Option<InstanceId>> {
    match finding.recorded_on() {
        [] => vec![None],
        instances => instances.iter().copied().map(Some).collect(),
    }
}
