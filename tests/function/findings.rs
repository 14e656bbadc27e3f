//! Rules about findings, through the real binary with a table of DynamoDB.

use aws_sdk_dynamodb::types::AttributeValue;
use deepgrade::{
    aws::table::DynamoTable,
    ledger::{Key, Partition, Row, Table, Write},
};
use jiff::Timestamp;
use remediations::{
    finding::Finding,
    record::{Claim, Record, State, Subject},
};
use rules::{
    instance::InstanceId,
    ledger::{Source, Watermark},
};
use serde_json::json;
use testbed::{config::Compliance, moto};

use super::stage::{Function, Stage, TABLE, refusal, summary};

fn time(stage: &Stage) -> Timestamp {
    Timestamp::from_millisecond(stage.config.now()).unwrap()
}

fn partition() -> Partition {
    Partition::read(&format!("{}#us-east-1", moto::ACCOUNT)).unwrap()
}

impl Stage {
    /// Writes a row over whatever is there.
    fn write(&self, row: impl Fn(Option<&Row>) -> Row) {
        let table = DynamoTable::new(self.clients.clone(), TABLE);
        self.block_on(async {
            let key = row(None).key;
            let before = table.read(&key).await.unwrap();
            let written = table.write(&row(before.as_ref())).await;
            assert_eq!(written, Ok(Write::Done));
        });
    }

    fn list(&self, source: Source, enabled: bool) {
        let watermark = Watermark {
            enabled,
            listed_at: time(self),
        };
        let key = Key::watermark(&partition(), source);
        self.write(|before| Row::after(before, key.clone(), &watermark).unwrap());
    }

    fn record(&self, instance: usize, finding: &str, state: State) {
        let instance: InstanceId = self.id(instance).parse().unwrap();
        let finding: Finding = serde_json::from_value(json!({
            "source": "guardDuty", "id": finding, "account": moto::ACCOUNT,
            "region": "us-east-1", "version": {"updatedAt": "2026-11-20T10:00:00Z"},
            "life": "active", "severity": {"score": 80}, "kind": "Recon:EC2/Portscan",
            "about": {"threat": {"instances": [instance]}},
        }))
        .unwrap();
        let now = time(self);
        let subject = Subject {
            account: None,
            instance: Some(instance),
            region: finding.region.clone(),
        };
        let claim = Record::claim(None, &subject, &finding, now, jiff::SignedDuration::ZERO);
        let Claim::Answer(record) = claim else {
            panic!("{claim:?}");
        };
        let record = Record { state, ..record };
        let retention = jiff::SignedDuration::from_hours(24);
        self.write(|before| Row::of_record(before, &record, retention).unwrap());
    }

    fn start_with_ledger(&self) -> Function {
        self.start_with("rule", "DEEPGRADE_LEDGER", TABLE)
    }
}

#[test]
fn findings_are_shown_by_the_ledger_alone() {
    let stage = Stage::launched(3);
    stage.create_table();
    stage.list(Source::GuardDuty, true);
    stage.record(0, "16afba5c", State::Pending);
    stage.record(1, "0b52f7c1", State::Answered);
    let rule = stage.rule("threats-are-answered");
    let function = stage.start_with_ledger();
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["put"], 3, "{answer}");
    let expected = [
        (0, Compliance::NonCompliant),
        (1, Compliance::Compliant),
        (2, Compliance::Compliant),
    ];
    assert_eq!(stage.shown(&rule), expected);
    let annotations: Vec<_> = stage.config.results(&rule);
    let annotation = |number: usize| {
        let id = stage.id(number);
        let result = annotations
            .iter()
            .find(|each| each.evaluation.resource_id == id);
        result.unwrap().evaluation.annotation.clone().unwrap()
    };
    assert_eq!(
        annotation(1),
        "DS-THR-001 GD 0b52f7c1 sev 8 Recon:EC2/Portscan: nothing to do"
    );
    assert_eq!(annotation(2), "DS-THR-001 no finding of GuardDuty");

    // What was open is answered; nothing else is put again.
    stage.record(0, "16afba5c", State::Answered);
    stage.config.advance(1_200_000);
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(
        (&answer["put"], &answer["unchanged"]),
        (&1.into(), &2.into())
    );
    assert_eq!(stage.shown(&rule)[0], (0, Compliance::Compliant));

    // An edited row is a gap of its instance alone, and is named.
    let key = Key::record(
        &partition(),
        stage.id(1).parse().ok(),
        Source::GuardDuty,
        &"0b52f7c1".parse().unwrap(),
    );
    let put = stage.clients.dynamodb().put_item().table_name(TABLE);
    let put = put
        .item("pk", AttributeValue::S(key.partition))
        .item("sk", AttributeValue::S(key.sort.clone()));
    stage.block_on(put.send()).unwrap();
    stage.config.advance(1_200_000);
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(
        (&answer["put"], &answer["unchanged"]),
        (&0.into(), &2.into())
    );
    let gap = &answer["gaps"]["DS-GAP-031"];
    assert!(gap["first"].as_str().unwrap().contains(&key.sort), "{gap}");

    // No Manager, no inventory and no other service is asked.
    let expected = ["config", "dynamodb", "ec2"].map(str::to_owned);
    assert_eq!(function.clients(), expected.into());
}

#[test]
fn a_source_that_is_off_or_was_never_listed_makes_nothing_compliant() {
    let stage = Stage::launched(1);
    stage.create_table();
    stage.list(Source::GuardDuty, false);
    let function = stage.start_with_ledger();
    let rule = stage.rule("threats-are-answered");
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["evaluations"]["notApplicable"], 1);
    let rule = stage.rule("sensitive-data-is-shielded");
    let (kind, message) = refusal(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(
        message.contains("the findings of Macie were never listed"),
        "{message}"
    );
    assert_eq!(stage.shown(&rule), []);
}

#[test]
fn a_ledger_that_is_not_there_is_named() {
    let stage = Stage::launched(1);
    let rule = stage.rule("threats-are-answered");
    // Not set up: that is no error, and it is said.
    let answer = summary(&stage.start("rule").invoke(stage.config.tick(&rule).json()));
    let gap = &answer["gaps"]["DS-GAP-030"];
    assert_eq!(gap["retryable"], false);
    assert!(
        gap["first"].as_str().unwrap().contains("DEEPGRADE_LEDGER"),
        "{gap}"
    );
    let (_, message) = refusal(
        &stage
            .start_with_ledger()
            .invoke(stage.config.tick(&rule).json()),
    );
    let expected = "there is no table \"deepgrade-ledger\"";
    assert!(message.contains(expected), "{message}");
    assert_eq!(stage.shown(&rule), []);
}
