//! Rules about findings: what the ledger holds, and what Config is told of it.

use std::time::Duration;

use deepgrade::ledger::{Key, Memory, Partition, Row, read_ledger};
use jiff::Timestamp;
use rules::{
    Gap, gap,
    ledger::{Entry, Ledger, Ledgers, Source, Standing, Watermark},
    verdict::Compliance::{Compliant, NonCompliant},
};

use super::{
    canned::id,
    flaky::Trouble,
    message::{ACCOUNT, Message},
    stage::{Stage, start},
};

fn entry(finding: &str, standing: Standing) -> Entry {
    Entry {
        source: Source::GuardDuty,
        finding: finding.into(),
        severity: "sev 8".into(),
        kind: "CryptoCurrency:EC2/BitcoinTool.B!DNS".into(),
        standing,
        outcome: "malware scan done 2026-11-20T10:04Z".into(),
        cves: Vec::new(),
        since: None,
        updated_at: start(),
    }
}

fn listed(at: Timestamp) -> (Source, Watermark) {
    let watermark = Watermark {
        enabled: true,
        listed_at: at,
    };
    (Source::GuardDuty, watermark)
}

impl Stage {
    /// What the ledger of the account holds now, or why it was not read.
    fn record(&self, ledger: Result<Ledger, Gap>) {
        let (account, region) = (ACCOUNT.parse().unwrap(), "us-east-1".parse().unwrap());
        let ledgers = Ledgers::default().with(account, region, ledger);
        *self.world().ledgers.lock().unwrap() = ledgers;
    }
}

fn about_threats(mut message: Message) -> Message {
    message.envelope["ruleParameters"] = r#"{"rule":"threats-are-answered"}"#.into();
    message
}

#[test]
fn an_open_finding_is_shown_until_it_is_answered_and_nothing_is_put_in_between() {
    let stage = Stage::with(3);
    // No computer is asked for: what Deep Security knows is none of the rule's business.
    stage.world().know_nothing();
    let open = [(id(1), entry("16afba5c", Standing::Open))];
    stage.record(Ok(Ledger::new(open, [listed(start())])));
    let summary = stage.play_well(&about_threats(stage.hour()));
    assert_eq!(summary.put, 3);
    assert_eq!(stage.world().asked(), [1, 0, 0]);
    assert_eq!(stage.config().of(1), Some(NonCompliant));
    assert_eq!(stage.config().of(2), Some(Compliant));

    // Another listing alone changes no annotation.
    stage.pass_minutes(60 * 20);
    let now = start() + Duration::from_secs(3600 * 19);
    let open = [(id(1), entry("16afba5c", Standing::Open))];
    stage.record(Ok(Ledger::new(open, [listed(now)])));
    let summary = stage.play_well(&about_threats(stage.hour()));
    assert_eq!((summary.put, summary.unchanged), (0, 3));

    let answered = [(id(1), entry("16afba5c", Standing::Answered))];
    stage.record(Ok(Ledger::new(answered, [listed(now)])));
    assert_eq!(stage.play_well(&about_threats(stage.hour())).put, 1);
    assert_eq!(stage.config().of(1), Some(Compliant));
}

#[test]
fn an_old_listing_puts_nothing_but_what_is_open_and_ends_in_an_error() {
    let stage = Stage::with(3);
    let day = start() - Duration::from_secs(3600 * 25);
    let open = [(id(1), entry("16afba5c", Standing::Open))];
    stage.record(Ok(Ledger::new(open, [listed(day)])));
    let (summary, line) = stage.play_badly(&about_threats(stage.hour()));
    assert_eq!((summary.put, summary.evaluations.undetermined), (1, 2));
    assert_eq!(stage.config().of(1), Some(NonCompliant));
    assert!(line.contains("DS-GAP-032"), "{line}");
}

#[test]
fn no_ledger_at_all_is_a_gap_that_stands_and_no_error() {
    let stage = Stage::with(2);
    let text = "no ledger of findings is set up";
    stage.record(Err(Gap::standing(&gap::LEDGER_MISSING, text)));
    let summary = stage.play_well(&about_threats(stage.hour()));
    assert_eq!((summary.put, summary.evaluations.undetermined), (0, 2));
    assert!(summary.gaps["DS-GAP-030"].first.contains(text));
}

#[test]
fn a_ledger_that_cannot_be_read_flips_nothing_and_is_tried_again() {
    let stage = Stage::with(2);
    stage.record(Ok(Ledger::new([], [listed(start())])));
    stage.play_well(&about_threats(stage.hour()));
    stage.gather.fail([1], Trouble::Denied);
    let (summary, line) = stage.play_badly(&about_threats(stage.hour()));
    assert_eq!((summary.put, summary.evaluations.undetermined), (0, 2));
    assert!(
        line.contains("the ledger cannot be read: AccessDenied"),
        "{line}"
    );
    assert_eq!(stage.config().of(1), Some(Compliant));
    // With failing closed it is said.
    let mut closed = about_threats(stage.hour());
    closed.envelope["ruleParameters"] =
        r#"{"rule":"threats-are-answered","undetermined":"non-compliant"}"#.into();
    stage.gather.fail([1], Trouble::Denied);
    stage.play_badly(&closed);
    assert_eq!(stage.config().of(1), Some(NonCompliant));
}

/// The kick after a change of the ledger was refused or lost: nothing else is needed for the hourly
/// run to put what it would have put.
#[test]
fn case_61_the_hourly_run_puts_what_a_lost_kick_would_have() {
    let stage = Stage::with(1);
    let partition = Partition {
        account: ACCOUNT.parse().unwrap(),
        region: "us-east-1".parse().unwrap(),
    };
    let watermark = listed(start()).1;
    let key = Key::watermark(&partition, Source::GuardDuty);
    let table = Memory::with([Row::new(key, &watermark).unwrap()]);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let ledger = runtime.unwrap().block_on(read_ledger(&table, &partition));
    stage.record(ledger.map_err(|error| panic!("{error}")));
    stage.play_well(&about_threats(stage.hour()));
    assert_eq!(stage.config().of(0), Some(Compliant));
    let open = [(id(0), entry("16afba5c", Standing::Open))];
    stage.record(Ok(Ledger::new(open, [listed(start())])));
    stage.pass_minutes(60);
    assert_eq!(stage.play_well(&about_threats(stage.hour())).put, 1);
    assert_eq!(stage.config().of(0), Some(NonCompliant));
}
