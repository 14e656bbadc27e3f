//! `deepgrade respond`: what answers a finding. It prints the plan and stops; `--act` carries out a
//! plan that was saved and approved, and is the only thing here that changes anything.

use std::{
    io::{self, Write},
    sync::Arc,
};

use jiff::Timestamp;
use remediations::{Finding, Options, options::Scope, record::Record};
use rules::inventories::Inventories;

use super::{
    arguments::{Allowed, Global, Respond, RespondForm, ScopeWord},
    failure::{Exit, Failure},
    managers, source, terminal,
};
use crate::{
    approval::Approval,
    desk::Desk,
    ledger::Memory,
    remediate::{Answered, Limits, Mode, Remediate},
    report,
    settings::Settings,
    time::{ManualTime, Time as _},
};

mod act;
mod asked;
mod event;
mod gathered;
mod hand;
mod others;
mod seen;
mod topic;

use asked::asked_for;
use event::finding_in;
use gathered::Gathered;
use others::copied;
use topic::Topic;

pub(super) use hand::Hand;

/// Prints the plan for a finding, or carries a saved one out.
///
/// # Errors
/// A usage failure of the arguments, the files or the event; a runtime failure of AWS, of a Manager
/// or of the output; and a refusal where a saved plan would not be made now.
pub(super) fn respond(global: &Global, mut arguments: Respond) -> Result<Exit, Failure> {
    source::refuse_web(&arguments.source)?;
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
            Gathered::about(
                global,
                &arguments.source,
                &settings,
                ledger.as_deref(),
                finding,
            )?
        }
        None => Gathered::asked_for(
            global,
            &arguments.source,
            &settings,
            ledger.as_deref(),
            |fleet| asked_for(&arguments.asked, fleet),
        )?,
    };
    let desk = gathered.desk(&arguments.source);
    let Gathered { fleet, finding, .. } = gathered;
    let table = match &ledger {
        Some(path) => managers::runtime()?.block_on(copied(path, &finding))?,
        None => Memory::default(),
    };
    let rules = Rulebook::of(&settings, &arguments.allowed, &fleet.inventories)?;
    let planned = planned(&desk, table, &finding, &rules, fleet.as_of)?;
    print(global, &arguments, &planned)?;
    if let Some(path) = &arguments.save {
        if !planned.is_whole() {
            return Err(Failure::incomplete(format!(
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

/// What plans are made by, and how much is done: what the settings say, and beyond it the arguments.
struct Rulebook {
    options: Options,
    limits: Limits,
}

impl Rulebook {
    /// What the settings and the arguments say.
    ///
    /// # Errors
    /// A usage failure for a policy among the arguments that no Manager knows.
    fn of(
        settings: &Settings,
        allowed: &Allowed,
        inventories: &Inventories,
    ) -> Result<Self, Failure> {
        let mut options = Options {
            policies_that_may_change: boxed(&allowed.policy_may_change),
            ..settings.remediation.options()
        };
        if let Some(unknown) = options.unknown_policies(inventories).first() {
            return Err(Failure::usage(format!("--policy-may-change: {unknown}")));
        }
        let policies = settings.remediation.policies_that_may_change.iter();
        options.policies_that_may_change.extend(policies.cloned());
        options.enable_modules |= allowed.enable_modules;
        match allowed.scope {
            Some(ScopeWord::Computer) => options.scope = Scope::Computer,
            Some(ScopeWord::Policy) => options.scope = Scope::Policy,
            None => {}
        }
        Ok(Self {
            options,
            limits: settings.remediation.limits(),
        })
    }
}

fn boxed(names: &[String]) -> Vec<Box<str>> {
    names.iter().map(|name| name.as_str().into()).collect()
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
