//! What was added to web ACLs, as the ledger holds it.

use jiff::Timestamp;
use rules::web::RuleGroup;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::{
    ledger::{BadRow, Key, Partition, Row, Table},
    ports::Error,
};

/// A web ACL that was to be given rule groups, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebAclChange {
    /// The version of this shape: [`WebAclChange::SCHEMA`].
    pub schema_version: u32,
    /// The ARN of the web ACL.
    pub web_acl: Box<str>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// The rule groups that were to be added, in Count mode.
    pub rule_groups: Vec<RuleGroup>,
    /// What became of it; left out where nobody lived to say. The web ACL may have them then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<Became>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Became {
    /// These were added.
    Added {
        /// The rule groups.
        rule_groups: Vec<RuleGroup>,
        /// The capacity that it uses then, in web ACL capacity units.
        capacity: i64,
    },
    /// It had all of them by then.
    Nothing,
    /// It was left as it is.
    Refused {
        /// Why, in one line.
        reason: Box<str>,
    },
    /// It could not be read or written.
    Failed {
        /// Why, in one line.
        reason: Box<str>,
    },
}

impl WebAclChange {
    /// The version that this code writes and reads.
    pub const SCHEMA: u32 = 1;
}

impl From<&Result<Change, Error>> for Became {
    fn from(changed: &Result<Change, Error>) -> Self {
        match changed {
            Ok(Change::Added {
                groups, capacity, ..
            }) => Self::Added {
                rule_groups: groups.clone(),
                capacity: *capacity,
            },
            Ok(Change::Nothing) => Self::Nothing,
            Ok(Change::Refused(reason)) => Self::Refused {
                reason: reason.clone(),
            },
            Err(error) => Self::Failed {
                reason: error.to_string().into(),
            },
        }
    }
}

/// The changes of web ACLs in an account and Region, oldest first, and the rows that should hold
/// one and cannot be read.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_web_acls(
    table: &impl Table,
    partition: &Partition,
) -> Result<(Vec<WebAclChange>, Vec<BadRow>), Error> {
    let partition = partition.to_string();
    let (mut changes, mut unread) = (Vec::new(), Vec::new());
    let mut next = None;
    loop {
        let page = table.rows(&partition, Key::WEB_ACL, next.as_deref());
        let page = page.await?;
        for row in page.items {
            match row.and_then(|row| change(&row)) {
                Ok(change) => changes.push(change),
                Err(bad) => unread.push(bad),
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok((changes, unread));
        }
    }
}

fn change(row: &Row) -> Result<WebAclChange, BadRow> {
    let change: WebAclChange = row.read()?;
    if change.schema_version != WebAclChange::SCHEMA {
        let version = change.schema_version;
        let complaint = format!("its schemaVersion {version} cannot be read");
        return Err(BadRow::new(&row.key, complaint));
    }
    Ok(change)
}
