//! A plan as somebody approves it: the finding, the plan for every instance that it leads to, and
//! what they rest on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use remediations::{
    Finding, Plan,
    plan::Doing,
    record::{Record, Subject, noun},
};
use rules::{
    Gap,
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, Region, Tags},
    inventories::Inventories,
    text::clean,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A plan as somebody approves it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Approval {
    /// The version of this shape: [`Approval::SCHEMA`].
    pub schema_version: u32,
    /// The time of what the plans rest on.
    pub as_of: Timestamp,
    /// The finding.
    pub finding: Finding,
    /// What is planned, for each instance and for the finding itself.
    pub parts: Vec<Part>,
    /// The SHA-256, in hexadecimal digits, of all that stands before it.
    pub digest: String,
}

/// What is planned for an instance, or for the finding itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Part {
    /// The account that the instance is in, where it is another one than that of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The instance; `None` for the finding itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    /// The Region that the instance runs in, or that the finding is about.
    pub region: Region,
    /// The plan; `None` where a fact is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Why there is no plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// Where the finding led, where it does not say so itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub led_to: Vec<Subject>,
    /// What is known of the instance that plans rest on, by name.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

impl Approval {
    /// The version of the shape that this code writes and reads.
    pub const SCHEMA: u32 = 1;

    /// What was planned for a finding.
    #[must_use]
    pub fn new(
        finding: Finding,
        records: &[Record],
        inventories: &Inventories,
        as_of: Timestamp,
        max_age: SignedDuration,
    ) -> Self {
        let part = |record: &Record| Part {
            account: record.account,
            instance: record.instance,
            region: record.region.clone(),
            plan: record.plan.clone(),
            note: record.note.clone(),
            led_to: record.led_to.clone(),
            facts: record.instance.map_or_else(BTreeMap::new, |id| {
                facts(inventories, &named(record, id), as_of, max_age)
            }),
        };
        let mut approval = Self {
            schema_version: Self::SCHEMA,
            as_of,
            finding,
            parts: records.iter().map(part).collect(),
            digest: String::new(),
        };
        approval.digest = approval.digested();
        approval
    }

    /// Whether there is a plan for everything that the finding leads to.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.parts.iter().all(|part| part.plan.is_some())
    }

    /// The records that are to be carried out.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        let record = |part: &Part| Record {
            schema_version: Record::SCHEMA,
            account: part.account,
            instance: part.instance,
            region: part.region.clone(),
            finding: self.finding.clone(),
            state: remediations::record::State::Unplanned,
            plan: part.plan.clone(),
            outcomes: Vec::new(),
            note: part.note.clone(),
            led_to: part.led_to.clone(),
            planned_for: None,
            planned_at: None,
            was_cut_short: false,
            recorded_at: self.as_of,
            changed_at: self.as_of,
        };
        self.parts.iter().map(record).collect()
    }

    /// Whether the digest is that of the rest, so that nobody changed one without the other.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.digest == self.digested()
    }

    fn digested(&self) -> String {
        let whole = (&self.as_of, &self.finding, &self.parts);
        // Maps and texts can always be written.
        let text = serde_json::to_vec(&whole).unwrap_or_default();
        let hash = Sha256::digest(&text);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first difference between what was approved and what would be planned now, in a clause.
    #[must_use]
    pub fn drift(&self, now: &Self) -> Option<String> {
        for part in &self.parts {
            let Some(later) = now.parts.iter().find(|other| other.is_of(part)) else {
                return Some(format!("the finding leads to {} no more", part.subject()));
            };
            if later.plan == part.plan && later.led_to == part.led_to {
                continue;
            }
            let of = part.subject();
            let fact = part.changed_fact(later);
            return Some(match fact.or_else(|| part.changed_step(later)) {
                Some(what) => format!("{of}: {what}"),
                None => format!("{of}: it is planned for other reasons"),
            });
        }
        let more = now
            .parts
            .iter()
            .find(|part| !self.parts.iter().any(|other| other.is_of(part)));
        more.map(|part| format!("the finding leads to {} too", part.subject()))
    }
}

impl Part {
    fn is_of(&self, other: &Self) -> bool {
        let place = |part: &Self| (part.account, part.instance, part.region.clone());
        place(self) == place(other)
    }

    /// What it is about, in a few words.
    pub(crate) fn subject(&self) -> String {
        let instance = self.instance.map(|instance| instance.to_string());
        instance.unwrap_or_else(|| match self.account {
            Some(account) => format!("account {account}"),
            None => "the finding itself".to_owned(),
        })
    }

    fn changed_fact(&self, later: &Self) -> Option<String> {
        let names = self.facts.keys().chain(later.facts.keys());
        let of = |part: &Self, name: &str| {
            let value = part.facts.get(name).map(|value| clean(value));
            value.unwrap_or_else(|| "not known".to_owned())
        };
        names
            .map(|name| (name, of(self, name), of(later, name)))
            .find(|(_, before, after)| before != after)
            .map(|(name, before, after)| format!("{} was {before}, and is {after}", clean(name)))
    }

    fn changed_step(&self, later: &Self) -> Option<String> {
        let step = |part: &Self, position: usize| {
            let step = part.plan.as_ref()?.steps.get(position)?;
            let how = match step.doing {
                Doing::Act(_) => "",
                Doing::Skip(_) => "skipped: ",
                Doing::Cannot(_) => "impossible: ",
            };
            Some(format!(
                "{how}{} ({})",
                clean(&noun(step)),
                clean(&step.reason)
            ))
        };
        let count = |part: &Self| part.plan.as_ref().map_or(0, |plan| plan.steps.len());
        let said = |step: Option<String>| step.unwrap_or_else(|| "nothing".to_owned());
        (0..count(self).max(count(later))).find_map(|position| {
            let (before, after) = (step(self, position), step(later, position));
            (before != after).then(|| {
                let (before, after) = (said(before), said(after));
                format!("step {} was {before}, and is {after}", position + 1)
            })
        })
    }
}

fn named(record: &Record, id: InstanceId) -> Instance {
    Instance {
        id,
        account: Some(record.home()),
        region: Some(record.region.clone()),
        name: None,
        tags: Tags::default(),
        state: Fact::Missing,
        attached: Fact::Missing,
        launched: Fact::Missing,
    }
}

/// What is known of an instance that plans rest on, by name.
fn facts(
    inventories: &Inventories,
    instance: &Instance,
    now: Timestamp,
    max_age: SignedDuration,
) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut add = |name: &str, value: Result<String, Gap>| {
        let value = value.unwrap_or_else(|gap| gap.reason().text().to_owned());
        facts.insert(name.to_owned(), clean(&value));
    };
    let sighting = match inventories.sighting(instance, now, max_age) {
        Ok(Some(sighting)) => sighting,
        Ok(None) => {
            add("the computer", Ok("none".to_owned()));
            return facts;
        }
        Err(gap) => {
            add("the computer", Err(gap));
            return facts;
        }
    };
    let (computer, inventory) = (sighting.computer(), sighting.inventory());
    let place = format!("{} of Manager {}", computer.id, inventory.manager());
    add("the computer", Ok(place));
    add(
        "the agent",
        computer.agent.is_managed().map(|managed| {
            let word = if managed { "active" } else { "not active" };
            word.to_owned()
        }),
    );
    let version = computer.agent.version.as_deref().unwrap_or("not reported");
    add("the version of the agent", Ok(version.to_owned()));
    add(
        "the policy",
        computer.policy().map(|policy| match policy {
            Some(policy) => policy.to_string(),
            None => "none".to_owned(),
        }),
    );
    for module in rules::module::Module::ALL {
        let state = computer
            .modules
            .get(*module)
            .and_then(|report| report.state_of(*module));
        add(module.name(), state.map(|state| state.word().to_owned()));
    }
    add(
        "the network engine",
        inventory
            .engine_mode(computer)
            .map(|mode| mode.word().to_owned()),
    );
    let ips = inventory.intrusion_prevention();
    add(
        "the list of IPS rules",
        ips.as_ref()
            .map(|ips| ips.version().to_string())
            .map_err(Clone::clone),
    );
    facts
}
