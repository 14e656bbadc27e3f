//! The published schema is up to date, and what is written is of that shape.

use std::{fs, path::Path};

use deepgrade::report::{Format, Options, schema};
use jsonschema::validator_for;
use serde_json::Value;

use super::fleet::{output, small};

const PUBLISHED: &str = "docs/result.schema.json";

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "BLESS is for whoever runs the test"
)]
fn the_published_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PUBLISHED);
    let current = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &current).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == current,
        "{PUBLISHED} is out of date; BLESS=1 rewrites it"
    );
}

#[test]
fn what_is_written_is_of_the_published_shape() {
    let schema = serde_json::to_value(schema()).unwrap();
    let document: Value =
        serde_json::from_str(&output(Format::Json, &small(), &Options::default()).0).unwrap();
    validator_for(&schema).unwrap().validate(&document).unwrap();

    let mut of_row = schema;
    of_row["$ref"] = "#/$defs/Row".into();
    let of_row = of_row.as_object_mut().unwrap();
    of_row.retain(|key, _| matches!(key.as_str(), "$ref" | "$defs" | "$schema"));
    let of_row = validator_for(&Value::Object(of_row.clone())).unwrap();
    let lines = output(Format::Jsonl, &small(), &Options::default()).0;
    let rows: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for row in &rows {
        of_row.validate(row).unwrap();
        assert_eq!(
            row["retryable"].is_boolean(),
            row["verdict"] == "UNDETERMINED"
        );
    }
    assert_eq!(Value::Array(rows), document["verdicts"]);
}

#[test]
fn the_schema_refuses_a_word_that_is_no_verdict() {
    let validator = validator_for(&serde_json::to_value(schema()).unwrap()).unwrap();
    let text = output(Format::Json, &small(), &Options::default()).0;
    let wrong = text.replacen("\"verdict\": \"COMPLIANT\"", "\"verdict\": \"PASS\"", 1);
    assert_ne!(wrong, text);
    assert!(!validator.is_valid(&serde_json::from_str(&wrong).unwrap()));
}
