//! The inventories of every configured Manager, joined with an instance.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use crate::{
    computer::{Computer, LAST_COMMUNICATION},
    gap::{self, Gap},
    instance::Instance,
    inventory::Inventory,
    policy::{Policies, PolicyId},
    text::{nearest, quoted},
};

/// The inventories of every configured Manager.
#[derive(Clone, Debug, Default)]
pub struct Inventories(Vec<Result<Arc<Inventory>, Gap>>);

/// The computer that stands for an instance: fresh evidence that a verdict may rest on.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    computer: &'a Computer,
    inventory: &'a Inventory,
    records: usize,
}

impl<'a> Sighting<'a> {
    /// The computer; of several records the one whose agent spoke last.
    #[must_use]
    pub fn computer(&self) -> &'a Computer {
        self.computer
    }

    /// The inventory that holds the computer.
    #[must_use]
    pub fn inventory(&self) -> &'a Inventory {
        self.inventory
    }

    /// A policy of the Manager as a reason shows it: by name, or by id where the policies were
    /// not read.
    ///
    /// # Errors
    /// A standing gap when the policies were read and it is not one of them.
    pub fn shown(&self, policy: PolicyId) -> Result<String, Gap> {
        match self.inventory.policies() {
            Err(_) => Ok(policy.to_string()),
            Ok(policies) => policies.listed(policy).map(|policy| quoted(&policy.name)),
        }
    }

    /// How many computers name the instance.
    #[must_use]
    pub fn records(&self) -> usize {
        self.records
    }
}

/// A policy that no Manager knows, with the nearest name that one does know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPolicy {
    name: Box<str>,
    near: Option<Box<str>>,
}

impl fmt::Display for UnknownPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no Manager has a policy {}", quoted(&self.name))?;
        match &self.near {
            Some(near) => write!(formatter, "; did you mean {}?", quoted(near)),
            None => Ok(()),
        }
    }
}

impl Inventories {
    /// Why a name or path of a policy means none; `None` where one is meant, and where that cannot
    /// be told, since the policies of a Manager are a gap: it may be one of them.
    #[must_use]
    pub fn unknown_policy(&self, name: &str) -> Option<UnknownPolicy> {
        let policies = self.readable().map(|inventory| inventory.policies());
        let policies: Vec<&Policies> = policies.collect::<Result<_, _>>().ok()?;
        let is_known = policies
            .iter()
            .any(|policies| !policies.named(name).is_empty());
        if is_known || policies.is_empty() || !self.all_readable() {
            return None;
        }
        let known = policies.iter().flat_map(|policies| policies.iter());
        let near = nearest(name, known.map(|policy| &*policy.name));
        Some(UnknownPolicy {
            name: name.into(),
            near: near.map(Into::into),
        })
    }

    /// What is known of every configured Manager: its inventory, or the gap in its place.
    #[must_use]
    pub fn new(of_managers: Vec<Result<Inventory, Gap>>) -> Self {
        let of_managers = of_managers.into_iter();
        Self::shared(
            of_managers
                .map(|inventory| inventory.map(Arc::new))
                .collect(),
        )
    }

    /// The same, with inventories that somebody else keeps as well.
    #[must_use]
    pub fn shared(of_managers: Vec<Result<Arc<Inventory>, Gap>>) -> Self {
        Self(of_managers)
    }

    /// The inventories that could be read.
    pub fn readable(&self) -> impl Iterator<Item = &Inventory> {
        self.0
            .iter()
            .filter_map(|inventory| inventory.as_deref().ok())
    }

    /// Whether every configured Manager could be read.
    #[must_use]
    pub fn all_readable(&self) -> bool {
        self.0.iter().all(Result::is_ok)
    }

    /// Whether every Manager was read at that time or later.
    #[must_use]
    pub fn all_taken_since(&self, time: Timestamp) -> bool {
        let mut inventories = self.0.iter();
        inventories.all(|inventory| {
            inventory
                .as_ref()
                .is_ok_and(|inventory| inventory.taken_at() >= time)
        })
    }

    /// The computer that stands for the instance at `now`, or `None` when the instance is in no
    /// Manager. Presence needs one fresh inventory that shows it; absence needs all of them.
    ///
    /// # Errors
    /// A gap when a Manager's inventory is missing, stale or of the future, when a page of
    /// computers may be missing, or when the only computers that name the instance name it under
    /// another account or Region.
    pub fn sighting(
        &self,
        instance: &Instance,
        now: Timestamp,
        max_age: SignedDuration,
    ) -> Result<Option<Sighting<'_>>, Gap> {
        let mut gap = self.0.is_empty().then(|| {
            Gap::retryable(
                &gap::INVENTORY_MISSING,
                "no inventory of a Manager was read",
            )
        });
        let mut sighted = Vec::new();
        let mut elsewhere = None;
        for inventory in &self.0 {
            let usable = inventory.as_deref().map_err(Clone::clone);
            let fresh =
                usable.and_then(|inventory| inventory.check_age(now, max_age).map(|()| inventory));
            match fresh {
                Err(unusable) => gap = gap.or(Some(unusable)),
                Ok(inventory) => {
                    for computer in inventory.computers_of(instance.id) {
                        if is_of(computer, instance) {
                            sighted.push((computer, inventory));
                        } else {
                            elsewhere = Some((computer, inventory));
                        }
                    }
                    gap = gap.or_else(|| inventory.may_hold_more());
                }
            }
        }
        let records = sighted.len();
        let mut newest: Option<(_, &Computer, &Inventory)> = None;
        for (computer, inventory) in sighted {
            let spoke = computer
                .agent
                .last_communication
                .get_if_reported(LAST_COMMUNICATION);
            let spoke = if records == 1 { None } else { spoke? };
            // Which of several records is the newest cannot be told by a time that cannot be.
            if spoke.is_some_and(|spoke| inventory.is_before(spoke)) {
                let complaint = format!("{LAST_COMMUNICATION} lies after the inventory");
                return Err(Gap::standing(&gap::UNRECOGNISED, complaint));
            }
            let rank = (spoke, computer.id);
            if newest.is_none_or(|(highest, ..)| rank > highest) {
                newest = Some((rank, computer, inventory));
            }
        }
        match (newest, gap, elsewhere) {
            (Some((_, computer, inventory)), ..) => Ok(Some(Sighting {
                computer,
                inventory,
                records,
            })),
            (None, Some(gap), _) => Err(gap),
            (None, None, Some((computer, inventory))) => Err(Gap::standing(
                &gap::OTHER_ACCOUNT,
                format!(
                    "computer {} of Manager {} names this instance under another account or Region",
                    computer.id,
                    quoted(inventory.manager())
                ),
            )),
            (None, None, None) => {
                let mut gaps = self.readable();
                let gap = gaps.find_map(|inventory| inventory.elsewhere(instance.id));
                gap.map_or(Ok(None), Err)
            }
        }
    }
}

/// Whether a computer that names the instance's id means this instance: an id alone may be
/// another account's.
fn is_of(computer: &Computer, instance: &Instance) -> bool {
    fn agree<T: PartialEq>(left: Option<&T>, right: Option<&T>) -> bool {
        left.is_none() || right.is_none() || left == right
    }
    computer.instance.as_ref().is_some_and(|link| {
        agree(link.account.as_ref(), instance.account.as_ref())
            && agree(link.region.as_ref(), instance.region.as_ref())
    })
}
