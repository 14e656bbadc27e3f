//! What other Regions of an account tell of buckets: the instances whose roles may read one may run
//! anywhere.

use deepgrade::ledger::{Key, Memory, Partition, Row, note_region, read_ledger};
use jiff::{SignedDuration, Timestamp};
use remediations::record::State;
use rules::{
    Gap, gap,
    ledger::{Ledger, Listing, Source, Watermark},
};

use crate::{
    contract::block_on,
    records::{FIRST, now, partition, record, row_of},
};

fn elsewhere() -> Partition {
    Partition {
        region: "us-east-1".parse().unwrap(),
        ..partition()
    }
}

fn listed(partition: &Partition, enabled: bool, listed_at: Timestamp) -> Row {
    let watermark = Watermark { enabled, listed_at };
    Row::new(Key::watermark(partition, Source::Macie), &watermark).unwrap()
}

/// A finding of a bucket in the other Region.
fn head(state: State) -> Row {
    let mut record = record(None, Source::Macie, "64b917aa", state);
    record.region = elsewhere().region;
    record.finding.region = elsewhere().region;
    row_of(&record)
}

/// The ledger of the Region of the instance, where the other one is known.
fn ledger(rows: impl IntoIterator<Item = Row>) -> Ledger {
    let table = Memory::with(rows);
    block_on(async {
        note_region(&table, &elsewhere()).await.unwrap();
        read_ledger(&table, &partition()).await.unwrap()
    })
}

/// Whether findings of Macie can be missing; none where it is off.
fn answers(ledger: &Ledger) -> Result<Option<usize>, Gap> {
    let day = SignedDuration::from_hours(24);
    Ok(
        match ledger.listing(FIRST.parse().unwrap(), Source::Macie, now(), day)? {
            Listing::On(answers) => Some(answers.entries().len()),
            Listing::Off => None,
        },
    )
}

fn hours_ago(hours: i64) -> Timestamp {
    now()
        .checked_sub(SignedDuration::from_hours(hours))
        .unwrap()
}

#[test]
fn a_bucket_of_another_region_that_leads_nobody_knows_where_is_a_gap() {
    let both = || [partition(), elsewhere()].map(|partition| listed(&partition, true, now()));
    assert_eq!(answers(&ledger(both())), Ok(Some(0)));
    let with = |state| both().into_iter().chain([head(state)]);
    assert_eq!(answers(&ledger(with(State::Answered))), Ok(Some(0)));
    for state in [State::Unplanned, State::Failed] {
        let gap = answers(&ledger(with(state))).unwrap_err();
        assert_eq!(gap.reason().code(), &gap::FINDING_WITHOUT_PLAN, "{state}");
    }
    // It is one also where Macie is off in the Region of the instance.
    let off = listed(&partition(), false, now());
    let there = listed(&elsewhere(), true, now());
    let gap = answers(&ledger([off, there, head(State::Failed)])).unwrap_err();
    assert_eq!(gap.reason().code(), &gap::FINDING_WITHOUT_PLAN);
}

#[test]
fn findings_are_as_old_as_the_region_that_was_listed_longest_ago() {
    let here = |enabled| listed(&partition(), enabled, now());
    let there = |enabled, hours| listed(&elsewhere(), enabled, hours_ago(hours));
    assert_eq!(answers(&ledger([here(true), there(true, 2)])), Ok(Some(0)));
    assert_eq!(answers(&ledger([here(false), there(true, 2)])), Ok(Some(0)));
    assert_eq!(answers(&ledger([here(true), there(false, 2)])), Ok(Some(0)));
    assert_eq!(answers(&ledger([here(false), there(false, 2)])), Ok(None));
    // Whether it is still off somewhere is as old as that it is on.
    let old = |enabled| listed(&partition(), enabled, hours_ago(30));
    for rows in [
        vec![here(true), there(true, 30)],
        vec![here(true), there(false, 30)],
        vec![old(false), there(true, 2)],
        // A Region that sent a finding, and was never listed.
        vec![here(true)],
        vec![there(true, 2)],
    ] {
        let gap = answers(&ledger(rows.clone())).unwrap_err();
        assert_eq!(gap.reason().code(), &gap::FINDINGS_NOT_LISTED, "{rows:?}");
    }
    // Of another account nothing is told.
    let mut other = there(true, 30);
    other.key.partition = other.key.partition.replace("123456789012", "444455556666");
    let rows = [here(true), there(true, 2), other];
    assert_eq!(answers(&ledger(rows)), Ok(Some(0)));
    // A listing that cannot be read may be of any time.
    let mut edited = there(true, 2);
    edited.document = "{".to_owned();
    let gap = answers(&ledger([here(true), edited])).unwrap_err();
    assert_eq!(gap.reason().code(), &gap::LEDGER_ROW_UNREAD);
}
