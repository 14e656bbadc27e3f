//! A situation: what is known of one instance when its plan is made.

use jiff::Timestamp;
use rules::{
    Gap,
    computer::Computer,
    instance::{AccountId, InstanceId, Region},
    inventories::Sighting,
    inventory::Inventory,
    module::{EngineMode, Module, ModuleState},
    text::quoted,
};

use crate::action::Place;

/// What is known of one instance when its plan is made.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// When the plan is made.
    pub now: Timestamp,
    /// The instance.
    pub instance: InstanceId,
    /// The account that it is in, which need not be that of the finding.
    pub account: AccountId,
    /// The Region that it runs in, which need not be that of the finding.
    pub region: &'a Region,
    /// What stands for it in Deep Security.
    pub host: Host<'a>,
    /// The team that the instance's owner tag names. Foreign text.
    pub owner: Option<&'a str>,
    /// Whether another finding that is open says that the instance may be compromised.
    pub may_be_compromised: bool,
}

/// What stands for an instance in Deep Security.
#[derive(Clone, Copy, Debug)]
pub enum Host<'a> {
    /// A managed computer.
    Managed(Managed<'a>),
    /// No managed computer.
    Unmanaged(Unmanaged<'a>),
    /// Nothing, since the instance is terminated.
    Gone,
}

/// A managed computer: it can be scanned, and it takes rules.
#[derive(Clone, Copy, Debug)]
pub struct Managed<'a> {
    computer: &'a Computer,
    inventory: &'a Inventory,
}

/// Why an instance has no managed computer.
#[derive(Clone, Copy, Debug)]
pub enum Unmanaged<'a> {
    /// No Manager has a computer for it.
    Unknown,
    /// Its computer has no agent that could be told anything.
    NoAgent(&'a Computer),
}

impl<'a> Host<'a> {
    /// What stands for an instance that exists, by what the Managers know.
    ///
    /// # Errors
    /// The gap in place of the computer, or of whether it is managed.
    pub fn of(sighting: Option<Sighting<'a>>) -> Result<Self, Gap> {
        let Some(sighting) = sighting else {
            return Ok(Self::Unmanaged(Unmanaged::Unknown));
        };
        let computer = sighting.computer();
        Ok(if computer.agent.is_managed()? {
            Self::Managed(Managed {
                computer,
                inventory: sighting.inventory(),
            })
        } else {
            Self::Unmanaged(Unmanaged::NoAgent(computer))
        })
    }
}

impl<'a> Managed<'a> {
    /// The computer.
    #[must_use]
    pub fn computer(&self) -> &'a Computer {
        self.computer
    }

    /// What its Manager knows.
    #[must_use]
    pub fn inventory(&self) -> &'a Inventory {
        self.inventory
    }

    /// The computer among those of all Managers.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            manager: self.inventory.manager().into(),
            computer: self.computer.id,
        }
    }

    /// Why intrusion prevention blocks nothing on the computer, whatever rules it has, in one
    /// clause; `None` where it does.
    ///
    /// # Errors
    /// A standing gap when that is not reported, or in words that are not known.
    pub fn why_nothing_is_blocked(&self) -> Result<Option<&'static str>, Gap> {
        let module = Module::IntrusionPrevention;
        let report = self.computer.modules.get(module)?;
        Ok(match report.state_of(module)? {
            ModuleState::Off => Some("intrusion prevention is off"),
            ModuleState::Detect => Some("intrusion prevention only detects"),
            _ => match self.inventory.engine_mode(self.computer)? {
                EngineMode::Tap => Some("the network engine is in Tap mode"),
                EngineMode::Inline => None,
            },
        })
    }

    /// Whether a module is on, in whatever mode.
    ///
    /// # Errors
    /// A standing gap when that is not reported, or in words that are not known.
    pub fn has_on(&self, module: Module) -> Result<bool, Gap> {
        let report = self.computer.modules.get(module)?;
        Ok(report.state_of(module)? != ModuleState::Off)
    }
}

impl Unmanaged<'_> {
    /// The reason in one clause.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::Unknown => "no Manager has a computer for it".to_owned(),
            Self::NoAgent(computer) if !computer.agent.activated => format!(
                "the agent of computer {} {} is not activated",
                computer.id,
                quoted(&computer.name)
            ),
            Self::NoAgent(computer) => format!(
                "the agent of computer {} {} is not active",
                computer.id,
                quoted(&computer.name)
            ),
        }
    }
}
