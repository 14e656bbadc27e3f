//! `deepgrade respond`: what answers a finding. It prints the plan and stops; `--act` carries out a
//! plan that was saved and approved, and is the only thing here that changes anything.

use std::{
    fs::File,
    io::{self, Read as _, Write},
    path::Path,
    sync::Arc,
};

use jiff::Timestamp;
use remediations::{
    Finding, Options,
    finding::{About, Life, Request, Severity, SeverityWord, Version, Wish},
    options::Scope,
    record::Record,
};
use rules::{
    fact::Fact,
    facts::Need,
    instance::{AccountId, Instance, InstanceId, Region},
    ledger::Source as FindingSource,
    text::clean,
};

use super::{
    arguments::{Allowed, Asked, Global, Respond, RespondForm, ScopeWord, Source, Wanted},
    failure::{Exit, Failure},
    managers, source, terminal,
};
use crate::{
    approval::Approval,
    desk::{Desk, Known},
    evaluation::Fleet,
    event::finding::{Reading, read as read_finding},
    ledger::{FileTable, Memory, Partition, Row, Table},
    managers::Managers,
    ports::answering::Owned,
    remediate::{Answered, Limits, Mode, Remediate},
    report,
    time::{ManualTime, Time as _},
};

mod act;
mod hand;

pub(super) use hand::Hand;

/// More than this is no event; one byte more is enough to see it.
const MOST: u64 = (1 << 20) + 1;

/// What has to be read.
const NEEDS: [Need; 3] = [
    Need::Computer,
    Need::Policies,
    Need::IntrusionPreventionRules,
];

/// Prints the plan for a finding, or carries a saved one out.
///
/// # Errors
/// A usage failure of the arguments, the files or the event; a runtime failure of AWS, of a Manager
/// or of the output; and a refusal where a saved plan would not be made now.
pub(super) fn respond(global: &Global, mut arguments: Respond) -> Result<Exit, Failure> {
    // The fleet is gathered without it: a ledger that is acted with need not be there yet.
    let ledger = arguments.source.ledger.take();
    if let Some(path) = &arguments.act {
        return act::act(global, &arguments, path, ledger.as_deref());
    }
    let gathered = match &arguments.event {
        Some(path) => {
            let finding = match finding_in(path)? {
                Ok(finding) => finding,
                Err(why) => {
                    terminal::say(global, &format!("{}: nothing to do: {why}", path.display()));
                    return Ok(Exit::Done);
                }
            };
            gather(global, &arguments.source, Some(finding))?
        }
        None => gather(global, &arguments.source, None)?,
    };
    let Gathered { fleet, finding } = gathered;
    let finding = match finding {
        Some(finding) => finding,
        None => asked_for(&arguments.asked, &fleet)?,
    };
    let table = match &ledger {
        Some(path) => managers::runtime()?.block_on(copied(path, &finding))?,
        None => Memory::default(),
    };
    let desk = desk(&arguments.source, &fleet);
    let options = allowed(&arguments.allowed);
    let planned = planned(&desk, table, &finding, options, fleet.as_of)?;
    print(global, &arguments, &planned)?;
    if let Some(path) = &arguments.save {
        if !planned.is_whole() {
            return Err(Failure::runtime(format!(
                "{}: not saved: a fact is missing, so that there is no whole plan to approve",
                path.display()
            )));
        }
        terminal::write_to(Some(path), |out| json(out, &planned))?;
        let path = path.display();
        terminal::say(
            global,
            &format!(
                "{path}: saved; nothing was changed. `deepgrade respond --act {path} --settings FILE …` carries it out"
            ),
        );
    }
    Ok(if planned.is_whole() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

fn json(out: &mut dyn Write, planned: &Approval) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, planned)?;
    out.write_all(b"\n")
}

fn print(global: &Global, arguments: &Respond, planned: &Approval) -> Result<(), Failure> {
    let file = arguments.output_file.as_deref();
    let options = terminal::options(global, file, 0);
    terminal::write_to(file, |out| match arguments.output {
        RespondForm::Table => report::plan(planned, &options, out),
        RespondForm::Json => report::plan_json(planned, out),
    })
}

/// The finding in a file, or why there is nothing to do.
fn finding_in(path: &Path) -> Result<Result<Finding, String>, Failure> {
    let named = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let mut event = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().take(MOST).read_to_end(&mut event)
    } else {
        File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut event))
    };
    read.map_err(|error| named(error.to_string()))?;
    let reading = read_finding(&event).map_err(|bad| named(bad.to_string()))?;
    Ok(match reading {
        Reading::Finding(finding) if finding.life == Life::Active => Ok(*finding),
        Reading::Finding(finding) => Err(format!(
            "its source is done with {} finding {}",
            finding.source,
            clean(finding.id.as_str())
        )),
        Reading::Ignored(why) | Reading::Ended(why) => Err(why),
    })
}

/// What the arguments lead to.
struct Gathered {
    fleet: Fleet,
    finding: Option<Finding>,
}

fn gather(global: &Global, source: &Source, finding: Option<Finding>) -> Result<Gathered, Failure> {
    let settings = managers::settings(&source.manager)?;
    let at = finding
        .as_ref()
        .map_or(Timestamp::MIN, |finding| finding.version.updated_at);
    let fleet = source::fleet_of_event(global, source, &settings, &NEEDS, at)?;
    Ok(Gathered { fleet, finding })
}

/// What an operator asks for, as a finding. Account and Region are those of the instance.
fn asked_for(asked: &Asked, fleet: &Fleet) -> Result<Finding, Failure> {
    let (Some(wanted), Some(instance)) = (asked.request, asked.on) else {
        return Err(Failure::usage(
            "what is answered? Give the file of an event, or --request WHAT --on INSTANCE",
        ));
    };
    let wish =
        match wanted {
            Wanted::RunScans => Wish::RunScans,
            Wanted::AssignPolicy => Wish::AssignPolicy {
                policy: asked.policy.as_deref().map(Into::into).ok_or_else(|| {
                    Failure::usage("which policy is asked for? Give --policy NAME")
                })?,
            },
            Wanted::EnableModules if asked.module.is_empty() => {
                return Err(Failure::usage("which modules? Give --module MODULE"));
            }
            Wanted::EnableModules => Wish::EnableModules {
                modules: asked.module.clone(),
            },
        };
    let (account, region) = home(instance, fleet).ok_or_else(|| {
        Failure::usage(format!(
            "neither the instances nor the computers tell the account and Region of {instance}"
        ))
    })?;
    let id = format!("{}-{}", wish_word(&wish), fleet.as_of.as_second());
    Ok(Finding {
        source: FindingSource::Operator,
        id: id.parse().map_err(Failure::runtime)?,
        account,
        region,
        version: Version {
            updated_at: fleet.as_of,
            count: 1,
        },
        life: Life::Active,
        sample: false,
        severity: Severity::Word(SeverityWord::Informational),
        kind: wish_word(&wish).into(),
        title: Box::default(),
        since: None,
        about: About::Request(Request { instance, wish }),
    })
}

const fn wish_word(wish: &Wish) -> &'static str {
    match wish {
        Wish::RunScans => "run-scans",
        Wish::AssignPolicy { .. } => "assign-policy",
        Wish::EnableModules { .. } => "enable-modules",
    }
}

/// The account and Region of an instance, by what AWS or the computers say.
fn home(id: InstanceId, fleet: &Fleet) -> Option<(AccountId, Region)> {
    let known = fleet.instances.iter().find(|instance| instance.id == id);
    let of_instance = |instance: &Instance| Some((instance.account?, instance.region.clone()?));
    if let Some(home) = known.and_then(of_instance) {
        return Some(home);
    }
    let mut computers = fleet
        .inventories
        .readable()
        .flat_map(|inventory| inventory.computers());
    computers.find_map(|computer| {
        let link = computer.instance.as_ref()?;
        if link.id != Fact::Known(id) {
            return None;
        }
        match (&link.account, &link.region) {
            (Some(account), Some(region)) => Some((*account, region.clone())),
            _ => None,
        }
    })
}

/// What a plan for a finding is made of.
fn desk(source: &Source, fleet: &Fleet) -> Desk {
    let instances = source::gives_instances(source).then(|| Known {
        instances: fleet
            .instances
            .iter()
            .map(|instance| {
                let owned = Owned {
                    instance: instance.clone(),
                    owner: None,
                };
                (instance.id, owned)
            })
            .collect(),
        are_all: source.account.access().is_some(),
    });
    Desk {
        inventories: Arc::new(fleet.inventories.clone()),
        instances,
        readers: None,
    }
}

/// The rows of a ledger that tell of other findings in the account and Region.
async fn copied(path: &Path, finding: &Finding) -> Result<Memory, Failure> {
    let table = FileTable::existing(path).map_err(Failure::usage)?;
    let mut rows = Vec::new();
    for partition in table.partitions().map_err(Failure::usage)? {
        rows.extend(
            others(&table, &partition, finding)
                .await
                .map_err(Failure::usage)?,
        );
    }
    Ok(Memory::with(rows))
}

async fn others(
    table: &impl Table,
    partition: &Partition,
    finding: &Finding,
) -> Result<Vec<Row>, crate::ports::Error> {
    let mut rows = Vec::new();
    let mut next = None;
    loop {
        let page = table
            .rows(&partition.to_string(), "", next.as_deref())
            .await?;
        // One that cannot be read might say that an instance may be compromised.
        for row in page.items {
            let row = row?;
            let is_of = row.record().is_ok_and(|record| {
                (record.finding.source, &record.finding.id) == (finding.source, &finding.id)
            });
            if !is_of {
                rows.push(row);
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(rows);
        }
    }
}

/// What the arguments allow.
fn allowed(allowed: &Allowed) -> Options {
    let defaults = Options::default();
    Options {
        enable_modules: allowed.enable_modules,
        scope: match allowed.scope {
            Some(ScopeWord::Computer) => Scope::Computer,
            Some(ScopeWord::Policy) | None => defaults.scope,
        },
        policies_that_may_change: allowed
            .policy_may_change
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        ..defaults
    }
}

/// The plans for a finding. Nothing is done, and the table is a copy in memory.
fn planned(
    desk: &Desk,
    table: Memory,
    finding: &Finding,
    options: Options,
    as_of: Timestamp,
) -> Result<Approval, Failure> {
    let limits = Limits::default();
    let max_age = limits.max_inventory_age;
    let time = Arc::new(ManualTime::at(as_of));
    let nobody = Hand(Managers(Vec::new()));
    let flow = Remediate::new(desk.clone(), nobody, table, options, limits, time.clone());
    let answered = managers::runtime()?.block_on(flow.respond(finding, Mode::DryRun));
    let records = records(answered.map_err(Failure::runtime)?);
    Ok(Approval::new(
        finding.clone(),
        &records,
        &desk.inventories,
        time.now(),
        max_age,
    ))
}

fn records(answered: Vec<Answered>) -> Vec<Record> {
    let recorded = answered.into_iter().filter_map(|answered| match answered {
        Answered::Recorded(record) => Some(*record),
        Answered::Settled | Answered::Duplicate | Answered::Superseded | Answered::TakenOver => {
            None
        }
    });
    recorded.collect()
}
