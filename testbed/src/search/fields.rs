//! Which fields of which resource can be searched, and as what.

/// The kinds of test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Date,
    Choice,
    Flag,
}

/// The searchable fields of one resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    text: &'static [&'static str],
    number: &'static [&'static str],
    date: &'static [&'static str],
    choice: &'static [&'static str],
    flag: &'static [&'static str],
}

const NONE: Fields = Fields {
    text: &[],
    number: &[],
    date: &[],
    choice: &[],
    flag: &[],
};

impl Fields {
    /// The kinds of test that a field takes; `None` for a field that cannot be searched.
    pub(super) fn kinds(&self, name: &str) -> Option<Vec<Kind>> {
        let kinds: Vec<Kind> = [
            (self.text, Kind::Text),
            (self.number, Kind::Number),
            (self.date, Kind::Date),
            (self.choice, Kind::Choice),
            (self.flag, Kind::Flag),
        ]
        .into_iter()
        .filter(|(names, _)| names.contains(&name))
        .map(|(_, kind)| kind)
        .collect();
        (!kinds.is_empty()).then_some(kinds)
    }
}

pub(crate) const COMPUTERS: Fields = Fields {
    text: &[
        "hostName",
        "displayName",
        "description",
        "lastIPUsed",
        "platform",
        "agentFingerPrint",
        "agentVersion",
        "hostGUID",
        "tasks/agentTasks",
        "ec2VirtualMachineSummary/accountID",
        "ec2VirtualMachineSummary/instanceID",
        "ec2VirtualMachineSummary/availabilityZone",
        "ec2VirtualMachineSummary/privateIPAddress",
        "ec2VirtualMachineSummary/publicIPAddress",
        "ec2VirtualMachineSummary/type",
        "noConnectorVirtualMachineSummary/accountID",
        "noConnectorVirtualMachineSummary/instanceID",
        "noConnectorVirtualMachineSummary/region",
        "workspaceVirtualMachineSummary/accountID",
        "workspaceVirtualMachineSummary/workspaceID",
    ],
    number: &["groupID", "policyID", "assetImportanceID", "relayListID"],
    date: &[
        "lastAgentCommunication",
        "lastSendPolicyRequest",
        "lastSendPolicySuccess",
    ],
    ..NONE
};

pub(crate) const POLICIES: Fields = Fields {
    text: &["name", "description"],
    number: &["parentID"],
    choice: &["recommendationScanMode", "autoRequiresUpdate"],
    ..NONE
};

pub(crate) const IPS_RULES: Fields = Fields {
    text: &[
        "name",
        "description",
        "minimumAgentVersion",
        "identifier",
        "CVSSScore",
        "CVE",
    ],
    number: &["applicationTypeID", "scheduleID", "contextID", "CVSSScore"],
    date: &["originalIssue", "lastUpdated"],
    choice: &["priority", "severity", "type", "recommendationsMode"],
    flag: &[
        "eventLoggingDisabled",
        "generateEventOnPacketDrop",
        "alwaysIncludePacketData",
        "debugModeEnabled",
        "alertEnabled",
    ],
};

pub(crate) const INTEGRITY_RULES: Fields = Fields {
    text: &[
        "name",
        "description",
        "minimumAgentVersion",
        "minimumManagerVersion",
        "type",
        "identifier",
    ],
    date: &["originalIssue", "lastUpdated"],
    choice: &["severity", "recommendationsMode"],
    flag: &["alertEnabled", "realTimeMonitoringEnabled"],
    ..NONE
};

pub(crate) const LOG_RULES: Fields = Fields {
    text: INTEGRITY_RULES.text,
    number: &["alertMinimumSeverity"],
    date: &["originalIssue", "lastUpdated"],
    choice: &["recommendationsMode"],
    flag: &["alertEnabled"],
};

pub(crate) const APPLICATION_TYPES: Fields = Fields {
    text: &["name", "description", "minimumAgentVersion", "portMultiple"],
    number: &["portListID"],
    choice: &["direction", "protocol", "portType", "recommendationsMode"],
    ..NONE
};

pub(crate) const TASKS: Fields = Fields {
    text: &["name"],
    date: &["lastRunTime", "nextRunTime"],
    choice: &["type"],
    flag: &["enabled"],
    ..NONE
};
