//! Many accounts.

use crate::world::{World, omissions};

/// Account ids, each of twelve digits.
fn accounts(count: u64) -> Vec<String> {
    (0..count).map(|number| format!("2{number:011}")).collect()
}

#[test]
fn every_rule_of_many_accounts_is_collected() {
    let world = World::new();
    let accounts = accounts(20);
    for account in &accounts {
        world.deploy(account, 50);
    }
    world.aggregate(accounts.iter().map(String::as_str));
    world.config.forget_calls();
    let results = world.collect();
    let rules = rules::catalogue::of_instances().count();
    assert_eq!(results.len(), 20 * 50 * rules);
    assert_eq!(omissions(&results), Vec::<String>::new());
    assert_eq!(world.calls(crate::world::DETAILS), 20 * (rules + 1));
}
