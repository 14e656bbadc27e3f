//! A table of DynamoDB, by the SDK, in moto.

use std::{collections::HashMap, path::Path, sync::Arc};

use aws_config::Region;
use aws_sdk_dynamodb::{
    config::Credentials,
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
        ScalarAttributeType,
    },
};
use deepgrade::{
    aws::{
        clients::{Clients, defaults},
        table::DynamoTable,
    },
    ledger::{Key, Row, Table, Write},
};
use testbed::moto::Moto;

use crate::{
    contract::{block_on, holds, key, many_rows_are_listed_over_pages, row},
    door::Door,
};

async fn clients(url: impl Into<String>) -> Arc<Clients> {
    let loader = defaults()
        .endpoint_url(url)
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"));
    Arc::new(Clients::new(loader.load().await))
}

async fn create(clients: &Clients, name: &str) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let part = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    let create = clients.dynamodb().create_table().table_name(name);
    create
        .attribute_definitions(attribute("pk"))
        .attribute_definitions(attribute("sk"))
        .key_schema(part("pk", KeyType::Hash))
        .key_schema(part("sk", KeyType::Range))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

async fn put(clients: &Clients, key: &Key, attributes: &[(&str, AttributeValue)]) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut put = clients
        .dynamodb()
        .put_item()
        .table_name("ledger")
        .item("pk", text(&key.partition))
        .item("sk", text(&key.sort));
    for (name, value) in attributes {
        put = put.item(*name, value.clone());
    }
    put.send().await.unwrap();
}

async fn item(clients: &Clients, key: &Key) -> HashMap<String, AttributeValue> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let get = clients.dynamodb().get_item().table_name("ledger");
    let got = get
        .key("pk", text(&key.partition))
        .key("sk", text(&key.sort));
    got.send().await.unwrap().item.unwrap()
}

#[test]
fn a_table_of_dynamodb_holds_to_the_contract() {
    let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    block_on(async {
        let door = Door::before(&moto);
        let behind = DynamoTable::new(clients(door.url()).await, "ledger");
        let clients = clients(moto.url()).await;
        create(&clients, "ledger").await;
        let table = DynamoTable::new(Arc::clone(&clients), "ledger");
        holds(&table).await;
        // DynamoDB gives at most 1 MB a page.
        many_rows_are_listed_over_pages(&table, 40, 60_000).await;
        the_console_shows_what_matters(&clients, &table).await;
        bad_input_38_edited_items_do_not_keep_anybody_from_the_others(&clients, &table).await;
        a_lost_answer_is_no_conflict(&table, &behind, &door).await;
        case_49_throttling_and_outages_may_pass(&behind, &door).await;
        a_table_that_is_not_there_is_named(&clients).await;
    });
}

async fn the_console_shows_what_matters(clients: &Clients, table: &DynamoTable) {
    let closed = row(key("console", "closed"), 1, "");
    let open = Row {
        expires_at: None,
        ..row(key("console", "open"), 1, "")
    };
    for row in [&closed, &open] {
        assert_eq!(table.write(row).await.unwrap(), Write::Done);
    }
    let shown = item(clients, &closed.key).await;
    let number = |number: &str| Some(AttributeValue::N(number.to_owned()));
    assert_eq!(shown.get("expiresAt").cloned(), number("1798761600"));
    assert_eq!(shown.get("revision").cloned(), number("1"));
    let state = shown.get("state").unwrap().as_s().unwrap();
    assert_eq!(state, "pending");
    let document = shown.get("document").unwrap().as_s().unwrap();
    assert_eq!(document, r#"{"text":""}"#);
    // What may not be deleted has nothing to be deleted by.
    assert!(!item(clients, &open.key).await.contains_key("expiresAt"));
}

async fn bad_input_38_edited_items_do_not_keep_anybody_from_the_others(
    clients: &Clients,
    table: &DynamoTable,
) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let number = |number: &str| AttributeValue::N(number.to_owned());
    let document = ("document", text("{}"));
    let revision = ("revision", number("1"));
    let edited = [
        ("a", vec![document.clone()], "its revision is not"),
        (
            "b",
            vec![document.clone(), ("revision", text("1"))],
            "its revision is not",
        ),
        (
            "c",
            vec![document.clone(), ("revision", number("-1"))],
            "its revision is not",
        ),
        ("d", vec![revision.clone()], "its document is not"),
        (
            "e",
            vec![
                revision.clone(),
                ("document", AttributeValue::M(HashMap::new())),
            ],
            "its document is not",
        ),
        (
            "f",
            vec![
                document.clone(),
                revision.clone(),
                ("expiresAt", text("never")),
            ],
            "its expiresAt is not",
        ),
        (
            "g",
            vec![document.clone(), revision.clone(), ("state", number("1"))],
            "its state is not",
        ),
        ("z", vec![document.clone(), revision.clone()], ""),
    ];
    for (sort, attributes, _) in &edited {
        put(clients, &key("edited", sort), attributes).await;
    }
    let page = table.rows("edited", "", None).await.unwrap();
    assert_eq!(page.items.len(), edited.len());
    for (item, (sort, _, complaint)) in page.items.iter().zip(&edited) {
        let key = key("edited", sort);
        if complaint.is_empty() {
            assert_eq!(item.as_ref().unwrap().key, key);
            continue;
        }
        let bad = item.as_ref().unwrap_err();
        assert_eq!(bad.key(), &key);
        let said = bad.to_string();
        let begin = format!("row edited/{sort} of the ledger: {complaint}");
        assert!(said.starts_with(&begin), "{said}");
        let read = table.read(&key).await.unwrap_err();
        assert_eq!((read.is_retryable(), read.to_string()), (false, said));
    }
}

async fn a_lost_answer_is_no_conflict(table: &DynamoTable, behind: &DynamoTable, door: &Door) {
    let first = row(key("lost", "a"), 1, "");
    door.lose(1);
    assert_eq!(behind.write(&first).await, Ok(Write::Done));
    // Nobody takes the row of another for its own.
    assert_eq!(table.write(&first).await, Ok(Write::Conflict));
    // Where no attempt of a call got an answer, the call may be made again.
    let second = row(key("lost", "a"), 2, "");
    door.lose(4);
    let lost = behind.write(&second).await.unwrap_err();
    assert!(lost.is_retryable(), "{lost}");
    assert_eq!(behind.write(&second).await, Ok(Write::Done));
    assert_eq!(behind.write(&second).await, Ok(Write::Conflict));
    assert_eq!(table.read(&second.key).await, Ok(Some(second)));
}

async fn case_49_throttling_and_outages_may_pass(behind: &DynamoTable, door: &Door) {
    let first = row(key("case-49", "a"), 1, "");
    // A throttled attempt or two are none of the caller's business.
    door.answer(2, 400, "ProvisionedThroughputExceededException");
    assert_eq!(behind.write(&first).await, Ok(Write::Done));
    let second = row(key("case-49", "a"), 2, "");
    for (status, code, throttling) in [
        (400, "ProvisionedThroughputExceededException", true),
        (400, "ThrottlingException", true),
        (500, "InternalServerError", false),
    ] {
        door.answer(4, status, code);
        let error = behind.write(&second).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert_eq!(error.is_throttling(), throttling, "{error}");
    }
    assert_eq!(behind.write(&second).await, Ok(Write::Done));
    door.answer(1, 400, "AccessDeniedException");
    let denied = behind.rows("case-49", "", None).await.unwrap_err();
    assert!(!denied.is_retryable());
    let said = denied.to_string();
    let expected = "table \"ledger\": the right dynamodb:Query is missing; ";
    assert!(said.starts_with(expected), "{said}");
}

async fn a_table_that_is_not_there_is_named(clients: &Arc<Clients>) {
    let table = DynamoTable::new(Arc::clone(clients), "no-such-table");
    let first = row(key("a", "b"), 1, "");
    for error in [
        table.read(&first.key).await.unwrap_err(),
        table.write(&first).await.unwrap_err(),
        table.rows("a", "", None).await.unwrap_err(),
    ] {
        assert!(!error.is_retryable());
        let said = error.to_string();
        assert!(
            said.contains("there is no table \"no-such-table\""),
            "{said}"
        );
    }
}
