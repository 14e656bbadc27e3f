//! Events as Config sends them to a rule's function.

use serde_json::{Map, Value, json};

use super::rule::Registered;
use super::time::iso;

/// The token by which a person who tests a function asks it for PutEvaluations in test mode: a
/// convention of the Rule Development Kit, and nothing that AWS sends.
pub const TEST_TOKEN: &str = "TESTMODE";

/// One invocation of a rule's function.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    rule: Registered,
    envelope: Value,
}

impl Event {
    /// The envelope around a notification.
    pub(crate) fn new(
        rule: &Registered,
        token: &str,
        invoking_event: &Value,
        left_scope: bool,
    ) -> Self {
        let envelope = json!({
            "version": "1.0",
            "invokingEvent": invoking_event.to_string(),
            "ruleParameters": rule.rule.parameters.as_deref().unwrap_or("{}"),
            "resultToken": token,
            "eventLeftScope": left_scope,
            "executionRoleArn": format!("arn:aws:iam::{}:role/config-role", rule.account),
            "configRuleArn": rule.arn(),
            "configRuleName": rule.name,
            "configRuleId": rule.id,
            "accountId": rule.account,
        });
        Self {
            rule: rule.clone(),
            envelope,
        }
    }

    /// What the function is given.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.envelope
    }

    /// The rule that it is for.
    #[must_use]
    pub fn rule(&self) -> &Registered {
        &self.rule
    }

    /// Its result token; empty if it was taken away.
    #[must_use]
    pub fn token(&self) -> &str {
        self.text("resultToken")
    }

    /// The notification; null if it was made unreadable.
    #[must_use]
    pub fn invoking_event(&self) -> Value {
        serde_json::from_str(self.text("invokingEvent")).unwrap_or_default()
    }

    fn text(&self, name: &str) -> &str {
        let value = self.envelope.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// The same with another member of the envelope.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        if let Some(members) = self.members() {
            members.insert(name.to_owned(), value);
        }
        self
    }

    /// The same without a member of the envelope.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if let Some(members) = self.members() {
            members.remove(name);
        }
        self
    }

    /// The same with a changed notification.
    #[must_use]
    pub fn with_invoking_event(self, change: impl FnOnce(&mut Value)) -> Self {
        let mut notification = self.invoking_event();
        change(&mut notification);
        self.with("invokingEvent", json!(notification.to_string()))
    }

    /// The same as a person sends it who tests the function.
    #[must_use]
    pub fn in_test_mode(self) -> Self {
        self.with("resultToken", json!(TEST_TOKEN))
    }

    fn members(&mut self) -> Option<&mut Map<String, Value>> {
        self.envelope.as_object_mut()
    }
}

/// The notification that an item changed; `difference` is null for one that is evaluated again.
pub(crate) fn change(item: &Value, difference: Value, now: i64) -> Value {
    json!({
        "configurationItemDiff": difference,
        "configurationItem": item,
        "notificationCreationTime": iso(now),
        "messageType": "ConfigurationItemChangeNotification",
        "recordVersion": "1.3",
    })
}

/// The notification that an item changed which is too big to be sent.
pub(crate) fn oversized(item: &Value, now: i64) -> Value {
    let mut summary = Map::new();
    summary.insert("changeType".to_owned(), json!("UPDATE"));
    for name in [
        "configurationItemVersion",
        "configurationItemCaptureTime",
        "configurationStateId",
        "awsAccountId",
        "configurationItemStatus",
        "resourceType",
        "resourceId",
        "resourceName",
        "ARN",
        "awsRegion",
        "availabilityZone",
        "configurationStateMd5Hash",
        "resourceCreationTime",
    ] {
        let value = item.get(name).cloned().unwrap_or_default();
        summary.insert(name.to_owned(), value);
    }
    json!({
        "configurationItemSummary": summary,
        "s3DeliverySummary": {
            "s3BucketLocation": "config-bucket/AWSLogs/oversized.json.gz",
            "errorCode": null,
            "errorMessage": null,
        },
        "notificationCreationTime": iso(now),
        "messageType": "OversizedConfigurationItemChangeNotification",
        "recordVersion": "1.0",
    })
}

/// The item of a resource that is gone.
pub(crate) fn deleted(item: &Value, now: i64) -> Value {
    let mut item = item.clone();
    if let Some(members) = item.as_object_mut() {
        members.insert(
            "configurationItemStatus".to_owned(),
            json!("ResourceDeleted"),
        );
        members.insert("configurationItemCaptureTime".to_owned(), json!(iso(now)));
        members.insert("configurationStateId".to_owned(), json!(now));
        members.insert("configuration".to_owned(), Value::Null);
        members.insert("relationships".to_owned(), json!([]));
        members.insert("tags".to_owned(), json!({}));
    }
    item
}

/// The notification that a rule is due.
pub(crate) fn scheduled(account: &str, now: i64) -> Value {
    json!({
        "awsAccountId": account,
        "notificationCreationTime": iso(now),
        "messageType": "ScheduledNotification",
        "recordVersion": "1.0",
    })
}

/// The notification that a snapshot of all items was written.
pub(crate) fn snapshot_delivered(account: &str, region: &str, now: i64) -> Value {
    json!({
        "configSnapshotId": "00000000-0000-4000-8000-000000000000",
        "s3ObjectKey": format!("AWSLogs/{account}/Config/{region}/ConfigSnapshot/all.json.gz"),
        "s3Bucket": "config-bucket",
        "notificationCreationTime": iso(now),
        "messageType": "ConfigurationSnapshotDeliveryCompleted",
        "recordVersion": "1.1",
    })
}
