//! The rules of Deepgrade: pure functions from [facts](facts::Facts) about an instance, or from the
//! [health](health::Health) of Deepgrade itself, to a [verdict](verdict::Verdict).
//!
//! Nothing here reads a clock, a file or a network. A fact that could not be obtained is a
//! [gap](gap::Gap) in the type, and no rule can turn it into a verdict. To add a rule, add a file
//! in `catalogue/`, a line in [`CATALOGUE`], and a file of cases in `tests/cases/rules/`.

pub mod catalogue;
pub mod computer;
pub mod cve;
mod exposure;
pub mod fact;
pub mod facts;
pub mod framework;
pub mod gap;
pub mod grader;
pub mod health;
pub mod historic;
pub mod instance;
pub mod intrusion_prevention;
pub mod inventories;
pub mod inventory;
pub mod ledger;
pub mod module;
pub mod parameter;
pub mod policy;
pub mod reason;
mod response;
pub mod rule;
pub mod text;
pub mod time;
pub mod values;
pub mod verdict;
pub mod web;
pub mod web_groups;

pub use catalogue::CATALOGUE;
pub use facts::Facts;
pub use gap::Gap;
pub use grader::{AccountGrader, Grader, Prepared};
pub use rule::Rule;
pub use verdict::Verdict;
