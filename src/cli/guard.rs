//! `deepgrade guard`: rules that a deployer writes in Guard, checked and tested.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use guard::Text;
use rules::{guard::GuardPolicy, text::clean};

use super::{
    arguments::{Guard, GuardSource},
    failure::{Exit, Failure},
    terminal,
};
use crate::{
    files,
    guard_rules::{GuardRules, Tried, trials},
};

/// Checks rules, or tests them.
///
/// # Errors
/// A usage failure of the arguments or files, among them rules that are refused; or a runtime
/// failure of the output. A test that fails is a result, and gives exit code 3.
pub(super) fn guard(command: &Guard) -> Result<Exit, Failure> {
    match command {
        Guard::Lint { files } => {
            let rules = read(files)?;
            let count = rules.policy().rules().count();
            terminal::write_to(None, |out| {
                let rule = rules::text::counted(count, "rule");
                let file = rules::text::counted(files.len(), "file");
                writeln!(out, "{rule} in {file}: good")
            })?;
            Ok(Exit::Done)
        }
        Guard::Test { rules, test_data } => test(&read(rules)?, test_data),
    }
}

/// The rules to grade by; `None` where there are none.
///
/// # Errors
/// A usage failure that says what is refused, and what to write instead.
pub(super) fn policy(source: &GuardSource) -> Result<Option<Arc<dyn GuardPolicy>>, Failure> {
    if source.guard_rules.is_empty() {
        return Ok(None);
    }
    let rules = read(&source.guard_rules)?;
    Ok(Some(Arc::new(rules)))
}

fn read(paths: &[PathBuf]) -> Result<GuardRules, Failure> {
    let texts = paths.iter().map(|path| {
        let (name, rules) = text(path)?;
        Ok(Text { name, rules })
    });
    let texts = texts.collect::<Result<_, Failure>>()?;
    GuardRules::check(texts).map_err(Failure::usage)
}

/// The name and the text of a file.
fn text(path: &Path) -> Result<(String, String), Failure> {
    let name = clean(&path.display().to_string());
    let complain = |what: &str| Failure::usage(format!("{name}: {what}"));
    let bytes = files::read_small(path).map_err(|what| complain(&what))?;
    let text = String::from_utf8(bytes).map_err(|_| complain("is not text in UTF-8"))?;
    Ok((name, text))
}

fn test(rules: &GuardRules, files: &[PathBuf]) -> Result<Exit, Failure> {
    let mut tried = Vec::new();
    for path in files {
        let (name, text) = text(path)?;
        tried.extend(trials(rules, &name, &text).map_err(Failure::usage)?);
    }
    let failed = terminal::write_to(None, |out| report(&tried, out))?;
    Ok(if failed == 0 {
        Exit::Done
    } else {
        Exit::NonCompliant
    })
}

/// Writes what became of every test, and says how many failed.
fn report(tried: &[Tried], out: &mut dyn Write) -> io::Result<usize> {
    let mut failed = 0;
    for Tried { name, differences } in tried {
        if differences.is_empty() {
            writeln!(out, "pass  {name}")?;
            continue;
        }
        failed += 1;
        writeln!(out, "FAIL  {name}")?;
        for difference in differences {
            writeln!(out, "      {difference}")?;
        }
    }
    let tests = rules::text::counted(tried.len(), "test");
    writeln!(out, "{tests}, {failed} failed")?;
    Ok(failed)
}
