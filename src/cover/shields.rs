//! What Deep Security shields an instance with, as far as the choice of rule groups asks.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use remediations::catalogue::cover_with_waf::{PolicyTypes, Shield};
use rules::{
    Gap, gap, instance::Instance, inventories::Inventories, inventory::Inventory, policy::PolicyId,
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

/// The application types of the IPS rules that are assigned to a policy, inherited ones included.
fn application_types(inventory: &Inventory, policy: PolicyId) -> Result<BTreeSet<Box<str>>, Gap> {
    let known = inventory.intrusion_prevention()?;
    let mut types = BTreeSet::new();
    for id in known.assigned_to_policy(policy)?.as_slice() {
        let rule = known.rule(*id).ok_or_else(|| {
            let text = format!("IPS rule {id} of policy {policy} is not in the list of rules");
            Gap::standing(&gap::RULE_NOT_LISTED, text)
        })?;
        types.extend(known.application_type(rule)?.map(Box::from));
    }
    Ok(types)
}
