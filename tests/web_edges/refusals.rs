//! What becomes of the verdicts when an action cannot be called: a gap in the place of those that
//! it bears on, and no other verdict than before.

use std::collections::BTreeSet;

use deepgrade::time::{ManualTime, Time as _};
use rules::instance::Region;
use testbed::edges::Refusal;

use crate::{
    account::{Account, NOW, REGION},
    estate::EXPECTED,
};

/// Every action, and the websites whose verdict stays as it is when it is refused.
const ACTIONS: [(&str, &[&str]); 15] = [
    ("classic:DescribeLoadBalancers", &[]),
    ("cloudfront:ListDistributionTenants", &[]),
    ("cloudfront:ListDistributions", &[]),
    ("cloudfront:ListVpcOrigins", &[]),
    ("ec2:DescribeManagedPrefixLists", &[]),
    ("ec2:DescribeNetworkInterfaces", &[]),
    ("ec2:DescribeSecurityGroups", &[]),
    ("elasticloadbalancing:DescribeListeners", &[]),
    ("elasticloadbalancing:DescribeLoadBalancers", &[]),
    ("elasticloadbalancing:DescribeTargetGroups", &[]),
    ("elasticloadbalancing:DescribeTargetHealth", &[]),
    ("route53:ListHostedZones", &[]),
    ("route53:ListResourceRecordSets", &[]),
    ("wafv2:GetWebACL", &[]),
    ("wafv2:ListResourcesForWebACL", &[]),
];

#[test]
fn an_action_that_is_refused_makes_gaps_and_no_other_verdict() {
    let account = Account::new();
    account.build_estate();
    for (action, stays) in ACTIONS {
        account.edges.refuse(action, Refusal::denied());
        let verdicts = account.verdicts();
        account.edges.heal();
        let mut kept = BTreeSet::new();
        for (name, expected) in EXPECTED {
            let code = verdicts[name].as_str();
            if code == expected {
                kept.insert(name);
            } else {
                assert!(code.starts_with("?DS-GAP-"), "{action}: {name} is {code}");
            }
        }
        println!("    (\"{action}\", &{kept:?}),");
        assert_eq!(kept, stays.iter().copied().collect(), "{action}");
    }
}

#[test]
fn without_the_instances_there_is_no_picture() {
    let account = Account::new();
    for (refusal, is_retryable) in [(Refusal::denied(), false), (Refusal::throttled(), true)] {
        account.edges.refuse("ec2:DescribeInstances", refusal);
        let time = ManualTime::at(NOW.parse().unwrap());
        let region: Region = REGION.parse().unwrap();
        let (clients, id) = (&account.clients, account.account_id());
        let gathered = deepgrade::aws::web::gather(clients, id, &region, time.now(), &time);
        let error = account.run(gathered).unwrap_err();
        assert_eq!(error.is_retryable(), is_retryable, "{error}");
        assert!(
            error.to_string().contains("ec2:DescribeInstances"),
            "{error}"
        );
        account.edges.heal();
    }
}
