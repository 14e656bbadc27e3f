//! A fleet from files: what the AWS CLI, AWS Config and the Manager print, as it is.

use jiff::Timestamp;
use rules::fact::Fact;

mod instances;
mod inventory;
mod responses;
mod web;

pub use instances::Instances;
pub use inventory::read_inventory;
pub use responses::Responses;
pub use web::read_web_edges;

fn known(time: &Fact<Timestamp>) -> Option<Timestamp> {
    match time {
        Fact::Known(time) => Some(*time),
        _ => None,
    }
}
