//! Answers findings: claims them in the ledger, plans, acts, and records what came of it.
//!
//! ```text
//! respond     a finding comes in          follow_up   what is pending or unprotected is looked at again
//! situate     what is known of an instance, and the plan for it
//! lead        where a finding leads that cites no instance
//! head        the finding itself, where it does not say which instances it leads to
//! approved    carries out plans that somebody approved
//! perform     the executor: one exhaustive match over actions
//! errand      what a computer is told to do, once a window; errands: all of them
//! assign      rules that are recommended, or that a finding asks for
//! caps        how much is done in an hour, and at once
//! keeping     reads and writes records
//! memory      what was seen a short while ago
//! kick        has the response rules run, once a minute at most
//! switch      the kill switch
//! ```

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use remediations::Options;

use crate::{
    ledger::Table,
    ports::answering::{Act, Investigate},
    time::Time,
};

mod approved;
mod assign;
mod caps;
mod errand;
mod errands;
mod follow_up;
mod head;
mod keeping;
mod kick;
mod lead;
mod memory;
mod perform;
mod respond;
mod situate;
mod switch;

pub use follow_up::Followed;
pub use respond::{Answered, Unanswered};
pub use switch::{is_stopped, throw};

/// How much may be done, and how long things take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a claim lasts: longer than an invocation.
    pub claim: SignedDuration,
    /// For how long a scan of one kind on one computer is not repeated.
    pub scan_window: SignedDuration,
    /// How long a computer may take before what it was told counts as not done.
    pub patience: SignedDuration,
    /// How long it takes until something is tried again that somebody has to mend.
    pub pause: SignedDuration,
    /// How old an inventory may be that a plan rests on.
    pub max_inventory_age: SignedDuration,
    /// How long a record is kept after its end.
    pub retention: SignedDuration,
    /// How many errands run on the computers of one Manager at once.
    pub errands_at_once: usize,
    /// How many errands the computers of one Manager are sent on in an hour.
    pub errands_an_hour: u64,
    /// How often rules are assigned at one Manager in an hour.
    pub assignments_an_hour: u64,
    /// How often rules are assigned to one policy in an hour.
    pub assignments_an_hour_to_a_policy: u64,
    /// How often computers of one Manager are changed in an hour.
    pub changes_an_hour: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            claim: SignedDuration::from_mins(15),
            scan_window: SignedDuration::from_hours(24),
            patience: SignedDuration::from_hours(24),
            pause: SignedDuration::from_hours(1),
            max_inventory_age: SignedDuration::from_mins(120),
            retention: SignedDuration::from_hours(24 * 400),
            errands_at_once: 25,
            errands_an_hour: 500,
            assignments_an_hour: 500,
            assignments_an_hour_to_a_policy: 60,
            changes_an_hour: 100,
        }
    }
}

/// Whether anything is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Plans are made and recorded, and nothing is done.
    DryRun,
    /// Plans are carried out.
    Acting,
}

/// What answers findings. Keep it from one invocation to the next: it remembers what it saw a short
/// while ago, so that a storm of findings costs few calls.
#[derive(Debug)]
pub struct Remediate<I, A, T> {
    investigate: I,
    act: A,
    table: T,
    options: Options,
    limits: Limits,
    time: Arc<dyn Time>,
    memory: memory::Memory,
}

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// Answers findings with these ports.
    pub fn new(
        investigate: I,
        act: A,
        table: T,
        options: Options,
        limits: Limits,
        time: Arc<dyn Time>,
    ) -> Self {
        Self {
            investigate,
            act,
            table,
            options,
            limits,
            time,
            memory: memory::Memory::default(),
        }
    }

    /// The table of the ledger.
    pub fn table(&self) -> &T {
        &self.table
    }

    fn now(&self) -> Timestamp {
        self.time.now()
    }
}
