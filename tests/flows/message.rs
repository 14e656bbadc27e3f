//! Events as AWS Config writes them, made to measure.

use jiff::Timestamp;
use rules::instance::Instance;
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const RULE_NAME: &str = "ds-instance-has-policy-conformance-pack-g8jksafmi";

/// An event, of which every part may still be changed.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) envelope: Value,
    pub(crate) body: Value,
}

impl Message {
    fn new(body: Value) -> Self {
        let envelope = json!({
            "version": "1.0",
            "ruleParameters": "{\"rule\":\"instance-has-policy\"}",
            "resultToken": "token",
            "eventLeftScope": false,
            "executionRoleArn": "arn:aws:iam::111122223333:role/config-role",
            "configRuleArn": "arn:aws:config:us-east-1:111122223333:config-rule/config-rule-ksup2m",
            "configRuleName": RULE_NAME,
            "configRuleId": "config-rule-ksup2m",
            "accountId": ACCOUNT,
        });
        Self { envelope, body }
    }

    /// Time has passed.
    pub(crate) fn scheduled(at: Timestamp) -> Self {
        Self::new(json!({
            "awsAccountId": ACCOUNT,
            "notificationCreationTime": at,
            "messageType": "ScheduledNotification",
            "recordVersion": "1.0",
        }))
    }

    /// An instance has changed.
    pub(crate) fn change(instance: &Instance, at: Timestamp) -> Self {
        Self::new(json!({
            "configurationItemDiff": null,
            "configurationItem": item(&instance.id.to_string(), at, &json!({
                "instanceId": instance.id,
                "state": {"code": 16, "name": instance.state},
                "launchTime": instance.launched,
            })),
            "notificationCreationTime": at,
            "messageType": "ConfigurationItemChangeNotification",
            "recordVersion": "1.3",
        }))
    }

    /// An instance has changed, and its item is too large for a message.
    pub(crate) fn oversized(id: &str, at: Timestamp) -> Self {
        let mut summary = item(id, at, &Value::Null);
        summary.as_object_mut().unwrap().remove("configuration");
        Self::new(json!({
            "configurationItemSummary": summary,
            "s3DeliverySummary": {"s3BucketLocation": "bucket/AWSLogs/x.json.gz", "errorCode": null},
            "notificationCreationTime": at,
            "messageType": "OversizedConfigurationItemChangeNotification",
            "recordVersion": "1.0",
        }))
    }

    /// The same with another status of the item.
    pub(crate) fn with_status(mut self, status: &str) -> Self {
        for name in ["configurationItem", "configurationItemSummary"] {
            if let Some(item) = self.body.get_mut(name) {
                item["configurationItemStatus"] = status.into();
            }
        }
        self
    }

    /// The same with a member of the envelope changed.
    pub(crate) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.envelope[member] = value.into();
        self
    }

    /// The same to another rule.
    pub(crate) fn about_rule(self, rule: &str) -> Self {
        self.with("ruleParameters", json!({"rule": rule}).to_string())
    }

    /// The same with other parameters beside the one that names the rule.
    pub(crate) fn with_parameter(self, name: &str, value: &str) -> Self {
        let parameters = json!({"rule": "instance-has-policy", name: value});
        self.with("ruleParameters", parameters.to_string())
    }

    /// The bytes that Lambda hands over.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut envelope = self.envelope.clone();
        envelope["invokingEvent"] = self.body.to_string().into();
        envelope.to_string().into_bytes()
    }
}

fn item(id: &str, at: Timestamp, configuration: &Value) -> Value {
    json!({
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": at,
        "configurationStateId": 1_795_168_860_677_i64,
        "awsAccountId": ACCOUNT,
        "configurationItemStatus": "OK",
        "resourceType": "AWS::EC2::Instance",
        "resourceId": id,
        "ARN": format!("arn:aws:ec2:us-east-1:{ACCOUNT}:instance/{id}"),
        "awsRegion": "us-east-1",
        "configuration": configuration,
    })
}
