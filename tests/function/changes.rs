//! Events about one instance, through the real binary. Numbers are those of the faults that were
//! thought of beforehand.

use serde_json::json;
use testbed::{
    Fault as HttpFault, Injection,
    config::{Compliance, Fault},
    runtime::Outcome,
};

use super::stage::{Stage, refusal, summary};

const PUT: &str = "PutEvaluations";

#[test]
fn case_1_the_same_event_twice_at_once_gives_one_result() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let (one, other) = (stage.start("rule"), stage.start("rule"));
    let event = stage.config.change(&rule, &stage.item(0));
    std::thread::scope(|scope| {
        let answers = [&one, &other].map(|function| scope.spawn(|| function.invoke(event.json())));
        for answer in answers {
            summary(&answer.join().unwrap());
        }
    });
    let puts = stage.config.puts();
    assert!((1..=2).contains(&puts.len()), "{puts:?}");
    assert!(
        puts.windows(2)
            .all(|pair| pair[0].evaluations == pair[1].evaluations)
    );
    assert_eq!(stage.shown(&rule), [(0, Compliance::Compliant)]);
}

#[test]
fn case_2_an_earlier_event_that_comes_later_changes_nothing() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    let early = stage.item(0);
    stage.config.advance(60_000);
    let late = stage.item(0);
    let (early, late) = (
        stage.config.change(&rule, &early),
        stage.config.change(&rule, &late),
    );
    summary(&function.invoke(late.json()));
    let shown = stage.config.results(&rule);
    let mut stopped = early.clone().with_invoking_event(|event| {
        event["configurationItem"]["configuration"]["state"]["name"] = json!("terminated");
        event["notificationCreationTime"] =
            event["configurationItem"]["configurationItemCaptureTime"].clone();
    });
    stopped = stopped.with("eventLeftScope", json!(false));
    assert_eq!(summary(&function.invoke(stopped.json()))["superseded"], 1);
    assert_eq!(stage.config.results(&rule), shown);
}

#[test]
fn case_3_an_instance_that_was_deleted_is_not_revived() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    let item = stage.item(0);
    let late = stage.config.change(&rule, &item);
    summary(&function.invoke(late.json()));
    assert_eq!(stage.shown(&rule).len(), 1);
    stage.config.advance(60_000);
    let deleted = stage.config.deleted(&rule, &item);
    summary(&function.invoke(deleted.json()));
    assert_eq!(stage.shown(&rule), []);
    // Config orders results by time, and keeps the time of what is not applicable.
    summary(&function.invoke(late.json()));
    assert_eq!(stage.shown(&rule), []);
}

#[test]
fn case_4_an_instance_that_left_the_scope_is_not_looked_at() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    summary(
        &stage
            .start("rule")
            .invoke(stage.config.change(&rule, &stage.item(0)).json()),
    );
    stage.manager.forget_calls();
    stage.config.advance(1_000);
    let function = stage.start("rule");
    let event = stage.config.left_scope(&rule, &stage.item(0));
    summary(&function.invoke(event.json()));
    assert_eq!(stage.shown(&rule), []);
    assert_eq!(stage.manager.calls().len(), 0);
    let built = function.clients();
    assert_eq!(
        built,
        ["config".to_owned()].into(),
        "nothing else is asked, so that no client for it is built"
    );
}

#[test]
fn case_5_and_6_an_oversized_notification_is_read_by_the_id_of_its_instance() {
    let stage = Stage::renewed(&[true, false]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    for number in [0, 1] {
        let event = stage.config.oversized(&rule, &stage.item(number));
        summary(&function.invoke(event.json()));
    }
    let expected = [(0, Compliance::Compliant), (1, Compliance::NonCompliant)];
    assert_eq!(stage.shown(&rule), expected);
    stage.config.advance(1_000);
    let mut gone = stage.item(0);
    gone["resourceId"] = json!("i-0123456789abcdef0");
    gone["ARN"] = json!(format!(
        "arn:aws:ec2:us-east-1:{}:instance/i-0123456789abcdef0",
        testbed::moto::ACCOUNT
    ));
    let answer = summary(&function.invoke(stage.config.oversized(&rule, &gone).json()));
    assert_eq!(answer["subject"]["code"], "DS-INS-004");
    assert_eq!(stage.shown(&rule), expected);
}

#[test]
fn case_11_nobody_waits_for_the_results_of_a_rule_that_is_gone() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    stage.config.inject(Injection::on(PUT, Fault::InvalidToken));
    let function = stage.start("rule");
    let event = stage.config.change(&rule, &stage.item(0));
    let outcomes = stage.config.deliver(&event, |event| function.invoke(event));
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    assert_eq!(summary(&outcomes[0])["ruleGone"], true);
    let puts = stage.calls(PUT);
    assert_eq!(puts, 1);
    assert!(function.output().stdout.contains("the Config rule is gone"));
}

#[test]
fn case_12_a_put_whose_answer_is_lost_is_put_again_without_harm() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let lost = Fault::Http(HttpFault::Reset);
    stage
        .config
        .inject(Injection::on(PUT, lost).times(1).after_effect());
    let event = stage.config.change(&rule, &stage.item(0));
    summary(&stage.start("rule").invoke(event.json()));
    assert_eq!(stage.config.puts().len(), 2);
    assert_eq!(stage.shown(&rule), [(0, Compliance::Compliant)]);
}

#[test]
fn case_14_a_test_takes_the_same_path_and_changes_nothing() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let event = stage.config.change(&rule, &stage.item(0)).in_test_mode();
    assert_eq!(summary(&stage.start("rule").invoke(event.json()))["put"], 1);
    assert_eq!(stage.calls(PUT), 1);
    assert_eq!(stage.shown(&rule), []);
}

#[test]
fn case_15_what_is_not_understood_ends_in_an_error_with_the_reason() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    let event = stage.config.change(&rule, &stage.item(0));
    let unknown = event
        .clone()
        .with_invoking_event(|event| event["messageType"] = json!("Later"));
    let version = event.with("version", json!("2.0"));
    for (event, reason) in [(unknown, "messageType"), (version, "version")] {
        let outcomes = stage.config.deliver(&event, |event| function.invoke(event));
        assert_eq!(
            outcomes.len(),
            3,
            "Lambda tries it again, and then gives it to the queue"
        );
        let (kind, message) = refusal(&outcomes[2]);
        assert_eq!(kind, "Deepgrade.Refused");
        assert!(message.contains(reason), "{message}");
    }
    assert_eq!(stage.config.calls().len(), 0);
}

/// Bad inputs 1 to 4 and 9, as Lambda hands them over.
#[test]
fn bad_events_are_refused_before_anything_is_asked() {
    let stage = Stage::renewed(&[true]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    let event = stage.config.change(&rule, &stage.item(0));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let of_other = event
        .json()
        .to_string()
        .replace(testbed::moto::ACCOUNT, "111122223333");
    let in_other = event.json().to_string().replace("us-east-1", "eu-west-1");
    let cases = [
        (json!({}), "missing"),
        (
            event
                .clone()
                .with("invokingEvent", json!("{\"a\": ]"))
                .json()
                .clone(),
            "not valid JSON",
        ),
        (
            event
                .clone()
                .with("invokingEvent", json!(deep))
                .json()
                .clone(),
            "nesting too deep",
        ),
        (
            event
                .clone()
                .with("padding", json!("x".repeat(10 << 20)))
                .json()
                .clone(),
            "large",
        ),
        (
            serde_json::from_str(&of_other).unwrap(),
            "account mismatch: refusing",
        ),
        (
            serde_json::from_str(&in_other).unwrap(),
            "account mismatch: refusing",
        ),
        (json!(null), "object"),
        (json!([1, 2]), "not valid JSON"),
    ];
    for (event, reason) in cases {
        let outcome = function.invoke(&event);
        let (kind, message) = refusal(&outcome);
        assert_eq!(kind, "Deepgrade.Refused", "{reason}");
        assert!(message.contains(reason), "{reason}: {message}");
        assert!(
            message.len() < 500 && message.lines().count() == 1,
            "{message}"
        );
    }
    assert_eq!(stage.config.calls().len(), 0);
    // The process is none the worse for it.
    assert!(matches!(
        function.invoke(event.json()),
        Outcome::Response(_)
    ));
}

/// The command line, which sees the whole inventory, has the same gap.
#[test]
fn an_instance_that_a_computer_names_under_another_account_is_a_gap() {
    let stage = Stage::renewed(&[true, true]);
    stage.manager.estate(|estate| {
        let computer = estate.computers.values_mut().next().unwrap();
        if let testbed::estate::Summary::Ec2(summary) = &mut computer.summary {
            "999900001111".clone_into(&mut summary.account);
        }
    });
    summary(&stage.renew());
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    for event in [
        stage.config.change(&rule, &stage.item(0)),
        stage.config.tick(&rule),
    ] {
        let done = summary(&function.invoke(event.json()));
        assert_eq!(done["gaps"]["DS-GAP-009"]["count"], 1, "{done}");
    }
    assert_eq!(stage.shown(&rule), [(1, Compliance::Compliant)]);
}
