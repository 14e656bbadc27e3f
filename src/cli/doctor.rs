//! `deepgrade doctor`: whether an inventory of a Manager can be read, and what is in the way.

use std::fmt::Write as _;

use super::{
    arguments::ManagerSource,
    failure::{Exit, Failure},
    managers, terminal,
};
use crate::deep_security::Grade;

/// Examines every Manager that is named, and prints a line for everything that was looked at.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of the output. A Manager that is unwell
/// is a finding, and gives exit code 1.
pub(super) fn doctor(source: &ManagerSource) -> Result<Exit, Failure> {
    let settings = managers::settings(source)?;
    let readers = managers::readers(source, &settings.managers)?;
    if readers.is_empty() {
        return Err(Failure::usage(
            "which Manager? Give --manager URL or a settings file",
        ));
    }
    let runtime = managers::runtime()?;
    let mut worst = Grade::Good;
    let mut text = String::new();
    for reader in &readers {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", reader.name());
        for check in runtime.block_on(reader.examine()) {
            worst = worst.max(check.grade);
            let grade = match check.grade {
                Grade::Good => "good",
                Grade::Warning => "warning",
                Grade::Bad => "bad",
            };
            let _ = writeln!(text, "  {grade:7}  {}: {}", check.what, check.detail);
            if let Some(advice) = check.advice {
                let _ = writeln!(text, "           {advice}");
            }
        }
    }
    terminal::print(text.as_bytes())?;
    Ok(if worst == Grade::Bad {
        Exit::Runtime
    } else {
        Exit::Done
    })
}
