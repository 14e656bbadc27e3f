//! `deepgrade inventory`: the picture of a Manager, saved.

use super::{
    arguments::{Global, Inventory},
    failure::{Exit, Failure},
    managers, terminal,
};

/// Reads one Manager and saves its inventory, whole or not at all.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of the Manager or of the output.
pub(super) fn inventory(global: &Global, command: &Inventory) -> Result<Exit, Failure> {
    let Inventory::Fetch {
        manager,
        output_file,
    } = command;
    let settings = managers::settings(manager)?;
    let readers = managers::readers(manager, &settings.managers)?;
    let [reader] = readers.as_slice() else {
        let advice = "name one Manager: --manager URL, or a settings file with one";
        return Err(Failure::usage(format!(
            "{} Managers are given; {advice}",
            readers.len()
        )));
    };
    let read = managers::inventory(global, reader);
    let inventory = managers::runtime()?
        .block_on(read)
        .map_err(Failure::runtime)?;
    terminal::write_to(output_file.as_deref(), |out| {
        serde_json::to_writer(&mut *out, &inventory)?;
        out.write_all(b"\n")
    })?;
    Ok(Exit::Done)
}
