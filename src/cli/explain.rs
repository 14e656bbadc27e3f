//! `deepgrade explain`: why each rule decided as it did about one instance.

use rules::{
    instance::InstanceId,
    text::{nearest, quoted},
};

use super::{
    arguments::{Explain, Global},
    exceptions,
    failure::{Exit, Failure},
    managers, selection, source, terminal,
};
use crate::{evaluation::Fleet, report};

/// Explains one instance.
///
/// # Errors
/// A usage failure of the arguments or files, among them an instance that is not in the fleet; or
/// a runtime failure of AWS, of a Manager or of the output.
pub(super) fn explain(global: &Global, arguments: &Explain) -> Result<Exit, Failure> {
    let settings = managers::settings(&arguments.source.manager)?;
    let graders = selection::graders(&arguments.selection, &settings, &arguments.source)?;
    let graders = exceptions::excepting(graders, &arguments.exceptions, &settings)?;
    let id: InstanceId = arguments.instance.parse().map_err(Failure::usage)?;
    let fleet = source::fleet(
        global,
        &arguments.source,
        &settings.managers,
        &selection::needs(&graders),
    )?;
    for grader in &graders {
        grader
            .check_policy_names(&fleet.inventories)
            .map_err(Failure::usage)?;
    }
    let instance = fleet
        .instances
        .binary_search_by_key(&id, |instance| instance.id)
        .ok()
        .and_then(|position| fleet.instances.get(position))
        .ok_or_else(|| Failure::usage(not_there(id, &fleet)))?;
    let options = terminal::options(global, None, 0);
    terminal::write_to(None, |out| {
        report::explain(&fleet, &graders, instance, &options, out)
    })?;
    let gap = graders
        .iter()
        .any(|grader| fleet.evaluate(grader, instance).outcome.is_err());
    Ok(if gap { Exit::Incomplete } else { Exit::Done })
}

fn not_there(id: InstanceId, fleet: &Fleet) -> String {
    let ids: Vec<String> = fleet
        .instances
        .iter()
        .map(|instance| instance.id.to_string())
        .collect();
    let near = nearest(&id.to_string(), ids.iter().map(String::as_str));
    let hint = near
        .map(|near| format!("; the nearest is {near}"))
        .unwrap_or_default();
    format!(
        "instance {} is not among the {} that were given{hint}",
        quoted(&id.to_string()),
        ids.len()
    )
}
