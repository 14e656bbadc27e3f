//! A ledger in DynamoDB, listed and shown by the command line.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use deepgrade::{
    aws::table::DynamoTable,
    ledger::{Key, Partition, Row, Table, Write},
};
use jiff::SignedDuration;
use remediations::{
    finding::Finding,
    record::{Claim, Record, Subject},
};
use rules::instance::InstanceId;
use serde_json::json;

use crate::world::World;

const INSTANCE: &str = "i-0123456789abcdef0";

/// A table in a Region.
pub(crate) fn create_table(world: &World, region: &'static str) -> DynamoTable {
    let clients = Arc::new(world.clients(region));
    let attribute = |name: &str| {
        let attribute = AttributeDefinition::builder().attribute_name(name);
        let attribute = attribute.attribute_type(ScalarAttributeType::S);
        attribute.build().unwrap()
    };
    let part = |name: &str, kind| {
        let part = KeySchemaElement::builder().attribute_name(name);
        part.key_type(kind).build().unwrap()
    };
    let create = clients.dynamodb().create_table().table_name("ledger");
    let create = create
        .attribute_definitions(attribute("pk"))
        .attribute_definitions(attribute("sk"))
        .key_schema(part("pk", KeyType::Hash))
        .key_schema(part("sk", KeyType::Range))
        .billing_mode(BillingMode::PayPerRequest);
    world.block_on(create.send()).unwrap();
    DynamoTable::new(clients, "ledger")
}

/// A claimed finding of an account.
fn record(account: &str, id: &str) -> Record {
    let instance: InstanceId = INSTANCE.parse().unwrap();
    let finding: Finding = serde_json::from_value(json!({
        "source": "guardDuty", "id": id, "account": account, "region": "eu-west-1",
        "version": {"updatedAt": "2026-11-20T10:00:00Z"}, "life": "active",
        "severity": {"score": 80}, "kind": "Recon:EC2/Portscan",
        "about": {"threat": {"instances": [instance]}},
    }))
    .unwrap();
    let now = "2026-11-20T10:01:00Z".parse().unwrap();
    let subject = Subject {
        account: None,
        instance: Some(instance),
        region: finding.region.clone(),
    };
    let claim = Record::claim(None, &subject, &finding, now, SignedDuration::ZERO);
    let Claim::Answer(record) = claim else {
        panic!("{claim:?}");
    };
    record
}

#[test]
fn a_table_of_dynamodb_is_listed_and_shown_over_all_accounts_in_it() {
    let world = World::new();
    let table = create_table(&world, "eu-west-1");
    for (account, id) in [
        ("111122223333", "16afba5c77"),
        ("444455556666", "0b52f7c1aa"),
    ] {
        let record = record(account, id);
        let partition = Partition::from(&record.finding);
        let rows = [
            Row::of_record(None, &record, SignedDuration::ZERO).unwrap(),
            Row::new(Key::partition(&partition), &json!({})).unwrap(),
        ];
        for row in rows {
            assert_eq!(world.block_on(table.write(&row)), Ok(Write::Done));
        }
    }
    let line = "ledger list --table ledger --region eu-west-1 --output json";
    let run = world.run(line);
    assert_eq!(run.code, 0, "{run:?}");
    let findings = run.json()["findings"].as_array().unwrap().len();
    assert_eq!(findings, 2, "{run:?}");
    let run = world.run("ledger show 0b52 --table ledger --region eu-west-1");
    assert!(run.stdout.contains("444455556666 eu-west-1"), "{run:?}");
    let calls = world.proxy.calls();
    let asked = calls
        .iter()
        .filter(|call| call.action.starts_with("dynamodb:"));
    let actions: Vec<_> = asked.map(|call| call.action.as_str()).collect();
    assert!(!actions.is_empty());
    assert!(
        actions.iter().all(|action| *action == "dynamodb:Query"),
        "{actions:?}"
    );
    let run = world.run("ledger list --table other --region eu-west-1");
    run.fails(
        1,
        &["there is no table \"other\" in the account and Region that are asked"],
    );
}
