//! The instances in the output of `aws ec2 describe-instances`
//! (EC2 API reference, `DescribeInstances`: `Reservation` and `Instance`).

use std::borrow::Cow;

use rules::instance::Instance;
use serde::{Deserialize, Deserializer, de::Error as _};

use super::instance::Description;

/// The instances of one reservation.
#[derive(Debug)]
pub struct Reservation(pub Vec<Instance>);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireReservation<'a> {
    #[serde(borrow, default)]
    owner_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    instances: Vec<Description<'a>>,
}

impl<'de> Deserialize<'de> for Reservation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = WireReservation::deserialize(deserializer)?;
        let account = wire
            .owner_id
            .as_deref()
            .and_then(|owner| owner.parse().ok());
        let instances = wire.instances.into_iter().map(|description| {
            Ok(Instance {
                id: description
                    .instance_id
                    .ok_or_else(|| D::Error::missing_field("InstanceId"))?,
                account,
                region: description.region(),
                name: description.name(),
                tags: description.tags(),
                state: description.state(),
                attached: description.attached(),
                launched: description.launch_time,
            })
        });
        instances.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_instance_is_read_from_what_the_aws_cli_prints() {
        let reservation = json!({
            "ReservationId": "r-0aa", "OwnerId": "111122223333", "Groups": [],
            "Instances": [{
                "InstanceId": "i-0123456789abcdef0",
                "ImageId": "ami-0ff",
                "State": {"Code": 16, "Name": "running"},
                "LaunchTime": "2026-11-24T09:58:00+00:00",
                "Placement": {"AvailabilityZone": "us-east-1b", "Tenancy": "default"},
                "NetworkInterfaces": [
                    {"Attachment": {"DeviceIndex": 1, "NetworkCardIndex": 0, "AttachTime": "2026-11-24T11:00:00+00:00"}},
                    {"Attachment": {"DeviceIndex": 0, "NetworkCardIndex": 1, "AttachTime": "2026-11-24T10:00:00+00:00"}},
                    {"Attachment": {"DeviceIndex": 0, "NetworkCardIndex": 0, "AttachTime": "2026-11-20T09:58:00+00:00"}},
                ],
                "Tags": [{"Key": "team", "Value": "a"}, {"Key": "Name", "Value": "web \"1\""}],
            }],
        });
        let Reservation(instances) = serde_json::from_str(&reservation.to_string()).unwrap();
        let expected = json!([{
            "id": "i-0123456789abcdef0", "account": "111122223333", "region": "us-east-1",
            "name": "web \"1\"", "state": "running",
            "tags": {"Name": "web \"1\"", "team": "a"},
            "attached": "2026-11-20T09:58:00Z", "launched": "2026-11-24T09:58:00Z",
        }]);
        assert_eq!(serde_json::to_value(instances).unwrap(), expected);
    }
}
