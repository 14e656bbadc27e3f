//! What each answer to the official SDK must hold, worked out from the estate and not by the
//! server's code.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use testbed::estate::{Computer, Condition, Module, Protection, Summary, policy_ids};
use testbed::{Estate, SECRET};

/// What each answer must hold, worked out here from the estate and not by the server's code.
pub(crate) fn plan(estate: &Estate) -> Value {
    let values = |objects: &std::collections::BTreeMap<i32, Value>| -> Vec<Value> {
        objects.values().cloned().collect()
    };
    let first = |condition| estate.with_condition(condition)[0];
    let on_linux_web = estate.computers.values().find(|computer| {
        computer.condition == Condition::Healthy
            && computer.policy_id == Some(policy_ids::LINUX_WEB)
    });
    let computer = on_linux_web.unwrap();
    let cve = "CVE-2021-44228";
    json!({
        "key": SECRET,
        "now": estate.as_of,
        "apiKey": {"keyName": estate.api_key.name, "roleID": estate.api_key.role_id,
            "locale": "en-US", "expiryDate": estate.api_key.expiry, "active": true},
        "awsConnectors": {"awsConnectors": values(&estate.aws_connectors)},
        "computers": estate.computers.values().map(|c| computer_json(estate, c))
            .collect::<Vec<_>>(),
        "computerSearches": computer_searches(estate),
        "policies": estate.policies.keys().map(|id| policy_json(estate, *id)).collect::<Vec<_>>(),
        "intrusionPreventionRules": values(&estate.intrusion_prevention_rules),
        "integrityMonitoringRules": values(&estate.integrity_monitoring_rules),
        "logInspectionRules": values(&estate.log_inspection_rules),
        "applicationTypes": values(&estate.application_types),
        "cveSearches": [[cve, [1001]], [format!("%{cve}%"), [1001, 1002]],
            ["%CVE-2021-4422%", [1001, 1002, 1003]]],
        "settings": {"policy": policy_ids::WINDOWS_DATABASE, "computer": computer.id},
        "writes": {"computer": first(Condition::NoPolicy), "policy": policy_ids::NO_RULES},
        "assignments": {
            "computer": assignments(estate, computer.id, &computer.own, Some(computer)),
            "policy": assignments(estate, policy_ids::LINUX_WEB,
                &estate.policies[&policy_ids::LINUX_WEB].own, None),
        },
    })
}

fn computer_searches(estate: &Estate) -> Vec<Value> {
    let only = |condition| {
        let id = estate.with_condition(condition)[0];
        (id, &estate.computers[&id])
    };
    let (untouched, host) = only(Condition::NotAws);
    let (agent, by_agent) = only(Condition::NoConnector);
    let duplicate = only(Condition::Duplicate).1.instance_id();
    let twice: Vec<i32> = estate
        .computers
        .values()
        .filter(|computer| computer.instance_id() == duplicate)
        .map(|computer| computer.id)
        .collect();
    assert_eq!(twice.len(), 2);
    vec![
        json!(["hostName", host.host_name, [untouched]]),
        json!([
            "noConnectorVirtualMachineSummary/instanceID",
            by_agent.instance_id(),
            [agent]
        ]),
        json!(["ec2VirtualMachineSummary/instanceID", duplicate, twice]),
    ]
}

/// The policy's own settings and those of its ancestors, nearest first.
fn chain(estate: &Estate, policy: Option<i32>) -> Vec<&Protection> {
    let policies = std::iter::successors(policy, |id| estate.policies[id].parent);
    policies.map(|id| &estate.policies[&id].own).collect()
}

fn rules(chain: &[&Protection], module: Module) -> BTreeSet<i32> {
    let modules = chain.iter().filter_map(|own| own.modules.get(&module));
    modules
        .flat_map(|module| module.rule_ids.iter().copied())
        .collect()
}

fn state(chain: &[&Protection], module: Module) -> Value {
    let mut states = chain
        .iter()
        .filter_map(|own| own.modules.get(&module)?.state);
    states.next().map_or(json!("off"), |state| json!(state))
}

fn module_json(chain: &[&Protection], module: Module, active: bool) -> Value {
    let mut content = Map::new();
    let word = if active {
        state(chain, module)
    } else {
        json!("off")
    };
    content.insert("state".into(), word);
    if module == Module::AntiMalware {
        let configurations = chain.iter().filter_map(|own| own.modules.get(&module));
        let first = configurations
            .filter_map(|m| m.real_time_scan_configuration)
            .next();
        content.insert(
            "realTimeScanConfigurationID".into(),
            json!(first.unwrap_or(0)),
        );
    }
    let rules = rules(chain, module);
    if !rules.is_empty() {
        content.insert("ruleIDs".into(), json!(rules));
    }
    Value::Object(content)
}

fn computer_json(estate: &Estate, computer: &Computer) -> Value {
    let mut chain = chain(estate, computer.policy_id);
    chain.insert(0, &computer.own);
    let mut object = json!({
        "ID": computer.id,
        "hostName": computer.host_name,
        "displayName": computer.display_name,
        "lastIPUsed": computer.last_ip,
        "platform": computer.platform,
        "groupID": computer.group_id,
        "policyID": computer.policy_id,
        "agentFingerPrint": computer.agent.fingerprint,
        "agentVersion": computer.agent.version,
        "lastAgentCommunication": computer.agent.last_communication,
        "lastSendPolicyRequest": computer.policy_requested,
        "lastSendPolicySuccess": computer.policy_sent,
        "biosUUID": computer.bios_uuid,
        "hostGUID": computer.host_guid,
        "computerStatus": {"agentStatus": computer.agent.status,
            "agentStatusMessages": computer.agent.messages},
        "tasks": {"agentTasks": []},
        "securityUpdates": {"lastChanged": computer.updates_changed, "updateStatus":
            {"status": computer.updates.0, "statusMessage": computer.updates.1}},
    });
    let map = object.as_object_mut().unwrap();
    for module in Module::ALL {
        let mut content = module_json(&chain, module, computer.agent.fingerprint.is_some());
        if let Some((status, text)) = computer.troubles.get(&module) {
            content["moduleStatus"] = json!({"agentStatus": status, "agentStatusMessage": text});
        }
        if module == Module::AntiMalware {
            content["lastScheduledScan"] = json!(computer.scans.scheduled_malware);
        }
        if module == Module::IntegrityMonitoring {
            content["lastIntegrityScan"] = json!(computer.scans.integrity);
        }
        map.insert(module.property().into(), content);
    }
    let mode = chain
        .iter()
        .find_map(|own| own.settings.get("firewallSettingNetworkEngineMode"));
    let mode = mode.map_or("Inline", String::as_str);
    map.insert(
        "computerSettings".into(),
        json!({"firewallSettingNetworkEngineMode": {"value": mode}}),
    );
    let (name, content) = match &computer.summary {
        Summary::None => return object,
        Summary::Ec2(ec2) => (
            "ec2VirtualMachineSummary",
            json!({"cloudProvider": "AWS", "accountID": ec2.account, "instanceID": ec2.instance,
                "availabilityZone": ec2.zone, "privateIPAddress": ec2.private_ip,
                "publicIPAddress": ec2.public_ip, "type": ec2.instance_type, "amiID": ec2.image,
                "state": ec2.state, "DNSName": computer.host_name, "metadata": ec2.tags.iter()
                .map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
                "securityGroups": ec2.security_groups.iter()
                .map(|(name, id)| json!({"name": name, "ID": id})).collect::<Vec<_>>()}),
        ),
        Summary::NoConnector {
            account,
            instance,
            region,
        } => (
            "noConnectorVirtualMachineSummary",
            json!({"accountID": account, "instanceID": instance, "region": region}),
        ),
        Summary::Workspace {
            account,
            workspace,
            user,
            ..
        } => (
            "workspaceVirtualMachineSummary",
            json!({"accountID": account, "workspaceID": workspace, "userName": user}),
        ),
    };
    map.insert(name.into(), content);
    object
}

fn policy_json(estate: &Estate, id: i32) -> Value {
    let policy = &estate.policies[&id];
    let chain = chain(estate, Some(id));
    let mut object = json!({"ID": id, "name": policy.name, "parentID": policy.parent,
        "recommendationScanMode": "off", "autoRequiresUpdate": "on"});
    for module in Module::ALL {
        object[module.property()] = module_json(&chain, module, true);
    }
    object
}

/// What the assignment calls must show, with rules that bring others along.
fn assignments(estate: &Estate, id: i32, own: &Protection, computer: Option<&Computer>) -> Value {
    let policy = computer.map_or(Some(id), |computer| computer.policy_id);
    let mut all = chain(estate, policy);
    all.insert(0, own);
    let of = |module, rule: i32, brings: &[i32]| {
        let assigned = rules(&all, module);
        let own = rules(&[own], module);
        let mut document =
            json!({"assignedRuleIDs": assigned, "recommendationScanStatus": "valid"});
        if let Some(computer) = computer {
            let open = computer.recommended[&module].difference(&assigned);
            document["recommendedToAssignRuleIDs"] = json!(open.collect::<Vec<_>>());
            document["lastRecommendationScanDate"] = json!(computer.scans.recommendation);
        }
        let set: BTreeSet<i32> = brings.iter().copied().chain([rule]).collect();
        let added: BTreeSet<i32> = own.union(&set).copied().collect();
        json!({"id": id, "rule": rule, "effective": document, "own": own, "added": added,
            "set": set})
    };
    json!({
        "intrusion_prevention": of(Module::IntrusionPrevention, 1007, &[1006]),
        "integrity_monitoring": of(Module::IntegrityMonitoring, 1030, &[]),
        "log_inspection": of(Module::LogInspection, 1015, &[1014]),
    })
}
