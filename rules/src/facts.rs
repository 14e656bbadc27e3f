//! The facts that a rule may ask for, about one instance at one time.

use jiff::{SignedDuration, Timestamp};

use crate::{
    gap::{self, Gap},
    guard::{GuardOutcome, GuardPolicy},
    instance::{Instance, InstanceState},
    intrusion_prevention::IntrusionPrevention,
    inventories::{Inventories, Sighting},
    ledger::{Ledger, Ledgers},
    policy::Policies,
    web::{Fronts, WebEdges},
};

/// A kind of fact that a rule declares it needs, so that only this is gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The computer that stands for the instance.
    Computer,
    /// The policies of that computer's Manager.
    Policies,
    /// What stands between the internet and the instance.
    WebEdges,
    /// The IPS rules of the computer's Manager, and which are assigned where.
    IntrusionPreventionRules,
    /// What became of the findings on the instance.
    Ledger,
    /// What the deployer's own rules in Guard say.
    GuardPolicy,
}

impl Need {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Computer,
        Self::Policies,
        Self::WebEdges,
        Self::IntrusionPreventionRules,
        Self::Ledger,
        Self::GuardPolicy,
    ];

    /// The word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Computer => "computer",
            Self::Policies => "policies",
            Self::WebEdges => "web edges",
            Self::IntrusionPreventionRules => "IPS rules",
            Self::Ledger => "ledger",
            Self::GuardPolicy => "Guard rules",
        }
    }

    /// Whether every inventory holds it. The IPS rules are read for those who ask for them only.
    #[must_use]
    pub const fn is_of_inventory(self) -> bool {
        match self {
            Self::Computer | Self::Policies => true,
            Self::WebEdges | Self::IntrusionPreventionRules | Self::Ledger | Self::GuardPolicy => {
                false
            }
        }
    }
}

/// Everything known about one instance when it is graded.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    now: Timestamp,
    instance: &'a Instance,
    inventories: &'a Inventories,
    computer: Result<Option<Sighting<'a>>, Gap>,
    policies: Option<Gap>,
    intrusion_prevention: Option<Gap>,
    web_edges: Result<Option<&'a WebEdges>, Gap>,
    ledgers: Result<Option<&'a Ledgers>, Gap>,
    guard_policy: Result<Option<&'a dyn GuardPolicy>, Gap>,
    max_age: SignedDuration,
}

impl<'a> Facts<'a> {
    /// The facts about an instance at `now`, from inventories that are at most `max_age` old. Its
    /// web edges, its ledger and the Guard rules are gaps until they are given.
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
            inventories,
            computer,
            policies: None,
            intrusion_prevention: None,
            web_edges: Ok(None),
            ledgers: Ok(None),
            guard_policy: Ok(None),
            max_age,
        }
    }

    /// The facts with what stands between the internet and instances, as old as an inventory may
    /// be.
    #[must_use]
    pub fn with_web_edges(mut self, web_edges: &'a WebEdges) -> Self {
        self.web_edges = Ok(Some(web_edges));
        self
    }

    /// The facts with what became of findings.
    #[must_use]
    pub fn with_ledgers(mut self, ledgers: &'a Ledgers) -> Self {
        self.ledgers = Ok(Some(ledgers));
        self
    }

    /// The facts with the deployer's own rules in Guard, which look at all the others.
    #[must_use]
    pub fn with_guard_policy(mut self, guard_policy: &'a dyn GuardPolicy) -> Self {
        self.guard_policy = Ok(Some(guard_policy));
        self
    }

    /// The facts with a gap in the place of one kind.
    #[must_use]
    pub fn without(mut self, need: Need, gap: Gap) -> Self {
        match need {
            Need::Computer => self.computer = Err(gap),
            Need::Policies => self.policies = Some(gap),
            Need::WebEdges => self.web_edges = Err(gap),
            Need::IntrusionPreventionRules => self.intrusion_prevention = Some(gap),
            Need::Ledger => self.ledgers = Err(gap),
            Need::GuardPolicy => self.guard_policy = Err(gap),
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

    /// Whether an instance that is in no Manager was already missing at that time or later.
    #[must_use]
    pub fn is_absent_since(&self, time: Timestamp) -> bool {
        self.inventories.all_taken_since(time)
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

    /// The IPS rules of the Manager that a sighting is from, and which are assigned where.
    ///
    /// # Errors
    /// The gap that stands in their place.
    pub fn intrusion_prevention(
        &self,
        sighting: &Sighting<'a>,
    ) -> Result<&'a IntrusionPrevention, Gap> {
        match &self.intrusion_prevention {
            Some(gap) => Err(gap.clone()),
            None => sighting.inventory().intrusion_prevention(),
        }
    }

    /// Every web front that leads to the instance on one of the ports.
    ///
    /// # Errors
    /// The gap that stands in their place.
    pub fn fronts(&self, ports: &[u16]) -> Result<Fronts<'a>, Gap> {
        let web_edges = self
            .web_edges
            .clone()?
            .ok_or_else(|| Gap::retryable(&gap::WEB_EDGES_MISSING, "web edges were not read"))?;
        web_edges.fronts(self.instance, ports, self.now, self.max_age)
    }

    /// What the deployer's own rules in Guard say of the instance. Web fronts are those on these
    /// ports.
    ///
    /// # Errors
    /// The gap that stands in their place.
    pub fn guard(&self, web_ports: &[u16]) -> Result<Vec<GuardOutcome>, Gap> {
        let policy = self
            .guard_policy
            .clone()?
            .ok_or_else(|| Gap::standing(&gap::GUARD_RULES_MISSING, "no Guard rules are set up"))?;
        policy.report(self, web_ports)
    }

    /// What became of the findings in the account and Region of the instance.
    ///
    /// # Errors
    /// The gap that stands in its place.
    pub fn ledger(&self) -> Result<&'a Ledger, Gap> {
        let ledgers = self.ledgers.clone()?.ok_or_else(|| {
            Gap::retryable(&gap::LEDGER_MISSING, "the ledger of findings was not read")
        })?;
        ledgers.of(self.instance)
    }
}
