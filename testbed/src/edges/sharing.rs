//! A table of DynamoDB that another account reads, which moto does not know: the owner's resource
//! policy lets an account query and get the rows whose keys begin with its own id, and nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::action::Action;
use super::refusal::Refusal;
use crate::moto::ACCOUNT;
use crate::server::Ask;

/// The account of the table that is asked for by its ARN.
pub(super) fn owner(action: &Action, ask: &Ask) -> Option<String> {
    if !action.is_of("dynamodb") {
        return None;
    }
    let name = ask.json()?.get("TableName")?.as_str()?;
    let mut parts = name.strip_prefix("arn:")?.split(':').skip(3);
    parts.next().map(str::to_owned)
}

/// The refusal where somebody asks for rows of others in the table of another account. `accounts` are
/// those of the keys that are not the owner's.
pub(super) fn refusal(
    action: &Action,
    ask: &Ask,
    accounts: &BTreeMap<String, String>,
) -> Option<Refusal> {
    let owner = owner(action, ask)?;
    let caller = accounts.get(&action.key).map_or(ACCOUNT, String::as_str);
    if caller == owner {
        return None;
    }
    let body = ask.json()?;
    let leading = match action.name.as_str() {
        "dynamodb:Query" => body.pointer("/ExpressionAttributeValues/:partition/S"),
        "dynamodb:GetItem" => body.pointer("/Key/pk/S"),
        _ => None,
    };
    let leading = leading.and_then(Value::as_str).unwrap_or_default();
    let is_own = leading.split('#').next() == Some(caller);
    (!is_own).then(Refusal::denied)
}
