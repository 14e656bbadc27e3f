//! What the rule says of websites of every kind.

use std::collections::BTreeMap;

use aws_sdk_wafv2::types::Scope;
use deepgrade::time::ManualTime;
use rules::web::{Part, WebMapDocument};
use testbed::edges::Refusal;

use crate::{
    account::{Account, NOW, verdicts},
    estate::EXPECTED,
};

fn expected() -> BTreeMap<String, String> {
    let expected = EXPECTED.iter();
    expected
        .map(|(name, code)| ((*name).to_owned(), (*code).to_owned()))
        .collect()
}

#[test]
fn every_kind_of_website_is_graded_as_it_is() {
    let account = Account::new();
    account.build_estate();
    let picture = account.picture();
    // The picture can be written down and read again.
    let text = serde_json::to_string(&picture.document).unwrap();
    let read: WebMapDocument = serde_json::from_str(&text).unwrap();
    assert_eq!(read, picture.document);
    assert_eq!(verdicts(picture.clone()), expected());
    let calls = account.edges.calls();
    assert_eq!(calls["wafv2:ListResourcesForWebACL"], 2, "{calls:?}");
    assert!(!calls.contains_key("wafv2:GetWebACLForResource"));

    // Where there are more web ACLs than load balancers, each load balancer is asked about: the
    // picture is the same.
    for number in 0..12 {
        account.web_acl(&format!("spare-{number}"), Scope::Regional, true);
    }
    account.edges.forget_calls();
    let again = account.picture();
    assert_eq!(again.document, picture.document);
    let calls = account.edges.calls();
    assert_eq!(calls["wafv2:GetWebACLForResource"], 10, "{calls:?}");
    assert!(!calls.contains_key("wafv2:ListResourcesForWebACL"));
}

/// Its name cannot even be resolved there, so that asking for it would leave everybody undetermined.
#[test]
fn a_partition_without_cloudfront_is_graded_without_it() {
    let account = Account::new();
    account
        .edges
        .refuse("cloudfront:ListDistributions", Refusal::denied());
    for (region, expected) in [
        ("us-gov-west-1", "DS-WAF-002"),
        ("eu-north-1", "?DS-GAP-012"),
    ] {
        let clients = account.clients.elsewhere(&region.parse().unwrap());
        let call = clients.ec2().run_instances().image_id("ami-12c6146b");
        account.run(call.min_count(1).max_count(1).send()).unwrap();
        let time = ManualTime::at(NOW.parse().unwrap());
        let verdicts = verdicts(account.picture_of(&clients, region, &time));
        let verdicts: Vec<String> = verdicts.into_values().collect();
        assert_eq!(verdicts, [expected], "{region}");
    }
}

#[test]
fn a_name_that_leads_to_several_places_is_followed_to_each() {
    let account = Account::new();
    let edge = account.web_acl("edge", Scope::Cloudfront, true);
    let (id, _) = account.launch("one", "inside", false);
    let one = account.application("one", "cloudfront", &[&id]);
    let zone = account.zone("example.com");
    account.name(&zone, "www.example.com", "a.example.com", Some(1));
    account.name(&zone, "www.example.com", "elsewhere.example.net", Some(2));
    account.name(&zone, "a.example.com", &one.dns_name, None);
    account.distribution("www.example.com", &edge, true);
    let picture = account.picture();
    let Part::Read(distributions) = &picture.document.distributions else {
        panic!("{picture:?}");
    };
    let Part::Read(origins) = &distributions[0].origins else {
        panic!("{picture:?}");
    };
    let dualstack = format!("dualstack.{}", one.dns_name.to_ascii_lowercase());
    let found: Vec<_> = origins
        .iter()
        .map(|it| (&*it.domain, it.aliases.len()))
        .collect();
    assert_eq!(
        found,
        [("www.example.com", 1), ("elsewhere.example.net", 0)]
    );
    assert_eq!(&*origins[0].aliases[0], dualstack);
    assert_eq!(verdicts(picture)["one"], "?DS-GAP-013");
}

#[test]
fn instances_are_those_that_ec2_describes() {
    let account = Account::new();
    let (id, _) = account.launch("one", "web", true);
    let picture = account.picture();
    let instance = &picture.instances[0];
    assert_eq!(instance.id.to_string(), id);
    assert_eq!(instance.account, Some(account.account_id()));
    let written = serde_json::to_value(instance).unwrap();
    assert_eq!(written["state"], "running");
    assert_eq!(written["name"], "one");
    assert_eq!(written["region"], "eu-west-1");
    assert!(
        written["launched"].is_string() && written["attached"].is_string(),
        "{written}"
    );
}

#[test]
fn a_web_acl_comes_with_its_rule_groups() {
    let account = Account::new();
    account.build_estate();
    let document = account.picture().document;
    let rules::web::Part::Read(acls) = document.web_acls else {
        panic!("the web ACLs were not read");
    };
    let groups = |name: &str| {
        let mut acls = acls.iter();
        let acl = acls.find(|acl| rules::web::short_name(&acl.arn) == name);
        let acl = acl.unwrap();
        assert_eq!(acl.capacity, Some(3));
        let groups = acl.rule_groups.as_ref().unwrap().iter();
        groups
            .map(|group| (group.vendor.as_deref(), &*group.name))
            .collect::<Vec<_>>()
    };
    let common = (Some("AWS"), "AWSManagedRulesCommonRuleSet");
    assert_eq!(groups("prod"), [common]);
    assert_eq!(groups("edge"), [common]);
    assert_eq!(groups("empty"), []);
}
