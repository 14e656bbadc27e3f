//! What is graded: instances, and the computers that the Manager knows of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testbed::{
    config::item,
    estate::{Computer, Module, State, Status, Summary, policy_ids},
    moto,
};

use crate::{deployment::REGION, world::World};

const HOUR: i64 = 3_600_000;
/// A bucket that an instance may read.
pub(crate) const LEDGERS: &str = "ledgers";

pub(crate) struct Estate {
    /// Instances by their names.
    ids: BTreeMap<String, String>,
    /// As EC2 describes them, by their ids.
    described: Value,
    /// The web ACL of `shop`.
    pub(crate) web_acl: String,
    computers: BTreeMap<String, i32>,
}

impl Estate {
    /// Builds it in AWS and in the Manager.
    pub(crate) fn build(world: &World) -> Self {
        let built = world.step("estate", json!({"bucket": LEDGERS}));
        let ids: BTreeMap<String, String> = serde_json::from_value(built[0].clone()).unwrap();
        let mut estate = Self {
            described: world.step("described", json!({})),
            web_acl: built[1].as_str().unwrap().to_owned(),
            computers: BTreeMap::new(),
            ids,
        };
        for (number, (name, id)) in (1..).zip(&estate.ids) {
            // What was launched right now the Manager does not know yet.
            if name != "new" {
                know(world, number, name, id);
                estate.computers.insert(name.clone(), number);
            }
        }
        estate
    }

    /// The id of an instance.
    pub(crate) fn id(&self, name: &str) -> &str {
        &self.ids[name]
    }

    /// The name of the instance that a computer is.
    pub(crate) fn name_of_computer(&self, number: i64) -> &str {
        let mut computers = self.computers.iter();
        let of_number = computers.find(|(_, known)| i64::from(**known) == number);
        of_number.unwrap().0
    }

    /// The name of an instance.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        let mut ids = self.ids.iter();
        ids.find(|(_, known)| *known == id).map(|(name, _)| &**name)
    }

    /// The configuration items of all instances.
    pub(crate) fn items(&self, world: &World) -> Vec<Value> {
        let described = self.described.as_object().unwrap().values();
        described
            .map(|instance| item(instance, moto::ACCOUNT, REGION, world.config.now()))
            .collect()
    }

    /// Lets the Manager say of a computer what a Manager says.
    pub(crate) fn mend(&self, world: &World, name: &str) {
        world.manager.estate(|estate| {
            let computer = estate.computers.get_mut(&self.computers[name]).unwrap();
            computer.overlay = None;
        });
    }

    /// Terminates an instance.
    pub(crate) fn terminate(&self, world: &World, name: &str) {
        world.step("terminate", json!({"instance": self.id(name)}));
    }
}

/// Lets the Manager know an instance by a computer as its name says.
fn know(world: &World, number: i32, name: &str, id: &str) {
    world.manager.estate(|estate| {
        let mut computer = estate.example(number).with_policy(policy_ids::LINUX_WEB);
        if let Summary::Ec2(summary) = &mut computer.summary {
            summary.instance = id.to_owned();
            summary.account = moto::ACCOUNT.to_owned();
            summary.zone = format!("{REGION}a");
        }
        make(&mut computer, name);
        estate.add(computer);
    });
}

fn make(computer: &mut Computer, name: &str) {
    match name {
        "bare" => computer.policy_id = None,
        "trial" => computer.policy_id = Some(policy_ids::DETECT_TRIAL),
        "silent" => {
            computer.agent.speaks = false;
            computer.agent.last_communication =
                computer.agent.last_communication.map(|at| at - 72 * HOUR);
        }
        "ailing" => {
            let trouble = (Status::Error, "Engine Offline".to_owned());
            computer
                .troubles
                .insert(Module::IntrusionPrevention, trouble);
        }
        "idle" => {
            let own = std::mem::take(&mut computer.own);
            computer.own = own.with_state(Module::AntiMalware, State::Off);
        }
        // Words that no Manager is known to say, and an agent that says nothing of its updates.
        "odd" => {
            computer.overlay = Some(json!({
                "policyID": "none",
                "computerStatus": {"agentStatus": "dreaming"},
                "antiMalware": {"moduleStatus": {"agentStatus": "dreaming"}},
                "securityUpdates": null,
            }));
        }
        _ => {}
    }
}
