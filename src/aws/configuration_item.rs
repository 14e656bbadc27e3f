//! The instances in an AWS Config snapshot or configuration history file
//! (AWS Config developer guide, "Example Configuration Snapshot").

use std::borrow::Cow;

use jiff::Timestamp;
use rules::{
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, InstanceState, Region},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use super::instance::Description;

/// One configuration item, as far as it is about an instance.
#[derive(Debug)]
pub enum ConfigurationItem {
    /// An instance, and when it was in that state.
    Instance {
        /// The instance; one that was deleted is terminated.
        instance: Box<Instance>,
        /// When Config captured it.
        captured: Fact<Timestamp>,
    },
    /// An item of another resource type.
    Other,
}

impl<'de> Deserialize<'de> for ConfigurationItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let item = WireItem::deserialize(deserializer)?;
        if item.resource_type != "AWS::EC2::Instance" {
            return Ok(Self::Other);
        }
        item.into_instance().map_err(D::Error::custom)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireItem<'a> {
    #[serde(borrow)]
    resource_type: Cow<'a, str>,
    #[serde(borrow)]
    resource_id: Cow<'a, str>,
    #[serde(borrow, default, alias = "accountId")]
    aws_account_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    aws_region: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    configuration_item_status: Cow<'a, str>,
    #[serde(default)]
    configuration_item_capture_time: Fact<Timestamp>,
    #[serde(borrow, default)]
    configuration: Option<&'a RawValue>,
}

impl WireItem<'_> {
    fn into_instance(self) -> Result<ConfigurationItem, String> {
        let id: InstanceId = self
            .resource_id
            .parse()
            .map_err(|error| format!("{error}"))?;
        let text = self.configuration_text()?;
        let description: Description<'_> = serde_json::from_str(&text)
            .map_err(|error| format!("the configuration of {id}: {error}"))?;
        let state = match &*self.configuration_item_status {
            "OK" | "ResourceDiscovered" => description.state(),
            "ResourceDeleted" | "ResourceDeletedNotRecorded" => {
                Fact::Known(InstanceState::Terminated)
            }
            // The configuration beside any other status cannot be trusted.
            other => Fact::Unrecognised(other.into()),
        };
        let account: Option<AccountId> = self
            .aws_account_id
            .as_deref()
            .and_then(|account| account.parse().ok());
        let region: Option<Region> = self
            .aws_region
            .as_deref()
            .and_then(|region| region.parse().ok());
        let instance = Instance {
            id,
            account,
            region,
            name: description.name(),
            tags: description.tags(),
            state,
            attached: description.attached(),
            launched: description.launch_time,
        };
        let captured = self.configuration_item_capture_time;
        Ok(ConfigurationItem::Instance {
            instance: Box::new(instance),
            captured,
        })
    }

    /// The configuration: an object in files, a string that holds one in answers of the API, and
    /// nothing once the instance is deleted.
    fn configuration_text(&self) -> Result<Cow<'_, str>, String> {
        let raw = self.configuration.map_or("{}", RawValue::get);
        let text: Cow<'_, str> = if raw.starts_with('"') {
            serde_json::from_str::<String>(raw)
                .map_err(|error| error.to_string())?
                .into()
        } else {
            raw.into()
        };
        Ok(if text.is_empty() { "{}".into() } else { text })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn item() -> Value {
        json!({
            "configurationItemVersion": "1.3",
            "configurationItemCaptureTime": "2026-11-20T10:01:00.677Z",
            "awsAccountId": "111122223333",
            "configurationItemStatus": "OK",
            "resourceType": "AWS::EC2::Instance",
            "resourceId": "i-0123456789abcdef0",
            "awsRegion": "us-east-1",
            "tags": {"Name": "web-20a"},
            "configuration": {
                "instanceId": "i-0123456789abcdef0",
                "state": {"code": 16, "name": "running"},
                "launchTime": "2026-11-20T09:58:00.000Z",
                "platform": null,
                "tags": [{"key": "Name", "value": "web-20a"}],
                "networkInterfaces": [{
                    "attachment": {"deviceIndex": 0, "attachTime": "2026-11-20T09:57:00.000Z"},
                }],
            },
        })
    }

    fn read(item: &Value) -> Value {
        match serde_json::from_str(&item.to_string()).unwrap() {
            ConfigurationItem::Instance { instance, captured } => {
                json!({"instance": instance, "captured": captured})
            }
            ConfigurationItem::Other => Value::Null,
        }
    }

    #[test]
    fn an_instance_is_read_from_an_object_and_from_a_string() {
        let expected = json!({
            "instance": {
                "id": "i-0123456789abcdef0", "account": "111122223333", "region": "us-east-1",
                "name": "web-20a", "tags": {"Name": "web-20a"}, "state": "running",
                "attached": "2026-11-20T09:57:00Z", "launched": "2026-11-20T09:58:00Z",
            },
            "captured": "2026-11-20T10:01:00.677Z",
        });
        assert_eq!(read(&item()), expected);
        let mut as_text = item();
        as_text["configuration"] = as_text["configuration"].to_string().into();
        assert_eq!(read(&as_text), expected);
    }

    #[test]
    fn a_deleted_instance_is_terminated_whatever_its_configuration_is() {
        for configuration in [json!(null), json!({}), json!("")] {
            let mut deleted = item();
            deleted["configurationItemStatus"] = "ResourceDeleted".into();
            deleted["configuration"] = configuration;
            assert_eq!(read(&deleted)["instance"]["state"], "terminated");
        }
    }

    #[test]
    fn a_status_that_nobody_knows_makes_the_state_unknown() {
        for status in ["ResourceNotRecorded", "Hibernated", "running"] {
            let mut odd = item();
            odd["configurationItemStatus"] = status.into();
            let text = odd.to_string();
            let item: ConfigurationItem = serde_json::from_str(&text).unwrap();
            let ConfigurationItem::Instance { instance, .. } = item else {
                panic!("{text}");
            };
            assert_eq!(instance.state, Fact::Unrecognised(status.into()));
        }
    }

    #[test]
    fn another_resource_type_may_have_any_configuration() {
        let mut bucket = item();
        bucket["resourceType"] = "AWS::S3::Bucket".into();
        bucket["resourceId"] = "logs".into();
        bucket["configuration"] = json!({"state": "any", "networkInterfaces": 7});
        assert_eq!(read(&bucket), Value::Null);
    }
}
