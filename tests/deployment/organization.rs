//! The stacks that the StackSet of an organization makes.

use std::collections::BTreeSet;

use crate::{
    python::KNOWN,
    template::{HUB, ORGANIZATION, REGION, Stack, text},
};

/// What is of one Region, or worked out.
const LEFT_OUT: [&str; 2] = ["AlarmTopicArn", "CodeBucket"];

#[test]
fn the_stacks_of_accounts_are_told_all_that_they_ask() {
    let stack = Stack::new("organization", HUB, &[("OrganizationId", ORGANIZATION)]);
    let set = stack.resource("Accounts");
    let told = set["Parameters"].as_array().unwrap();
    let of = |name: &str| {
        let mut told = told.iter();
        let told = told.find(|each| each["ParameterKey"] == name);
        told.map(|each| text(&each["ParameterValue"]))
    };
    let asked = KNOWN.templates["account"]["Parameters"]
        .as_object()
        .unwrap();
    let names: BTreeSet<&str> = asked.keys().map(String::as_str).collect();
    let keys: BTreeSet<String> = told
        .iter()
        .map(|each| text(&each["ParameterKey"]))
        .collect();
    let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(keys.len(), told.len());
    assert_eq!(
        names.difference(&keys).copied().collect::<Vec<_>>(),
        LEFT_OUT
    );
    assert_eq!(keys.difference(&names).next(), None);
    assert_eq!(of("HubAccountId").unwrap(), HUB);
    assert_eq!(of("HubRegion").unwrap(), REGION);
    assert_eq!(of("MemberRoleRegion").unwrap(), REGION);
    assert_eq!(set["PermissionModel"], "SERVICE_MANAGED");
    // An account that leaves the organization keeps nothing.
    let deployment = &set["AutoDeployment"];
    assert_eq!(deployment["Enabled"], true);
    assert_eq!(deployment["RetainStacksOnAccountRemoval"], false);
}
