//! One instance as the AWS CLI prints it.

use serde_json::{Value, json};

use crate::clock::{DAY, MINUTE};
use crate::estate::{Computer, Condition, Ec2Summary, Place, Random, Summary};

/// Keeps the unknown instances apart from the known ones.
const UNKNOWN: u64 = 1 << 40;
const PURPOSE: u64 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    Running,
    Stopped,
    Terminated,
}

impl Power {
    fn state(self) -> Value {
        let (code, name) = match self {
            Self::Running => (16, "running"),
            Self::Stopped => (80, "stopped"),
            Self::Terminated => (48, "terminated"),
        };
        json!({"Code": code, "Name": name})
    }
}

/// One instance, known to Deep Security or not.
pub(super) struct Instance {
    summary: Ec2Summary,
    windows: bool,
    power: Power,
    launched: i64,
    random: Random,
}

impl Instance {
    /// The instance that a computer is; `None` for a computer that is none.
    pub(super) fn of(computer: &Computer, as_of: i64) -> Option<Self> {
        let summary = match &computer.summary {
            Summary::Ec2(summary) => (**summary).clone(),
            Summary::NoConnector {
                account,
                instance,
                region,
            } => Ec2Summary {
                account: account.clone(),
                instance: instance.clone(),
                zone: format!("{region}a"),
                private_ip: computer.last_ip.clone(),
                public_ip: String::new(),
                instance_type: "m5.large".to_owned(),
                image: "ami-0123456789abcdef0".to_owned(),
                state: String::new(),
                security_groups: Vec::new(),
                tags: vec![("Name".to_owned(), computer.display_name.clone())],
            },
            Summary::None | Summary::Workspace { .. } => return None,
        };
        let power = match computer.condition {
            Condition::Terminated => Power::Terminated,
            Condition::Stopped => Power::Stopped,
            _ => Power::Running,
        };
        let mut random = Random::of(number_of(&summary.instance), PURPOSE, 0);
        let launched = as_of - random.between(100 * DAY, 500 * DAY);
        let windows = computer.platform.contains("Windows");
        Some(Self {
            summary,
            windows,
            power,
            launched,
            random,
        })
    }

    /// An instance that no Manager knows.
    pub(super) fn unknown(seed: u64, number: u64, as_of: i64) -> Self {
        let place = Place::of(seed, UNKNOWN + number, true);
        let mut random = Random::of(seed, PURPOSE, number);
        let long_ago = as_of - random.between(2 * DAY, 300 * DAY);
        let (power, launched) = match number % 4 {
            0 => (Power::Running, long_ago),
            1 => (Power::Running, as_of - 10 * MINUTE),
            2 => (Power::Stopped, long_ago),
            _ => (Power::Terminated, long_ago),
        };
        let windows = place.role.windows;
        Self {
            summary: place.ec2_summary(),
            windows,
            power,
            launched,
            random,
        }
    }

    /// `i-` and 17 hexadecimal digits.
    pub(super) fn id(&self) -> &str {
        &self.summary.instance
    }

    /// As the CLI prints it, in a reservation of its own.
    pub(super) fn reservation(mut self) -> Value {
        json!({
            "Groups": [],
            "Instances": [self.json()],
            "OwnerId": self.summary.account,
            "ReservationId": format!("r-0{}", self.random.hex(16)),
        })
    }

    fn json(&mut self) -> Value {
        let launched = timestamp(self.launched);
        let summary = &self.summary;
        let groups: Vec<Value> = summary
            .security_groups
            .iter()
            .map(|(name, id)| json!({"GroupName": name, "GroupId": id}))
            .collect();
        let mut instance = json!({
            "AmiLaunchIndex": 0,
            "Architecture": "x86_64",
            "BlockDeviceMappings": [],
            "ClientToken": "",
            "CpuOptions": {"CoreCount": 1, "ThreadsPerCore": 2},
            "EbsOptimized": true,
            "EnaSupport": true,
            "Hypervisor": "xen",
            "ImageId": summary.image,
            "InstanceId": summary.instance,
            "InstanceType": summary.instance_type,
            "KeyName": "operations",
            "LaunchTime": launched,
            "MetadataOptions": {"State": "applied", "HttpTokens": "required",
                "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"},
            "Monitoring": {"State": "disabled"},
            "NetworkInterfaces": [],
            "Placement": {"AvailabilityZone": summary.zone, "GroupName": "", "Tenancy": "default"},
            "PlatformDetails": if self.windows { "Windows" } else { "Linux/UNIX" },
            "PrivateDnsName": "",
            "ProductCodes": [],
            "PublicDnsName": "",
            "RootDeviceName": "/dev/xvda",
            "RootDeviceType": "ebs",
            "SecurityGroups": [],
            "State": self.power.state(),
            "StateTransitionReason": "",
            "Tags": summary.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value}))
                .collect::<Vec<_>>(),
            "VirtualizationType": "hvm",
        });
        let Some(map) = instance.as_object_mut() else {
            return instance;
        };
        if self.windows {
            map.insert("Platform".to_owned(), json!("windows"));
        }
        if self.power == Power::Terminated {
            let reason = format!("User initiated ({})", timestamp(self.launched + DAY));
            map.insert("StateTransitionReason".to_owned(), json!(reason));
            return instance;
        }
        let subnet = format!("subnet-0{}", self.random.hex(16));
        let vpc = format!("vpc-0{:016x}", number_of(&summary.zone));
        let interface = json!({
            "Attachment": {"AttachTime": launched, "AttachmentId":
                format!("eni-attach-0{}", self.random.hex(16)), "DeleteOnTermination": true,
                "DeviceIndex": 0, "NetworkCardIndex": 0, "Status": "attached"},
            "Description": "",
            "Groups": groups,
            "InterfaceType": "interface",
            "Ipv6Addresses": [],
            "MacAddress": "0a:1b:2c:3d:4e:5f",
            "NetworkInterfaceId": format!("eni-0{}", self.random.hex(16)),
            "OwnerId": summary.account,
            "PrivateIpAddress": summary.private_ip,
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": summary.private_ip}],
            "SourceDestCheck": true,
            "Status": "in-use",
            "SubnetId": subnet,
            "VpcId": vpc,
        });
        let profile = format!("arn:aws:iam::{}:instance-profile/server", summary.account);
        let disk = json!({"DeviceName": "/dev/xvda", "Ebs": {"AttachTime": launched,
            "DeleteOnTermination": true, "Status": "attached",
            "VolumeId": format!("vol-0{}", self.random.hex(16))}});
        map.extend([
            ("BlockDeviceMappings".to_owned(), json!([disk])),
            (
                "IamInstanceProfile".to_owned(),
                json!({"Arn": profile, "Id": "AIPAEXAMPLE"}),
            ),
            ("NetworkInterfaces".to_owned(), json!([interface])),
            ("PrivateIpAddress".to_owned(), json!(summary.private_ip)),
            ("SecurityGroups".to_owned(), json!(groups)),
            ("SourceDestCheck".to_owned(), json!(true)),
            ("SubnetId".to_owned(), json!(subnet)),
            ("VpcId".to_owned(), json!(vpc)),
        ]);
        if self.power == Power::Running && !summary.public_ip.is_empty() {
            map.insert("PublicIpAddress".to_owned(), json!(summary.public_ip));
        }
        instance
    }
}

/// A number that stands for a text.
fn number_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// As the CLI prints a time: whole seconds, with the offset spelt out.
fn timestamp(ms: i64) -> String {
    let time = jiff::Timestamp::from_second(ms / 1000)
        .unwrap_or_default()
        .to_string();
    format!("{}+00:00", time.trim_end_matches('Z'))
}
