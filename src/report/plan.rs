//! A plan, as an operator reads it before approving.

use std::io::{self, Write};

use remediations::{
    action::{Action, Place, Target},
    finding::About,
    plan::{Doing, Plan, Protection, Step},
};
use rules::{
    text::{clean, quoted},
    time::minute,
};

use super::{
    Options, counted,
    ledger::{harmless, indented, json, named},
    style::{STRONG, paint},
};
use crate::approval::{Approval, Part};

/// How far a step stands from the margin.
const INDENT: usize = 2;

/// Writes it for people: the finding, and for each instance the steps and why each is there.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn table(planned: &Approval, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let finding = &planned.finding;
    let id = clean(finding.id.as_str());
    let is_request = matches!(finding.about, About::Request(_));
    let title = if is_request {
        format!("Request {id}")
    } else {
        format!("{} finding {id}", finding.source)
    };
    writeln!(out, "{}", paint(options.colour, STRONG, &title))?;
    let mut facts = vec![
        ("kind", clean(&finding.kind)),
        ("title", clean(&finding.title)),
        ("severity", finding.severity.to_string()),
        ("account", format!("{} {}", finding.account, finding.region)),
        ("version of", minute(finding.version.updated_at)),
        ("planned as of", minute(planned.as_of)),
    ];
    if finding.sample {
        facts.push(("sample", "yes".to_owned()));
    }
    // How severe a request is, nobody says.
    facts.retain(|(name, value)| {
        let is_said = !is_request || *name != "severity";
        is_said && !value.is_empty()
    });
    named(&facts, options, out)?;
    for part in &planned.parts {
        writeln!(out)?;
        one(part, options, out)?;
    }
    writeln!(out)?;
    writeln!(out, "{}", whole(planned))
}

fn one(part: &Part, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let subject = part.subject();
    let Some(plan) = &part.plan else {
        let line = format!("{subject}: no plan");
        writeln!(out, "{}", paint(options.colour, STRONG, &line))?;
        let note = part.note.as_deref().unwrap_or("a fact is missing");
        return indented(&clean(note), INDENT, options, out);
    };
    let line = format!("{subject}: {}", protection(plan));
    writeln!(out, "{}", paint(options.colour, STRONG, &line))?;
    for line in &plan.trail {
        let lead = if part.instance.is_some() {
            "because "
        } else {
            "leads to "
        };
        indented(&format!("{lead}{}", clean(line)), INDENT, options, out)?;
    }
    for (number, step) in (1_usize..).zip(&plan.steps) {
        let line = format!("{number}. {}", what(step));
        indented(&line, INDENT, options, out)?;
        indented(&clean(&step.reason), INDENT + 3, options, out)?;
    }
    if plan.steps.is_empty() {
        indented("nothing to do", INDENT, options, out)?;
    }
    Ok(())
}

fn protection(plan: &Plan) -> String {
    let by = clean(&plan.remediation);
    match plan.protection {
        Protection::Managed => format!("{by}, on a computer that Deep Security manages"),
        Protection::Unmanaged => format!("{by}; Deep Security does not protect it"),
        Protection::Gone => format!("{by}; the instance is no more"),
        Protection::NoInstance => by,
    }
}

fn what(step: &Step) -> String {
    match &step.doing {
        Doing::Act(action) => described(action),
        Doing::Skip(what) => format!("skipped: {}", clean(what)),
        Doing::Cannot(what) => format!("impossible: {}", clean(what)),
    }
}

/// An action with the ids of everything that it touches.
fn described(action: &Action) -> String {
    match action {
        Action::Scan { computer, scan } => format!("{scan} of {}", at(computer)),
        Action::ApplyRecommendations { computer, modules } => {
            let names: Vec<&str> = modules.iter().map(|module| module.name()).collect();
            format!(
                "assign to {} what the scan recommends for {}",
                at(computer),
                names.join(", ")
            )
        }
        Action::SendPolicy { computer } => format!("policy send to {}", at(computer)),
        Action::AssignRules {
            manager,
            target,
            rules,
        } => {
            let ids: Vec<String> = rules.iter().map(u64::to_string).collect();
            let noun = if rules.len() == 1 { "rule" } else { "rules" };
            let target = match target {
                Target::Policy(policy) => format!("policy {policy}"),
                Target::Computer(computer) => format!("computer {computer}"),
            };
            format!(
                "assign IPS {noun} {} to {target} of Manager {}",
                ids.join(", "),
                quoted(manager)
            )
        }
        Action::AssignPolicy { computer, policy } => {
            format!("put policy {policy} on {}", at(computer))
        }
        Action::EnableModule {
            computer,
            module,
            state,
        } => format!(
            "switch {} on ({}) on {} alone",
            module.name(),
            state.word(),
            at(computer)
        ),
        Action::Notify { owner, message } => {
            let owner = owner.as_deref().map_or_else(
                || "whoever subscribes".to_owned(),
                |owner| format!("owner {}", quoted(owner)),
            );
            format!("tell {owner}: {}", clean(message))
        }
    }
}

fn at(computer: &Place) -> String {
    format!(
        "computer {} of Manager {}",
        computer.computer,
        quoted(&computer.manager)
    )
}

/// How many steps there are of each kind.
fn whole(planned: &Approval) -> String {
    let plans = planned.parts.iter().filter_map(|part| part.plan.as_ref());
    let (mut acts, mut skipped, mut impossible) = (0, 0, 0);
    for step in plans.flat_map(|plan| &plan.steps) {
        match step.doing {
            Doing::Act(_) => acts += 1,
            Doing::Skip(_) => skipped += 1,
            Doing::Cannot(_) => impossible += 1,
        }
    }
    let without = planned.parts.iter().filter(|part| part.plan.is_none());
    let without = match without.count() {
        0 => String::new(),
        count => format!(", {count} without a plan"),
    };
    format!(
        "{} to take, {skipped} skipped, {impossible} impossible{without}; nothing was changed",
        counted(acts, "step")
    )
}

/// Writes it as one JSON document, which is what `--save` saves, with foreign text made harmless.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn data(planned: &Approval, out: &mut dyn Write) -> io::Result<()> {
    json(&harmless(serde_json::to_value(planned)?), out)
}
