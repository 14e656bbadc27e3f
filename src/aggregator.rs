//! An aggregator of AWS Config: what the rules of many accounts and Regions say, collected into
//! results.
//!
//! ```text
//! port          what an aggregator is asked
//! rule_name     which Config rules are Deepgrade's
//! part          the results of one Config rule in one account and Region
//! kept          parts kept in a folder, so that an interrupted collection goes on
//! annotation    what an annotation says
//! health        what the rule about the account proves
//! assembly      parts become results: line, packs
//! completeness  what the results leave out
//! collection    the flow: asks, keeps, assembles
//! ```
//!
//! An aggregator tells only what is compliant or non-compliant. What it does not tell is never made
//! up: it is told beside the results (`completeness`).

mod annotation;
mod assembly;
mod collection;
mod completeness;
mod health;
mod kept;
mod line;
mod packs;
mod part;
mod port;
mod rule_name;

pub use collection::{Collected, Progress, Request, Wanted, collect};
pub use kept::{Kept, State};
pub use part::Part;
pub use port::{
    Aggregate, AggregatorSeen, ListedRule, Named, PackSeen, Regions, Score, Source, SourceId,
    SourceStatus, Standing,
};
pub use rule_name::RuleNames;
