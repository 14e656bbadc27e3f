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
    places::read_regions,
    row::{BadRow, Row},
    table::Table,
};
use crate::ports::Error;

/// Reads what became of the findings in an account and Region, and what other Regions of the account
/// tell of buckets: the instances whose roles may access one run anywhere.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_ledger(table: &impl Table, partition: &Partition) -> Result<Ledger, Error> {
    let mut read = Read::default();
    for row in rows(table, partition, "").await? {
        read.add(row);
    }
    for region in read_regions(table, partition.account).await? {
        if region == partition.region {
            continue;
        }
        let elsewhere = Partition {
            account: partition.account,
            region,
        };
        for row in rows(table, &elsewhere, &Key::findings_themselves(Source::Macie)).await? {
            read.add(row);
        }
        let listed = Key::watermark(&elsewhere, Source::Macie);
        let listed = rows(table, &elsewhere, &listed.sort).await?;
        if listed.is_empty() {
            read.never_listed(&elsewhere);
        }
        for row in listed {
            read.add_elsewhere(row);
        }
    }
    Ok(read.ledger())
}

/// The rows of an account and Region whose names begin so.
async fn rows(
    table: &impl Table,
    partition: &Partition,
    prefix: &str,
) -> Result<Vec<Result<Row, BadRow>>, Error> {
    let partition = partition.to_string();
    let (mut rows, mut next) = (Vec::new(), None);
    loop {
        let page = table.rows(&partition, prefix, next.as_deref()).await?;
        rows.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(rows);
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
    let (mut records, mut unread) = (Vec::new(), Vec::new());
    for row in rows(table, partition, "").await? {
        let key = match &row {
            Ok(row) => &row.key,
            Err(bad) => bad.key(),
        };
        if !key.is_of_finding() {
            continue;
        }
        match row.and_then(|row| row.record()) {
            Ok(record) => records.push(record),
            Err(bad) => unread.push(bad),
        }
    }
    Ok((records, unread))
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
    /// When other Regions of the account were listed last, for findings that lead to instances of
    /// any Region.
    elsewhere: Vec<Watermark>,
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

    fn add_elsewhere(&mut self, row: Result<Row, BadRow>) {
        match row.and_then(|row| row.read()) {
            Ok(watermark) => self.elsewhere.push(watermark),
            Err(bad) => self.unread_watermarks.push((Source::Macie, unread(&bad))),
        }
    }

    fn never_listed(&mut self, elsewhere: &Partition) {
        let region = &elsewhere.region;
        let text = format!(
            "the findings of {} in {region} were never listed",
            Source::Macie
        );
        let gap = Gap::retryable(&gap::FINDINGS_NOT_LISTED, text);
        self.unread_watermarks.push((Source::Macie, gap));
    }

    /// Where the source is on in one of the Regions it is on. That, and that it is off in another, is
    /// as old as what was looked at longest ago.
    fn over_all(&self, own: Watermark) -> Watermark {
        let elsewhere = self.elsewhere.iter().copied();
        elsewhere.fold(own, |all, one| Watermark {
            enabled: all.enabled || one.enabled,
            listed_at: all.listed_at.min(one.listed_at),
        })
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
        let watermarks = self.watermarks.iter().map(|(source, own)| match source {
            Source::Macie => (*source, self.over_all(*own)),
            _ => (*source, *own),
        });
        let mut ledger = Ledger::new(entries, watermarks);
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
