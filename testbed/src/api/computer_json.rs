//! A computer as the Manager answers it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::clock::DAY;
use crate::estate::{Computer, Estate, Module, Protection, Status, Summary, settings};
use crate::json::{self, Object};

use super::expand::Expand;
use super::module_json::{self, Holding};

/// Writes computers of one estate, with what their policies say worked out once.
pub(crate) struct Renderer<'a> {
    estate: &'a Estate,
    expand: Expand,
    overrides: bool,
    by_policy: BTreeMap<Option<i32>, Rc<Holding>>,
}

impl<'a> Renderer<'a> {
    /// `overrides` answers only what is set on the computers themselves.
    pub(crate) fn new(estate: &'a Estate, expand: Expand, overrides: bool) -> Self {
        Self {
            estate,
            expand,
            overrides,
            by_policy: BTreeMap::new(),
        }
    }

    /// Writes computers with commas between them.
    pub(crate) fn write_all<'c>(
        &mut self,
        out: &mut Vec<u8>,
        computers: impl IntoIterator<Item = &'c Computer>,
    ) {
        for (place, computer) in computers.into_iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            self.write(out, computer);
        }
    }

    pub(crate) fn write(&mut self, out: &mut Vec<u8>, computer: &Computer) {
        let Some(overlay) = &computer.overlay else {
            return self.sound(out, computer);
        };
        let mut plain = Vec::new();
        self.sound(&mut plain, computer);
        let mut value: Value = serde_json::from_slice(&plain).unwrap_or_default();
        json::merge(&mut value, overlay);
        json::value(out, &value);
    }

    fn holding(&mut self, computer: &Computer) -> Rc<Holding> {
        if self.overrides {
            return Rc::new(self.holding_of(computer.own.clone()));
        }
        let inherited = match self.by_policy.get(&computer.policy_id) {
            Some(known) => Rc::clone(known),
            None => {
                let effective = self.estate.effective(computer.policy_id);
                let holding = Rc::new(self.holding_of(effective));
                self.by_policy
                    .insert(computer.policy_id, Rc::clone(&holding));
                holding
            }
        };
        if computer.own == Protection::default() {
            return inherited;
        }
        Rc::new(self.holding_of(computer.own.over(&inherited.protection)))
    }

    fn holding_of(&self, protection: Protection) -> Holding {
        let rules = protection
            .modules
            .get(&Module::IntrusionPrevention)
            .map(|ips| &ips.rule_ids);
        let application_types = self
            .estate
            .application_types_of(rules.into_iter().flatten())
            .into_iter()
            .collect();
        Holding {
            protection,
            application_types,
        }
    }

    fn sound(&mut self, out: &mut Vec<u8>, computer: &Computer) {
        let holding = self.holding(computer);
        json::object(out, |object| {
            simple(object, computer);
            if self.expand.status {
                object.object("computerStatus", |status| {
                    status.put("agentStatus", &computer.agent.status);
                    status.put("agentStatusMessages", &computer.agent.messages);
                });
            }
            if self.expand.tasks {
                object.object("tasks", |tasks| tasks.put("agentTasks", &computer.pending));
            }
            if self.expand.updates {
                object.object("securityUpdates", |updates| {
                    security_updates(updates, computer)
                });
            }
            if self.expand.settings {
                object.object("computerSettings", |all| {
                    self.settings(all, &holding.protection);
                });
            }
            for module in Module::ALL {
                if self.expand.module(module) {
                    object.object(module.property(), |entry| {
                        module_json::write(entry, module, computer, &holding, self.overrides);
                    });
                }
            }
            if self.expand.interfaces {
                object.object("interfaces", |entry| interfaces(entry, computer));
            }
            summary(object, computer, &self.expand);
        });
    }

    fn settings(&self, object: &mut Object<'_>, protection: &Protection) {
        if self.overrides {
            for (name, value) in &protection.settings {
                object.put(name, &json!({ "value": value }));
            }
            return;
        }
        for (name, default) in settings::DEFAULTS {
            let value = protection
                .settings
                .get(name)
                .map_or(default, String::as_str);
            object.object(name, |setting| setting.put("value", value));
        }
    }
}

fn simple(object: &mut Object<'_>, computer: &Computer) {
    object.put("ID", &computer.id);
    object.put("hostName", &computer.host_name);
    object.put("displayName", &computer.display_name);
    object.put("description", &computer.description);
    object.put("lastIPUsed", &computer.last_ip);
    object.put("platform", &computer.platform);
    object.put("groupID", &computer.group_id);
    object.some("policyID", computer.policy_id);
    object.put("assetImportanceID", &0);
    object.put("relayListID", &0);
    object.some("agentFingerPrint", computer.agent.fingerprint.as_ref());
    object.some("lastAgentCommunication", computer.agent.last_communication);
    object.some("lastSendPolicyRequest", computer.policy_requested);
    object.some("lastSendPolicySuccess", computer.policy_sent);
    object.put("agentVersion", &computer.agent.version);
    object.put("biosUUID", &computer.bios_uuid);
    object.put("hostGUID", &computer.host_guid);
}

fn security_updates(object: &mut Object<'_>, computer: &Computer) {
    let (status, text) = &computer.updates;
    object.object("updateStatus", |entry| {
        entry.put("status", status);
        entry.put("statusMessage", text);
    });
    object.put("lastChanged", &computer.updates_changed);
    let day = computer.updates_changed / DAY;
    let latest = *status == Status::Active;
    let component = |entry: &mut Object<'_>, name: &str| {
        entry.put("name", name);
        entry.put("forUseBy", "Agent");
        entry.put("platform", "All");
        entry.put("version", &format!("{}.{:03}", day / 1000, day % 1000));
        entry.put("latest", &latest);
    };
    object.array("rules", ["Intrusion Prevention Rules"], component);
    object.array(
        "antiMalware",
        ["Smart Scan Agent Pattern", "Virus Scan Engine"],
        component,
    );
    for other in ["webReputationService", "manifests", "other"] {
        object.put(other, &[(); 0]);
    }
}

fn interfaces(object: &mut Object<'_>, computer: &Computer) {
    object.array("interfaces", [&computer.last_ip], |entry, address| {
        entry.put("ID", &computer.id);
        entry.put("name", "eth0");
        entry.put("displayName", "");
        entry.put("interfaceTypeID", &0);
        entry.put("detected", &true);
        let serial = computer
            .id
            .unsigned_abs()
            .to_be_bytes()
            .map(|byte| format!("{byte:02X}"));
        entry.put("MAC", &format!("0A:00:{}", serial.join(":")));
        entry.put("DHCP", &true);
        entry.put("IPs", &[address]);
    });
}

fn summary(object: &mut Object<'_>, computer: &Computer, expand: &Expand) {
    match &computer.summary {
        Summary::Ec2(ec2) if expand.ec2 => object.object("ec2VirtualMachineSummary", |entry| {
            entry.put("cloudProvider", "AWS");
            entry.put("accountID", &ec2.account);
            entry.put("operatingSystem", &computer.platform);
            entry.put("privateIPAddress", &ec2.private_ip);
            entry.put("publicIPAddress", &ec2.public_ip);
            entry.put("availabilityZone", &ec2.zone);
            entry.put("instanceID", &ec2.instance);
            entry.array(
                "securityGroups",
                &ec2.security_groups,
                |group, (name, id)| {
                    group.put("name", name);
                    group.put("ID", id);
                },
            );
            entry.put("type", &ec2.instance_type);
            entry.put("virtualizationType", "hvm");
            entry.put("state", &ec2.state);
            entry.array("metadata", &ec2.tags, |tag, (name, value)| {
                tag.put("name", name);
                tag.put("value", value);
            });
            entry.put("amiID", &ec2.image);
            entry.put("DNSName", &computer.host_name);
        }),
        Summary::NoConnector {
            account,
            instance,
            region,
        } if expand.no_connector => {
            object.object("noConnectorVirtualMachineSummary", |entry| {
                entry.put("accountID", account);
                entry.put("instanceID", instance);
                entry.put("region", region);
            });
        }
        Summary::Workspace {
            account,
            workspace,
            user,
            ..
        } if expand.workspace => {
            object.object("workspaceVirtualMachineSummary", |entry| {
                entry.put("cloudProvider", "AWS");
                entry.put("accountID", account);
                entry.put("workspaceDirectory", "d-90670abcde");
                entry.put("userName", user);
                entry.put("workspaceID", workspace);
                entry.put("bundleID", "wsb-0123abcde");
                entry.put("workspaceHardware", "STANDARD");
                entry.put("state", "AVAILABLE");
                entry.put("metadata", &[(); 0]);
                entry.put("IPAddress", &computer.last_ip);
            });
        }
        _ => {}
    }
}
