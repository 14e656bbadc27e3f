//! The ledger: the durable record of findings, plans and outcomes.
//!
//! ```text
//! table     where rows lie: a port          key        what they are called
//! row       a row, and what it holds        memory     a table for tests and for plans
//! file      a table for the command line    paging     the pages of both
//! reading   what rules are told of it      places  the accounts and Regions in it
//! identity  what tells ledgers apart
//! ```
//!
//! ```text
//! 123456789012#eu-west-1   i-0123456789abcdef0#guardduty#16afba5c…   a finding on an instance
//! 123456789012#eu-west-1   -#macie#64b917aa…                         a finding itself
//! 123456789012#eu-west-1   watermark#inspector                       when a source was listed last
//! 123456789012#eu-west-1   web-acl#2026-11-24T10:…#arn:…             what was added to a web ACL
//! partitions               123456789012#eu-west-1                    where there are findings
//! 123456789012             eu-west-1                                 from where Macie reports
//! manager#production       errand#17#malware                         what a computer was told to do
//! manager#production       hour#2026-11-24T10#…                      what was done in an hour
//! kicks                    123456789012#eu-west-1                    that response rules are to run
//! control                  acting                                    the kill switch
//! control                  identity                                  what tells ledgers apart
//! ```

mod file;
mod identity;
mod key;
mod memory;
mod paging;
mod places;
mod reading;
mod row;
mod table;

pub use file::FileTable;
pub use identity::{LedgerId, NotALedgerId, identify};
pub use key::{Key, Partition};
pub use memory::Memory;
pub use places::{
    note_listed, note_partition, note_region, read_graded, read_partitions, read_regions,
};
pub use reading::{read_ledger, read_records};
pub use row::{BadRow, Row};
pub use table::{Table, Write};
