//! How many calls a large estate needs, and how long they take.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_elasticloadbalancingv2::types::ProtocolEnum;
use aws_sdk_wafv2::types::Scope;
use deepgrade::time::{ManualTime, Time as _};

use crate::account::{Account, NOW};

const LOAD_BALANCERS: usize = 200;
const TARGET_GROUPS: usize = 300;
const WEB_ACLS: usize = 40;
const DISTRIBUTIONS: usize = 120;
const ADDRESSES: usize = 500;

/// 200 load balancers with 300 target groups and 500 targets by address, which no instance has; 40
/// web ACLs, and 120 distributions.
fn build(account: &Account) {
    let web_acls: Vec<String> = (0..WEB_ACLS)
        .map(|number| account.web_acl(&format!("acl-{number}"), Scope::Regional, true))
        .collect();
    let edge = account.web_acl("edge", Scope::Cloudfront, true);
    let address = |number: usize| format!("10.7.{}.{}", 2 + number / 250, 1 + number % 250);
    let addresses: Vec<String> = (0..ADDRESSES).map(address).collect();
    let mut addresses = addresses.iter().map(String::as_str);
    for number in 0..LOAD_BALANCERS {
        let name = format!("lb-{number}");
        let targets = [addresses.next().unwrap(), addresses.next().unwrap()];
        let balancer = account.application(&name, "web", &targets);
        if number % 2 == 0 {
            account.protect(&balancer, &web_acls[number % WEB_ACLS]);
        }
        if number < TARGET_GROUPS - LOAD_BALANCERS {
            let second = format!("second-{number}");
            let on = (ProtocolEnum::Http, 8080);
            account.forward(&second, &balancer, on, &[addresses.next().unwrap()]);
        }
        if number < DISTRIBUTIONS {
            account.distribution(&balancer.dns_name, &edge, true);
        }
    }
}

#[test]
fn a_large_estate_needs_no_more_calls_than_it_must() {
    let account = Account::new();
    build(&account);
    account.edges.forget_calls();
    let time = ManualTime::at(NOW.parse().unwrap());
    let picture = account.picture_in(&time);
    let text = serde_json::to_string(&picture.document).unwrap();
    assert!(!text.contains("unread"), "something is unread");
    assert_eq!(text.matches("\"enabled\":true").count(), DISTRIBUTIONS);
    // The web ACLs that something names: half of the regional ones, and the one for CloudFront.
    let named = WEB_ACLS / 2 + 1;
    let expected = BTreeMap::from([
        ("classic:DescribeLoadBalancers", 1),
        ("cloudfront:ListDistributions", DISTRIBUTIONS.div_ceil(100)),
        ("ec2:DescribeInstances", 1),
        ("ec2:DescribeManagedPrefixLists", 1),
        ("ec2:DescribeNetworkInterfaces", ADDRESSES.div_ceil(200)),
        ("ec2:DescribeSecurityGroups", 1),
        // There is no way around one for each load balancer.
        ("elasticloadbalancing:DescribeListeners", LOAD_BALANCERS),
        ("elasticloadbalancing:DescribeLoadBalancers", 1),
        ("elasticloadbalancing:DescribeTargetGroups", 1),
        ("elasticloadbalancing:DescribeTargetHealth", TARGET_GROUPS),
        ("wafv2:GetWebACL", named),
        ("wafv2:ListResourcesForWebACL", WEB_ACLS.min(LOAD_BALANCERS)),
        ("wafv2:ListWebACLs", 1),
    ]);
    let calls = account.edges.calls();
    let calls: BTreeMap<&str, usize> = calls
        .iter()
        .map(|(name, count)| (&**name, *count))
        .collect();
    assert_eq!(calls, expected);
    // One call a second for each web ACL, ten for targets and listeners, five for rules.
    let elapsed = time.elapsed();
    let at_least = Duration::from_secs(39);
    let at_most = Duration::from_millis(40_000 + 100 * 500 + 200 * 22);
    assert!((at_least..=at_most).contains(&elapsed), "{elapsed:?}");
    println!("{} calls in {elapsed:?}", calls.values().sum::<usize>());
}
