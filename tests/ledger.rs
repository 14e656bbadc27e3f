//! The ledger: the same contract for every place that its rows lie in, and what is read of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "ledger/claims.rs"]
mod claims;
#[path = "ledger/contract.rs"]
mod contract;
#[path = "ledger/door.rs"]
#[cfg(feature = "aws")]
mod door;
#[path = "ledger/dynamodb.rs"]
#[cfg(feature = "aws")]
mod dynamodb;
#[path = "ledger/file.rs"]
mod file;
#[path = "ledger/reading.rs"]
mod reading;
#[path = "ledger/records.rs"]
mod records;
#[path = "ledger/regions.rs"]
mod regions;
