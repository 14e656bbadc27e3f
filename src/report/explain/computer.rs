//! What the Managers know of the computers that name an instance.

use rules::{
    computer::{Agent, Computer, Link, LinkSource},
    fact::Fact,
    instance::Instance,
    inventories::Sighting,
    inventory::Inventory,
    module::{Module, ModuleReport},
    text::{clean, quoted},
};

use super::{
    Section,
    facts::{NOT_REPORTED, shown, time},
};
use crate::{evaluation::Fleet, report::counted};

/// Every computer that names the instance; `counting` is the one that the rules look at.
pub(super) fn sections(
    fleet: &Fleet,
    instance: &Instance,
    counting: Option<&Sighting<'_>>,
) -> Vec<Section> {
    let named = fleet.inventories.readable().flat_map(|inventory| {
        let computers = inventory.computers().iter();
        computers.map(move |computer| (inventory, computer))
    });
    let naming: Vec<_> = named
        .filter_map(|(inventory, computer)| {
            let link = computer.instance.as_ref()?;
            (link.id == Fact::Known(instance.id)).then_some((inventory, computer, link))
        })
        .collect();
    let records = naming.len();
    let section = |(position, (inventory, computer, link)): (usize, (_, _, _))| {
        let mut section = of_computer(inventory, computer, link);
        if records > 1 {
            let record = position + 1;
            let counts =
                counting.is_some_and(|sighting| std::ptr::eq(sighting.computer(), computer));
            let counts = if counts { ", the one that counts" } else { "" };
            section
                .title
                .push_str(&format!(", record {record} of {records}{counts}"));
        }
        section
    };
    naming.into_iter().enumerate().map(section).collect()
}

fn of_computer(inventory: &Inventory, computer: &Computer, link: &Link) -> Section {
    let title = format!(
        "Computer {} {} of Manager {}",
        computer.id,
        quoted(&computer.name),
        quoted(inventory.manager())
    );
    let send = &computer.policy_send;
    let mut facts = vec![
        ("named by", named_by(link)),
        ("agent", agent(&computer.agent)),
        ("agent version", version(&computer.agent)),
        ("agent spoke last", time(&computer.agent.last_communication)),
        ("policy", policy(inventory, computer)),
        ("policy send wanted", time(&send.requested)),
        ("policy send done", time(&send.succeeded)),
        ("security updates", shown(&computer.security_updates)),
        ("network engine", engine(inventory, computer)),
    ];
    for each in Module::ALL {
        let report = computer.modules.reported(*each);
        if report.is_some() || Module::PROTECTION.contains(each) {
            let described = report.map_or(NOT_REPORTED.to_owned(), |report| module(*each, report));
            facts.push((each.name(), described));
        }
    }
    Section { title, facts }
}

fn named_by(link: &Link) -> String {
    let source = match link.source {
        LinkSource::Connector => "the connector",
        LinkSource::Agent => "the agent",
    };
    let account = link.account.as_ref();
    let region = link.region.as_ref();
    format!(
        "{source}; account {}, Region {}",
        account.map_or(NOT_REPORTED.to_owned(), ToString::to_string),
        region.map_or(NOT_REPORTED.to_owned(), ToString::to_string)
    )
}

fn agent(agent: &Agent) -> String {
    let activated = if agent.activated {
        "activated"
    } else {
        "not activated"
    };
    let status = shown(&agent.status);
    with_message(
        format!("{activated}, status {status}"),
        agent.message.as_deref(),
    )
}

fn version(agent: &Agent) -> String {
    let version = agent.version.as_deref();
    version.map_or(NOT_REPORTED.to_owned(), clean)
}

fn policy(inventory: &Inventory, computer: &Computer) -> String {
    let id = match &computer.policy {
        Fact::Missing => return "none".to_owned(),
        Fact::Known(id) => *id,
        Fact::Unrecognised(_) => return shown(&computer.policy),
    };
    match inventory.policies() {
        Err(_) => format!("{id}; the policies were not read"),
        Ok(policies) => {
            let Some(policy) = policies.get(id) else {
                return format!("{id}, which is not in the list of policies");
            };
            let path = policies.path(id);
            let path = path.map_or("path unknown".to_owned(), |path| clean(&path));
            format!("{id} {}, path {path}", quoted(&policy.name))
        }
    }
}

/// The engine mode in force, and where it is set.
fn engine(inventory: &Inventory, computer: &Computer) -> String {
    if !computer.engine_mode.is_missing() {
        return format!("{}, set on the computer", shown(&computer.engine_mode));
    }
    let carried = computer.policy().ok().flatten();
    let setting = carried.and_then(|id| inventory.policies().ok()?.with_engine_mode(id).ok()?);
    setting.map_or(NOT_REPORTED.to_owned(), |policy| {
        let mode = shown(&policy.engine_mode);
        format!("{mode}, set in policy {}", quoted(&policy.name))
    })
}

fn module(module: Module, report: &ModuleReport) -> String {
    let mut described = format!("{}, status {}", shown(&report.state), shown(&report.status));
    if module.protects_by_rules() {
        described.push_str(&format!(", {}", counted(report.rules as usize, "rule")));
    }
    if module == Module::AntiMalware {
        described.push_str(if report.real_time_scan {
            ", with a real-time scan"
        } else {
            ", without a real-time scan"
        });
    }
    with_message(described, report.message.as_deref())
}

fn with_message(described: String, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("{described} {}", quoted(message)),
        None => described,
    }
}
