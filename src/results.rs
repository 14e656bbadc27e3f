//! Results: what every rule says of every instance, as one run found it, held so that it can be
//! reported, compared and kept as evidence.
//!
//! They come from a fleet that was just graded, from the JSON document of an earlier run, or from an
//! aggregator of AWS Config, and are the same whichever it was. A verdict takes some twenty bytes
//! beside texts that are held once, so that the verdicts of 100,000 instances fit into a small
//! machine.

use jiff::Timestamp;
use rules::{
    inventory::{Completeness, Inventory},
    text,
    web::WebMap,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod completeness;
mod contradiction;
mod details;
mod exceptions;
mod file;
mod grading;
mod reading;
mod store;
mod writing;

pub(crate) use completeness::Hidden;
pub use completeness::{Omission, OmissionKind};
pub use details::{
    Computers, CveExposure, Details, Duplicate, ExceptionShown, FrontShown, Ghost, Listed, MOST,
    Pack, Record, Strength,
};
pub use exceptions::{Coverage, coverage_of_exceptions, exceptions};
pub use file::{as_of, open, open_with_digest};
pub(crate) use file::{named, unpacked};
pub use grading::grade;
pub use reading::read;
pub use store::{Builder, Index, Place, Results};
pub(crate) use store::{PlaceOf, severity};
pub use writing::write;

/// The version of the JSON document of results.
pub const VERSION: &str = "1";

/// A picture of one Manager that verdicts rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Inventory")]
pub struct InventorySource {
    /// The Manager.
    pub manager: String,
    /// When the picture was taken, by the Manager's clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub taken_at: Timestamp,
    /// How many computers it holds.
    pub computers: usize,
    /// Whether it holds every computer of the Manager for certain.
    pub complete: bool,
}

/// What stood between the internet and the instances of one account and Region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebEdges")]
pub struct WebSource {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// When gathering began.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub taken_at: Timestamp,
}

impl InventorySource {
    pub(crate) fn new(inventory: &Inventory) -> Self {
        Self {
            manager: text::clean(inventory.manager()),
            taken_at: inventory.taken_at(),
            computers: inventory.computers().len(),
            complete: inventory.completeness() == Completeness::Complete,
        }
    }
}

impl WebSource {
    pub(crate) fn new(map: &WebMap) -> Self {
        Self {
            account: map.account().to_string(),
            region: map.region().to_string(),
            taken_at: map.taken_at(),
        }
    }
}
