//! `/computers`: list, search, describe, modify, settings; assignments are a file of their own.

use serde_json::{Value, json};

use crate::estate::{Computer, Summary};
use crate::options::{Key, Right};
use crate::search::{self, Record, Search};
use crate::server::Ask;
use crate::world::World;

use super::assignments::{self, Target};
use super::refusal::{Outcome, Refusal};
use super::{Expand, Renderer, number, object, require, write};

const WHAT: &str = "The computer";

pub(super) fn answer(world: &mut World, ask: &Ask, key: &Key, rest: &[&str]) -> Outcome {
    match (ask.method.as_str(), rest) {
        ("GET", []) => {
            let all = world
                .estate
                .computers
                .values()
                .take(world.options.ceiling.items);
            page(world, ask, all)
        }
        ("POST", ["search"]) => {
            let search = Search::parse(ask.json())?;
            let ceiling = world.options.ceiling;
            let found = search.run(&world.estate.computers, search::COMPUTERS, ceiling)?;
            page(world, ask, found)
        }
        ("GET", [id]) => one(world, ask, number(id, WHAT)?),
        ("POST", [id]) => {
            require(key, Right::EditComputers)?;
            modify(world, ask, number(id, WHAT)?)
        }
        ("GET", [id, "settings", name]) => setting(world, ask, number(id, WHAT)?, name),
        ("POST", [id, "settings", name]) => {
            require(key, Right::EditComputers)?;
            let id = number(id, WHAT)?;
            let value = write::setting(name, object(ask)?)?;
            existing(world, id)?
                .own
                .settings
                .insert((*name).to_owned(), value);
            world.send_to_computer(id);
            setting(world, ask, id, name)
        }
        (method, [id, module, "assignments", rest @ ..]) => {
            let id = number(id, WHAT)?;
            existing(world, id)?;
            if method != "GET" {
                require(key, Right::EditComputers)?;
            }
            assignments::answer(world, ask, Target::Computer(id), module, rest)
        }
        (_, [] | [_]) => Err(Refusal::no_such_method()),
        _ => Err(Refusal::not_found("The resource")),
    }
}

fn existing(world: &mut World, id: i32) -> Result<&mut Computer, Refusal> {
    world
        .estate
        .computers
        .get_mut(&id)
        .ok_or_else(|| Refusal::not_found(WHAT))
}

fn renderer<'a>(world: &'a World, ask: &Ask) -> Result<Renderer<'a>, Refusal> {
    let expand = Expand::parse(ask.expand())
        .map_err(|word| Refusal::bad_request(format!("Invalid value for expand: {word}.")))?;
    Ok(Renderer::new(&world.estate, expand, ask.overrides()))
}

fn page<'a>(
    world: &World,
    ask: &Ask,
    computers: impl IntoIterator<Item = &'a Computer>,
) -> Outcome {
    let mut renderer = renderer(world, ask)?;
    let mut out = b"{\"computers\":[".to_vec();
    renderer.write_all(&mut out, computers);
    out.extend_from_slice(b"]}");
    Ok(out)
}

fn one(world: &World, ask: &Ask, id: i32) -> Outcome {
    let computer = world
        .estate
        .computers
        .get(&id)
        .ok_or_else(|| Refusal::not_found(WHAT))?;
    let mut out = Vec::new();
    renderer(world, ask)?.write(&mut out, computer);
    Ok(out)
}

fn setting(world: &mut World, ask: &Ask, id: i32, name: &str) -> Outcome {
    let computer = existing(world, id)?;
    let (policy, own) = (computer.policy_id, computer.own.clone());
    let effective = own.over(&world.estate.effective(policy));
    write::setting_json(name, &own, &effective, ask.overrides())
}

fn modify(world: &mut World, ask: &Ask, id: i32) -> Outcome {
    const TEXTS: [&str; 3] = ["hostName", "displayName", "description"];
    const NUMBERS: [&str; 4] = ["groupID", "policyID", "assetImportanceID", "relayListID"];
    const READ_ONLY: [&str; 14] = [
        "ID",
        "lastIPUsed",
        "platform",
        "agentFingerPrint",
        "agentVersion",
        "lastAgentCommunication",
        "lastSendPolicyRequest",
        "lastSendPolicySuccess",
        "biosUUID",
        "hostGUID",
        "computerStatus",
        "securityUpdates",
        "tasks",
        "interfaces",
    ];
    renderer(world, ask)?;
    let body = object(ask)?;
    let mut computer = existing(world, id)?.clone();
    for (name, value) in body {
        let name = name.as_str();
        if TEXTS.contains(&name) {
            let text = value
                .as_str()
                .ok_or_else(|| write::bad_value(name, value))?
                .to_owned();
            match name {
                "hostName" => computer.host_name = text,
                "displayName" => computer.display_name = text,
                _ => computer.description = text,
            }
        } else if NUMBERS.contains(&name) {
            let id = write::id(name, value)?;
            match name {
                "groupID" => computer.group_id = id,
                "policyID" if id == 0 => computer.policy_id = None,
                "policyID" if world.estate.policies.contains_key(&id) => {
                    computer.policy_id = Some(id);
                }
                "policyID" => return Err(write::bad_value(name, value)),
                _ => {}
            }
        } else if !READ_ONLY.contains(&name) && !name.ends_with("VirtualMachineSummary") {
            write::protection(&mut computer.own, "computerSettings", name, value)?;
        }
    }
    world.estate.add(computer);
    world.send_to_computer(id);
    one(world, ask, id)
}

impl Record for Computer {
    fn field(&self, path: &str) -> Option<Value> {
        let laid_over = self.overlay.as_ref();
        if let Some(value) = laid_over.and_then(|overlay| overlay.field(path)) {
            return Some(value).filter(|value| !value.is_null());
        }
        let text = |text: &str| Some(json!(text));
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match (first, &self.summary) {
            ("hostName", _) => text(&self.host_name),
            ("displayName", _) => text(&self.display_name),
            ("description", _) => text(&self.description),
            ("lastIPUsed", _) => text(&self.last_ip),
            ("platform", _) => text(&self.platform),
            ("agentVersion", _) => text(&self.agent.version),
            ("hostGUID", _) => text(&self.host_guid),
            ("agentFingerPrint", _) => self.agent.fingerprint.as_deref().and_then(text),
            ("tasks", _) => Some(json!(self.pending)),
            ("groupID", _) => Some(json!(self.group_id)),
            ("policyID", _) => self.policy_id.map(|id| json!(id)),
            ("assetImportanceID" | "relayListID", _) => Some(json!(0)),
            ("lastAgentCommunication", _) => self.agent.last_communication.map(|at| json!(at)),
            ("lastSendPolicyRequest", _) => self.policy_requested.map(|at| json!(at)),
            ("lastSendPolicySuccess", _) => self.policy_sent.map(|at| json!(at)),
            ("ec2VirtualMachineSummary", Summary::Ec2(ec2)) => match rest {
                "accountID" => text(&ec2.account),
                "instanceID" => text(&ec2.instance),
                "availabilityZone" => text(&ec2.zone),
                "privateIPAddress" => text(&ec2.private_ip),
                "publicIPAddress" => text(&ec2.public_ip),
                "type" => text(&ec2.instance_type),
                _ => None,
            },
            (
                "noConnectorVirtualMachineSummary",
                Summary::NoConnector {
                    account,
                    instance,
                    region,
                },
            ) => match rest {
                "accountID" => text(account),
                "instanceID" => text(instance),
                "region" => text(region),
                _ => None,
            },
            (
                "workspaceVirtualMachineSummary",
                Summary::Workspace {
                    account, workspace, ..
                },
            ) => match rest {
                "accountID" => text(account),
                "workspaceID" => text(workspace),
                _ => None,
            },
            _ => None,
        }
    }
}
