//! What `doctor --aws` finds in an account: in moto, and in an AWS Config that was set up.

use std::sync::Arc;

use aws_sdk_config::types::{ComplianceType, Evaluation};
use aws_sdk_lambda::{
    primitives::Blob,
    types::{Environment, FunctionCode, Runtime},
};
use aws_sdk_sqs::types::QueueAttributeName;
use deepgrade::{
    aws::{clients, clients::Clients, store::S3Store, table::DynamoTable},
    inventory::{Publisher, Status},
    ledger::{Key, Partition, Row, Table as _},
    time::{RealTime, Time as _},
};
use jiff::{SignedDuration, Timestamp};
use rules::{
    CATALOGUE,
    inventory::Inventory,
    ledger::{Source, Watermark},
};
use serde_json::json;
use testbed::{
    Injection,
    config::{Config, Fault, LastRun, Options, Recorder, Refusal, Registered, Rule},
    moto::ACCOUNT,
};

use crate::{
    ledger::create_table,
    world::{ACCESS_KEY, Run, SECRET_KEY, World},
};

const REGION: &str = "eu-west-1";
const FUNCTION: &str = "deepgrade-rule";
const LINE: &str = "doctor --aws --region eu-west-1";

/// An account in which everything is deployed and well.
struct Account {
    world: World,
    config: Config,
    clients: Arc<Clients>,
    rules: Vec<Registered>,
    dead: String,
    table: DynamoTable,
}

fn now() -> Timestamp {
    RealTime::start().now()
}

impl Account {
    fn new() -> Self {
        let world = World::new();
        let options = Options {
            account: ACCOUNT.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now().as_millisecond(), options).unwrap();
        config.record(Some(Recorder::of_everything()));
        let clients = Arc::new(world.clients(REGION));
        let table = create_table(&world);
        let mut account = Self {
            world,
            config,
            clients,
            rules: Vec::new(),
            dead: String::new(),
            table,
        };
        account.rules = CATALOGUE.iter().map(|rule| account.rule(rule.id)).collect();
        account.dead = account.queues();
        account.function(&account.variables());
        account.permit(Some(ACCOUNT));
        account.publish(now());
        for source in Source::ALL {
            account.list(*source, now());
        }
        account.put(ComplianceType::Compliant, "evaluated 4/4");
        account
    }

    fn rule(&self, id: &str) -> Registered {
        let rule = Rule::new(&format!("ds-{id}")).hourly().region(REGION);
        let rule = rule.parameter("rule", id).function(FUNCTION).in_pack();
        self.config.put_rule(rule).unwrap()
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DEEPGRADE_INVENTORY", "s3://audit/inventory".to_owned()),
            ("DEEPGRADE_LEDGER", "ledger".to_owned()),
            ("DEEPGRADE_DEAD_LETTER_QUEUES", self.dead.clone()),
        ]
    }

    /// A queue of findings, and the one of its dead letters.
    fn queues(&self) -> String {
        let sqs = self.clients.sqs();
        let make = |name: &str| {
            let made = self
                .world
                .block_on(sqs.create_queue().queue_name(name).send());
            made.unwrap().queue_url().unwrap().to_owned()
        };
        let (dead, findings) = (make("findings-dead"), make("findings"));
        let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:findings-dead");
        let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": 3}).to_string();
        let set = sqs.set_queue_attributes().queue_url(&findings);
        let set = set.attributes(QueueAttributeName::RedrivePolicy, redrive);
        self.world.block_on(set.send()).unwrap();
        dead
    }

    fn function(&self, variables: &[(&str, String)]) {
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        let role = self.clients.iam().create_role().role_name("rule");
        let role = role.assume_role_policy_document(trust.to_string());
        self.world.block_on(role.send()).unwrap();
        let mut environment = Environment::builder();
        for (name, value) in variables {
            environment = environment.variables(*name, value);
        }
        // The end of an archive that holds nothing.
        let mut archive = b"PK\x05\x06".to_vec();
        archive.resize(22, 0);
        let code = FunctionCode::builder().zip_file(Blob::new(archive));
        let make = self.clients.lambda().create_function();
        let make = make
            .function_name(FUNCTION)
            .role(format!("arn:aws:iam::{ACCOUNT}:role/rule"))
            .runtime(Runtime::Providedal2023)
            .handler("rule")
            .code(code.build())
            .environment(environment.build());
        self.world.block_on(make.send()).unwrap();
    }

    fn configure(&self, variables: &[(&str, String)]) {
        let mut environment = Environment::builder();
        for (name, value) in variables {
            environment = environment.variables(*name, value);
        }
        let update = self.clients.lambda().update_function_configuration();
        let update = update.function_name(FUNCTION);
        let update = update.environment(environment.build());
        self.world.block_on(update.send()).unwrap();
    }

    /// Lets AWS Config invoke the function: for that account, or for any.
    fn permit(&self, account: Option<&str>) {
        let permit = self.clients.lambda().add_permission();
        let permit = permit
            .function_name(FUNCTION)
            .statement_id("config")
            .action("lambda:InvokeFunction")
            .principal("config.amazonaws.com")
            .set_source_account(account.map(str::to_owned));
        self.world.block_on(permit.send()).unwrap();
    }

    fn forbid(&self) {
        let forbid = self.clients.lambda().remove_permission();
        let forbid = forbid.function_name(FUNCTION).statement_id("config");
        self.world.block_on(forbid.send()).unwrap();
    }

    fn publish(&self, taken_at: Timestamp) {
        let bucket = self.clients.s3().create_bucket().bucket("audit");
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder();
        let place = place.location_constraint(REGION.into()).build();
        let bucket = bucket.create_bucket_configuration(place);
        self.world.block_on(bucket.send()).unwrap();
        self.publish_again(taken_at);
    }

    fn publish_again(&self, taken_at: Timestamp) {
        let inventory: Inventory = serde_json::from_value(json!({
            "schemaVersion": "1", "manager": "production", "takenAt": taken_at,
            "completeness": "complete", "computers": [], "policies": [],
            "intrusionPreventionRules": [],
        }))
        .unwrap();
        let place = "s3://audit/inventory".parse().unwrap();
        let store = S3Store::new(Arc::clone(&self.clients), place);
        let time = Arc::new(RealTime::start());
        let publisher = Publisher::new(&store, vec!["production".to_owned()], time);
        let picture = inventory.into();
        let published = publisher.publish(&picture, Status::default());
        self.world.block_on(published).unwrap();
    }

    fn list(&self, source: Source, listed_at: Timestamp) {
        let partition = Partition {
            account: ACCOUNT.parse().unwrap(),
            region: REGION.parse().unwrap(),
        };
        let key = Key::watermark(&partition, source);
        let watermark = Watermark {
            enabled: true,
            listed_at,
        };
        self.world.block_on(async {
            let before = self.table.read(&key).await.unwrap();
            let row = Row::after(before.as_ref(), key, &watermark).unwrap();
            self.table.write(&row).await.unwrap();
        });
    }

    /// Puts a result of the rule about the account, as its function does.
    fn put(&self, compliance: ComplianceType, annotation: &str) {
        let mut rules = self.rules.iter();
        let rule = rules.find(|rule| rule.name().contains("evaluator-is-healthy"));
        let event = self.config.tick(rule.unwrap());
        let token = event.json()["resultToken"].as_str().unwrap().to_owned();
        let evaluation = Evaluation::builder()
            .compliance_resource_type("AWS::::Account")
            .compliance_resource_id(ACCOUNT)
            .compliance_type(compliance)
            .annotation(annotation)
            .ordering_timestamp(aws_sdk_config::primitives::DateTime::from_millis(
                self.config.now(),
            ));
        let loader = clients::defaults().test_credentials().region(REGION);
        let settings = loader.endpoint_url(self.config.url()).load();
        let config = Clients::new(self.world.block_on(settings));
        let put = config.config().put_evaluations();
        let put = put
            .result_token(token)
            .evaluations(evaluation.build().unwrap());
        self.world.block_on(put.send()).unwrap();
    }

    fn doctor(&self) -> Run {
        let url = self.config.url();
        let keys = [
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
            ("AWS_ENDPOINT_URL_CONFIG_SERVICE", url.as_str()),
        ];
        self.world.run_with(LINE, &keys)
    }

    /// Doctor ends with this code, and everything that is not good is this, line by line.
    #[track_caller]
    fn finds(&self, code: i32, wanted: &[&str]) {
        let run = self.doctor();
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{run:?}");
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines[0], format!("account {ACCOUNT} in {REGION}"));
        let found: Vec<(usize, &&str)> = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| {
                ["  bad ", "  warning ", "  unknown "]
                    .iter()
                    .any(|grade| line.starts_with(grade))
            })
            .collect();
        assert_eq!(found.len(), wanted.len(), "{}", run.stdout);
        for ((number, line), wanted) in found.iter().zip(wanted) {
            let (grade, part) = wanted.split_once(' ').unwrap();
            assert!(line.starts_with(&format!("  {grade}")), "{line}: {wanted}");
            assert!(line.contains(part), "{line}: {wanted}");
            let advice = lines.get(number + 1).copied().unwrap_or_default();
            assert!(advice.starts_with("           "), "{line} has no advice");
        }
    }
}

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
