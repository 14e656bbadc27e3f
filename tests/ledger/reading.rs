//! What rules are told of a ledger.

use deepgrade::ledger::{Key, Memory, Row, Table, read_ledger};
use jiff::SignedDuration;
use remediations::record::State;
use rules::{
    Gap,
    gap::{self, Lasting},
    instance::InstanceId,
    ledger::{Ledger, Listing, Source, Standing, Watermark},
};

use crate::{
    contract::block_on,
    records::{FIRST, SECOND, now, partition, record, row_of},
};

fn listed(source: Source) -> Row {
    let watermark = Watermark {
        enabled: true,
        listed_at: now(),
    };
    Row::new(Key::watermark(&partition(), source), &watermark).unwrap()
}

fn everything_listed() -> Vec<Row> {
    Source::ALL.iter().map(|source| listed(*source)).collect()
}

fn ledger(rows: impl IntoIterator<Item = Row>) -> Ledger {
    let table = Memory::with(rows);
    block_on(read_ledger(&table, &partition())).unwrap()
}

fn id(instance: &str) -> InstanceId {
    instance.parse().unwrap()
}

/// The number of findings of a source on an instance, where none can be missing.
fn count(ledger: &Ledger, instance: &str, source: Source) -> Result<usize, Gap> {
    let day = SignedDuration::from_hours(24);
    match ledger.listing(id(instance), source, now(), day)? {
        Listing::On(answers) => Ok(answers.entries().len()),
        Listing::Off => panic!("{source} is on"),
    }
}

#[test]
fn the_findings_of_an_instance_are_read_with_where_they_stand() {
    let mut rows = everything_listed();
    for (source, finding, state, standing) in [
        (
            Source::GuardDuty,
            "16afba5c",
            State::Pending,
            Standing::Open,
        ),
        (
            Source::Macie,
            "64b917aa",
            State::Answered,
            Standing::Answered,
        ),
        (
            Source::Inspector,
            "aaaaaaaa",
            State::Archived,
            Standing::Over,
        ),
    ] {
        let row = row_of(&record(Some(FIRST), source, finding, state));
        let ledger = ledger([row.clone()]);
        let entries: Vec<_> = ledger.entries(id(FIRST), source).collect();
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (&*entries[0].finding, entries[0].standing),
            (finding, standing)
        );
        rows.push(row);
    }
    let ledger = ledger(rows);
    for source in Source::ALL {
        assert_eq!(count(&ledger, FIRST, *source), Ok(1));
        assert_eq!(count(&ledger, SECOND, *source), Ok(0));
    }
}

#[test]
fn only_the_partition_of_the_account_and_region_is_read() {
    let mut other = row_of(&record(
        Some(FIRST),
        Source::Macie,
        "64b917aa",
        State::Pending,
    ));
    other.key.partition = "123456789012#eu-west-2".to_owned();
    let ledger = ledger(everything_listed().into_iter().chain([other]));
    assert_eq!(count(&ledger, FIRST, Source::Macie), Ok(0));
}

/// What somebody does to a row.
type Edit = fn(&mut Row);

#[test]
fn bad_input_38_a_row_that_cannot_be_read_is_a_gap_of_what_it_may_be_about() {
    let good = row_of(&record(
        Some(FIRST),
        Source::GuardDuty,
        "16afba5c",
        State::Answered,
    ));
    let edits: [(&str, Edit); 6] = [
        ("not JSON", |row| row.document = "{".to_owned()),
        ("another shape", |row| row.document = "{}".to_owned()),
        ("another version", |row| {
            row.document = row
                .document
                .replace("\"schemaVersion\":1", "\"schemaVersion\":2");
        }),
        ("another instance", |row| {
            row.document = row.document.replace(FIRST, SECOND);
        }),
        ("another state", |row| row.state = Some("pending".into())),
        ("an end of what is not over", |row| {
            row.expires_at = Some(now())
        }),
    ];
    for (name, edit) in edits {
        let mut edited = good.clone();
        edit(&mut edited);
        assert_ne!(edited, good, "{name}");
        let ledger = ledger(everything_listed().into_iter().chain([edited]));
        let gap = count(&ledger, FIRST, Source::GuardDuty).unwrap_err();
        assert_eq!(gap.lasting(), Lasting::Standing, "{name}");
        assert_eq!(gap.reason().code(), &gap::LEDGER_ROW_UNREAD, "{name}");
        let said = gap.to_string();
        assert!(
            said.contains(&format!("{FIRST}#guardduty#16afba5c")),
            "{name}: {said}"
        );
        // Neither of another source nor of another instance.
        assert_eq!(count(&ledger, FIRST, Source::Macie), Ok(0), "{name}");
        assert_eq!(count(&ledger, SECOND, Source::GuardDuty), Ok(0), "{name}");
    }
}

#[test]
fn bad_input_38_a_finding_itself_that_cannot_be_read_may_be_about_any_instance() {
    let mut edited = row_of(&record(None, Source::Macie, "64b917aa", State::Answered));
    edited.document.clear();
    let mut renamed = row_of(&record(
        Some(FIRST),
        Source::Inspector,
        "a",
        State::Answered,
    ));
    renamed.key.sort = "i-somewhere#inspector#a".to_owned();
    let ledger = ledger(everything_listed().into_iter().chain([edited, renamed]));
    for instance in [FIRST, SECOND] {
        assert!(count(&ledger, instance, Source::Macie).is_err());
        assert!(count(&ledger, instance, Source::Inspector).is_err());
        assert_eq!(count(&ledger, instance, Source::GuardDuty), Ok(0));
    }
}

#[test]
fn a_watermark_that_cannot_be_read_is_a_gap_of_its_source() {
    let mut edited = listed(Source::GuardDuty);
    edited.document = edited.document.replace("true", "\"yes\"");
    let mut rows = everything_listed();
    rows.retain(|row| row.key != edited.key);
    let ledger = ledger(rows.into_iter().chain([edited]));
    let gap = count(&ledger, FIRST, Source::GuardDuty).unwrap_err();
    assert_eq!(gap.reason().code(), &gap::LEDGER_ROW_UNREAD);
    assert!(gap.to_string().contains("watermark#guardduty"), "{gap}");
    assert_eq!(count(&ledger, FIRST, Source::Macie), Ok(0));
}

#[test]
fn a_finding_without_a_plan_may_lead_to_any_instance() {
    let claimed = State::Claimed { until: now() };
    for state in [State::Unplanned, claimed] {
        let row = row_of(&record(None, Source::Macie, "64b917aa", state));
        let ledger = ledger(everything_listed().into_iter().chain([row]));
        let gap = count(&ledger, FIRST, Source::Macie).unwrap_err();
        assert_eq!(gap.lasting(), Lasting::Retryable);
        assert!(
            gap.to_string().contains("finding \"64b917aa\" of Macie"),
            "{gap}"
        );
        assert_eq!(count(&ledger, FIRST, Source::GuardDuty), Ok(0));
    }
    let row = row_of(&record(None, Source::Macie, "64b917aa", State::Answered));
    let ledger = ledger(everything_listed().into_iter().chain([row]));
    assert_eq!(count(&ledger, FIRST, Source::Macie), Ok(0));
}

#[test]
fn rows_of_other_versions_are_nobodys_gap() {
    let mut rows = everything_listed();
    for sort in [
        "watermark#securityhub",
        "i-0123456789abcdef0#securityhub#a",
        "new",
    ] {
        let mut row = listed(Source::Macie);
        row.key.sort = sort.to_owned();
        rows.push(row);
    }
    let ledger = ledger(rows);
    for source in Source::ALL {
        assert_eq!(count(&ledger, FIRST, *source), Ok(0));
    }
}

/// A ledger of several pages is read to its end: the last row counts like the first.
#[test]
fn no_row_is_left_out_of_a_long_ledger() {
    let many = (0..2500).map(|number| {
        let finding = format!("{number:08}");
        row_of(&record(
            Some(FIRST),
            Source::Inspector,
            &finding,
            State::Pending,
        ))
    });
    let table = Memory::with(many.chain(everything_listed()));
    let ledger = block_on(async {
        let first = table
            .rows(&partition().to_string(), "", None)
            .await
            .unwrap();
        assert!(first.next.is_some());
        read_ledger(&table, &partition()).await.unwrap()
    });
    assert_eq!(count(&ledger, FIRST, Source::Inspector), Ok(2500));
}
