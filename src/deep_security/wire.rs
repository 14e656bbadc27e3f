//! What a Manager writes, and what it means. The types of the wire never leave this folder.
//!
//! Unknown fields are skipped. On a computer any field may hold anything: what is not understood
//! becomes an unrecognised [`Fact`](rules::fact::Fact) and leaves the rest of the answer usable.
//! Policies and IPS rules, on which every computer depends, are read strictly; only what the
//! Manager leaves out or sets to null is taken as unset.

mod assignments;
mod computer;
mod intrusion_prevention;
mod item;
mod key;
mod module;
mod object;
mod policy;
mod raw;
mod refusal;
mod task;
#[cfg(test)]
mod tests;
mod times;

pub(super) use assignments::assignments;
pub(super) use item::{Item, element, list, object};
pub(super) use key::key_record;
pub(super) use refusal::refusal;
