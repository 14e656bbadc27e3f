//! A process that dies at any call of its ports, before it or after it: whoever comes next brings
//! everything to the same end.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use remediations::{
    Finding,
    finding::Life,
    outcome::Outcome,
    record::{Record, State},
};
use rules::instance::InstanceId;
use testbed::{Fault, FaultBody, Injection, estate::Condition};

use super::{
    accounts,
    findings::{BITCOIN, bucket, later, threat, vulnerability},
    inspector::covered,
    stage::Stage,
};

/// What matters in the end, whatever happened on the way.
#[derive(Debug, PartialEq)]
struct End {
    records: Vec<String>,
    rules: Vec<(i32, String)>,
    scans: BTreeMap<String, usize>,
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Planned => "planned",
        Outcome::Waiting(_) => "waiting",
        Outcome::Hindered { .. } => "hindered",
        Outcome::Requested { .. } => "requested",
        Outcome::Done { .. } => "done",
        Outcome::Skipped => "skipped",
        Outcome::Failed(_) => "failed",
    }
}

fn shape(record: &Record) -> String {
    let outcomes: Vec<&str> = record.outcomes.iter().map(outcome).collect();
    format!("{:?} {} {outcomes:?}", record.instance, record.state)
}

fn end(stage: &Stage) -> End {
    let rules = stage.manager.estate(|estate| {
        let computers = estate.computers.iter();
        let own = computers.map(|(id, computer)| (*id, format!("{:?}", computer.own.modules)));
        let policies = estate.policies.iter();
        let policies = policies.map(|(id, policy)| (-*id, format!("{policy:?}")));
        own.filter(|(_, own)| own != "{}").chain(policies).collect()
    });
    let mut scans = BTreeMap::new();
    for call in stage.manager.calls() {
        if call.name() == "POST /scheduledtasks" && call.status.is_some_and(|status| status == 200)
        {
            let body = call.body.unwrap();
            let kind = body["type"].as_str().unwrap().to_owned();
            *scans.entry(kind).or_insert(0) += 1;
        }
    }
    // A policy may be sent twice without harm.
    scans.remove("send-policy");
    End {
        records: stage.records().iter().map(shape).collect(),
        rules,
        scans,
    }
}

/// A clock that is set while a process is dead takes no claim from anybody who lives, keeps no claim
/// for ever, and moves no scan.
#[test]
fn case_57_a_clock_that_is_set_an_hour_forth_or_back_leads_to_the_same_end() {
    let play = |moment: Option<u32>, hours: i64| {
        let stage = Stage::new();
        let (_, instance) = stage.computer(Condition::Healthy);
        let finding = threat(BITCOIN, &[instance]);
        let died = match moment {
            Some(moment) => stage.answer_and_die(&finding, moment),
            None => stage.answer(&finding).is_err(),
        };
        stage.time.set_off(SignedDuration::from_hours(hours));
        stage.pass(5);
        let _ = stage.answer(&finding);
        stage.time.set_off(SignedDuration::from_hours(-2 * hours));
        for _ in 0..16 {
            stage.pass(10);
            stage.follow_up();
            let _ = stage.answer(&finding);
        }
        stage.until_quiet();
        (died, end(&stage))
    };
    let (_, sound) = play(None, 0);
    assert!(sound.records[0].contains("answered"), "{sound:?}");
    for hours in [1, -1] {
        for moment in (0..).step_by(3) {
            let (died, state) = play(Some(moment), hours);
            assert_eq!(state, sound, "died at moment {moment}, {hours} h off");
            if !died {
                break;
            }
        }
    }
}

/// Dies at every moment of the first answer, and at every moment of a later look.
fn survives(finding: impl Fn(&Stage, InstanceId) -> Finding) {
    let play = |moments: Option<u32>, later: Option<u32>| {
        let stage = Stage::new();
        let (_, instance) = stage.computer(Condition::Healthy);
        stage.world.scene.lock().unwrap().readers = vec![instance];
        let finding = finding(&stage, instance);
        let died = match moments {
            Some(moments) => stage.answer_and_die(&finding, moments),
            None => {
                stage.answer(&finding).unwrap();
                false
            }
        };
        stage.pass(20);
        // The queue sends again what nobody finished.
        let _ = stage.answer(&finding);
        stage.pass(20);
        let died_later = later.is_some_and(|moments| stage.follow_up_and_die(moments));
        stage.pass(20);
        let _ = stage.answer(&finding);
        stage.until_quiet();
        (died || died_later, end(&stage))
    };
    let (_, sound) = play(None, None);
    assert!(
        sound
            .records
            .iter()
            .all(|record| record.contains("answered")),
        "{sound:?}"
    );
    let mut deaths = 0;
    for moment in 0.. {
        let (died, state) = play(Some(moment), None);
        assert_eq!(state, sound, "died at moment {moment} of the answer");
        if !died {
            break;
        }
        deaths += 1;
    }
    assert!(deaths > 10, "{deaths}");
    for moment in 0.. {
        let (died, state) = play(None, Some(moment));
        assert_eq!(state, sound, "died at moment {moment} of the look");
        if !died {
            break;
        }
    }
}

#[test]
fn case_55_a_threat_comes_to_the_same_end_wherever_a_process_dies() {
    survives(|_, instance| threat("CryptoCurrency:EC2/BitcoinTool.B!DNS", &[instance]));
}

#[test]
fn case_55_a_bucket_comes_to_the_same_end_wherever_a_process_dies() {
    survives(|_, _| bucket());
}

#[test]
fn case_55_a_vulnerability_comes_to_the_same_end_wherever_a_process_dies() {
    survives(|stage, instance| vulnerability("f1", instance, &[covered(stage)]));
}

/// A bucket that leads to an instance of another account, and to a third one that cannot be read.
#[test]
fn case_55_a_bucket_of_several_accounts_comes_to_the_same_end_wherever_a_process_dies() {
    let play = |moments: Option<u32>, later: Option<u32>| {
        let stage = accounts::stage();
        let (_, instance) = stage.computer(Condition::Healthy);
        stage.world.scene.lock().unwrap().readers = vec![instance];
        accounts::readable(&stage);
        accounts::unreadable(&stage, accounts::third(&stage));
        let died = match moments {
            Some(moments) => stage.answer_and_die(&bucket(), moments),
            None => {
                stage.answer(&bucket()).unwrap();
                false
            }
        };
        stage.pass(20);
        let _ = stage.answer(&bucket());
        // Whoever led the finding there is dead by now, and it leads somewhere else.
        accounts::lets_in(&stage, accounts::third(&stage), Ok(Vec::new()));
        stage.pass(45);
        let died_later = later.is_some_and(|moments| stage.follow_up_and_die(moments));
        stage.pass(20);
        stage.follow_up();
        stage.pass(45);
        stage.until_quiet();
        (died || died_later, end(&stage))
    };
    let (_, sound) = play(None, None);
    let states: Vec<&str> = sound.records.iter().map(String::as_str).collect();
    assert!(
        states.iter().any(|state| state.contains("unprotected"))
            && states.iter().any(|state| state.contains("closed")),
        "{sound:?}"
    );
    // Whoever came too late to be told of the third account had nothing to close there.
    let told = |end: &End| {
        let mut records = end.records.clone();
        records.retain(|record| !record.contains("None closed"));
        (records, end.scans.clone())
    };
    for moment in 0.. {
        let (died, state) = play(Some(moment), None);
        assert_eq!(
            told(&state),
            told(&sound),
            "died at moment {moment} of the answer"
        );
        if !died {
            break;
        }
    }
    for moment in 0.. {
        let (died, state) = play(None, Some(moment));
        assert_eq!(
            told(&state),
            told(&sound),
            "died at moment {moment} of the look"
        );
        if !died {
            break;
        }
    }
}

/// The way that is refused is mended while processes come and go.
#[test]
fn case_55_what_somebody_mended_comes_to_the_same_end_wherever_a_process_dies() {
    let play = |moments: Option<u32>, later: Option<u32>| {
        let stage = Stage::new();
        let (_, instance) = stage.computer(Condition::Healthy);
        let finding = threat(BITCOIN, &[instance]);
        let forbidden = Fault::Status(403, FaultBody::Message("no right".to_owned()));
        stage
            .manager
            .inject(Injection::on("POST /scheduledtasks", forbidden));
        let died = match moments {
            Some(moments) => stage.answer_and_die(&finding, moments),
            None => stage.answer(&finding).is_err(),
        };
        stage.pass(20);
        let _ = stage.answer(&finding);
        stage.manager.heal();
        stage.pass(61);
        stage.publish();
        let died_later = later.is_some_and(|moments| stage.follow_up_and_die(moments));
        stage.pass(20);
        stage.follow_up();
        stage.pass(61);
        stage.publish();
        stage.follow_up();
        stage.until_quiet();
        (died || died_later, end(&stage))
    };
    let (_, sound) = play(None, None);
    assert!(sound.records[0].contains("answered"), "{sound:?}");
    for moment in 0.. {
        let (died, state) = play(Some(moment), None);
        assert_eq!(state, sound, "died at moment {moment} of the answer");
        if !died {
            break;
        }
    }
    for moment in 0.. {
        let (died, state) = play(None, Some(moment));
        assert_eq!(state, sound, "died at moment {moment} of the look");
        if !died {
            break;
        }
    }
}

/// Who settles a finding that led to instances settles all of them, or whoever comes next does.
#[test]
fn case_55_a_finding_is_closed_on_every_instance_wherever_a_process_dies() {
    for moment in 0.. {
        let stage = Stage::new();
        let (_, instance) = stage.computer(Condition::Healthy);
        stage.world.scene.lock().unwrap().readers = vec![instance];
        stage.answer(&bucket()).unwrap();
        let closed = Finding {
            life: Life::Closed,
            ..later(&bucket(), 60)
        };
        let died = stage.answer_and_die(&closed, moment);
        stage.pass(20);
        stage.answer(&closed).unwrap();
        let records = stage.records();
        let is_closed = |record: &Record| record.state == State::Closed;
        assert!(
            records.len() == 2 && records.iter().all(is_closed),
            "moment {moment}"
        );
        if !died {
            break;
        }
    }
}
