//! What Deep Security shields an instance with, as far as the choice of rule groups asks.

use jiff::{SignedDuration, Timestamp};
use remediations::catalogue::cover_with_waf::{PolicyTypes, Shield};
use rules::{Gap, instance::Instance, inventories::Inventories};

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
    let name = inventory.policies()?.listed(policy)?.name.clone();
    let known = inventory.intrusion_prevention()?;
    let types = known.application_types_of_policy(policy)?;
    Ok(Shield::Policy(PolicyTypes {
        manager: inventory.manager().into(),
        policy: name,
        application_types: types.into_iter().map(Box::from).collect(),
    }))
}
