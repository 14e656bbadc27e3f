//! What Deep Security shields an instance with, as far as the choice of rule groups asks.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use remediations::catalogue::cover_with_waf::{PolicyTypes, Shield};
use rules::{
    Gap, gap, instance::Instance, inventories::Inventories, inventory::Inventory, policy::PolicyId,
    text::quoted,
};

/// What shields an instance at `now`, by inventories that are at most `max_age` old.
///
/// # Errors
/// A gap when the computer that stands for it, its policy, or what is assigned to that policy is
/// not known.
pub fn shield(
    inventories: &Inventories,
    instance: &Instance,
    now: Timestamp,
    max_age: SignedDuration,
) -> Result<Shield, Gap> {
    let Some(sighting) = inventories.sighting(instance, now, max_age)? else {
        return Ok(Shield::NotInDeepSecurity);
    };
    let Some(policy) = sighting.computer().policy()? else {
        return Ok(Shield::NoPolicy);
    };
    let inventory = sighting.inventory();
    Ok(Shield::Policy(PolicyTypes {
        manager: inventory.manager().into(),
        policy: inventory.policies()?.listed(policy)?.name.clone(),
        application_types: application_types(inventory, policy)?,
    }))
}

/// The application types of the IPS rules that are assigned to a policy.
///
/// # Errors
/// A standing gap: inventories do not say what is assigned to a policy.
fn application_types(inventory: &Inventory, policy: PolicyId) -> Result<BTreeSet<Box<str>>, Gap> {
    Err(Gap::standing(
        &gap::NOT_REPORTED,
        format!(
            "the inventory of Manager {} does not say which IPS rules are assigned to policy {policy}",
            quoted(inventory.manager())
        ),
    ))
}
