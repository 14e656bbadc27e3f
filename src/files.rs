//! A fleet from files: what the AWS CLI, AWS Config and the Manager print, as it is.

use jiff::Timestamp;
use rules::fact::Fact;

mod instances;
mod inventory;
mod responses;

pub use instances::Instances;
pub use inventory::read_inventory;
pub use responses::Responses;

fn known(time: &Fact<Timestamp>) -> Option<Timestamp> {
    match time {
        Fact::Known(time) => Some(*time),
        _ => None,
    }
}
