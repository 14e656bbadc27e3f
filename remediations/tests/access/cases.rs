//! The cases of `tests/cases/access.yaml`.

use std::{fs, path::Path};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::world::{ACCOUNT, World, document};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    name: String,
    identity: Option<Value>,
    identity_text: Option<String>,
    boundary: Option<Value>,
    boundary_text: Option<String>,
    bucket: Option<Value>,
    bucket_text: Option<String>,
    bucket_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    owner: Option<Option<String>>,
    organization: Option<String>,
    object: Option<String>,
    answer: String,
    operations: Option<Vec<String>>,
    #[serde(default)]
    trail: Vec<String>,
}

/// Tells `null` from what is not given.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

fn either(statements: Option<&Value>, text: Option<&String>) -> Option<String> {
    text.cloned().or_else(|| statements.map(document))
}

#[test]
fn every_rule_of_evaluation_gives_its_answer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases/access.yaml");
    let cases: Vec<Case> = serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let world = World {
            identity: either(case.identity.as_ref(), case.identity_text.as_ref())
                .into_iter()
                .collect(),
            boundary: either(case.boundary.as_ref(), case.boundary_text.as_ref()),
            bucket: either(case.bucket.as_ref(), case.bucket_text.as_ref()),
            name: case.bucket_name.clone(),
            owner: case
                .owner
                .clone()
                .unwrap_or_else(|| Some(ACCOUNT.to_owned())),
            organization: case.organization.clone(),
        };
        let reader = world.ask(case.object.as_deref());
        let operations: Vec<String> = reader
            .operations
            .iter()
            .map(|(operation, _)| operation.to_string())
            .collect();
        let trail = reader.trail.join("\n");
        let is_right = reader.answer.word() == case.answer
            && case
                .operations
                .as_ref()
                .is_none_or(|all| *all == operations)
            && case.trail.iter().all(|text| trail.contains(text.as_str()));
        if !is_right || trail.is_empty() {
            let answer = reader.answer;
            wrong.push(format!("{}: {answer} {operations:?}\n{trail}", case.name));
        }
    }
    assert!(cases.len() > 90, "{}", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
