//! `deepgrade facts`: all that is known of one instance, as one document.

use rules::{Grader, catalogue, facts::Need, instance::InstanceId};

use super::{
    arguments::{FactsOf, Global},
    explain,
    failure::{Exit, Failure},
    managers, source, terminal,
};
use crate::facts::Joined;

/// Prints the facts of one instance.
///
/// # Errors
/// A usage failure of the arguments or files, among them an instance that is not in the fleet; or
/// a runtime failure of AWS, of a Manager or of the output.
pub(super) fn facts(global: &Global, arguments: &FactsOf) -> Result<Exit, Failure> {
    let settings = managers::settings(&arguments.source.manager)?;
    let id: InstanceId = arguments.instance.parse().map_err(Failure::usage)?;
    let grader = looking_at_all()?;
    let needs: Vec<Need> = grader.needs().to_vec();
    let fleet = source::fleet(global, &arguments.source, &settings.managers, &needs)?;
    let instance = explain::instance(id, &fleet)?;
    let joined = Joined::of(&fleet.facts(&grader, instance), grader.web_ports());
    terminal::write_to(None, |out| {
        serde_json::to_writer_pretty(&mut *out, joined.document())?;
        writeln!(out)
    })?;
    Ok(Exit::Done)
}

/// The rule that looks at all facts, with its parameters as they are by themselves.
fn looking_at_all() -> Result<Grader, Failure> {
    let mut rules = catalogue::of_instances();
    let rule = rules.find(|rule| rule.rule().is_optional());
    let rule = rule.ok_or_else(|| Failure::runtime("no rule looks at all facts"))?;
    rule.with([]).map_err(Failure::runtime)
}
