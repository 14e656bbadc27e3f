//! `deepgrade ledger`: findings and what became of them.

use std::{collections::BTreeSet, path::Path};

use remediations::record::Record;
use rules::text::{clean, quoted};

use super::{
    arguments::{Global, Ledger, LedgerFilter, LedgerForm, LedgerSource, Standing},
    failure::{Exit, Failure},
    managers, terminal,
};
use crate::{
    cover::{WebAclChange, read_web_acls},
    ledger::{BadRow, FileTable, Partition, Table, read_records},
    remediate, report,
    time::{RealTime, Time as _},
};

#[cfg(feature = "live")]
mod live;

const WHICH: &str = "which ledger? Give --ledger FILE, or --table NAME with --region REGION";
/// The most ids that a complaint names.
const NAMED: usize = 5;

/// Lists findings or web ACLs, or shows a finding. Rows that cannot be read are said, and make the exit code that of
/// an incomplete result.
///
/// # Errors
/// A usage failure of the arguments or the file, or a runtime failure of AWS or of the output.
pub(super) fn ledger(global: &Global, command: &Ledger) -> Result<Exit, Failure> {
    let (Ledger::Stop { source }
    | Ledger::Resume { source }
    | Ledger::List { source, .. }
    | Ledger::Show { source, .. }
    | Ledger::WebAcls { source, .. }) = command;
    if source.ledger.is_some() && !source.account.region.is_empty() {
        return Err(Failure::usage(
            "--region is for --table NAME: a file is of no Region",
        ));
    }
    match command {
        Ledger::Stop { .. } => return throw(source, true),
        Ledger::Resume { .. } => return throw(source, false),
        Ledger::List { .. } | Ledger::Show { .. } | Ledger::WebAcls { .. } => {}
    }
    let Held {
        mut records,
        web_acls,
        unread,
    } = read(source)?;
    for bad in &unread {
        tracing::warn!("{bad}");
    }
    // What is open stands first, and of the rest what is newest.
    records.sort_by_key(|record| {
        let closed = !record.state.is_open();
        (closed, std::cmp::Reverse(record.finding.version.updated_at))
    });
    let options = terminal::options(global, None, 0);
    match command {
        Ledger::List { filter, output, .. } => {
            records.retain(|record| holds(filter, record));
            terminal::write_to(None, |out| match output {
                LedgerForm::Table => report::ledger_list(&records, &options, out),
                LedgerForm::Json => report::ledger_list_json(&records, &unread, out),
            })?;
        }
        Ledger::Show {
            finding, output, ..
        } => {
            let found = found(records, finding)?;
            terminal::write_to(None, |out| match output {
                LedgerForm::Table => report::ledger_show(&found, &options, out),
                LedgerForm::Json => report::ledger_show_json(&found, out),
            })?;
        }
        Ledger::WebAcls { output, .. } => terminal::write_to(None, |out| match output {
            LedgerForm::Table => report::web_acls(&web_acls, &options, out),
            LedgerForm::Json => report::web_acls_json(&web_acls, &unread, out),
        })?,
        Ledger::Stop { .. } | Ledger::Resume { .. } => {}
    }
    Ok(if unread.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

fn holds(filter: &LedgerFilter, record: &Record) -> bool {
    let LedgerFilter {
        state,
        instance,
        source,
    } = filter;
    state.is_none_or(|state| (state == Standing::Open) == record.state.is_open())
        && instance.is_none_or(|instance| record.instance == Some(instance))
        && source.is_none_or(|source| record.finding.source == source)
}

/// The records of the one finding whose id begins so.
fn found(mut records: Vec<Record>, begin: &str) -> Result<Vec<Record>, Failure> {
    records.retain(|record| {
        let id = record.finding.id.as_str();
        let last = id.rsplit('/').next().unwrap_or(id);
        !begin.is_empty() && (id.starts_with(begin) || last.starts_with(begin))
    });
    let ids: BTreeSet<String> = records
        .iter()
        .map(|record| clean(record.finding.id.as_str()))
        .collect();
    if ids.len() > 1 {
        let named: Vec<_> = ids.iter().take(NAMED).map(String::as_str).collect();
        let more = ids.len() - named.len();
        let more = if more > 0 {
            format!(" and {more} others")
        } else {
            String::new()
        };
        return Err(Failure::usage(format!(
            "{} findings have ids that begin with {}: {}{more}",
            ids.len(),
            quoted(begin),
            named.join(", ")
        )));
    }
    if records.is_empty() {
        let begin = quoted(begin);
        return Err(Failure::usage(format!(
            "the ledger holds no finding whose id begins with {begin}; `deepgrade ledger list` \
             lists those that it holds"
        )));
    }
    Ok(records)
}

/// Throws the kill switch.
fn throw(source: &LedgerSource, stopped: bool) -> Result<Exit, Failure> {
    if let Some(path) = &source.ledger {
        let table = FileTable::existing(path).map_err(Failure::usage)?;
        let thrown = remediate::throw(&table, stopped, RealTime::start().now());
        managers::runtime()?
            .block_on(thrown)
            .map_err(Failure::runtime)?;
    } else if let Some(name) = &source.table {
        throw_live(source, name, stopped)?;
    } else {
        return Err(Failure::usage(WHICH));
    }
    let said = if stopped {
        "nothing acts any more: plans are still made and recorded"
    } else {
        "what may act does again"
    };
    terminal::write_to(None, |out| writeln!(out, "{said}"))?;
    Ok(Exit::Done)
}

/// What a ledger holds, over all its accounts and Regions.
#[derive(Default)]
pub(super) struct Held {
    /// What became of findings.
    pub(super) records: Vec<Record>,
    /// What was added to web ACLs.
    web_acls: Vec<WebAclChange>,
    /// The rows that should hold one of both and cannot be read.
    pub(super) unread: Vec<BadRow>,
}

fn read(source: &LedgerSource) -> Result<Held, Failure> {
    if let Some(path) = &source.ledger {
        return read_file(path);
    }
    match &source.table {
        Some(name) => read_live(source, name),
        None => Err(Failure::usage(WHICH)),
    }
}

/// What a file holds.
pub(super) fn read_file(path: &Path) -> Result<Held, Failure> {
    let table = FileTable::existing(path).map_err(Failure::usage)?;
    let partitions = table.partitions().map_err(Failure::usage)?;
    let read = async {
        let mut held = Held::default();
        held.add(&table, partitions).await.map(|()| held)
    };
    managers::runtime()?.block_on(read).map_err(Failure::usage)
}

impl Held {
    async fn add(
        &mut self,
        table: &impl Table,
        partitions: impl IntoIterator<Item = Partition>,
    ) -> Result<(), crate::ports::Error> {
        for partition in partitions {
            let (records, unread) = read_records(table, &partition).await?;
            self.records.extend(records);
            self.unread.extend(unread);
            let (web_acls, unread) = read_web_acls(table, &partition).await?;
            self.web_acls.extend(web_acls);
            self.unread.extend(unread);
        }
        Ok(())
    }
}

#[cfg(feature = "live")]
fn read_live(source: &LedgerSource, name: &str) -> Result<Held, Failure> {
    live::read(source, name)
}

#[cfg(feature = "live")]
fn throw_live(source: &LedgerSource, name: &str, stopped: bool) -> Result<(), Failure> {
    live::throw(source, name, stopped)
}

/// Says where to get what this build has not.
#[cfg(not(feature = "live"))]
fn throw_live(source: &LedgerSource, name: &str, _: bool) -> Result<(), Failure> {
    read_live(source, name).map(drop)
}

/// Says where to get what this build has not.
#[cfg(not(feature = "live"))]
fn read_live(_: &LedgerSource, _: &str) -> Result<Held, Failure> {
    Err(Failure::usage(
        "this build cannot read a table of DynamoDB: it has no AWS SDK; build one that can with \
         `cargo build --release --locked --features live`",
    ))
}
