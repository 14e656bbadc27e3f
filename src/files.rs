//! A fleet from files: what the AWS CLI, AWS Config and the Manager print, as it is.

use std::{fs::File, io::Read as _, path::Path};

use jiff::Timestamp;
use rules::fact::Fact;

use crate::documents::{BYTE_ORDER_MARK, plain};

mod digest;
mod instances;
mod inventory;
mod reading;
mod responses;
mod web;

pub(crate) use digest::Digesting;
pub use digest::sha256;
pub use instances::Instances;
pub(crate) use inventory::inventory_document;
pub use inventory::read_inventory;
pub use reading::write_reading;
pub use responses::Responses;
pub use web::read_web_edges;

/// The largest file that is read whole, in bytes: settings, keys and certificates are small.
const SMALL: u64 = 1 << 20;

/// Reads a small file whole.
///
/// # Errors
/// What is wrong with it, without its name.
pub fn read_small(path: &Path) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let file = File::open(path).map_err(|error| plain(&error))?;
    let read = file
        .take(SMALL + 1)
        .read_to_end(&mut content)
        .map_err(|error| plain(&error))?;
    if read as u64 > SMALL {
        return Err("is larger than such a file can be (1 MiB)".to_owned());
    }
    // Editors and shells of Windows begin a text with a mark of its encoding.
    if content.starts_with(BYTE_ORDER_MARK) {
        content.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(content)
}

/// The newest of some times. A time that has not come yet is an error of its source: it must not
/// make everything else look old.
#[derive(Clone, Copy, Debug)]
pub struct Dating {
    not_after: Timestamp,
    newest: Option<Timestamp>,
}

impl Dating {
    /// No time yet, of times that are not after that one.
    #[must_use]
    pub fn until(not_after: Timestamp) -> Self {
        Self {
            not_after,
            newest: None,
        }
    }

    /// The newest time.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    fn add<const N: usize>(&mut self, times: [&Fact<Timestamp>; N]) {
        for time in times {
            if let Fact::Known(time) = time
                && *time <= self.not_after
            {
                self.newest = self.newest.max(Some(*time));
            }
        }
    }
}
