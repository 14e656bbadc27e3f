//! What the computers of a Manager were told to do, all of it.

use remediations::action::{Errand, Place};
use rules::text::clean;

use super::{
    Remediate,
    errand::{Sent, since},
};
use crate::{
    ledger::{BadRow, Key, Row, Table},
    ports::{Error, Fault, answering::Act},
};

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// How many errands are under way on the computers of a Manager. One that cannot be read may be.
    pub(super) async fn errands_under_way(&self, manager: &str) -> Result<usize, Error> {
        let since = since(self.time.now(), self.limits.patience);
        let all = self.all_errands(manager).await?.into_iter();
        let may_be = all.filter(|one| {
            let sent = one.as_ref().map(|(_, _, sent)| sent);
            sent.map_or(true, |sent| sent.is_under_way(since))
        });
        Ok(may_be.count())
    }

    /// Looks which errands are done that are under way on the computers of a Manager. Where the
    /// finding is over that they were for, nobody else looks.
    ///
    /// # Errors
    /// When the ledger cannot be used.
    pub async fn look_at_errands(&self, manager: &str) -> Result<(), Error> {
        let since = since(self.time.now(), self.limits.patience);
        for (place, errand, sent) in self.all_errands(manager).await?.into_iter().flatten() {
            if sent.is_started && sent.is_under_way(since) {
                let (at, before) = (sent.since(), sent.before);
                self.see_errand(&place, errand, at, before).await?;
            }
        }
        Ok(())
    }

    /// Everything that computers of a Manager were told to do, or why it cannot be read.
    async fn all_errands(
        &self,
        manager: &str,
    ) -> Result<Vec<Result<(Place, Errand, Sent), Error>>, Error> {
        let partition = Key::manager(manager);
        let read = |row: Result<Row, BadRow>| {
            let row = row?;
            let sent = row.read()?;
            let named = Key::read_errand(&row.key, manager);
            let (place, errand) = named.ok_or_else(|| unknown(&row.key))?;
            Ok((place, errand, sent))
        };
        let mut page = None;
        let mut errands = Vec::new();
        loop {
            let rows = self.table.rows(&partition, Key::ERRAND, page.as_deref());
            let rows = rows.await?;
            errands.extend(rows.items.into_iter().map(read));
            page = rows.next;
            if page.is_none() {
                return Ok(errands);
            }
        }
    }
}

/// A row whose name says nothing that is known.
fn unknown(key: &Key) -> Error {
    let key = clean(&key.to_string());
    let line = format!("row {key} of the ledger is of another version");
    Error::Permanent(Fault::Deployment, line)
}
