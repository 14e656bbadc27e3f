//! The REST API: finds the handler of a request.

use serde_json::{Map, Value};

use crate::options::{Key, Right};
use crate::server::Ask;
use crate::world::World;

mod assignments;
mod computer_json;
mod computers;
mod expand;
mod module_json;
mod objects;
mod policies;
pub(crate) mod refusal;
mod tasks;
mod write;

pub(crate) use computer_json::Renderer;
pub(crate) use expand::Expand;
pub(crate) use policies::policy_json;
use refusal::Outcome;
pub(crate) use refusal::Refusal;

/// Answers a request that was let in.
///
/// # Errors
/// What the Manager refuses, with its status.
pub(crate) fn answer(world: &mut World, ask: &Ask, key: &Key) -> Outcome {
    if let Some(Err(error)) = &ask.body {
        return Err(Refusal::bad_request(format!(
            "The request body is not JSON: {error}."
        )));
    }
    let segments: Vec<&str> = ask
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    match (ask.method.as_str(), segments.as_slice()) {
        ("GET", ["apikeys", "current"]) => {
            require(key, Right::ViewApiKeys)?;
            Ok(bytes(&world.estate.api_key.json(world.clock.now())))
        }
        ("GET", ["awsconnectors"]) => {
            require(key, Right::ManageCloudAccounts)?;
            Ok(objects::list(
                "awsConnectors",
                &world.estate.aws_connectors,
                world.options.ceiling,
            ))
        }
        (_, ["computers", rest @ ..]) => computers::answer(world, ask, key, rest),
        (_, ["policies", rest @ ..]) => policies::answer(world, ask, key, rest),
        (_, ["scheduledtasks", rest @ ..]) => tasks::answer(world, ask, key, rest),
        (_, [family, rest @ ..]) => objects::answer(world, ask, family, rest),
        _ => Err(Refusal::not_found("The resource")),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn require(key: &Key, right: Right) -> Result<(), Refusal> {
    if key.rights.contains(&right) {
        Ok(())
    } else {
        Err(Refusal::forbidden(right.what()))
    }
}

/// A number in a path. One that is none names nothing.
fn number(text: &str, what: &str) -> Result<i32, Refusal> {
    text.parse().map_err(|_| Refusal::not_found(what))
}

/// The JSON object that a write needs.
fn object(ask: &Ask) -> Result<&Map<String, Value>, Refusal> {
    let body = ask.json().and_then(Value::as_object);
    body.ok_or_else(|| Refusal::bad_request("The request body must be a JSON object."))
}
