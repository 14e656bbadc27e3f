//! A computer, as the Manager writes it.

use rules::{
    computer::{Agent, Computer, Link, LinkSource, Modules, PolicySend},
    fact::Fact,
    instance::{InstanceId, Region},
    module::{self, Status},
};
use serde::Deserialize;

use super::{
    item::Item,
    module::Module,
    object::{self, Object, Settings},
    raw::{Raw, Wrong, cut},
};

/// A computer. Of what the Manager writes, only this matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ComputerWire<'a> {
    #[serde(borrow, rename = "ID")]
    id: Raw<'a>,
    host_name: Raw<'a>,
    display_name: Raw<'a>,
    #[serde(rename = "policyID")]
    policy_id: Raw<'a>,
    agent_finger_print: Raw<'a>,
    agent_version: Raw<'a>,
    last_agent_communication: Raw<'a>,
    last_send_policy_request: Raw<'a>,
    last_send_policy_success: Raw<'a>,
    computer_status: Object<ComputerStatus<'a>>,
    security_updates: Object<SecurityUpdates<'a>>,
    computer_settings: Object<Settings<'a>>,
    #[serde(rename = "ec2VirtualMachineSummary")]
    ec2: Object<Ec2<'a>>,
    #[serde(rename = "noConnectorVirtualMachineSummary")]
    no_connector: Object<NoConnector<'a>>,
    anti_malware: Object<Module<'a>>,
    web_reputation: Object<Module<'a>>,
    firewall: Object<Module<'a>>,
    intrusion_prevention: Object<Module<'a>>,
    integrity_monitoring: Object<Module<'a>>,
    log_inspection: Object<Module<'a>>,
    application_control: Object<Module<'a>>,
    activity_monitoring: Object<Module<'a>>,
    #[serde(rename = "SAP")]
    sap: Object<Module<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ComputerStatus<'a> {
    #[serde(borrow)]
    agent_status: Raw<'a>,
    agent_status_messages: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SecurityUpdates<'a> {
    #[serde(borrow)]
    update_status: Object<UpdateStatus<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UpdateStatus<'a> {
    #[serde(borrow)]
    status: Raw<'a>,
}

/// What the connector to an AWS account knows of an instance.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Ec2<'a> {
    #[serde(borrow, rename = "instanceID")]
    instance_id: Raw<'a>,
    #[serde(rename = "accountID")]
    account_id: Raw<'a>,
    availability_zone: Raw<'a>,
}

/// What the agent itself knows of an instance whose account has no connector.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NoConnector<'a> {
    #[serde(borrow, rename = "instanceID")]
    instance_id: Raw<'a>,
    #[serde(rename = "accountID")]
    account_id: Raw<'a>,
    region: Raw<'a>,
}

impl Item for Computer {
    type Wire<'a> = ComputerWire<'a>;
    const LIST: &'static str = "computers";
    const NOUN: &'static str = "computer";

    fn id(&self) -> u64 {
        self.id
    }

    fn read(wire: ComputerWire<'_>) -> Result<Self, &'static str> {
        let Ok(Some(id)) = wire.id.id() else {
            return Err("its ID is missing or not usable");
        };
        let name = wire
            .display_name
            .text_if_any()
            .or_else(|| wire.host_name.text_if_any());
        Ok(Self {
            id,
            name: name.map(|name| cut(&name)).unwrap_or_default(),
            instance: wire.link(),
            policy: wire.policy_id.fact(),
            agent: agent(
                wire.agent_finger_print,
                &wire.computer_status,
                wire.agent_version,
                wire.last_agent_communication,
            ),
            policy_send: PolicySend {
                requested: wire.last_send_policy_request.fact(),
                succeeded: wire.last_send_policy_success.fact(),
            },
            security_updates: wire
                .security_updates
                .fact(|updates| updates.update_status.fact(|update| update.status.fact())),
            engine_mode: object::engine_mode(&wire.computer_settings),
            modules: wire.modules(),
        })
    }
}

impl ComputerWire<'_> {
    /// The instance that the computer is. Computers of other clouds and WorkSpaces have ids of
    /// other kinds, and are no instance.
    fn link(&self) -> Option<Link> {
        let by_connector = link(LinkSource::Connector, &self.ec2, |ec2| {
            let zone = ec2.availability_zone.text_if_any();
            let region = zone.and_then(|zone| Region::of_zone(&zone).ok());
            (ec2.instance_id, ec2.account_id, region)
        });
        let by_agent = link(LinkSource::Agent, &self.no_connector, |agent| {
            let region = agent
                .region
                .text_if_any()
                .and_then(|region| region.parse().ok());
            (agent.instance_id, agent.account_id, region)
        });
        let understood = |link: &Link| matches!(link.id, Fact::Known(_));
        match (by_connector, by_agent) {
            (Some(connector), Some(agent)) if !understood(&connector) && understood(&agent) => {
                Some(agent)
            }
            (connector, agent) => connector.or(agent),
        }
    }

    fn modules(&self) -> Modules {
        let reports = [
            (module::Module::AntiMalware, &self.anti_malware),
            (module::Module::WebReputation, &self.web_reputation),
            (module::Module::Firewall, &self.firewall),
            (
                module::Module::IntrusionPrevention,
                &self.intrusion_prevention,
            ),
            (
                module::Module::IntegrityMonitoring,
                &self.integrity_monitoring,
            ),
            (module::Module::LogInspection, &self.log_inspection),
            (
                module::Module::ApplicationControl,
                &self.application_control,
            ),
            (
                module::Module::ActivityMonitoring,
                &self.activity_monitoring,
            ),
            (module::Module::Sap, &self.sap),
        ];
        let reports = reports.into_iter();
        reports
            .filter_map(|(module, wire)| Some((module, wire.report()?)))
            .collect()
    }
}

/// The agent on the machine.
pub(super) fn agent(
    finger_print: Raw<'_>,
    computer_status: &Object<ComputerStatus<'_>>,
    version: Raw<'_>,
    last_communication: Raw<'_>,
) -> Agent {
    let status: Fact<Status> = computer_status.fact(|status| status.agent_status.fact());
    let message = match (&status, computer_status.if_any()) {
        (Fact::Known(Status::Active), _) | (_, None) => None,
        (_, Some(status)) => joined(status.agent_status_messages),
    };
    let spoke = last_communication.fact();
    let (activated, status, last_communication) = match finger_print.text() {
        Ok(finger_print) => (finger_print.is_some(), status, spoke),
        // Whether there is an agent cannot be told, so neither can what it reports.
        Err(Wrong) => {
            let report = "agentFingerPrint of an unknown form";
            (
                true,
                Fact::Unrecognised(report.into()),
                Fact::Unrecognised(report.into()),
            )
        }
    };
    // The Manager writes 0.0.0.0 when there is no agent.
    let version = version.text_if_any();
    let version = version.filter(|version| version != "0.0.0.0");
    Agent {
        activated,
        status,
        message,
        version: version.map(|version| cut(&version)),
        last_communication,
    }
}

/// The instance that a summary names.
fn link<'a, T>(
    source: LinkSource,
    summary: &Object<T>,
    read: impl FnOnce(&T) -> (Raw<'a>, Raw<'a>, Option<Region>),
) -> Option<Link> {
    let (id, account, region) = match summary {
        Object::Missing => return None,
        Object::Known(summary) => read(summary),
        Object::Other(report) => {
            let id = Fact::Unrecognised(report.clone());
            return Some(Link {
                id,
                account: None,
                region: None,
                source,
            });
        }
    };
    let id = match id.fact::<InstanceId>() {
        // An agent also names machines of other kinds; a connector to AWS only instances.
        Fact::Unrecognised(text)
            if source == LinkSource::Agent
                && id.text().is_ok()
                && !text.trim_start().starts_with("i-") =>
        {
            return None;
        }
        Fact::Missing if source == LinkSource::Agent => return None,
        Fact::Missing => Fact::Unrecognised("an EC2 summary without instanceID".into()),
        fact => fact,
    };
    let account = account
        .text_if_any()
        .and_then(|account| account.parse().ok());
    Some(Link {
        id,
        account,
        region,
        source,
    })
}

/// Several messages in one line.
fn joined(messages: Raw<'_>) -> Option<Box<str>> {
    let texts: Vec<_> = match messages.list() {
        Ok(messages) => messages.into_iter().filter_map(Raw::text_if_any).collect(),
        Err(Wrong) => messages.text_if_any().into_iter().collect(),
    };
    (!texts.is_empty()).then(|| cut(&texts.join("; ")))
}
