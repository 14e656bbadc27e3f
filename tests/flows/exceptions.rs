//! Exceptions on their way into Config, until they expire, and while they cannot be read.

use std::sync::Arc;

use deepgrade::{
    exceptions,
    grade::Summary,
    ports::{Error, Fault, Passing},
    time::Time as _,
};
use rules::{
    exceptions::{ExceptedAs, Terms},
    verdict::Compliance::{self, Compliant, NonCompliant},
};

use super::{canned::id, message::Message, stage::Stage};

const HEALTH: &str = "evaluator-is-healthy";

/// A stage with three instances, of which the second has no policy and the third none either.
fn stage() -> Stage {
    let stage = Stage::with(3);
    know(&stage);
    stage
}

fn know(stage: &Stage) {
    let computers = [(0, true), (1, false), (2, false)];
    stage.world().know(stage.time.now(), computers);
}

/// Somebody answers for the second instance until the end of the day after the play begins.
fn except(stage: &Stage, scope: &str, excepted_as: ExceptedAs) {
    let text = format!(
        "exceptions:\n- id: one\n  {scope}\n  rules: all\n  reason: replaced tomorrow\n  owner: team-web\n  \
         ticket: T-12\n  created: 2026-11-24\n  expires: 2026-11-25\n"
    );
    let terms = Terms {
        excepted_as,
        ..Terms::default()
    };
    let read = exceptions::parse("exceptions.yaml", text.into_bytes(), terms).unwrap();
    *stage.world().exceptions.lock().unwrap() = Arc::new(read.exceptions);
}

fn second() -> String {
    format!("instance: {}", id(1))
}

fn shown(stage: &Stage, number: u64) -> Option<(Compliance, String)> {
    stage.config().shown().get(&id(number).to_string()).cloned()
}

#[test]
fn an_excepted_result_says_so_until_it_expires_and_then_counts_again() {
    let stage = stage();
    except(&stage, &second(), ExceptedAs::NonCompliant);
    let summary = stage.play_well(&stage.hour());
    assert_eq!(summary.put, 3);
    let counts = &summary.evaluations;
    assert_eq!((counts.excepted, counts.non_compliant), (1, 1));
    let (compliance, annotation) = shown(&stage, 1).unwrap();
    assert_eq!(compliance, NonCompliant);
    assert_eq!(
        annotation,
        "DS-EXC until 2026-11-25 T-12: replaced tomorrow; excepted: DS-POL-002 carries no policy"
    );
    let (_, open) = shown(&stage, 2).unwrap();
    assert!(open.starts_with("DS-POL-002 "), "{open}");

    // Nothing changes until the end of its last day, and so nothing is put.
    stage.pass_minutes(35 * 60 + 59);
    know(&stage);
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.unchanged), (0, 3));

    stage.pass_minutes(1);
    know(&stage);
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.evaluations.excepted), (1, 0));
    assert_eq!(shown(&stage, 1), Some((NonCompliant, open)));
}

#[test]
fn a_change_is_told_with_the_exception_too() {
    let stage = stage();
    except(&stage, &second(), ExceptedAs::NonCompliant);
    let summary = stage.play_well(&stage.change(1));
    let subject = summary.subject.unwrap();
    assert_eq!(subject.code, "DS-EXC");
    assert!(
        shown(&stage, 1)
            .unwrap()
            .1
            .starts_with("DS-EXC until 2026-11-25")
    );
}

#[test]
fn a_deployer_may_have_excepted_results_leave_config() {
    let stage = stage();
    stage.play_well(&stage.hour());
    except(&stage, &second(), ExceptedAs::NotApplicable);
    stage.pass_minutes(60);
    know(&stage);
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.evaluations.excepted), (1, 1));
    assert_eq!(shown(&stage, 1), None);
}

/// Ways in which the exceptions cannot be read: one that passes, and one that does not.
fn troubles() -> [Error; 2] {
    [
        Error::Permanent(
            Fault::Deployment,
            "s3://b/e.yaml: its SHA-256 is 1, and DEEPGRADE_EXCEPTIONS_SHA256 names 2".to_owned(),
        ),
        Error::Retryable(Passing::Unavailable, "503".to_owned()),
    ]
}

/// The second instance is excepted when the exceptions get lost; then the first loses its policy, and
/// the third gets one. The summary of the next hour, which ends in an error.
fn lose_the_exceptions(stage: &Stage, excepted_as: ExceptedAs, error: Error) -> Summary {
    except(stage, &second(), excepted_as);
    stage.play_well(&stage.hour());
    *stage.world().unread_exceptions.lock().unwrap() = Some(error);
    stage.pass_minutes(60);
    let computers = [(0, false), (1, false), (2, true)];
    stage.world().know(stage.time.now(), computers);
    let (summary, line) = stage.play_badly(&stage.hour());
    assert!(
        line.starts_with("the exceptions cannot be read: "),
        "{line}"
    );
    summary
}

/// What is non-compliant is so with an exception and without one: nobody's loss of a policy is hidden
/// because a file cannot be read.
#[test]
fn without_the_exceptions_what_is_non_compliant_is_told_plainly() {
    for error in troubles() {
        let stage = stage();
        let summary = lose_the_exceptions(&stage, ExceptedAs::NonCompliant, error);
        assert_eq!(summary.put, 3);
        assert!(summary.gaps.is_empty(), "{summary:?}");
        for number in [0, 1] {
            let (compliance, annotation) = shown(&stage, number).unwrap();
            assert_eq!(compliance, NonCompliant);
            assert!(annotation.starts_with("DS-POL-"), "{annotation}");
        }
        assert_eq!(shown(&stage, 2).unwrap().0, Compliant);
    }
}

/// Where an exception takes a result out of Config nobody can guess whether it should be there: it is
/// left as Config shows it, and the rule about Deepgrade itself tells.
#[test]
fn without_the_exceptions_what_may_have_left_config_is_left_alone() {
    for error in troubles() {
        let is_standing = !error.is_retryable();
        let stage = stage();
        let summary = lose_the_exceptions(&stage, ExceptedAs::NotApplicable, error);
        assert_eq!(summary.put, 1);
        assert_eq!(summary.gaps["DS-GAP-050"].count, 2);
        assert_eq!(summary.gaps["DS-GAP-050"].retryable, !is_standing);
        assert_eq!(shown(&stage, 0).unwrap().0, Compliant);
        assert_eq!(shown(&stage, 1), None);
        assert_eq!(shown(&stage, 2).unwrap().0, Compliant);

        let now = stage.time.now();
        let (_, line) = stage.play_badly(&Message::scheduled(now).about_rule(HEALTH));
        assert!(line.contains("the exceptions cannot be read"), "{line}");
        let account = stage.config().shown()[super::message::ACCOUNT].clone();
        assert_eq!(account.0, NonCompliant);
        assert!(
            account.1.contains("the exceptions cannot be read"),
            "{account:?}"
        );
    }
}

/// An instance's owner sets its tags: with one that nobody protects nothing is excepted, and the rule
/// about Deepgrade itself tells that somebody tried.
#[test]
fn a_tag_that_nobody_protects_exempts_nothing_and_is_told() {
    let stage = stage();
    except(&stage, "tag: exempt=yes", ExceptedAs::NonCompliant);
    for number in 0..3 {
        let mut instance = super::canned::instance(number);
        instance.tags = [("exempt", "yes")].into_iter().collect();
        stage.world().add(instance);
    }
    let summary = stage.play_well(&stage.hour());
    assert_eq!(summary.evaluations.excepted, 0);
    assert_eq!(summary.evaluations.non_compliant, 2);
    let outcome = stage.play(&stage.hour().about_rule(HEALTH));
    let counts = outcome.summary.exceptions.unwrap();
    assert_eq!((counts.all, counts.unprotected), (1, 1));
}
