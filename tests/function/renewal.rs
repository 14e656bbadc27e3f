//! The function `inventory`, and what rules make of what it published or did not.

use serde_json::json;
use testbed::{Fault as HttpFault, Injection, config::Compliance, runtime::Outcome};

use super::stage::{Stage, refusal, summary};

#[test]
fn case_17_and_18_an_outage_of_the_manager_flips_nothing() {
    let stage = Stage::renewed(&[true, false]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    summary(&function.invoke(stage.config.tick(&rule).json()));
    let shown = stage.config.results(&rule);
    stage.manager.refuse_connections();
    let (kind, message) = refusal(&stage.renew_within(20));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(message.contains("Manager first"), "{message}");
    // Still fresh: the same verdicts as before.
    stage.config.advance(3_600_000);
    assert_eq!(
        summary(&function.invoke(stage.config.tick(&rule).json()))["put"],
        0
    );
    // Too old: nothing is put, and the error says why.
    stage.config.advance(2 * 3_600_000);
    stage.config.forget_calls();
    let (kind, message) = refusal(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(message.contains("DS-GAP-002"), "{message}");
    assert_eq!(stage.calls("PutEvaluations"), 0);
    assert_eq!(stage.config.results(&rule), shown);
}

#[test]
fn case_36_a_shard_that_is_gone_or_damaged_is_a_gap_and_no_verdict() {
    for damage in [None, Some("not what was written")] {
        let stage = Stage::renewed(&[true, false]);
        let rule = stage.rule("instance-has-policy");
        for key in stage.keys("accounts/") {
            stage.replace(&key, damage);
        }
        let (kind, message) = refusal(&stage.start("rule").invoke(stage.config.tick(&rule).json()));
        assert_eq!(kind, "Deepgrade.Unfinished");
        assert!(message.contains("DS-GAP-001"), "{message}");
        assert_eq!(stage.config.puts().len(), 0);
    }
}

#[test]
fn case_27_the_newest_of_two_records_counts_and_the_annotation_says_so() {
    let stage = Stage::renewed(&[true]);
    let id = stage.id(0);
    stage.know(&id, false);
    stage.manager.estate(|estate| {
        let spoke = estate.computers[&1].agent.last_communication;
        let older = estate.computers.get_mut(&2).unwrap();
        older.agent.last_communication = spoke.map(|spoke| spoke - 3_600_000);
    });
    summary(&stage.renew());
    let rule = stage.rule("instance-has-policy");
    summary(&stage.start("rule").invoke(stage.config.tick(&rule).json()));
    let shown = stage.config.results(&rule).remove(0).evaluation;
    assert_eq!(shown.compliance, Compliance::Compliant);
    let annotation = shown.annotation.unwrap();
    assert!(annotation.contains("2 computers"), "{annotation}");
}

#[test]
fn case_30_a_key_that_was_replaced_is_read_again_and_a_rejected_one_is_tried_no_further() {
    let stage = Stage::new();
    let function = stage.start("inventory");
    summary(&function.invoke(&json!({})));
    stage.replace_key("2:anything-else");
    stage
        .manager
        .options(|options| options.keys[0].secret = "2:anything-else".to_owned());
    summary(&function.invoke(&json!({})));
    stage
        .manager
        .options(|options| options.keys[0].secret = "2:again".to_owned());
    stage.manager.forget_calls();
    let (_, message) = refusal(&function.invoke(&json!({})));
    assert!(message.contains("rejected"), "{message}");
    assert!(
        stage.manager.calls().len() <= 2,
        "{:?}",
        stage.manager.calls()
    );
    let output = function.output();
    for line in [message, output.stdout, output.stderr] {
        assert!(
            !line.contains("anything-else") && !line.contains(testbed::SECRET),
            "{line}"
        );
    }
}

/// Bad input 22 and decision 12: the settings and the secret are named, and never shown.
#[test]
fn settings_and_secrets_that_are_not_what_they_should_be_are_named() {
    let stage = Stage::new();
    for secret in [
        "not json",
        "{}",
        "{\"apiKey\": \"\"}",
        "{\"apiKey\": \"canary\\nkey\"}",
    ] {
        stage.replace_secret(secret);
        let (_, message) = refusal(&stage.renew());
        assert!(message.contains("deepgrade/first"), "{message}");
        assert!(
            !message.contains("canary") && !message.contains("not json"),
            "{message}"
        );
    }
    let other = stage.start_with("inventory", "DEEPGRADE_SETTINGS_SHA256", &"0".repeat(64));
    let (kind, message) = refusal(&other.invoke(&json!({})));
    assert_eq!(kind, "Deepgrade.Deployment");
    assert!(
        message.contains("settings.yaml") && message.contains("SHA-256"),
        "{message}"
    );
}

#[test]
fn a_function_that_is_set_up_wrongly_does_not_start() {
    let stage = Stage::new();
    for (handler, name, value, said) in [
        (
            "rules",
            "DEEPGRADE_INVENTORY",
            "s3://deepgrade/inventory",
            "`rule` and `inventory`",
        ),
        (
            "rule",
            "DEEPGRADE_INVENTORY",
            "deepgrade",
            "DEEPGRADE_INVENTORY",
        ),
        ("rule", "DEEPGRADE_INVENTORY", "", "DEEPGRADE_INVENTORY"),
        (
            "inventory",
            "DEEPGRADE_SETTINGS_SHA256",
            "abc",
            "DEEPGRADE_SETTINGS_SHA256",
        ),
    ] {
        let function = stage.start_with(handler, name, value);
        assert_eq!(
            function.invoke(&json!({})),
            Outcome::Exited(Some(1)),
            "{said}"
        );
        let output = function.last_words();
        assert!(output.stdout.contains(said), "{said}: {output:?}");
    }
}

#[test]
fn a_manager_that_answers_again_is_read_within_one_renewal() {
    let stage = Stage::renewed(&[true]);
    let unwell = Injection::on("POST /computers/search", HttpFault::Cut).times(1);
    stage.manager.inject(unwell);
    let answer = summary(&stage.renew());
    assert_eq!(answer["managers"][0]["computers"], 1);
}

/// A process that may have no more memory ends, and what it was about to publish is not seen.
#[test]
fn case_59_a_fleet_that_does_not_fit_into_memory_is_published_whole_or_not_at_all() {
    let stage = Stage::renewed(&[true]);
    let before = stage.published();
    stage.manager.estate(|estate| {
        for id in 2..=5_000 {
            estate.add(estate.example(id));
        }
    });
    let (mut ended, mut published) = (0, false);
    for mebibytes in [4, 8, 16, 32, 64, 128, 256] {
        stage.manager.advance(1_000);
        match stage
            .start_within("inventory", mebibytes)
            .invoke(&json!({}))
        {
            Outcome::Exited(_) => {
                ended += 1;
                assert_eq!(stage.published(), before, "{mebibytes} MiB");
            }
            Outcome::Response(summary) => {
                assert_eq!(summary["managers"][0]["computers"], 5_000, "{summary}");
                assert_ne!(stage.published(), before, "{mebibytes} MiB");
                published = true;
                break;
            }
            other => panic!("{mebibytes} MiB: {other:?}"),
        }
    }
    assert!(ended > 0 && published, "{ended} ended");
}
