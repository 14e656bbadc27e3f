//! The floor: parses the used fields of a fleet's files, and does nothing with them.
#![expect(dead_code, reason = "the fields are parsed, and that is all")]

use std::{
    fs,
    hint::black_box,
    io::{Error, Result},
};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};

/// Parses instances, policies and pages of computers.
pub(crate) fn parse(files: &[String]) -> Result<()> {
    let [instances, policies, computers @ ..] = files else {
        return Err(Error::other("wanted: instances, policies, computers…"));
    };
    parse_as::<Reservations<'_>>(instances)?;
    parse_as::<Policies<'_>>(policies)?;
    computers
        .iter()
        .try_for_each(|page| parse_as::<Computers<'_>>(page))
}

/// Reads a file whole, and parses it in one go.
fn parse_as<T: Parsed>(file: &str) -> Result<()> {
    T::parse(&fs::read(file)?).map_err(|error| Error::other(format!("{file}: {error}")))
}

trait Parsed {
    fn parse(bytes: &[u8]) -> serde_json::Result<()>;
}

macro_rules! parsed {
    ($($document:ident),+) => {$(
        impl Parsed for $document<'_> {
            fn parse(bytes: &[u8]) -> serde_json::Result<()> {
                serde_json::from_slice::<$document<'_>>(bytes).map(|document| drop(black_box(document)))
            }
        }
    )+};
}
parsed!(Reservations, Policies, Computers);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reservations<'a> {
    #[serde(borrow)]
    reservations: Vec<Reservation<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reservation<'a> {
    owner_id: &'a str,
    instances: Vec<Instance<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Instance<'a> {
    instance_id: &'a str,
    state: State<'a>,
    launch_time: &'a str,
    #[serde(borrow)]
    placement: Placement<'a>,
    #[serde(borrow, default)]
    network_interfaces: Vec<Interface<'a>>,
    #[serde(borrow, default)]
    tags: Vec<Tag<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State<'a> {
    name: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Placement<'a> {
    availability_zone: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Interface<'a> {
    #[serde(borrow)]
    attachment: Option<Attachment<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment<'a> {
    device_index: u32,
    #[serde(default)]
    network_card_index: u32,
    attach_time: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    key: &'a str,
    #[serde(borrow)]
    value: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct Policies<'a> {
    #[serde(borrow)]
    policies: Vec<Policy<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy<'a> {
    #[serde(rename = "ID")]
    id: u64,
    #[serde(rename = "parentID")]
    parent_id: Option<u64>,
    name: &'a str,
    #[serde(borrow)]
    policy_settings: Settings<'a>,
}

#[derive(Deserialize)]
struct Settings<'a> {
    #[serde(borrow, rename = "firewallSettingNetworkEngineMode")]
    engine_mode: Option<Setting<'a>>,
}

#[derive(Deserialize)]
struct Setting<'a> {
    value: &'a str,
}

#[derive(Deserialize)]
struct Computers<'a> {
    #[serde(borrow)]
    computers: Vec<Computer<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Computer<'a> {
    #[serde(rename = "ID")]
    id: u64,
    display_name: &'a str,
    host_name: &'a str,
    #[serde(rename = "policyID")]
    policy_id: Option<u64>,
    agent_finger_print: Option<&'a str>,
    agent_version: Option<&'a str>,
    last_agent_communication: Option<i64>,
    last_send_policy_request: Option<i64>,
    last_send_policy_success: Option<i64>,
    #[serde(borrow)]
    computer_status: ComputerStatus<'a>,
    #[serde(borrow)]
    security_updates: SecurityUpdates<'a>,
    #[serde(borrow)]
    computer_settings: Settings<'a>,
    #[serde(borrow, rename = "ec2VirtualMachineSummary")]
    ec2: Option<Ec2<'a>>,
    #[serde(borrow, rename = "noConnectorVirtualMachineSummary")]
    no_connector: Option<NoConnector<'a>>,
    #[serde(borrow)]
    anti_malware: Module<'a>,
    #[serde(borrow)]
    web_reputation: Module<'a>,
    #[serde(borrow)]
    activity_monitoring: Module<'a>,
    #[serde(borrow)]
    firewall: Module<'a>,
    #[serde(borrow)]
    intrusion_prevention: Module<'a>,
    #[serde(borrow)]
    integrity_monitoring: Module<'a>,
    #[serde(borrow)]
    log_inspection: Module<'a>,
    #[serde(borrow)]
    application_control: Module<'a>,
    #[serde(borrow, rename = "SAP")]
    sap: Module<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ComputerStatus<'a> {
    agent_status: &'a str,
    #[serde(borrow)]
    agent_status_messages: Vec<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecurityUpdates<'a> {
    #[serde(borrow)]
    update_status: UpdateStatus<'a>,
}

#[derive(Deserialize)]
struct UpdateStatus<'a> {
    status: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ec2<'a> {
    #[serde(rename = "accountID")]
    account_id: &'a str,
    availability_zone: &'a str,
    #[serde(rename = "instanceID")]
    instance_id: &'a str,
}

#[derive(Deserialize)]
struct NoConnector<'a> {
    #[serde(rename = "accountID")]
    account_id: &'a str,
    #[serde(rename = "instanceID")]
    instance_id: &'a str,
    region: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Module<'a> {
    state: &'a str,
    #[serde(borrow)]
    module_status: ModuleStatus<'a>,
    #[serde(rename = "realTimeScanConfigurationID")]
    real_time_scan_configuration_id: Option<u64>,
    #[serde(default, rename = "ruleIDs")]
    rules: Length,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModuleStatus<'a> {
    agent_status: &'a str,
    #[serde(borrow, default)]
    agent_status_message: std::borrow::Cow<'a, str>,
}

/// How long a list is, of which the elements are skipped.
#[derive(Default)]
struct Length(u32);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Counter;
        impl<'de> Visitor<'de> for Counter {
            type Value = Length;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> std::result::Result<Length, A::Error> {
                let mut length = 0;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    length += 1;
                }
                Ok(Length(length))
            }
        }
        deserializer.deserialize_seq(Counter)
    }
}
