//! An inventory: a complete, dated picture of all computers, policies and IPS rules of a Manager.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    computer::{Computer, ComputerId},
    fact::Fact,
    gap::{self, Gap},
    instance::InstanceId,
    intrusion_prevention::{IntrusionPrevention, IntrusionPreventionParts},
    policy::Policies,
    text::quoted,
    time::{CLOCK_TOLERANCE, minute, out_of_date},
};

mod document;
mod elsewhere;

pub use document::{BadInventory, Completeness, InventoryDocument};
use elsewhere::Beyond;
pub use elsewhere::Elsewhere;

/// A complete, dated picture of one Manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "InventoryDocument", into = "InventoryDocument")]
pub struct Inventory {
    document: InventoryDocument,
    policies: Option<Policies>,
    intrusion_prevention: Option<IntrusionPrevention>,
    by_instance: Vec<(InstanceId, usize)>,
    /// The first computer that names an instance in a way that is not understood.
    unreadable_link: Option<ComputerId>,
    /// When its newest part was taken, where it was put together from parts.
    newest_part: Option<Timestamp>,
    elsewhere: Beyond,
}

impl TryFrom<InventoryDocument> for Inventory {
    type Error = BadInventory;

    fn try_from(mut document: InventoryDocument) -> Result<Self, BadInventory> {
        if document.schema_version != InventoryDocument::VERSION {
            return Err(BadInventory::Version(document.schema_version));
        }
        document
            .computers
            .sort_unstable_by_key(|computer| computer.id);
        if let Some(id) = repeated(document.computers.iter().map(|computer| computer.id)) {
            return Err(BadInventory::DuplicateComputer(id));
        }
        if let Some(policies) = &mut document.policies {
            policies.sort_by_key(|policy| policy.id);
            if let Some(id) = repeated(policies.iter().map(|policy| policy.id)) {
                return Err(BadInventory::DuplicatePolicy(id));
            }
        }
        if let Some(rules) = &mut document.intrusion_prevention_rules {
            rules.sort_by_key(|rule| rule.id);
            if let Some(id) = repeated(rules.iter().map(|rule| rule.id)) {
                return Err(BadInventory::DuplicateRule(id));
            }
        }
        let linked = |(position, computer): (usize, &Computer)| match computer.instance.as_ref()?.id
        {
            Fact::Known(id) => Some((id, position)),
            _ => None,
        };
        let mut by_instance: Vec<_> = document
            .computers
            .iter()
            .enumerate()
            .filter_map(linked)
            .collect();
        by_instance.sort_unstable();
        let unreadable_link = document.computers.iter().find_map(|computer| {
            let link = computer.instance.as_ref()?;
            (!matches!(link.id, Fact::Known(_))).then_some(computer.id)
        });
        let policies = document.policies.take().map(Policies::from);
        let rules = document.intrusion_prevention_rules.take();
        let intrusion_prevention = rules.map(|rules| {
            let parts = IntrusionPreventionParts {
                rules,
                application_types: document.application_types.take(),
                policies: std::mem::take(&mut document.policy_rules),
                computers: std::mem::take(&mut document.computer_rules),
            };
            IntrusionPrevention::new(&document.manager, parts)
        });
        Ok(Self {
            newest_part: None,
            elsewhere: Beyond::default(),
            unreadable_link,
            document,
            policies,
            intrusion_prevention,
            by_instance,
        })
    }
}

/// The first of sorted ids that occurs twice.
fn repeated(mut ids: impl Iterator<Item = u64>) -> Option<u64> {
    let mut previous = None;
    ids.find(|id| previous.replace(*id) == Some(*id))
}

impl From<Inventory> for InventoryDocument {
    fn from(inventory: Inventory) -> Self {
        let document = Self {
            policies: inventory.policies.map(Vec::from),
            ..inventory.document
        };
        let Some(known) = inventory.intrusion_prevention else {
            return document;
        };
        let parts = IntrusionPreventionParts::from(known);
        Self {
            intrusion_prevention_rules: Some(parts.rules),
            application_types: parts.application_types,
            policy_rules: parts.policies,
            computer_rules: parts.computers,
            ..document
        }
    }
}

impl Inventory {
    /// The Manager that was read.
    #[must_use]
    pub fn manager(&self) -> &str {
        &self.document.manager
    }

    /// When reading began, by the Manager's clock.
    #[must_use]
    pub fn taken_at(&self) -> Timestamp {
        self.document.taken_at
    }

    /// Every computer, by rising id.
    #[must_use]
    pub fn computers(&self) -> &[Computer] {
        &self.document.computers
    }

    /// Whether it holds every computer of the Manager for certain.
    #[must_use]
    pub fn completeness(&self) -> Completeness {
        self.document.completeness
    }

    /// Every policy.
    ///
    /// # Errors
    /// A standing gap when the policies were not read.
    pub fn policies(&self) -> Result<&Policies, Gap> {
        self.policies.as_ref().ok_or_else(|| {
            Gap::standing(
                &gap::POLICIES_MISSING,
                format!(
                    "the policies of Manager {} were not read",
                    quoted(self.manager())
                ),
            )
        })
    }

    /// The IPS rules, and which are assigned where.
    ///
    /// # Errors
    /// A standing gap when the IPS rules were not read.
    pub fn intrusion_prevention(&self) -> Result<&IntrusionPrevention, Gap> {
        self.intrusion_prevention.as_ref().ok_or_else(|| {
            let manager = quoted(self.manager());
            let text = format!("the IPS rules of Manager {manager} were not read");
            Gap::standing(&gap::INTRUSION_PREVENTION_MISSING, text)
        })
    }

    /// Whether a computer names an instance, whatever account it names.
    #[must_use]
    pub fn names(&self, id: InstanceId) -> bool {
        self.computers_of(id).next().is_some()
    }

    /// The same, which holds the computers of one account only, with what is known of others.
    #[must_use]
    pub fn with_elsewhere(self, elsewhere: Arc<dyn Elsewhere>) -> Self {
        Self {
            elsewhere: Beyond(Some(elsewhere)),
            ..self
        }
    }

    /// Whether something is known of computers that are not in it.
    #[must_use]
    pub fn knows_elsewhere(&self) -> bool {
        self.elsewhere.0.is_some()
    }

    /// Why an instance that no computer names is not missing all the same: a computer that is not
    /// in it may name it.
    pub(crate) fn elsewhere(&self, id: InstanceId) -> Option<Gap> {
        self.elsewhere.0.as_ref()?.gap(id)
    }

    /// The computers that name an instance.
    pub(crate) fn computers_of(&self, id: InstanceId) -> impl Iterator<Item = &Computer> {
        let first = self
            .by_instance
            .partition_point(|(instance, _)| *instance < id);
        let rest = self.by_instance.get(first..).unwrap_or_default();
        rest.iter()
            .take_while(move |(instance, _)| *instance == id)
            .filter_map(|(_, position)| self.document.computers.get(*position))
    }

    /// Why an instance that no computer names may be in the Manager all the same.
    pub(crate) fn may_hold_more(&self) -> Option<Gap> {
        let manager = quoted(self.manager());
        if self.completeness() == Completeness::PageMayBeMissing {
            return Some(Gap::retryable(
                &gap::PAGE_MAY_BE_MISSING,
                format!(
                    "a page may be missing: the last page of computers of Manager {manager} is full"
                ),
            ));
        }
        let computer = self.unreadable_link?;
        Some(Gap::standing(
            &gap::UNRECOGNISED,
            format!(
                "computer {computer} of Manager {manager} may be this instance: it names one in a way that Deepgrade does not know"
            ),
        ))
    }

    /// The same, put together from parts of which the newest was taken then. It is as old as its
    /// oldest part all the same.
    #[must_use]
    pub fn with_newest_part(self, taken_at: Timestamp) -> Self {
        Self {
            newest_part: Some(taken_at),
            ..self
        }
    }

    /// The same computers with the policies and IPS rules of another picture of the Manager.
    #[must_use]
    pub fn with_lists_of(self, other: &Self) -> Self {
        Self {
            policies: other.policies.clone(),
            intrusion_prevention: other.intrusion_prevention.clone(),
            ..self
        }
    }

    /// Whether a time by the Manager's clock lies after the picture, and so cannot be in it.
    pub(crate) fn is_before(&self, time: Timestamp) -> bool {
        let newest = self.newest_part.unwrap_or(self.taken_at());
        time.duration_since(newest.max(self.taken_at())) > CLOCK_TOLERANCE
    }

    /// Whether the picture may be used at `now`.
    pub(crate) fn check_age(&self, now: Timestamp, max_age: SignedDuration) -> Result<(), Gap> {
        let Some(how) = out_of_date(self.taken_at(), now, max_age) else {
            return Ok(());
        };
        let manager = quoted(self.manager());
        let taken = minute(self.taken_at());
        let text = format!("the inventory of Manager {manager} is of {taken}, {how}");
        Err(Gap::retryable(&gap::INVENTORY_STALE, text))
    }
}
