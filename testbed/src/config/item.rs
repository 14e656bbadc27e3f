//! Configuration items of instances, as Config records them.

use serde_json::{Map, Value, json};

use super::time::iso;

/// The configuration item of an instance, as it is delivered in an event, from an entry of
/// `Reservations[].Instances[]` as `aws ec2 describe-instances` prints it.
#[must_use]
pub fn item(instance: &Value, account: &str, region: &str, captured_at: i64) -> Value {
    let text = |path: &str| instance.pointer(path).and_then(Value::as_str);
    let id = text("/InstanceId").unwrap_or_default();
    let launched = text("/LaunchTime").map(time);
    json!({
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": iso(captured_at),
        "configurationStateId": captured_at,
        "awsAccountId": account,
        "configurationItemStatus": "OK",
        "resourceType": "AWS::EC2::Instance",
        "resourceId": id,
        "resourceName": null,
        "ARN": format!("arn:aws:ec2:{region}:{account}:instance/{id}"),
        "awsRegion": region,
        "availabilityZone": text("/Placement/AvailabilityZone"),
        "configurationStateMd5Hash": "",
        "resourceCreationTime": launched,
        "relatedEvents": [],
        "tags": tags(instance),
        "relationships": relationships(instance),
        "configuration": in_camel_case(instance),
        "supplementaryConfiguration": {},
    })
}

/// Tags as a map; in the configuration they stay a list.
fn tags(instance: &Value) -> Map<String, Value> {
    let tags = instance.get("Tags").and_then(Value::as_array);
    let pair = |tag: &Value| {
        let key = tag.get("Key")?.as_str()?;
        Some((key.to_owned(), tag.get("Value")?.clone()))
    };
    tags.into_iter().flatten().filter_map(pair).collect()
}

fn relationships(instance: &Value) -> Vec<Value> {
    let related = |kind: &str, name: &str, id: &Value| {
        json!({
            "resourceType": format!("AWS::EC2::{kind}"),
            "resourceId": id,
            "resourceName": null,
            "name": name,
        })
    };
    let each = |list: &str, id: &str, kind: &str, name: &str| -> Vec<Value> {
        let entries = instance.get(list).and_then(Value::as_array);
        let ids = entries.into_iter().flatten();
        let ids = ids.filter_map(|entry| entry.pointer(id));
        ids.map(|id| related(kind, name, id)).collect()
    };
    let one = |member: &str, kind: &str, name: &str| {
        let id = instance.get(member)?;
        Some(related(kind, name, id))
    };
    let interfaces = ("NetworkInterfaces", "/NetworkInterfaceId");
    let (interface, group) = (
        "Contains NetworkInterface",
        "Is associated with SecurityGroup",
    );
    let mut all = each(interfaces.0, interfaces.1, "NetworkInterface", interface);
    all.extend(each("SecurityGroups", "/GroupId", "SecurityGroup", group));
    all.extend(one("SubnetId", "Subnet", "Is contained in Subnet"));
    let volume = "/Ebs/VolumeId";
    let attached = "Is attached to Volume";
    all.extend(each("BlockDeviceMappings", volume, "Volume", attached));
    all.extend(one("VpcId", "VPC", "Is contained in Vpc"));
    all
}

/// The same with the names of Config, which begin with a small letter.
fn in_camel_case(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (camel(name), in_camel_case(value)))
            .collect(),
        Value::Array(items) => items.iter().map(in_camel_case).collect(),
        Value::String(text) => json!(time(text)),
        other => other.clone(),
    }
}

fn camel(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// The AWS CLI prints times with `+00:00`, Config with ms and `Z`; any other text stays.
fn time(text: &str) -> String {
    let written_by_cli = text
        .ends_with("+00:00")
        .then(|| text.parse().ok())
        .flatten();
    match written_by_cli {
        Some(time) => iso(jiff::Timestamp::as_millisecond(time)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::item;
    use crate::{Estate, ec2};
    use serde_json::json;

    #[test]
    fn an_instance_becomes_an_item() {
        let document = ec2::describe_instances(&Estate::seeded(1, 30));
        let instance = &document["Reservations"][0]["Instances"][0];
        let item = item(instance, "111122223333", "us-east-1", 1_795_168_860_677);
        let id = instance["InstanceId"].as_str().unwrap();
        assert_eq!(item["resourceId"], id);
        assert_eq!(item["configuration"]["instanceId"], id);
        assert_eq!(
            item["configuration"]["state"]["name"],
            instance["State"]["Name"]
        );
        assert_eq!(
            item["configurationItemCaptureTime"],
            "2026-11-20T10:01:00.677Z"
        );
        let launched = item["configuration"]["launchTime"].as_str().unwrap();
        assert!(launched.ends_with(".000Z"), "{launched}");
        let first = &instance["Tags"][0];
        let key = first["Key"].as_str().unwrap();
        assert_eq!(item["tags"][key], first["Value"]);
        assert_eq!(item["configuration"]["tags"][0]["key"], json!(key));
        let contained = item["relationships"].as_array().unwrap().iter();
        let vpc = contained.filter(|entry| entry["resourceType"] == "AWS::EC2::VPC");
        let vpcs: Vec<_> = vpc.map(|entry| &entry["resourceId"]).collect();
        assert_eq!(vpcs, [&instance["VpcId"]]);
    }
}
