//! Statements drawn at random from words that have something to do with each other.

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use serde_json::{Value, json};

/// What statements are made of.
pub(crate) struct Words {
    pub(crate) actions: &'static [&'static str],
    pub(crate) resources: &'static [&'static str],
    /// Principals, as JSON.
    pub(crate) principals: &'static [&'static str],
    /// Operator, key and value as JSON.
    pub(crate) conditions: &'static [(&'static str, &'static str, &'static str)],
}

impl Words {
    /// A statement, with a principal where it is one of a bucket.
    pub(crate) fn statement(&self, of_bucket: bool) -> impl Strategy<Value = Value> + use<> {
        let element = |name: &'static str, not: &'static str, words: &'static [&'static str]| {
            let chosen = vec(select(words), 1..3);
            (prop::bool::weighted(0.15), chosen).prop_map(move |(is_not, chosen)| {
                let value = match chosen.as_slice() {
                    [one] => json!(one),
                    all => json!(all),
                };
                (if is_not { not } else { name }, value)
            })
        };
        let principal = (prop::bool::weighted(0.1), select(self.principals));
        let principal = principal.prop_map(|(is_not, json)| {
            let name = if is_not { "NotPrincipal" } else { "Principal" };
            (name, serde_json::from_str::<Value>(json).unwrap())
        });
        let conditions = btree_map(select(self.conditions), Just(()), 0..3);
        (
            prop::bool::weighted(0.3),
            element("Action", "NotAction", self.actions),
            element("Resource", "NotResource", self.resources),
            option::of(principal).prop_map(move |principal| principal.filter(|_| of_bucket)),
            conditions,
        )
            .prop_map(|(denies, action, resource, principal, conditions)| {
                let mut statement = json!({"Effect": if denies { "Deny" } else { "Allow" }});
                for (name, value) in [Some(action), Some(resource), principal]
                    .into_iter()
                    .flatten()
                {
                    statement[name] = value;
                }
                for (operator, key, value) in conditions.into_keys() {
                    statement["Condition"][operator][key] = serde_json::from_str(value).unwrap();
                }
                statement
            })
    }
}
