//! The inventory on its way from the Managers to a reader: what is published, what is read, and
//! what becomes of both when anything fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "inventory/assigned.rs"]
mod assigned;
#[path = "inventory/aws.rs"]
#[cfg(feature = "aws")]
mod aws;
#[path = "inventory/breaker.rs"]
mod breaker;
#[path = "inventory/buckets.rs"]
mod buckets;
#[path = "inventory/damage.rs"]
mod damage;
#[path = "inventory/desk.rs"]
mod desk;
#[path = "inventory/elsewhere.rs"]
mod elsewhere;
#[path = "inventory/failures.rs"]
mod failures;
#[path = "inventory/keys.rs"]
mod keys;
#[path = "inventory/managers.rs"]
mod managers;
#[path = "inventory/memory.rs"]
mod memory;
#[path = "inventory/mixes.rs"]
mod mixes;
#[path = "inventory/pictures.rs"]
mod pictures;
#[path = "inventory/reading.rs"]
mod reading;
#[path = "inventory/writers.rs"]
mod writers;
