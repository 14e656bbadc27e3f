//! What is known of an instance: as AWS reports it, and as every Manager does.

use std::borrow::Cow;

use jiff::Timestamp;
use rules::{
    fact::{Fact, Readable},
    instance::Instance,
    inventories::Sighting,
    inventory::{Completeness, Inventory},
    text::{clean, quoted},
};

use super::{Section, computer};
use crate::{evaluation::Fleet, report::counted};

pub(super) const NOT_REPORTED: &str = "not reported";

pub(super) fn sections(
    fleet: &Fleet,
    instance: &Instance,
    counting: Option<&Sighting<'_>>,
) -> Vec<Section> {
    let mut sections = vec![of_instance(fleet, instance)];
    sections.extend(fleet.inventories.readable().map(of_inventory));
    if !fleet.inventories.all_readable() {
        sections.push(Section {
            title: "The inventory of a Manager could not be read".to_owned(),
            facts: Vec::new(),
        });
    }
    let computers = computer::sections(fleet, instance, counting);
    if computers.is_empty() {
        sections.push(Section {
            title: "No computer names the instance".to_owned(),
            facts: Vec::new(),
        });
    }
    sections.extend(computers);
    sections
}

fn of_instance(fleet: &Fleet, instance: &Instance) -> Section {
    let name = instance.name.as_deref();
    let or_not = |text: Option<String>| text.unwrap_or_else(|| NOT_REPORTED.to_owned());
    let account = instance.account.map(|account| account.to_string());
    let region = instance.region.as_ref().map(ToString::to_string);
    Section {
        title: format!("Instance {}", instance.id),
        facts: vec![
            ("name", or_not(name.map(quoted))),
            ("account", or_not(account)),
            ("Region", or_not(region)),
            ("state", shown(&instance.state)),
            ("launched", time(&instance.launched)),
            ("attached", time(&instance.attached)),
            ("graded as of", second(fleet.as_of)),
        ],
    }
}

fn of_inventory(inventory: &Inventory) -> Section {
    let computers = counted(inventory.computers().len(), "computer");
    let complete = match inventory.completeness() {
        Completeness::Complete => "complete",
        Completeness::PageMayBeMissing => "a page may be missing",
    };
    let policies = match inventory.policies() {
        Ok(policies) => policies.iter().count().to_string(),
        Err(_) => "not read".to_owned(),
    };
    Section {
        title: format!("Inventory of Manager {}", quoted(inventory.manager())),
        facts: vec![
            ("taken", second(inventory.taken_at())),
            ("computers", format!("{computers}, {complete}")),
            ("policies", policies),
        ],
    }
}

/// A fact in words.
pub(super) fn shown<T: Readable>(fact: &Fact<T>) -> String {
    described(fact, |value| value.written())
}

/// A time in words.
pub(super) fn time(fact: &Fact<Timestamp>) -> String {
    described(fact, |time| second(*time).into())
}

fn described<T>(fact: &Fact<T>, words: impl FnOnce(&T) -> Cow<'static, str>) -> String {
    match fact {
        Fact::Known(value) => clean(&words(value)),
        Fact::Unrecognised(report) => format!("reported as {}, unknown", quoted(report)),
        Fact::Missing => NOT_REPORTED.to_owned(),
    }
}

/// To the second, unlike in an annotation: a policy send is asked for and succeeds in one minute.
pub(super) fn second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
