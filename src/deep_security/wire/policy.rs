//! A policy, as the Manager writes it.

use rules::policy::Policy;
use serde::Deserialize;

use super::{
    item::{Item, WithRules},
    module::{Kept, Module},
    object::{self, Object, Settings},
    raw::Raw,
};

/// A policy. It comes whole, with all its settings and modules; only this matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PolicyWire<'a> {
    #[serde(borrow, rename = "ID")]
    id: Raw<'a>,
    #[serde(rename = "parentID")]
    parent_id: Raw<'a>,
    name: Raw<'a>,
    policy_settings: Object<Settings<'a>>,
    intrusion_prevention: Object<Module<'a, Kept>>,
}

impl Item for Policy {
    type Wire<'a> = PolicyWire<'a>;
    const LIST: &'static str = "policies";
    const NOUN: &'static str = "policy";

    fn id(&self) -> u64 {
        self.id
    }

    fn read(wire: PolicyWire<'_>) -> Result<Self, &'static str> {
        let Ok(Some(id)) = wire.id.id() else {
            return Err("its ID is missing or not usable");
        };
        let Ok(Some(name)) = wire.name.text() else {
            return Err("its name is missing or no text");
        };
        Ok(Self {
            id,
            parent: wire
                .parent_id
                .id()
                .map_err(|_| "its parentID is not usable")?,
            name: name.into(),
            engine_mode: object::engine_mode(&wire.policy_settings),
        })
    }
}

/// A policy with the IPS rules that are in force on it: its own and inherited ones, since it is
/// read with `overrides=false`.
impl Item for WithRules<Policy> {
    type Wire<'a> = PolicyWire<'a>;
    const LIST: &'static str = Policy::LIST;
    const NOUN: &'static str = Policy::NOUN;

    fn id(&self) -> u64 {
        self.item.id
    }

    fn read(wire: PolicyWire<'_>) -> Result<Self, &'static str> {
        Ok(Self {
            rules: wire.intrusion_prevention.rules(),
            item: Policy::read(wire)?,
        })
    }
}
