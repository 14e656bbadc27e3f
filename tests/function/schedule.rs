//! Scheduled events, through the real binary: what is asked, and what is put. Numbers are those of
//! the faults that were thought of beforehand.

use std::collections::BTreeSet;

use testbed::{
    Injection,
    config::{Compliance, Fault},
};

use super::stage::{Stage, refusal, summary};

const PUT: &str = "PutEvaluations";
const SHOWN: &str = "GetComplianceDetailsByConfigRule";

#[test]
fn the_hourly_run_puts_what_differs_and_costs_nothing_when_nothing_changed() {
    let stage = Stage::renewed(&[true, false, true]);
    let unknown = stage.launch(1).remove(0);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    stage.manager.forget_calls();
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["put"], 3);
    assert_eq!(
        answer["evaluations"]["notApplicable"], 1,
        "{unknown} is in its grace period"
    );

    stage.config.forget_calls();
    stage.config.advance(1_200_000);
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(
        (&answer["put"], &answer["unchanged"]),
        (&0.into(), &4.into())
    );
    assert_eq!((stage.calls(SHOWN), stage.calls(PUT)), (1, 0));

    // One that changes and one that is gone.
    stage
        .manager
        .estate(|estate| estate.computers.get_mut(&1).unwrap().policy_id = None);
    stage.terminate(2);
    summary(&stage.renew());
    stage.config.advance(1_200_000);
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(
        answer["put"],
        2,
        "{answer} {:?}",
        stage.config.results(&rule)
    );
    let expected = [(0, Compliance::NonCompliant), (1, Compliance::NonCompliant)];
    assert_eq!(stage.shown(&rule), expected);
    let renewals = stage.manager.calls().len();
    assert_eq!(
        renewals, 5,
        "a renewal is five calls, and a rule makes none"
    );
    let expected = ["config", "ec2", "s3"].map(str::to_owned);
    assert_eq!(function.clients(), expected.into());
}

#[test]
fn case_7_and_8_what_config_does_not_take_is_put_again_then_named() {
    let stage = Stage::renewed(&[true; 100]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    let failing: Vec<String> = [3, 50, 99].map(|number| stage.id(number)).into();
    let fault = || Fault::FailedEvaluations(failing.clone());
    stage.config.inject(Injection::on(PUT, fault()).times(1));
    assert_eq!(
        summary(&function.invoke(stage.config.tick(&rule).json()))["put"],
        100
    );
    let puts = stage.config.puts();
    let sizes: Vec<_> = puts.iter().map(|put| put.evaluations.len()).collect();
    assert_eq!(sizes, [100, 3]);
    let again: BTreeSet<_> = puts[1]
        .evaluations
        .iter()
        .map(|each| each.resource_id.clone())
        .collect();
    assert_eq!(again, failing.iter().cloned().collect());

    let rule = stage.rule("modules-are-active");
    stage.config.heal();
    stage.config.inject(Injection::on(PUT, fault()));
    let (kind, message) = refusal(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(failing.iter().all(|id| message.contains(id)), "{message}");
    assert_eq!(stage.shown(&rule).len(), 97);
    stage.config.heal();
    stage.config.advance(1_200_000);
    assert_eq!(
        summary(&function.invoke(stage.config.tick(&rule).json()))["put"],
        3
    );
    assert_eq!(stage.shown(&rule).len(), 100);
}

#[test]
fn case_9_throttling_is_waited_for() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    stage
        .config
        .inject(Injection::on(PUT, Fault::Throttled).times(2));
    let answer = summary(&stage.start("rule").invoke(stage.config.tick(&rule).json()));
    assert_eq!(
        (&answer["put"], &answer["throttled"]),
        (&1.into(), &2.into())
    );
}

#[test]
fn case_10_throttling_that_does_not_end_is_given_up_in_time() {
    let stage = Stage::renewed(&[true, false]);
    let rule = stage.rule("instance-has-policy");
    stage.config.inject(Injection::on(PUT, Fault::Throttled));
    let function = stage.start("rule");
    let (kind, message) = refusal(&function.invoke_for(stage.config.tick(&rule).json(), 3));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(message.contains("ThrottlingException"), "{message}");
    stage.config.heal();
    assert_eq!(
        summary(&function.invoke(stage.config.tick(&rule).json()))["put"],
        2
    );
}

#[test]
fn case_13_batches_hold_at_most_a_hundred() {
    let stage = Stage::renewed(&[true; 101]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    assert_eq!(
        summary(&function.invoke(stage.config.tick(&rule).json()))["put"],
        101
    );
    let mut sizes: Vec<_> = stage
        .config
        .puts()
        .iter()
        .map(|put| put.evaluations.len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 100]);
    assert_eq!(stage.shown(&rule).len(), 101);
    stage.config.forget_calls();
    summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(
        (stage.calls(SHOWN), stage.calls(PUT)),
        (2, 0),
        "N/100 pages, and nothing put"
    );
}

#[test]
fn case_16_a_rule_that_was_made_anew_gets_every_result() {
    let stage = Stage::renewed(&[true, false]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    summary(&function.invoke(stage.config.tick(&rule).json()));
    stage.config.delete_rule(&rule);
    let anew = stage.rule("instance-has-policy");
    assert_ne!(anew.id(), rule.id());
    assert_eq!(
        summary(&function.invoke(stage.config.tick(&anew).json()))["put"],
        2
    );
    assert_eq!(stage.shown(&anew).len(), 2);
}
