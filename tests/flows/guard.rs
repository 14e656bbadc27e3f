//! The deployer's own rules in Guard, from an event to what Config shows.

use std::{sync::Arc, time::Duration};

use deepgrade::{
    guard_rules::GuardRules,
    time::{ManualTime, Time as _},
};
use rules::{
    Gap,
    facts::{Facts, Need},
    gap,
    guard::{GuardOutcome, GuardPolicy, GuardWord},
    ledger::Ledgers,
    verdict::Compliance::{Compliant, NonCompliant},
};

use super::{
    canned::id,
    flaky::Trouble,
    message::Message,
    stage::{GRANTED, Stage, start},
};

fn about_guard(mut message: Message) -> Message {
    message.envelope["ruleParameters"] = r#"{"rule":"guard-policy-holds"}"#.into();
    message
}

impl Stage {
    fn set_up(&self, rules: &str) {
        let rules = GuardRules::parse("x.guard", rules.as_bytes().to_vec()).unwrap();
        *self.world().guard.lock().unwrap() = Some(Arc::new(rules));
    }
}

#[test]
fn what_no_rule_looks_at_is_not_asked_for_and_is_no_gap() {
    let stage = Stage::with(3);
    // There is no ledger and there are no web edges.
    stage.set_up(
        "rule second_is_special when computer exists { computer.name != 'web-1' <<not this one>> }",
    );
    let summary = stage.play_well(&about_guard(stage.hour()));
    assert_eq!(summary.put, 3);
    assert_eq!(stage.config().of(1), Some(NonCompliant));
    assert_eq!(stage.config().of(2), Some(Compliant));
    // Nothing changed costs nothing.
    let summary = stage.play_well(&about_guard(stage.hour()));
    assert_eq!((summary.put, summary.unchanged), (0, 3));
}

#[test]
fn a_rule_that_looks_at_a_gap_says_nothing_and_one_that_fails_decides() {
    let stage = Stage::with(2);
    let gap = Gap::standing(&gap::LEDGER_MISSING, "no ledger of findings is set up");
    let (account, region) = (
        super::message::ACCOUNT.parse().unwrap(),
        "us-east-1".parse().unwrap(),
    );
    *stage.world().ledgers.lock().unwrap() = Ledgers::default().with(account, region, Err(gap));
    // Guard would say PASS of the absence, and fail the comparison.
    for rule in [
        "rule a { findings.guardDuty.list empty }",
        "rule a { findings.guardDuty.enabled == true }",
        "rule a when findings.macie exists { instance.id exists }",
    ] {
        stage.set_up(rule);
        let summary = stage.play_well(&about_guard(stage.hour()));
        assert_eq!(summary.put, 0, "{rule}");
        assert_eq!(summary.gaps["DS-GAP-030"].count, 2, "{rule}");
    }
    stage.set_up("rule a { findings.guardDuty.list empty }\nrule b { computer.name == 'web-0' }");
    let summary = stage.play_well(&about_guard(stage.hour()));
    assert_eq!((summary.put, summary.gaps["DS-GAP-030"].count), (1, 1));
    assert_eq!(stage.config().of(1), Some(NonCompliant));
    assert_eq!(stage.config().of(0), None);
}

/// Web fronts that cannot be read are a gap to the rules that look at them, and to no other.
#[test]
fn rules_that_do_not_look_at_web_fronts_are_told_without_them() {
    let stage = Stage::with(2);
    stage.set_up("rule w { web.fronts empty }\nrule b { computer.name == 'web-0' }");
    // The Guard rules and the inventories are read before.
    stage.gather.fail([3], Trouble::Denied);
    let (summary, line) = stage.play_badly(&about_guard(stage.hour()));
    assert!(line.starts_with("the web edges cannot be read: "), "{line}");
    assert_eq!((summary.put, summary.gaps["DS-GAP-010"].count), (1, 1));
    assert_eq!(stage.config().of(1), Some(NonCompliant));
    assert_eq!(stage.config().of(0), None);
}

#[test]
fn rules_that_cannot_be_read_or_are_not_there_are_a_gap() {
    let stage = Stage::with(1);
    let summary = stage.play_well(&about_guard(stage.hour()));
    assert_eq!(
        summary.gaps["DS-GAP-040"].first,
        format!("{}: DS-GAP-040 no Guard rules are set up", id(0))
    );
    assert!(!summary.gaps["DS-GAP-040"].retryable);

    stage.set_up("rule a { instance.id exists }");
    stage.gather.fail([1], Trouble::Denied);
    let outcome = stage.play(&about_guard(Message::change(
        &super::canned::instance(0),
        start(),
    )));
    assert_eq!(outcome.summary.put, 0);
    let said = outcome.end.unwrap_err().to_string();
    assert!(
        said.contains("the Guard rules") && said.contains("AccessDenied"),
        "{said}"
    );
}

/// Rules of which each instance takes half a second.
#[derive(Debug)]
struct Slow(Arc<ManualTime>);

impl GuardPolicy for Slow {
    fn looks_at(&self, _: Need) -> bool {
        false
    }

    fn report(&self, _: &Facts<'_>, _: &[u16]) -> Result<Vec<GuardOutcome>, Gap> {
        self.0.advance(Duration::from_millis(500));
        Ok(vec![GuardOutcome {
            rule: "slow".into(),
            word: Ok(GuardWord::Pass),
        }])
    }
}

/// The run ends before its time is over, with what it found by then, and in an error.
#[test]
fn rules_that_take_longer_than_there_is_time_lose_nothing_that_was_found() {
    let stage = Stage::with(250);
    *stage.world().guard.lock().unwrap() = Some(Arc::new(Slow(Arc::clone(&stage.time))));
    let begun = stage.time.elapsed();
    let (summary, line) = stage.play_badly(&about_guard(stage.hour()));
    assert!(stage.time.elapsed() - begun < GRANTED, "{line}");
    assert!(line.contains("the time was over"), "{line}");
    assert!((50..=120).contains(&summary.put), "{summary:?}");
    assert_eq!(stage.config().of(0), Some(Compliant));
    assert_eq!(stage.config().of(249), None);
}
