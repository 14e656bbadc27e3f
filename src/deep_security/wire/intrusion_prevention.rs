//! An IPS rule and an application type, as the Manager writes them.

use rules::intrusion_prevention::{ApplicationType, IntrusionPreventionRule};
use serde::Deserialize;

use super::{item::Item, raw::Raw};

/// An IPS rule; only what correlating it with a CVE needs.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct IntrusionPreventionRuleWire<'a> {
    #[serde(borrow, rename = "ID")]
    id: Raw<'a>,
    identifier: Raw<'a>,
    name: Raw<'a>,
    #[serde(rename = "CVE")]
    cve: Raw<'a>,
    #[serde(rename = "applicationTypeID")]
    application_type_id: Raw<'a>,
    detect_only: Raw<'a>,
    minimum_agent_version: Raw<'a>,
    can_be_assigned_alone: Raw<'a>,
    #[serde(rename = "dependsOnRuleIDs")]
    depends_on_rule_ids: Raw<'a>,
}

impl Item for IntrusionPreventionRule {
    type Wire<'a> = IntrusionPreventionRuleWire<'a>;
    const LIST: &'static str = "intrusionPreventionRules";
    const NOUN: &'static str = "IPS rule";

    fn id(&self) -> u64 {
        self.id
    }

    fn read(wire: IntrusionPreventionRuleWire<'_>) -> Result<Self, &'static str> {
        const CVE: &str = "its CVE is not a list of texts";
        const DEPENDS_ON: &str = "its dependsOnRuleIDs is not a list of IDs";
        let Ok(Some(id)) = wire.id.id() else {
            return Err("its ID is missing or not usable");
        };
        let mut cve = Vec::new();
        for text in wire.cve.list().map_err(|_| CVE)? {
            cve.extend(text.text().map_err(|_| CVE)?.map(Into::into));
        }
        let mut depends_on = Vec::new();
        for rule in wire.depends_on_rule_ids.list().map_err(|_| DEPENDS_ON)? {
            depends_on.extend(rule.id().map_err(|_| DEPENDS_ON)?);
        }
        let version = wire.minimum_agent_version.text();
        Ok(Self {
            id,
            identifier: wire.identifier.text_if_any().unwrap_or_default().into(),
            name: wire.name.text_if_any().unwrap_or_default().into(),
            cve,
            application_type: wire
                .application_type_id
                .id()
                .map_err(|_| "its applicationTypeID is not usable")?,
            detect_only: wire
                .detect_only
                .flag()
                .map_err(|_| "its detectOnly is neither true nor false")?
                .unwrap_or_default(),
            minimum_agent_version: version
                .map_err(|_| "its minimumAgentVersion is not a text")?
                .map(Into::into),
            can_be_assigned_alone: wire
                .can_be_assigned_alone
                .flag()
                .map_err(|_| "its canBeAssignedAlone is neither true nor false")?,
            depends_on,
        })
    }
}

/// An application type; only its name matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ApplicationTypeWire<'a> {
    #[serde(borrow, rename = "ID")]
    id: Raw<'a>,
    name: Raw<'a>,
}

impl Item for ApplicationType {
    type Wire<'a> = ApplicationTypeWire<'a>;
    const LIST: &'static str = "applicationTypes";
    const NOUN: &'static str = "application type";

    fn id(&self) -> u64 {
        self.id
    }

    fn read(wire: ApplicationTypeWire<'_>) -> Result<Self, &'static str> {
        let Ok(Some(id)) = wire.id.id() else {
            return Err("its ID is missing or not usable");
        };
        let Ok(Some(name)) = wire.name.text() else {
            return Err("its name is missing or no text");
        };
        Ok(Self {
            id,
            name: name.into(),
        })
    }
}
