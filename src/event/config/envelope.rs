//! The envelope of an invocation: the same for every kind of message.

use rules::{
    instance::{AccountId, Region},
    text::quoted,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    BadEvent,
    parameters::{self, Parameters},
};
use crate::{event::json, posting::ResultToken};

/// The most that Lambda takes of an asynchronous event, in bytes
/// (AWS Lambda developer guide, "Lambda quotas").
const SIZE_LIMIT: usize = 1 << 20;

/// Who asks.
pub(super) struct Envelope {
    pub(super) invoking_event: String,
    pub(super) left_scope: bool,
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) rule_name: String,
    pub(super) token: ResultToken,
    pub(super) parameters: Parameters,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireEnvelope<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    invoking_event: Option<&'a RawValue>,
    #[serde(borrow)]
    rule_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    result_token: Option<&'a RawValue>,
    event_left_scope: Option<bool>,
    #[serde(borrow)]
    execution_role_arn: Option<&'a RawValue>,
    #[serde(borrow)]
    config_rule_arn: Option<&'a RawValue>,
    #[serde(borrow)]
    config_rule_name: Option<&'a RawValue>,
    #[serde(borrow)]
    account_id: Option<&'a RawValue>,
}

/// Reads the envelope. Members that it does not know are none of its business.
pub(super) fn read(event: &[u8]) -> Result<Envelope, BadEvent> {
    if event.len() > SIZE_LIMIT {
        return Err(BadEvent::new("is larger than 1 MiB"));
    }
    let wire: WireEnvelope<'_> = json::parse("the event", event)?;
    let invoking_event = wire
        .invoking_event
        .ok_or_else(|| BadEvent::missing("invokingEvent"))?;
    let invoking_event = json::text("invokingEvent", Some(invoking_event))
        .map_err(|_| BadEvent::new("invokingEvent is not valid JSON in a string"))?;
    let version = json::optional_text("version", wire.version)?;
    if let Some(version) = version.filter(|version| !version.starts_with("1.")) {
        return Err(BadEvent::new(format!(
            "version {} is not known, and only 1 is",
            quoted(&version)
        )));
    }
    let account = account(&json::text("accountId", wire.account_id)?)?;
    let arn = json::text("configRuleArn", wire.config_rule_arn)?;
    let part = |position| arn.split(':').nth(position).unwrap_or_default();
    must_be(account, part(4))?;
    let region = part(3)
        .parse()
        .map_err(|error| BadEvent::new(format!("configRuleArn: {error}")))?;
    if let Some(role) = wire.execution_role_arn
        && !role.get().contains(&format!(":{account}:"))
    {
        tracing::warn!("the event's executionRoleArn is of another account; it is ignored");
    }
    let token = json::text("resultToken", wire.result_token)?;
    let rule_name = json::text("configRuleName", wire.config_rule_name)?;
    for (name, text) in [("resultToken", &token), ("configRuleName", &rule_name)] {
        if text.is_empty() {
            return Err(BadEvent::missing(name));
        }
    }
    let parameters = json::optional_text("ruleParameters", wire.rule_parameters)
        .map_err(|_| BadEvent::new("ruleParameters must be an object, written as a string"))?;
    Ok(Envelope {
        invoking_event: invoking_event.into_owned(),
        left_scope: wire.event_left_scope.unwrap_or(false),
        account,
        region,
        rule_name: rule_name.into_owned(),
        token: ResultToken::new(token.into_owned()),
        parameters: parameters::read(parameters.as_deref())?,
    })
}

fn account(text: &str) -> Result<AccountId, BadEvent> {
    text.parse()
        .map_err(|error| BadEvent::new(format!("accountId: {error}")))
}

/// Refuses what is about another account than the one that asks: whoever may invoke the function
/// could otherwise have it report for others.
pub(super) fn must_be(account: AccountId, other: &str) -> Result<(), BadEvent> {
    if other == account.to_string() {
        return Ok(());
    }
    Err(BadEvent::new(format!(
        "account mismatch: refusing, since it is of {account} and about {}",
        quoted(other)
    )))
}
