//! The door to one Manager: reads an inventory.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use rules::inventory::{Completeness, Inventory, InventoryDocument};

use super::{
    address::ManagerUrl,
    api_key::ApiKey,
    ca_bundle::CaBundle,
    call::Reply,
    error::{Error, Problem},
    key::{KEY_RECORD, KeyRecord},
    limits::Limits,
    pages,
    run::{Manager, Run, unreadable},
    wire,
};
use crate::time::Time;

/// Where a Manager is, and how it is entered.
#[derive(Clone, Debug)]
pub struct Access {
    /// What it is called in the settings; its URL where there is no name.
    pub name: Option<String>,
    /// Where it is.
    pub url: ManagerUrl,
    /// The key, with the scheme in which it is presented.
    pub key: ApiKey,
    /// Authorities that may vouch for it besides those of the machine.
    pub ca: Option<CaBundle>,
    /// How long to wait and how much to take.
    pub limits: Limits,
}

/// A reader of one Manager. It makes no call before it is asked for something. Calls are paced
/// across everything that one reader is asked for, so keep it as long as the Manager is used.
#[derive(Debug)]
pub struct Reader {
    pub(super) manager: Manager,
    pub(super) url: ManagerUrl,
}

/// How far a reading has come: the number of items read so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Policies.
    Policies(usize),
    /// Computers.
    Computers(usize),
    /// IPS rules.
    IntrusionPreventionRules(usize),
}

/// What one reading brought.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The complete inventory.
    pub inventory: Inventory,
    /// The record of the key; `None` when the key may not see it.
    pub key: Option<KeyRecord>,
    /// The version of the Manager. Foreign text, cleaned.
    pub version: Option<Box<str>>,
    /// How far the Manager's clock is ahead of ours; negative for behind. An answer is dated to
    /// the second, and takes its time to come.
    pub clock_skew: Option<SignedDuration>,
    /// How many calls it took.
    pub calls: u32,
}

impl Reader {
    /// Sets a reader up.
    ///
    /// # Errors
    /// When the key cannot be sent, or when there are no authorities to verify certificates with.
    pub fn new(access: Access, time: Arc<dyn Time>) -> Result<Self, Error> {
        let url = access.url.clone();
        let manager = Manager::new(access, time)?;
        Ok(Self { manager, url })
    }

    /// What the Manager is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manager.name
    }

    /// Bounds everything that belongs to one reading, from the next one on.
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.manager.limits.deadline = deadline;
    }

    /// Reads everything that grading needs: one call for the key, and one for each page of
    /// policies, computers and IPS rules, up to the first page that is not full.
    ///
    /// # Errors
    /// Whenever the inventory would not be complete, or could not be dated by the Manager's clock.
    pub async fn inventory(&self, progress: &dyn Fn(Progress)) -> Result<Reading, Error> {
        let run = Run::new(&self.manager);
        let key = run.ask(&KEY_RECORD, None, key_if_visible).await?;
        let began = run.began();
        let taken_at = began.ok_or_else(|| run.error(Some(&KEY_RECORD), Problem::NoDate))?;
        let policies = pages::everything(&run, |read| progress(Progress::Policies(read))).await?;
        let computers = pages::everything(&run, |read| progress(Progress::Computers(read))).await?;
        let rules = pages::everything(&run, |read| {
            progress(Progress::IntrusionPreventionRules(read));
        });
        let document = InventoryDocument {
            schema_version: InventoryDocument::VERSION.to_owned(),
            manager: self.name().to_owned(),
            taken_at,
            completeness: Completeness::Complete,
            computers,
            policies: Some(policies),
            intrusion_prevention_rules: Some(rules.await?),
        };
        let inventory = Inventory::try_from(document)
            .map_err(|bad| run.error(None, Problem::Unexpected(bad.to_string())))?;
        Ok(Reading {
            inventory,
            key,
            version: run.version(),
            clock_skew: run.clock_skew(),
            calls: run.calls(),
        })
    }
}

/// The record of the key. A key that may not see it is not worse for that: it is the searches that
/// show what it may read.
fn key_if_visible(reply: &Reply) -> Result<Option<KeyRecord>, Problem> {
    match reply.json() {
        Ok(json) => wire::key_record(json)
            .map(Some)
            .map_err(|error| unreadable(&error)),
        Err(Problem::Forbidden(_)) => Ok(None),
        Err(problem) => Err(problem),
    }
}
