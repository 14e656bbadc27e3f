//! What rules are told of the ledger. A row that cannot be read is a gap of what it may be about,
//! and of nothing else.

use remediations::record::{Record, State};
use rules::{
    gap::{self, Gap},
    instance::InstanceId,
    ledger::{Ledger, Source, Watermark},
    text::quoted,
};

use super::{
    key::{Key, Partition},
    row::{BadRow, Row},
    table::Table,
};
use crate::ports::Error;

/// Reads what became of the findings in an account and Region.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_ledger(table: &impl Table, partition: &Partition) -> Result<Ledger, Error> {
    let partition = partition.to_string();
    let mut read = Read::default();
    let mut next = None;
    loop {
        let page = table.rows(&partition, "", next.as_deref()).await?;
        for row in page.items {
            read.add(row);
        }
        next = page.next;
        if next.is_none() {
            return Ok(read.ledger());
        }
    }
}

/// The records of an account and Region, and the rows that should hold one and cannot be read.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_records(
    table: &impl Table,
    partition: &Partition,
) -> Result<(Vec<Record>, Vec<BadRow>), Error> {
    let partition = partition.to_string();
    let (mut records, mut unread) = (Vec::new(), Vec::new());
    let mut next = None;
    loop {
        let page = table.rows(&partition, "", next.as_deref()).await?;
        for row in page.items {
            let key = match &row {
                Ok(row) => &row.key,
                Err(bad) => bad.key(),
            };
            if !matches!(About::of(key), About::Finding(..)) {
                continue;
            }
            match row.and_then(|row| row.record()) {
                Ok(record) => records.push(record),
                Err(bad) => unread.push(bad),
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok((records, unread));
        }
    }
}

/// The accounts and Regions in which there are findings, as the table lists them.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_partitions(table: &impl Table) -> Result<Vec<Partition>, Error> {
    let mut partitions = Vec::new();
    let mut next = None;
    loop {
        let page = table.rows(Key::PARTITIONS, "", next.as_deref()).await?;
        // What a row says is its name; what it holds is nobody's concern.
        let names = page.items.iter().map(|row| match row {
            Ok(row) => &row.key.sort,
            Err(bad) => &bad.key().sort,
        });
        partitions.extend(names.filter_map(|name| Partition::read(name)));
        next = page.next;
        if next.is_none() {
            return Ok(partitions);
        }
    }
}

/// Lets the table list an account and Region, unless it does.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn note_partition(table: &impl Table, partition: &Partition) -> Result<(), Error> {
    let key = Key::partition(partition);
    if table.read(&key).await?.is_none() {
        // Whoever else writes it says the same.
        table.write(&Row::new(key, &())?).await?;
    }
    Ok(())
}

/// What a row of an account and Region is about, as its name says.
enum About {
    /// When a source was listed last.
    Watermark(Source),
    /// A finding on an instance; on any where that is not known.
    Finding(Option<InstanceId>, Source),
    /// Something else, of another version.
    Other,
}

impl About {
    fn of(key: &Key) -> Self {
        if let Some(source) = key.sort.strip_prefix(Key::WATERMARK) {
            return Source::of_word(source).map_or(Self::Other, Self::Watermark);
        }
        let mut parts = key.sort.splitn(3, '#');
        let (instance, source) = (parts.next(), parts.next());
        let instance = instance.and_then(|instance| instance.parse().ok());
        match source.and_then(Source::of_word) {
            Some(source) => Self::Finding(instance, source),
            None => Self::Other,
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Read {
    records: Vec<(InstanceId, Record)>,
    watermarks: Vec<(Source, Watermark)>,
    gaps: Vec<(Option<InstanceId>, Source, Gap)>,
    unread_watermarks: Vec<(Source, Gap)>,
}

impl Read {
    fn add(&mut self, row: Result<Row, BadRow>) {
        let about = About::of(match &row {
            Ok(row) => &row.key,
            Err(bad) => bad.key(),
        });
        match about {
            About::Watermark(source) => match row.and_then(|row| row.read()) {
                Ok(watermark) => self.watermarks.push((source, watermark)),
                Err(bad) => self.unread_watermarks.push((source, unread(&bad))),
            },
            About::Finding(instance, source) => match row.and_then(|row| row.record()) {
                Ok(record) => self.add_record(record),
                Err(bad) => self.gaps.push((instance, source, unread(&bad))),
            },
            About::Other => {}
        }
    }

    fn add_record(&mut self, record: Record) {
        if let Some(instance) = record.instance {
            self.records.push((instance, record));
            return;
        }
        let finding = &record.finding;
        let named = format!(
            "finding {} of {}",
            quoted(&finding.id.short()),
            finding.source
        );
        let gap = match record.state {
            // Before there is a plan, nobody knows which instances the finding itself leads to.
            State::Claimed { .. } | State::Unplanned => {
                let text = format!("it is not known yet which instances {named} leads to");
                Gap::retryable(&gap::FINDING_WITHOUT_PLAN, text)
            }
            // What fails of a finding itself is to find all of them.
            State::Failed => {
                let text = format!("not every instance that {named} leads to could be found");
                Gap::standing(&gap::FINDING_WITHOUT_PLAN, text)
            }
            _ => return,
        };
        self.gaps.push((None, finding.source, gap));
    }

    fn ledger(self) -> Ledger {
        let entries = self.records.iter();
        let entries = entries.map(|(instance, record)| (*instance, record.entry()));
        let mut ledger = Ledger::new(entries, self.watermarks);
        for (instance, source, gap) in self.gaps {
            ledger = ledger.with_gap(instance, source, gap);
        }
        for (source, gap) in self.unread_watermarks {
            ledger = ledger.with_unread_watermark(source, gap);
        }
        ledger
    }
}

fn unread(bad: &BadRow) -> Gap {
    tracing::warn!("{bad}");
    Gap::standing(&gap::LEDGER_ROW_UNREAD, bad.to_string())
}
