//! Rules and application types, which are only read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::estate::Objects;
use crate::json;
use crate::search::{self, Fields, PageCeiling, Search};
use crate::server::Ask;
use crate::world::World;

use super::number;
use super::refusal::{Outcome, Refusal};

/// Answers list, search and describe of one family.
pub(super) fn answer(world: &World, ask: &Ask, family: &str, rest: &[&str]) -> Outcome {
    let estate = &world.estate;
    let (envelope, objects, fields): (&str, &Objects, Fields) = match family {
        "intrusionpreventionrules" => (
            "intrusionPreventionRules",
            &estate.intrusion_prevention_rules,
            search::IPS_RULES,
        ),
        "integritymonitoringrules" => (
            "integrityMonitoringRules",
            &estate.integrity_monitoring_rules,
            search::INTEGRITY_RULES,
        ),
        "loginspectionrules" => (
            "logInspectionRules",
            &estate.log_inspection_rules,
            search::LOG_RULES,
        ),
        "applicationtypes" => (
            "applicationTypes",
            &estate.application_types,
            search::APPLICATION_TYPES,
        ),
        _ => return Err(Refusal::not_found("The resource")),
    };
    let ceiling = world.options.ceiling;
    match (ask.method.as_str(), rest) {
        ("GET", []) => Ok(list(envelope, objects, ceiling)),
        ("POST", ["search"]) => found(ask, envelope, objects, fields, ceiling),
        ("GET", [id]) => {
            let object = objects.get(&number(id, "The object")?);
            object
                .map(super::bytes)
                .ok_or_else(|| Refusal::not_found("The object"))
        }
        _ => Err(Refusal::no_such_method()),
    }
}

/// A plain list. Whether the Manager ends it at a page is not documented; here it does, so that a
/// client that does not page is found out.
pub(super) fn list(envelope: &str, objects: &Objects, ceiling: PageCeiling) -> Vec<u8> {
    enveloped(envelope, objects.values().take(ceiling.items))
}

/// The answer to a search.
///
/// # Errors
/// 400 for a search that the Manager does not take.
pub(super) fn found(
    ask: &Ask,
    envelope: &str,
    objects: &BTreeMap<i32, Value>,
    fields: Fields,
    ceiling: PageCeiling,
) -> Outcome {
    let found = Search::parse(ask.json())?.run(objects, fields, ceiling)?;
    Ok(enveloped(envelope, found))
}

fn enveloped<'a>(envelope: &str, items: impl IntoIterator<Item = &'a Value>) -> Vec<u8> {
    let items: Vec<&Value> = items.into_iter().collect();
    let mut out = Vec::new();
    json::object(&mut out, |object| object.put(envelope, &items));
    out
}
