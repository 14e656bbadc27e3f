//! The facts that a rule may ask for, about one instance at one time.

use jiff::{SignedDuration, Timestamp};

use crate::{
    gap::{self, Gap},
    instance::{Instance, InstanceState},
    inventories::{Inventories, Sighting},
    policy::Policies,
};

/// A kind of fact that a rule declares it needs, so that only this is gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The computer that stands for the instance.
    Computer,
    /// The policies of that computer's Manager.
    Policies,
}

impl Need {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Computer, Self::Policies];

    /// The word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Computer => "computer",
            Self::Policies => "policies",
        }
    }
}

/// Everything known about one instance when it is graded.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    now: Timestamp,
    instance: &'a Instance,
    computer: Result<Option<Sighting<'a>>, Gap>,
    policies: Option<Gap>,
}

impl<'a> Facts<'a> {
    /// The facts about an instance at `now`, from inventories that are at most `max_age` old.
    #[must_use]
    pub fn join(
        now: Timestamp,
        instance: &'a Instance,
        inventories: &'a Inventories,
        max_age: SignedDuration,
    ) -> Self {
        let computer = inventories.sighting(instance, now, max_age);
        Self {
            now,
            instance,
            computer,
            policies: None,
        }
    }

    /// The facts with a gap in the place of one kind.
    #[must_use]
    pub fn without(mut self, need: Need, gap: Gap) -> Self {
        match need {
            Need::Computer => self.computer = Err(gap),
            Need::Policies => self.policies = Some(gap),
        }
        self
    }

    /// The time of the evaluation, which is given: no rule reads a clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &'a Instance {
        self.instance
    }

    /// Where the instance is in its life.
    ///
    /// # Errors
    /// A standing gap when the state is missing or unknown.
    pub fn state(&self) -> Result<InstanceState, Gap> {
        self.instance.state.get("the state of the instance")
    }

    /// The computer that stands for the instance; `None` when it is in no Manager.
    ///
    /// # Errors
    /// The gap that stands in its place.
    pub fn computer(&self) -> Result<Option<Sighting<'a>>, Gap> {
        self.computer.clone()
    }

    /// The computer that stands for the instance, for a rule's check: whoever declares that it
    /// needs a computer is not asked about an instance that has none.
    ///
    /// # Errors
    /// The gap that stands in its place.
    pub fn sighting(&self) -> Result<Sighting<'a>, Gap> {
        self.computer()?
            .ok_or_else(|| Gap::standing(&gap::NOT_REPORTED, "no computer stands for the instance"))
    }

    /// The policies of the Manager that a sighting is from.
    ///
    /// # Errors
    /// The gap that stands in their place.
    pub fn policies(&self, sighting: &Sighting<'a>) -> Result<&'a Policies, Gap> {
        match &self.policies {
            Some(gap) => Err(gap.clone()),
            None => sighting.inventory().policies(),
        }
    }
}
