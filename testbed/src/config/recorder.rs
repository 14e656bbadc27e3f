//! The configuration recorder and the delivery channel of an account and Region, and what Config
//! tells of the last runs of rules.

use serde_json::{Map, Value, json};

use super::desk::{Caller, Desk};
use super::refusal::Refusal;
use super::shape::Shape;
use super::store::Key;
use super::time::seconds;

/// Rules that one call may name.
const MOST: usize = 25;
const NAME: std::ops::RangeInclusive<usize> = 1..=128;
const RECORDERS: usize = 25;

/// A configuration recorder, as a test sets it up: one for all accounts and Regions.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorder {
    recorder: Value,
    is_on: bool,
    failure: Option<(String, String)>,
    has_channel: bool,
}

impl Recorder {
    /// One that is on, has a delivery channel, and records everything when it happens.
    #[must_use]
    pub fn of_everything() -> Self {
        let group = json!({
            "allSupported": true,
            "includeGlobalResourceTypes": false,
            "resourceTypes": [],
            "exclusionByResourceTypes": {"resourceTypes": []},
            "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
        });
        Self {
            recorder: json!({
                "name": "default",
                "roleARN": "arn:aws:iam::111122223333:role/config",
                "recordingGroup": group,
                "recordingMode": {"recordingFrequency": "CONTINUOUS", "recordingModeOverrides": []},
            }),
            is_on: true,
            failure: None,
            has_channel: true,
        }
    }

    /// Records these types only.
    #[must_use]
    pub fn only(self, types: &[&str]) -> Self {
        self.group("INCLUSION_BY_RESOURCE_TYPES", types, &[])
    }

    /// Records all types but these.
    #[must_use]
    pub fn all_but(self, types: &[&str]) -> Self {
        self.group("EXCLUSION_BY_RESOURCE_TYPES", &[], types)
    }

    fn group(mut self, strategy: &str, types: &[&str], excluded: &[&str]) -> Self {
        let group = json!({
            "allSupported": false,
            "includeGlobalResourceTypes": false,
            "resourceTypes": types,
            "exclusionByResourceTypes": {"resourceTypes": excluded},
            "recordingStrategy": {"useOnly": strategy},
        });
        self.set("/recordingGroup", group);
        self
    }

    /// Records these types once a day, and others when it happens.
    #[must_use]
    pub fn daily(mut self, types: &[&str]) -> Self {
        let daily = json!([{"resourceTypes": types, "recordingFrequency": "DAILY"}]);
        self.set("/recordingMode/recordingModeOverrides", daily);
        self
    }

    fn set(&mut self, pointer: &str, value: Value) {
        if let Some(place) = self.recorder.pointer_mut(pointer) {
            *place = value;
        }
    }

    fn name(&self) -> &str {
        let name = self.recorder.get("name").and_then(Value::as_str);
        name.unwrap_or_default()
    }

    /// Switches it off.
    #[must_use]
    pub fn off(mut self) -> Self {
        self.is_on = false;
        self
    }

    /// Lets the last recording have failed.
    #[must_use]
    pub fn failing(mut self, code: &str, message: &str) -> Self {
        self.failure = Some((code.to_owned(), message.to_owned()));
        self
    }

    /// Takes the delivery channel away.
    #[must_use]
    pub fn without_channel(mut self) -> Self {
        self.has_channel = false;
        self
    }
}

/// What Config tells of the last runs of a rule. Of a custom rule it tells nothing unless a test
/// says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastRun {
    /// When it ran last, and was answered, in ms since the epoch.
    pub succeeded: Option<i64>,
    /// When it failed last, in ms since the epoch.
    pub failed: Option<i64>,
    /// Code and words of that failure.
    pub error: Option<(String, String)>,
}

impl Desk {
    pub(crate) fn describe_recorders(&mut self, input: &Shape<'_>) -> Result<Value, Refusal> {
        let recorders = self.recorders(input)?;
        let recorders: Vec<&Value> = recorders.iter().map(|one| &one.recorder).collect();
        Ok(json!({"ConfigurationRecorders": recorders}))
    }

    pub(crate) fn recorder_status(&mut self, input: &Shape<'_>) -> Result<Value, Refusal> {
        let recorders = self.recorders(input)?;
        let statuses = recorders.iter().map(|one| {
            let (name, is_on) = (one.name(), one.is_on);
            match &one.failure {
                None => json!({"name": name, "recording": is_on, "lastStatus": "Success"}),
                Some((code, message)) => json!({
                    "name": name,
                    "recording": is_on,
                    "lastStatus": "Failure",
                    "lastErrorCode": code,
                    "lastErrorMessage": message,
                }),
            }
        });
        Ok(json!({"ConfigurationRecordersStatus": statuses.collect::<Vec<_>>()}))
    }

    fn recorders(&self, input: &Shape<'_>) -> Result<Vec<&Recorder>, Refusal> {
        let names = input.texts("ConfigurationRecorderNames", RECORDERS, 1..=256)?;
        let recorders: Vec<&Recorder> = self.recorder.iter().collect();
        let is_known = |name: &&str| recorders.iter().any(|one| one.name() == *name);
        match names.iter().find(|name| !is_known(name)) {
            Some(name) => {
                let message = format!("Cannot find configuration recorder with name {name}.");
                Err(Refusal::new(
                    "NoSuchConfigurationRecorderException",
                    message,
                ))
            }
            None => Ok(recorders),
        }
    }

    pub(crate) fn describe_channels(&mut self, input: &Shape<'_>) -> Result<Value, Refusal> {
        let names = input.texts("DeliveryChannelNames", RECORDERS, 1..=256)?;
        let mut has = self.recorder.iter().map(|one| one.has_channel);
        let channels = if has.any(|has| has) {
            vec![json!({"name": "default", "s3BucketName": "config"})]
        } else {
            Vec::new()
        };
        let is_known = |name: &&str| channels.iter().any(|one| one["name"] == **name);
        match names.iter().find(|name| !is_known(name)) {
            Some(name) => {
                let message = format!("Cannot find delivery channel with name {name}.");
                Err(Refusal::new("NoSuchDeliveryChannelException", message))
            }
            None => Ok(json!({"DeliveryChannels": channels})),
        }
    }

    pub(crate) fn evaluation_status(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Value, Refusal> {
        let names = input.texts("ConfigRuleNames", MOST, NAME)?;
        let limit = input.number("Limit", 50)?.filter(|limit| *limit > 0);
        for name in &names {
            self.rule_of(caller, name)?;
        }
        let list = format!("{caller:?} status {names:?}");
        let last = self.page(input, &list)?;
        let states = self.rules.values();
        let states = states.filter(|state| caller.owns(&state.rule));
        let mut statuses: Vec<(Key, Value)> = states
            .filter(|state| names.is_empty() || names.contains(&state.rule.name.as_str()))
            .filter_map(|state| {
                let rule = &state.rule;
                let run = state.last_run.as_ref()?;
                let key = (rule.name.clone(), rule.id.clone());
                Some((key, status(&rule.name, &rule.id, &rule.arn(), run)))
            })
            .filter(|(key, _)| last.as_ref().is_none_or(|last| key > last))
            .collect();
        statuses.sort_by(|(one, _), (other, _)| one.cmp(other));
        let limit = limit.unwrap_or(self.options.rules_by_page);
        Ok(self.paged("ConfigRulesEvaluationStatus", statuses, limit, list))
    }
}

fn status(name: &str, id: &str, arn: &str, run: &LastRun) -> Value {
    let mut status = Map::from_iter([
        ("ConfigRuleName".to_owned(), json!(name)),
        ("ConfigRuleArn".to_owned(), json!(arn)),
        ("ConfigRuleId".to_owned(), json!(id)),
        ("FirstEvaluationStarted".to_owned(), json!(true)),
    ]);
    let times = [
        ("LastSuccessfulInvocationTime", run.succeeded),
        ("LastSuccessfulEvaluationTime", run.succeeded),
        ("LastFailedInvocationTime", run.failed),
    ];
    let times = times.into_iter();
    status.extend(times.filter_map(|(name, at)| Some((name.to_owned(), seconds(at?)))));
    if let Some((code, message)) = &run.error {
        status.insert("LastErrorCode".to_owned(), json!(code));
        status.insert("LastErrorMessage".to_owned(), json!(message));
    }
    Value::Object(status)
}
