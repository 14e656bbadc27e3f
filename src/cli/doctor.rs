//! `deepgrade doctor`: whether an inventory of a Manager can be read, whether what is deployed in AWS
//! can do its work, and what is in the way.

use std::fmt::Write as _;

use rules::text::clean;

use super::{
    arguments::{Doctor, ManagerSource},
    failure::{Exit, Failure},
    managers, terminal,
};
use crate::{
    account::Access,
    deep_security,
    deployment::{Check, Grade},
};

#[cfg(feature = "live")]
mod live;

/// What was looked at in one place.
struct Examined {
    place: String,
    checks: Vec<Check>,
}

/// Examines what is named, and prints a line for everything that was looked at.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of the output or of the way to AWS. What
/// is unwell is a finding, and gives exit code 1; what cannot be looked at gives exit code 4.
pub(super) fn doctor(arguments: &Doctor) -> Result<Exit, Failure> {
    let Doctor {
        aws,
        account,
        manager,
    } = arguments;
    let mut examined = of_managers(manager)?;
    match account.access() {
        Some(access) if *aws => examined.extend(of_account(&access)?),
        Some(_) => {
            let message =
                "--region is of no use without --aws, which checks what is deployed there";
            return Err(Failure::usage(message));
        }
        None => {}
    }
    if examined.is_empty() {
        return Err(Failure::usage(
            "which Manager? Give --manager URL or a settings file; or --aws with --region REGION \
             for what is deployed in AWS",
        ));
    }
    terminal::print(lines(&examined).as_bytes())?;
    let mut grades = examined
        .iter()
        .flat_map(|place| place.checks.iter().map(|check| check.grade));
    Ok(match grades.clone().max() {
        Some(Grade::Bad) => Exit::Runtime,
        _ if grades.any(|grade| grade == Grade::Unknown) => Exit::Incomplete,
        _ => Exit::Done,
    })
}

fn lines(examined: &[Examined]) -> String {
    let mut text = String::new();
    for Examined { place, checks } in examined {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", clean(place));
        for check in checks {
            let (what, detail) = (clean(&check.what), clean(&check.detail));
            let _ = writeln!(text, "  {:7}  {what}: {detail}", check.grade.word());
            if let Some(advice) = &check.advice {
                let _ = writeln!(text, "           {}", clean(advice));
            }
        }
    }
    text
}

fn of_managers(source: &ManagerSource) -> Result<Vec<Examined>, Failure> {
    let settings = managers::settings(source)?;
    let readers = managers::readers(source, &settings.managers)?;
    let runtime = managers::runtime()?;
    let examined = readers.iter().map(|reader| {
        let checks = runtime.block_on(reader.examine()).into_iter();
        Examined {
            place: reader.name().to_owned(),
            checks: checks.map(of_manager).collect(),
        }
    });
    Ok(examined.collect())
}

fn of_manager(check: deep_security::Check) -> Check {
    Check {
        what: check.what.to_owned(),
        grade: match check.grade {
            deep_security::Grade::Good => Grade::Good,
            deep_security::Grade::Warning => Grade::Warning,
            deep_security::Grade::Bad => Grade::Bad,
        },
        detail: check.detail,
        advice: check.advice.map(str::to_owned),
    }
}

#[cfg(feature = "live")]
fn of_account(access: &Access) -> Result<Vec<Examined>, Failure> {
    live::examine(access)
}

/// Says where to get what this build has not.
#[cfg(not(feature = "live"))]
fn of_account(_: &Access) -> Result<Vec<Examined>, Failure> {
    Err(Failure::usage(
        "this build cannot read an AWS account: it has no AWS SDK; build one that can with `cargo \
         build --release --locked --features live`",
    ))
}
