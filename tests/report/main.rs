//! The outputs of a small fleet in which everything occurs: every word, two computers for one
//! instance, unknown and missing facts, and names that attack the reader.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod estate;
mod fleet;
mod hostile;
mod judges;
mod kept;
mod pages;
mod schema;
mod snapshots;
