//! Where the rows of the ledger lie. A port: DynamoDB stands behind it, a file, or the memory of a
//! test.

use super::{key::Key, row::Row};
use crate::ports::{Error, Page};

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// The row is there.
    Done,
    /// Somebody else wrote it in the meantime.
    Conflict,
}

/// A place for rows.
pub trait Table: Send + Sync {
    /// Reads a row, in its latest state.
    ///
    /// # Errors
    /// When the table cannot be asked, or refuses.
    fn read(&self, key: &Key) -> impl Future<Output = Result<Option<Row>, Error>> + Send;

    /// Writes a row as a whole, where the one that is there has the revision before it: none for
    /// revision 1.
    ///
    /// # Errors
    /// When the table cannot be asked, or refuses. Where it could not be asked, the row may have
    /// been written all the same.
    fn write(&self, row: &Row) -> impl Future<Output = Result<Write, Error>> + Send;

    /// The rows of a partition whose sort keys begin so, by rising sort key, page by page.
    ///
    /// # Errors
    /// When the table cannot be asked, or refuses.
    fn rows(
        &self,
        partition: &str,
        prefix: &str,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Row>, Error>> + Send;
}
