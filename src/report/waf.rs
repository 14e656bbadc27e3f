//! What is recommended for web ACLs, and what became of it.

use std::io::{self, Write};

use jiff::Timestamp;
use remediations::catalogue::cover_with_waf::{Advice, Judged, Presence, Recommendation, Row};
use rules::{
    instance::InstanceId, text::clean, time::minute, web::short_name, web_groups::WebKind,
};
use serde::Serialize;

use super::{
    Options, counted,
    grid::{self, Column, Wide},
};
use crate::{
    cover::{Change, Outcomes},
    ports::Error,
};

const VERSION: &str = "1";

/// Writes it for people: by web ACL the rule groups that fit, then what each instance was taken
/// for.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn table(
    as_of: Timestamp,
    recommendation: &Recommendation,
    outcomes: &Outcomes,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for advice in &recommendation.web_acls {
        prose(&heading(advice), options, out)?;
        let rows = advice.rows.iter().map(|row| {
            let group = row.group.vendor.as_deref().unwrap_or_default();
            let group = format!("{} ({})", clean(&row.group.name), clean(group));
            (word(&row.presence), group, clean(&reason(row)))
        });
        lines(rows, options, out)?;
        if advice.rows.is_empty() {
            prose("  no rule group is known to fit", options, out)?;
        }
        let capacity = advice.about_capacity();
        let notes = advice.notes.iter().map(|note| clean(note));
        for note in capacity.into_iter().chain(notes) {
            prose(&format!("  note: {note}"), options, out)?;
        }
        if let Some(outcome) = outcomes.get(&advice.arn) {
            prose(&format!("  {}", told(outcome)), options, out)?;
        }
        writeln!(out)?;
    }
    let judged = recommendation.instances.iter();
    lines(
        judged.clone().map(|judged| {
            let id = judged.instance.to_string();
            (taken_for(judged), id, clean(&judged.why))
        }),
        options,
        out,
    )?;
    for judged in judged.filter(|judged| !judged.gaps.is_empty()) {
        let gaps = judged.gaps.iter().map(|gap| clean(gap.reason().text()));
        let gaps = gaps.collect::<Vec<_>>().join("; ");
        let line = format!("  {} may stand behind others: {gaps}", judged.instance);
        prose(&line, options, out)?;
    }
    if !recommendation.instances.is_empty() {
        writeln!(out)?;
    }
    let missing: usize = recommendation
        .web_acls
        .iter()
        .map(|advice| advice.missing().count())
        .sum();
    let whole = format!(
        "{} recommended for {}, as of {}",
        counted(missing, "rule group"),
        counted(recommendation.web_acls.len(), "web ACL"),
        minute(as_of)
    );
    prose(&whole, options, out)
}

fn heading(advice: &Advice) -> String {
    let capacity = advice
        .capacity
        .map_or(String::new(), |capacity| format!(", {capacity} WCU"));
    format!(
        "web ACL {}{capacity}: {}",
        clean(short_name(&advice.arn)),
        clean(&advice.arn)
    )
}

fn reason(row: &Row) -> String {
    match &row.presence {
        Presence::Unknown(gap) => format!("{}; fits {}", gap.reason().text(), row.reason()),
        Presence::Missing | Presence::Present => row.reason(),
    }
}

const fn word(presence: &Presence) -> &'static str {
    match presence {
        Presence::Missing => "missing",
        Presence::Present => "there",
        Presence::Unknown(_) => "unknown",
    }
}

fn taken_for(judged: &Judged) -> &'static str {
    match &judged.kinds {
        Err(_) => "unknown",
        Ok(kinds) => match (
            kinds.contains(&WebKind::WebServer),
            kinds.contains(&WebKind::WebApplication),
        ) {
            (true, true) => "both",
            (true, false) => "server",
            (false, true) => "app",
            (false, false) => "none",
        },
    }
}

fn told(outcome: &Result<Change, Error>) -> String {
    match outcome {
        Ok(Change::Added {
            groups, conflicts, ..
        }) => {
            let names: Vec<String> = groups.iter().map(|group| clean(&group.name)).collect();
            let again = match conflicts {
                0 => String::new(),
                often => format!(", after it was changed meanwhile ({often} times)"),
            };
            format!("added in Count mode: {}{again}", names.join(", "))
        }
        Ok(Change::Nothing) => "nothing added: it has all of them now".to_owned(),
        Ok(Change::Refused(reason)) => format!("nothing added: {}", clean(reason)),
        Err(error) => format!("nothing added: {}", clean(&error.to_string())),
    }
}

fn lines(
    rows: impl Iterator<Item = (&'static str, String, String)>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    const INDENT: usize = 2;
    const WORD: usize = "unknown".len();
    let rows: Vec<_> = rows.collect();
    let wide = rows.iter().map(|(_, what, _)| what.chars().count());
    let wide = wide.max().unwrap_or(0).min(48);
    let columns = [
        Column::left(Wide::Exactly(0), INDENT),
        Column::left(Wide::AtLeast(WORD), 2),
        Column::left(Wide::Exactly(wide), 2),
        Column::left(
            Wide::rest(options.width, INDENT + 1 + WORD + 2 + wide + 2),
            0,
        ),
    ];
    let cells = rows
        .into_iter()
        .map(|(word, what, why)| vec![String::new(), word.to_owned(), what, why]);
    let lines = grid::lines(&columns, cells);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn prose(text: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lines = grid::wrapped(text, options.width);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    schema_version: &'static str,
    as_of: Timestamp,
    web_acls: Vec<WebAcl>,
    instances: Vec<Instance>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebAcl {
    arn: String,
    /// In web ACL capacity units; `null` where it is not known.
    capacity: Option<u32>,
    capacity_after: Option<u32>,
    rule_groups: Vec<RuleGroup>,
    notes: Vec<String>,
    /// What became of it; `null` where nothing was tried.
    outcome: Option<Outcome>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleGroup {
    vendor: String,
    name: String,
    title: String,
    capacity: Option<u32>,
    /// `missing` (it is recommended), `there` or `unknown`.
    presence: &'static str,
    /// Why its presence is unknown.
    gap: Option<String>,
    why: Vec<Why>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Why {
    manager: String,
    policy: String,
    application_types: Vec<String>,
    instances: Vec<InstanceId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    /// `added`, `unchanged`, `refused` or `failed`.
    outcome: &'static str,
    added: Vec<String>,
    conflicts: u32,
    reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Instance {
    instance: InstanceId,
    web_acls: Vec<String>,
    /// `null` where it is not known.
    kinds: Option<Vec<WebKind>>,
    why: String,
    gaps: Vec<String>,
}

/// Writes it as one JSON document.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn json(
    as_of: Timestamp,
    recommendation: &Recommendation,
    outcomes: &Outcomes,
    out: &mut dyn Write,
) -> io::Result<()> {
    let web_acls = recommendation.web_acls.iter();
    let document = Document {
        schema_version: VERSION,
        as_of,
        web_acls: web_acls
            .map(|advice| WebAcl::of(advice, outcomes.get(&advice.arn)))
            .collect(),
        instances: recommendation.instances.iter().map(Into::into).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

impl WebAcl {
    fn of(advice: &Advice, outcome: Option<&Result<Change, Error>>) -> Self {
        let capacity = advice.about_capacity();
        let notes = advice.notes.iter().map(|note| clean(note));
        Self {
            arn: clean(&advice.arn),
            capacity: advice.capacity,
            capacity_after: advice.capacity_after(),
            rule_groups: advice.rows.iter().map(Into::into).collect(),
            notes: capacity.into_iter().chain(notes).collect(),
            outcome: outcome.map(Into::into),
        }
    }
}

impl From<&Row> for RuleGroup {
    fn from(row: &Row) -> Self {
        Self {
            vendor: clean(row.group.vendor.as_deref().unwrap_or_default()),
            name: clean(&row.group.name),
            title: clean(&row.title),
            capacity: row.capacity,
            presence: word(&row.presence),
            gap: match &row.presence {
                Presence::Unknown(gap) => Some(gap.to_string()),
                Presence::Missing | Presence::Present => None,
            },
            why: row
                .why
                .iter()
                .map(|why| Why {
                    manager: clean(&why.manager),
                    policy: clean(&why.policy),
                    application_types: why
                        .application_types
                        .iter()
                        .map(|name| clean(name))
                        .collect(),
                    instances: why.instances.clone(),
                })
                .collect(),
        }
    }
}

impl From<&Result<Change, Error>> for Outcome {
    fn from(outcome: &Result<Change, Error>) -> Self {
        let none = |outcome, reason| Self {
            outcome,
            added: Vec::new(),
            conflicts: 0,
            reason,
        };
        match outcome {
            Ok(Change::Added {
                groups, conflicts, ..
            }) => Self {
                outcome: "added",
                added: groups.iter().map(|group| clean(&group.name)).collect(),
                conflicts: *conflicts,
                reason: None,
            },
            Ok(Change::Nothing) => none("unchanged", None),
            Ok(Change::Refused(reason)) => none("refused", Some(clean(reason))),
            Err(error) => none("failed", Some(clean(&error.to_string()))),
        }
    }
}

impl From<&Judged> for Instance {
    fn from(judged: &Judged) -> Self {
        let kinds = judged.kinds.as_ref().ok();
        Self {
            instance: judged.instance,
            web_acls: judged.web_acls.iter().map(|arn| clean(arn)).collect(),
            kinds: kinds.map(|kinds| kinds.iter().copied().collect()),
            why: clean(&judged.why),
            gaps: judged.gaps.iter().map(ToString::to_string).collect(),
        }
    }
}
