//! An account in which Deepgrade is deployed, and what can go wrong in it.

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
use jiff::Timestamp;
use rules::{
    CATALOGUE,
    inventory::Inventory,
    ledger::{Source, Watermark},
};
use serde_json::json;
use testbed::{
    config::{Config, Options, Recorder, Registered, Rule},
    moto::ACCOUNT,
};

use crate::{
    ledger::create_table,
    world::{ACCESS_KEY, Run, SECRET_KEY, World},
};

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const FUNCTION: &str = "deepgrade-rule";
pub(crate) const LINE: &str = "doctor --aws --region eu-west-1";

/// An account in which everything is deployed and well.
pub(crate) struct Account {
    pub(crate) world: World,
    pub(crate) config: Config,
    pub(crate) clients: Arc<Clients>,
    pub(crate) rules: Vec<Registered>,
    pub(crate) dead: String,
    pub(crate) table: DynamoTable,
}

pub(crate) fn now() -> Timestamp {
    RealTime::start().now()
}

impl Account {
    pub(crate) fn new() -> Self {
        let world = World::new();
        let options = Options {
            account: ACCOUNT.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now().as_millisecond(), options).unwrap();
        config.record(Some(Recorder::of_everything()));
        let clients = Arc::new(world.clients(REGION));
        let table = create_table(&world, "eu-west-1");
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

    pub(crate) fn rule(&self, id: &str) -> Registered {
        let rule = Rule::new(&format!("ds-{id}")).hourly().region(REGION);
        let rule = rule.parameter("rule", id).function(FUNCTION).in_pack();
        self.config.put_rule(rule).unwrap()
    }

    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DEEPGRADE_INVENTORY", "s3://audit/inventory".to_owned()),
            ("DEEPGRADE_LEDGER", "ledger".to_owned()),
            ("DEEPGRADE_DEAD_LETTER_QUEUES", self.dead.clone()),
        ]
    }

    /// A queue of findings, and the one of its dead letters.
    pub(crate) fn queues(&self) -> String {
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

    pub(crate) fn function(&self, variables: &[(&str, String)]) {
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

    pub(crate) fn configure(&self, variables: &[(&str, String)]) {
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
    pub(crate) fn permit(&self, account: Option<&str>) {
        let permit = self.clients.lambda().add_permission();
        let permit = permit
            .function_name(FUNCTION)
            .statement_id("config")
            .action("lambda:InvokeFunction")
            .principal("config.amazonaws.com")
            .set_source_account(account.map(str::to_owned));
        self.world.block_on(permit.send()).unwrap();
    }

    pub(crate) fn forbid(&self) {
        let forbid = self.clients.lambda().remove_permission();
        let forbid = forbid.function_name(FUNCTION).statement_id("config");
        self.world.block_on(forbid.send()).unwrap();
    }

    pub(crate) fn publish(&self, taken_at: Timestamp) {
        let bucket = self.clients.s3().create_bucket().bucket("audit");
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder();
        let place = place.location_constraint(REGION.into()).build();
        let bucket = bucket.create_bucket_configuration(place);
        self.world.block_on(bucket.send()).unwrap();
        self.publish_again(taken_at);
    }

    pub(crate) fn publish_again(&self, taken_at: Timestamp) {
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

    pub(crate) fn list(&self, source: Source, listed_at: Timestamp) {
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
    pub(crate) fn put(&self, compliance: ComplianceType, annotation: &str) {
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

    pub(crate) fn doctor(&self) -> Run {
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
    pub(crate) fn finds(&self, code: i32, wanted: &[&str]) {
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
