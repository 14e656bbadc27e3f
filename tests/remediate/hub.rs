//! A hub in another Region than a function, and a table of another account.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use deepgrade::{
    aws::{clients::Clients, table::DynamoTable},
    ledger::{Key, Partition, Row, Table as _, Write, read_records},
};
use jiff::Timestamp;
use remediations::record::State;
use rules::ledger::{Source, Watermark};
use serde_json::json;
use testbed::{
    config::{Compliance, Config, Options, Rule},
    moto,
    runtime::{Bootstrap, Outcome},
};

use super::{
    members::{MEMBER, ROLE, launch, member},
    scene::{Scene, again, batch, partition},
    stage::{BUCKET, Function, TABLE, now, refusal, summary},
};

const HUB: &str = "eu-west-1";

impl Scene {
    /// The clients of the hub's Region, with a table of its own.
    fn hub(&self) -> Arc<Clients> {
        let region = HUB.parse().unwrap();
        let hub = Arc::new(self.stage.clients.elsewhere(&region));
        self.stage.create_table_in(&hub, TABLE);
        hub
    }

    fn start_at_hub(&self, bootstrap: Bootstrap, handler: &str) -> Function {
        let bootstrap = bootstrap
            .environment("DEEPGRADE_HUB_REGION", HUB)
            .environment("DEEPGRADE_ACTING", "on");
        self.stage.launch_function(handler, bootstrap)
    }
}

#[test]
fn a_hub_in_another_region_is_reached_by_every_function() {
    let scene = Scene::new();
    let hub = scene.hub();
    scene.switch_sources();
    let id = scene.stage.id(0);
    scene
        .edges
        .add_guardduty_finding(scene.threat("a01", &id)["detail"].take());
    for handler in ["backfill", "respond", "follow-up", "operate", "waf"] {
        scene.edges.forget_calls();
        let function = scene.start_at_hub(scene.bootstrap(handler, ""), handler);
        let event = match handler {
            "respond" => batch(&[scene.threat("a02", &id).to_string()]),
            "operate" => json!({
                "source": "operator", "action": "run-scans", "instanceId": id,
                "accountId": moto::ACCOUNT, "region": "us-east-1", "executionId": "e1",
            }),
            _ => json!({}),
        };
        let answer = summary(&function.invoke(&event));
        if handler == "respond" {
            assert_eq!(again(&answer), [""; 0]);
        }
        assert_eq!(
            scene.edges.regions("dynamodb:"),
            [HUB.to_owned()].into(),
            "{handler}"
        );
        let places = scene.edges.regions("s3:");
        let is_there = places.iter().all(|region| region == HUB);
        assert!(
            is_there && (handler == "backfill" || !places.is_empty()),
            "{handler}"
        );
        for service in ["guardduty:", "sqs:", "ec2:", "wafv2:", "secretsmanager:"] {
            let places = scene.edges.regions(service);
            assert!(!places.contains(HUB), "{handler} {service}");
        }
    }
    // Everything is in the table of the hub, and nothing in the one of the function's Region.
    assert_eq!(scene.records(), []);
    let table = DynamoTable::new(hub, TABLE);
    let (records, unread) = scene
        .stage
        .block_on(read_records(&table, &partition()))
        .unwrap();
    assert_eq!(unread, []);
    assert_eq!(records.len(), 3, "{records:?}");
    // What was listed is planned when it is looked at again.
    let mut states = records.iter().map(|record| record.state);
    assert!(states.all(|state| state != State::Unplanned), "{records:?}");
}

#[test]
fn what_names_no_hub_is_named() {
    let scene = Scene::new();
    let elsewhere = format!("arn:aws:dynamodb:{HUB}:{}:table/{TABLE}", moto::ACCOUNT);
    for (name, value, said) in [
        ("DEEPGRADE_HUB_REGION", "Ireland", "DEEPGRADE_HUB_REGION"),
        (
            "DEEPGRADE_LEDGER",
            "arn:aws:s3:::deepgrade",
            "neither the name nor the ARN",
        ),
        ("DEEPGRADE_LEDGER", &elsewhere, "set DEEPGRADE_HUB_REGION"),
    ] {
        let bootstrap = scene.bootstrap("backfill", "").environment(name, value);
        let function = scene.stage.launch_function("backfill", bootstrap);
        assert_eq!(
            function.invoke(&json!({})),
            Outcome::Exited(Some(1)),
            "{said}"
        );
        let output = function.last_words();
        assert!(output.stdout.contains(said), "{said}: {output:?}");
    }
}

/// The function `rule` of the member, with the keys of a role there, and what it grades by.
struct MemberOfHub {
    config: Config,
    function: Function,
}

impl MemberOfHub {
    fn new(scene: &Scene) -> Self {
        let sts = scene.stage.block_on(async {
            let settings = aws_config::defaults(aws_config::BehaviorVersion::latest())
                .test_credentials()
                .region("us-east-1")
                .endpoint_url(scene.edges.url());
            let sts = aws_sdk_sts::Client::new(&settings.load().await);
            let role = format!("arn:aws:iam::{MEMBER}:role/{ROLE}");
            let call = sts.assume_role().role_arn(role).role_session_name("rule");
            call.send().await.unwrap()
        });
        let keys = sts.credentials().unwrap();
        let options = Options {
            account: MEMBER.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now(), options).unwrap();
        let table = format!("arn:aws:dynamodb:{HUB}:{}:table/{TABLE}", moto::ACCOUNT);
        let bootstrap = Bootstrap::new(env!("CARGO_BIN_EXE_evaluate"))
            .handler("rule")
            .environment("AWS_ENDPOINT_URL", &scene.edges.url())
            .environment("AWS_ACCESS_KEY_ID", keys.access_key_id())
            .environment("AWS_SECRET_ACCESS_KEY", keys.secret_access_key())
            .environment("AWS_SESSION_TOKEN", keys.session_token())
            .environment("DEEPGRADE_INVENTORY", &format!("s3://{BUCKET}/inventory"))
            .environment("DEEPGRADE_LEDGER", &table)
            .environment("DEEPGRADE_HUB_REGION", HUB)
            .config(&config);
        let arn = format!("arn:aws:lambda:us-east-1:{MEMBER}:function:rule");
        let function = scene.stage.launch_as(&arn, bootstrap);
        Self { config, function }
    }
}

#[test]
fn a_member_reads_its_own_rows_in_the_table_of_the_hub() {
    let scene = Scene::new();
    let hub = scene.hub();
    let instance = launch(&scene, &member(&scene));
    let table = DynamoTable::new(hub, TABLE);
    let place = Partition::read(&format!("{MEMBER}#us-east-1")).unwrap();
    let listed_at = Timestamp::from_millisecond(now()).unwrap();
    for source in [Source::GuardDuty, Source::Macie] {
        let watermark = Watermark {
            enabled: true,
            listed_at,
        };
        let row = Row::new(Key::watermark(&place, source), &watermark).unwrap();
        let written = scene.stage.block_on(table.write(&row));
        assert_eq!(written, Ok(Write::Done));
    }
    let of_member = MemberOfHub::new(&scene);
    // The Regions of Macie have the account alone as their key.
    for id in ["threats-are-answered", "sensitive-data-is-shielded"] {
        let rule = Rule::new(&format!("ds-{id}"))
            .hourly()
            .parameter("rule", id);
        let rule = of_member.config.put_rule(rule).unwrap();
        let tick = of_member.config.tick(&rule);
        let answer = summary(&of_member.function.invoke(tick.json()));
        assert_eq!(answer["put"], 1, "{answer}");
        let results = of_member.config.results(&rule);
        let shown = &results[0].evaluation;
        assert_eq!(shown.resource_id, instance);
        assert_eq!(shown.compliance, Compliance::Compliant);
    }
    assert_eq!(scene.edges.regions("dynamodb:"), [HUB.to_owned()].into());

    // What moto does not judge, the stand-in for the table's policy does: the member is refused the
    // rows of the hub's own account.
    let member = member(&scene);
    let hub_of_member = member.elsewhere(&HUB.parse().unwrap());
    let arn = format!("arn:aws:dynamodb:{HUB}:{}:table/{TABLE}", moto::ACCOUNT);
    let call = hub_of_member.dynamodb().query().table_name(&arn);
    let call = call
        .key_condition_expression("pk = :partition")
        .expression_attribute_values(":partition", AttributeValue::S(partition().to_string()));
    let refused = scene.stage.block_on(call.send());
    assert!(refused.is_err(), "{refused:?}");
}

#[test]
fn a_table_that_is_not_there_is_named_by_its_arn() {
    let scene = Scene::new();
    let of_member = MemberOfHub::new(&scene);
    let rule = Rule::new("ds-threats-are-answered").hourly();
    let rule = rule.parameter("rule", "threats-are-answered");
    let rule = of_member.config.put_rule(rule).unwrap();
    let tick = of_member.config.tick(&rule);
    let (_, line) = refusal(&of_member.function.invoke(tick.json()));
    assert!(
        line.contains(&format!("{HUB}:{}:table/{TABLE}", moto::ACCOUNT)),
        "{line}"
    );
}
