//! What becomes of a web ACL.

use std::slice::from_ref;

use aws_sdk_wafv2::types::Scope;
use deepgrade::aws::waf::Waf;
use deepgrade::cover::{Change, WebAcls as _};
use remediations::web_groups::WebAclId;
use testbed::edges::{ManagedGroup, Refusal};

use crate::account::{Account, COMMON, SQLI, group};

#[test]
fn groups_are_added_in_count_mode_behind_the_others_and_nothing_else_changes() {
    let account = Account::new();
    for (name, scope) in [("regional", Scope::Regional), ("edge", Scope::Cloudfront)] {
        let arn = account.web_acl(name, scope);
        let before = account.now(&arn);
        let change = account.add(&arn, &[COMMON, SQLI, COMMON]).unwrap();
        let groups = vec![group(COMMON), group(SQLI)];
        let capacity = before.capacity() + 900;
        assert_eq!(
            change,
            Change::Added {
                groups,
                capacity,
                conflicts: 0
            }
        );
        let after = account.now(&arn);
        assert_eq!(after.rules()[..1], before.rules()[..]);
        assert_eq!(after.rules().len(), 3);
        for (rule, (name, priority)) in after.rules()[1..].iter().zip([(COMMON, 8), (SQLI, 9)]) {
            assert_eq!(rule.name(), format!("deepgrade-{name}"));
            assert_eq!(rule.priority(), priority);
            assert!(rule.override_action().unwrap().count().is_some());
            let managed = rule
                .statement()
                .unwrap()
                .managed_rule_group_statement()
                .unwrap();
            assert_eq!((managed.vendor_name(), managed.name()), ("AWS", name));
        }
        assert_eq!(after.default_action(), before.default_action());
        assert_eq!(after.token_domains(), before.token_domains());
        assert_eq!(after.visibility_config(), before.visibility_config());
        // The same group is never there twice.
        let writes = account.calls("wafv2:UpdateWebACL");
        assert_eq!(account.add(&arn, &[SQLI, COMMON]).unwrap(), Change::Nothing);
        assert_eq!(account.calls("wafv2:UpdateWebACL"), writes);
    }
}

#[test]
fn what_can_be_had_is_listed_to_the_last_page_with_titles() {
    let account = Account::new();
    let title = "Trend Micro Managed Rules for AWS WAF - Content Management System (CMS)";
    for (name, usable) in [("cms", true), ("web", false)] {
        account.edges.add_managed_group(ManagedGroup {
            vendor: "seller".to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            capacity: 300,
            usable,
        });
    }
    let place = WebAclId::of_arn("arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b");
    let place = place.unwrap().place;
    let waf = Waf::new(from_ref(&account.clients), &account.time);
    let offers = account.run(waf.offers(&place)).unwrap();
    assert_eq!(offers.usable.len(), 9);
    let cms = offers
        .usable
        .iter()
        .find(|offer| &*offer.name == "cms")
        .unwrap();
    assert!(cms.is_of_trend_micro());
    assert_eq!(offers.for_sale.len(), 1);
    // Without the products there are no titles, and that is said.
    account
        .edges
        .refuse("wafv2:DescribeAllManagedProducts", Refusal::denied());
    let offers = account.run(waf.offers(&place)).unwrap();
    assert_eq!(offers.usable.len(), 9);
    assert!(
        offers
            .products
            .unwrap()
            .to_string()
            .contains("wafv2:DescribeAllManagedProducts")
    );
    // Another Region is not asked from here.
    let place = WebAclId::of_arn("arn:aws:wafv2:us-west-2:123456789012:regional/webacl/a/b");
    assert!(account.run(waf.offers(&place.unwrap().place)).is_err());
}

#[test]
fn a_web_acl_of_firewall_manager_is_left_alone() {
    let account = Account::new();
    let arn = account.web_acl("managed", Scope::Regional);
    account
        .edges
        .add_to_web_acls("/ManagedByFirewallManager", true.into());
    let Change::Refused(reason) = account.add(&arn, &[COMMON]).unwrap() else {
        panic!("it was changed");
    };
    assert!(reason.contains("Firewall Manager"), "{reason}");
    account
        .edges
        .add_to_web_acls("/ManagedByFirewallManager", false.into());
    account
        .edges
        .add_to_web_acls("/RetrofittedByFirewallManager", true.into());
    assert!(matches!(
        account.add(&arn, &[COMMON]),
        Ok(Change::Refused(_))
    ));
    assert_eq!(account.calls("wafv2:UpdateWebACL"), 0);
}
