//! What `doctor --aws` finds in an account: in moto, and in an AWS Config that was set up.

use aws_sdk_config::types::ComplianceType;
use jiff::SignedDuration;
use rules::ledger::Source;
use testbed::{
    Injection,
    config::{Fault, LastRun, Recorder, Refusal},
};

use crate::world::World;

use super::deployed::{Account, FUNCTION, now};

#[test]
fn nothing_is_wrong_where_everything_is_deployed_and_nothing_is_written() {
    let account = Account::new();
    account.world.proxy.forget();
    account.config.forget_calls();
    account.finds(0, &[]);
    let run = account.doctor();
    for part in [
        "good     configuration recorder: \"default\" is on",
        "good     recording of instances: continuous",
        "good     history of compliance",
        "good     delivery channel",
        "good     ds-agent-is-fresh-conformance-pack-",
        "is ACTIVE; its last run is not told",
        "good     last result about the account: of 20",
        "good     function: \"arn:aws:lambda:eu-west-1:",
        "good     permission of AWS Config: it may invoke for account",
        "good     inventory of Manager \"production\": of 20",
        "good     listing of GuardDuty: of 20",
        "good     dead letters in findings-dead: none",
        "good     queue findings: empty",
    ] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    let calls = account
        .world
        .proxy
        .calls()
        .into_iter()
        .map(|call| call.action);
    let calls = calls.chain(
        account
            .config
            .calls()
            .into_iter()
            .map(|call| format!("config:{}", call.operation)),
    );
    for call in calls {
        let (_, what) = call.split_once(':').unwrap();
        let reads = ["Describe", "List", "Get", "GET /", "Query"];
        assert!(reads.iter().any(|read| what.starts_with(read)), "{call}");
    }
}

#[test]
fn a_recorder_that_does_not_serve_is_told() {
    let account = Account::new();
    let types = ["AWS::EC2::Instance", "AWS::Config::ResourceCompliance"];
    let everything = Recorder::of_everything;
    for (recorder, code, wanted) in [
        (
            None,
            1,
            &[
                "bad configuration recorder: there is none",
                "bad delivery channel: there is none",
            ][..],
        ),
        (
            Some(everything().off()),
            1,
            &["bad configuration recorder: \"default\" is off"],
        ),
        (
            Some(everything().failing("NoSuchBucket", "gone")),
            1,
            &["bad its last recording failed: NoSuchBucket gone"],
        ),
        (
            Some(everything().without_channel()),
            1,
            &["bad delivery channel: there is none"],
        ),
        (Some(everything().only(&types)), 0, &[]),
        (
            Some(everything().only(&types[..1])),
            0,
            &["warning AWS::Config::ResourceCompliance is not recorded"],
        ),
        (
            Some(everything().all_but(&types[..1])),
            1,
            &["bad AWS::EC2::Instance is not recorded"],
        ),
        (
            Some(everything().daily(&types[..1])),
            0,
            &["warning recording of instances: daily"],
        ),
    ] {
        account.config.record(recorder);
        account.finds(code, wanted);
    }
}

#[test]
fn rules_that_are_missing_or_fail_are_told() {
    let account = Account::new();
    let [first, .., last] = account.rules.as_slice() else {
        panic!("no rules");
    };
    account.config.delete_rule(first);
    account.finds(0, &["warning instance-has-policy: no Config rule runs it"]);
    account.put(ComplianceType::NonCompliant, "1 dead letter");
    let of_health = "bad last result about the account: of 20";
    account.finds(1, &["warning instance-has-policy", of_health]);
    let run = account.doctor();
    assert!(run.stdout.contains("1 dead letter"), "{}", run.stdout);
    account.put(ComplianceType::Compliant, "evaluated 4/4");
    let now = account.config.now();
    account.config.tell_last_run(
        last,
        LastRun {
            succeeded: Some(now - 60_000),
            failed: Some(now),
            error: Some(("AccessDenied".to_owned(), "may not invoke".to_owned())),
        },
    );
    account.finds(1, &["warning instance-has-policy", "bad may not invoke"]);
    account.config.tell_last_run(
        last,
        LastRun {
            succeeded: Some(now),
            failed: Some(now - 60_000),
            error: Some(("AccessDenied".to_owned(), "may not invoke".to_owned())),
        },
    );
    account.finds(0, &["warning instance-has-policy"]);
    for rule in &account.rules {
        account.config.delete_rule(rule);
    }
    account.finds(1, &["bad Config rules: there is none of Deepgrade's"]);
}

#[test]
fn a_function_that_aws_config_may_not_invoke_is_told() {
    let account = Account::new();
    account.forbid();
    let bad = "bad permission of AWS Config: config.amazonaws.com may not invoke";
    account.finds(1, &[bad]);
    account.permit(Some("999900001111"));
    account.finds(1, &[bad]);
    account.forbid();
    account.permit(None);
    account.finds(0, &["warning it may invoke for rules of any account"]);
    let delete = account.clients.lambda().delete_function();
    let delete = delete.function_name(FUNCTION).send();
    account.world.block_on(delete).unwrap();
    account.finds(1, &["bad does not exist"]);
}

#[test]
fn what_is_stale_or_left_over_is_told() {
    let account = Account::new();
    let ago = |minutes: i64| now() - SignedDuration::from_mins(minutes);
    account.list(Source::Macie, ago(25 * 60));
    account.finds(1, &["bad listing of Macie: of 20"]);
    account.list(Source::Macie, now());
    let send = account.clients.sqs().send_message();
    let send = send.queue_url(&account.dead).message_body("{}").send();
    account.world.block_on(send).unwrap();
    account.finds(1, &["bad dead letters in findings-dead: 1 message"]);
    account.configure(&[("DEEPGRADE_INVENTORY", "audit/inventory".to_owned())]);
    account.finds(
        1,
        &[
            "bad inventory: DEEPGRADE_INVENTORY of the function \"audit/inventory\" is not a place",
            "bad listings of findings: DEEPGRADE_LEDGER of the function is not set",
            "bad dead letters: DEEPGRADE_DEAD_LETTER_QUEUES of the function is not set",
        ],
    );
    account.configure(&account.variables()[..1]);
    let clear = account.clients.s3().delete_object().bucket("audit");
    let clear = clear.key("inventory/pointer.json").send();
    account.world.block_on(clear).unwrap();
    account.finds(
        1,
        &[
            "bad inventory: none was ever published",
            "bad listings of findings",
            "bad dead letters",
        ],
    );
    account.publish_again(ago(45));
    account.finds(
        1,
        &[
            "warning inventory of Manager \"production\": of 20",
            "bad listings of findings",
            "bad dead letters",
        ],
    );
}

#[test]
fn what_may_not_be_read_is_unknown_and_names_the_right() {
    let account = Account::new();
    let denied = |operation: &str| {
        let refusal = Refusal::new("AccessDeniedException", "not authorized");
        let fault = Fault::Refused(refusal);
        account.config.inject(Injection::on(operation, fault));
    };
    denied("DescribeConfigurationRecorders");
    account.finds(
        4,
        &["unknown configuration recorder: the right config:DescribeConfigurationRecorders is missing"],
    );
    account.config.heal();
    denied("DescribeConfigRules");
    account.finds(
        4,
        &["unknown Config rules: the right config:DescribeConfigRules is missing"],
    );
    account.config.heal();
    denied("DescribeConfigRuleEvaluationStatus");
    account.finds(
        4,
        &["unknown last runs: the right config:DescribeConfigRuleEvaluationStatus"],
    );
    account.config.heal();
    let body = r#"{"__type": "AccessDeniedException", "message": "not authorized"}"#;
    let calls = account.world.proxy.calls();
    let mut paths = calls.iter().map(|call| &call.action);
    let policy = paths.clone().find(|action| action.ends_with("/policy"));
    account.world.proxy.answer(policy.unwrap(), 403, body);
    account.finds(
        4,
        &["unknown permission of AWS Config: the right lambda:GetPolicy is missing"],
    );
    let configuration = paths.find(|action| action.ends_with("/configuration"));
    account
        .world
        .proxy
        .answer(configuration.unwrap(), 403, body);
    account.finds(
        4,
        &[
            "unknown function: the right lambda:GetFunctionConfiguration is missing",
            "unknown permission of AWS Config",
            "unknown inventory: the function says where to look",
            "unknown listings of findings",
            "unknown dead letters",
        ],
    );
}

#[test]
fn arguments_that_do_not_go_together_are_refused() {
    let world = World::new();
    let run = world.run("doctor --aws");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("--region"), "{}", run.stderr);
    world
        .run("doctor --region eu-west-1")
        .fails(2, &["--region is of no use without --aws"]);
}
