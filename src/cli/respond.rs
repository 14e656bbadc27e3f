//! `deepgrade respond`: what answers a finding. It prints the plan and stops; `--act` carries out a
//! plan that was saved and approved, and is the only thing here that changes anything.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read as _, Write},
    path::Path,
    sync::Arc,
};

use jiff::Timestamp;
use remediations::{Finding, Options, finding::Life, options::Scope, record::Record};
use rules::{facts::Need, text::clean};

use super::{
    arguments::{Allowed, Global, Respond, RespondForm, ScopeWord, Source},
    failure::{Exit, Failure},
    managers, source, terminal,
};
use crate::{
    approval::Approval,
    desk::{Desk, Known},
    evaluation::Fleet,
    event::finding::{Reading, read as read_finding},
    ledger::{FileTable, Key, Memory, Partition, Row, Table},
    ports::answering::Owned,
    remediate::{Answered, Limits, Mode, Remediate},
    report,
    settings::Settings,
    time::{ManualTime, Time as _},
};

mod act;
mod asked;
mod hand;
mod seen;
mod topic;

use asked::asked_for;
use seen::Seen;
use topic::Topic;

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
    let settings = managers::settings(&arguments.source.manager)?;
    let gathered = match &arguments.event {
        Some(path) => {
            let finding = match finding_in(path)? {
                Ok(finding) => finding,
                Err(why) => {
                    terminal::say(global, &format!("{}: nothing to do: {why}", path.display()));
                    return Ok(Exit::Done);
                }
            };
            gather(
                global,
                &arguments.source,
                &settings,
                ledger.as_deref(),
                finding,
            )?
        }
        None => {
            let fleet = fleet(global, &arguments.source, &settings, Timestamp::MIN)?;
            let finding = asked_for(&arguments.asked, &fleet)?;
            let seen = look(&arguments.source, &settings, ledger.as_deref(), &finding)?;
            Gathered {
                fleet,
                seen,
                finding,
            }
        }
    };
    let desk = desk(&arguments.source, &gathered);
    let Gathered { fleet, finding, .. } = gathered;
    let table = match &ledger {
        Some(path) => managers::runtime()?.block_on(copied(path, &finding))?,
        None => Memory::default(),
    };
    let rules = Rulebook::of(&settings, &arguments.allowed);
    let planned = planned(&desk, table, &finding, &rules, fleet.as_of)?;
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
    seen: Seen,
    finding: Finding,
}

fn gather(
    global: &Global,
    source: &Source,
    settings: &Settings,
    ledger: Option<&Path>,
    finding: Finding,
) -> Result<Gathered, Failure> {
    let seen = look(source, settings, ledger, &finding)?;
    let fleet = fleet(global, source, settings, finding.version.updated_at)?;
    Ok(Gathered {
        fleet,
        seen,
        finding,
    })
}

fn fleet(
    global: &Global,
    source: &Source,
    settings: &Settings,
    at: Timestamp,
) -> Result<Fleet, Failure> {
    source::fleet_of_event(global, source, settings, &NEEDS, at)
}

/// What the account tells of a finding, where one is read.
fn look(
    source: &Source,
    settings: &Settings,
    ledger: Option<&Path>,
    finding: &Finding,
) -> Result<Seen, Failure> {
    let Some(access) = source.account.access() else {
        return Ok(Seen::default());
    };
    let known = match ledger {
        Some(path) => FileTable::new(path).partitions().map_err(Failure::usage)?,
        None => BTreeSet::new(),
    };
    let known = known
        .into_iter()
        .map(|partition| partition.account)
        .collect();
    seen::look(&access, finding, &known, &settings.remediation.owner_tag)
}

/// What a plan for a finding is made of.
fn desk(source: &Source, gathered: &Gathered) -> Desk {
    let Gathered { fleet, seen, .. } = gathered;
    let instances = source::gives_instances(source).then(|| {
        let unowned = fleet.instances.iter().map(|instance| {
            let owned = Owned {
                instance: instance.clone(),
                owner: None,
            };
            (instance.id, Some(owned))
        });
        Known {
            instances: unowned.chain(seen.instances.clone()).collect(),
            whole: seen.whole.clone(),
        }
    });
    Desk {
        inventories: Arc::new(fleet.inventories.clone()),
        instances,
        readers: seen.readers.clone(),
        hosts: seen.hosts.clone(),
    }
}

/// The rows of a ledger that tell of other findings in the account and Region.
async fn copied(path: &Path, finding: &Finding) -> Result<Memory, Failure> {
    let table = FileTable::existing(path).map_err(Failure::usage)?;
    let mut rows = Vec::new();
    for partition in table.partitions().map_err(Failure::usage)? {
        let known = Row::new(Key::partition(&partition), &());
        rows.push(known.map_err(Failure::usage)?);
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

/// What plans are made by, and how much is done: what the settings say, and beyond it the arguments.
struct Rulebook {
    options: Options,
    limits: Limits,
}

impl Rulebook {
    fn of(settings: &Settings, allowed: &Allowed) -> Self {
        let mut options = settings.remediation.options();
        options.enable_modules |= allowed.enable_modules;
        match allowed.scope {
            Some(ScopeWord::Computer) => options.scope = Scope::Computer,
            Some(ScopeWord::Policy) => options.scope = Scope::Policy,
            None => {}
        }
        let policies = allowed.policy_may_change.iter();
        options
            .policies_that_may_change
            .extend(policies.map(|name| name.as_str().into()));
        Self {
            options,
            limits: settings.remediation.limits(),
        }
    }
}

/// The plans for a finding. Nothing is done, and the table is a copy in memory.
fn planned(
    desk: &Desk,
    table: Memory,
    finding: &Finding,
    rules: &Rulebook,
    as_of: Timestamp,
) -> Result<Approval, Failure> {
    let Rulebook { options, limits } = rules;
    let max_age = limits.max_inventory_age;
    let time = Arc::new(ManualTime::at(as_of));
    let flow = Remediate::new(
        desk.clone(),
        Hand::new(Vec::new(), None),
        table,
        options.clone(),
        limits.clone(),
        time.clone(),
    );
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
