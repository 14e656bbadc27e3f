//! What was added to web ACLs, as the ledger holds it.

use std::io::{self, Write};

use rules::{text::clean, time::minute, web::short_name};
use serde::Serialize;
use serde_json::Value;

use super::{
    Options, counted,
    ledger::{harmless, indented, json},
};
use crate::{
    cover::{Became, WebAclChange},
    ledger::BadRow,
};

const VERSION: &str = "1";

/// Writes them for people: a line each, and what became of it under it.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn list(changes: &[WebAclChange], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for change in changes {
        let begun = minute(change.begun_at);
        let (name, arn) = (short_name(&change.web_acl), &change.web_acl);
        writeln!(out, "{begun}  web ACL {}: {}", clean(name), clean(arn))?;
        indented(&told(change), 2, options, out)?;
    }
    writeln!(out, "{} of web ACLs", counted(changes.len(), "change"))
}

fn told(change: &WebAclChange) -> String {
    let asked = names(change);
    match &change.became {
        None => format!("it is not known whether these were added: {asked}"),
        Some(Became::Added {
            rule_groups,
            capacity,
        }) => {
            let groups = rule_groups.iter().map(|group| clean(&group.name));
            let groups: Vec<String> = groups.collect();
            format!(
                "added in Count mode: {}; it uses {capacity} WCU",
                groups.join(", ")
            )
        }
        Some(Became::Nothing) => format!("nothing added, since it had them: {asked}"),
        Some(Became::Refused { reason } | Became::Failed { reason }) => {
            format!("not added: {asked}: {}", clean(reason))
        }
    }
}

fn names(change: &WebAclChange) -> String {
    let groups = change.rule_groups.iter().map(|group| clean(&group.name));
    groups.collect::<Vec<String>>().join(", ")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    schema_version: &'static str,
    changes: Value,
    /// The rows that cannot be read, and why.
    unreadable: Vec<String>,
}

/// Writes them as one JSON document, as the ledger holds them, with foreign text made harmless.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn list_json(
    changes: &[WebAclChange],
    unread: &[BadRow],
    out: &mut dyn Write,
) -> io::Result<()> {
    let list = List {
        schema_version: VERSION,
        changes: harmless(serde_json::to_value(changes)?),
        unreadable: unread.iter().map(ToString::to_string).collect(),
    };
    json(&list, out)
}
