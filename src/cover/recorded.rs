//! Web ACLs of which every change is written down: before it is made, so that none is made that
//! nobody could tell of, and after it.

use jiff::{SignedDuration, Timestamp};
use remediations::web_groups::{Offers, Place};
use rules::{text::counted, web::RuleGroup};

use super::{Became, Change, WebAclChange, WebAcls};
use crate::{
    ledger::{Key, Partition, Row, Table, Write, note_partition},
    ports::{Error, Passing},
    remediate::is_stopped,
    time::Time,
};

/// How much may be done, and how long it is told of.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many web ACLs of an account and Region are changed in an hour.
    pub web_acls_an_hour: usize,
    /// How long a change is kept in the ledger.
    pub retention: SignedDuration,
}

/// The web ACLs of an account and Region, with the ledger in which their changes are written.
#[derive(Debug)]
pub struct Recorded<'a, W, T> {
    /// Where they are changed.
    pub web_acls: &'a W,
    /// The ledger.
    pub table: &'a T,
    /// The account and Region from which they were found.
    pub partition: &'a Partition,
    /// How much may be done.
    pub bounds: Bounds,
    /// What the time is.
    pub time: &'a dyn Time,
}

impl<W: WebAcls, T: Table> WebAcls for Recorded<'_, W, T> {
    async fn offers(&self, place: &Place) -> Result<Offers, Error> {
        self.web_acls.offers(place).await
    }

    async fn add(&self, arn: &str, groups: &[RuleGroup]) -> Result<Change, Error> {
        // Somebody may have stopped everything since this run began.
        if is_stopped(self.table).await? {
            return Ok(Change::Refused("everything that acts is stopped".into()));
        }
        let now = self.time.now();
        let most = self.bounds.web_acls_an_hour;
        if self.changed_in_hour(now).await? >= most {
            let many = counted(most, "web ACL");
            let line = format!("{many} were changed this hour, which is as many as may be");
            return Ok(Change::Refused(line.into()));
        }
        let mut change = WebAclChange {
            schema_version: WebAclChange::SCHEMA,
            web_acl: arn.into(),
            begun_at: now,
            rule_groups: groups.to_vec(),
            became: None,
        };
        note_partition(self.table, self.partition).await?;
        let begun = self.row(None, &change)?;
        if self.table.write(&begun).await? == Write::Conflict {
            let line = format!("row {} of the ledger is there already", begun.key);
            return Err(Error::Retryable(Passing::Unavailable, line));
        }
        let changed = self.web_acls.add(arn, groups).await;
        change.became = Some(Became::from(&changed));
        let ended = self.row(Some(&begun), &change)?;
        match self.table.write(&ended).await {
            Ok(Write::Done) => {}
            // What was done is done. The row that is there says that it was begun.
            Ok(Write::Conflict) => tracing::error!("row {} was written by others", ended.key),
            Err(error) => tracing::error!("what became of {arn} is not in the ledger: {error}"),
        }
        changed
    }
}

impl<W, T: Table> Recorded<'_, W, T> {
    /// How many were changed in the hour, as far as that is known: one of which nobody lived to tell
    /// may have been.
    async fn changed_in_hour(&self, now: Timestamp) -> Result<usize, Error> {
        let (partition, hour) = (self.partition.to_string(), Key::web_acls_of_hour(now));
        let (mut changed, mut next) = (0, None);
        loop {
            let rows = self.table.rows(&partition, &hour, next.as_deref()).await?;
            let became = rows.items.into_iter().map(|row| {
                let change = row.and_then(|row| row.read::<WebAclChange>());
                change.ok().and_then(|change| change.became)
            });
            changed += became
                .filter(|became| matches!(became, None | Some(Became::Added { .. })))
                .count();
            next = rows.next;
            if next.is_none() {
                return Ok(changed);
            }
        }
    }

    fn row(&self, before: Option<&Row>, change: &WebAclChange) -> Result<Row, Error> {
        let key = Key::web_acl(self.partition, change.begun_at, &change.web_acl);
        let mut row = Row::after(before, key, change)?;
        row.expires_at = change.begun_at.checked_add(self.bounds.retention).ok();
        Ok(row)
    }
}
