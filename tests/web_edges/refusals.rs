//! What becomes of the verdicts when an action cannot be called: a gap in the place of those that
//! it bears on, and no other verdict than before.

use std::collections::BTreeMap;

use deepgrade::time::{ManualTime, Time as _};
use rules::{instance::Region, web::Part};
use testbed::edges::Refusal;

use crate::{
    account::{Account, NOW, REGION},
    estate::EXPECTED,
};

/// Every action, and the websites whose verdict stays as it is when it is refused.
const ACTIONS: [(&str, &[&str]); 15] = [
    ("classic:DescribeLoadBalancers", &["public"]),
    (
        "cloudfront:ListDistributionTenants",
        &[
            "guarded",
            "hollow",
            "bare",
            "by-address",
            "behind",
            "network",
            "classic",
            "shop",
            "passed",
            "legacy",
            "named",
            "private",
            "public",
            "quiet",
        ],
    ),
    (
        "cloudfront:ListDistributions",
        &[
            "hollow",
            "bare",
            "by-address",
            "network",
            "classic",
            "passed",
            "public",
        ],
    ),
    (
        "cloudfront:ListVpcOrigins",
        &[
            "hollow",
            "bare",
            "by-address",
            "network",
            "classic",
            "passed",
            "legacy",
            "tenant",
            "public",
        ],
    ),
    (
        "ec2:DescribeManagedPrefixLists",
        &[
            "guarded",
            "hollow",
            "bare",
            "by-address",
            "behind",
            "network",
            "classic",
            "passed",
            "legacy",
            "tenant",
            "private",
            "public",
            "quiet",
        ],
    ),
    (
        "ec2:DescribeNetworkInterfaces",
        &[
            "hollow", "bare", "network", "classic", "passed", "legacy", "tenant", "public",
        ],
    ),
    (
        "ec2:DescribeSecurityGroups",
        &[
            "guarded", "behind", "network", "legacy", "tenant", "private", "quiet",
        ],
    ),
    (
        "elasticloadbalancing:DescribeListeners",
        &[
            "guarded", "behind", "classic", "legacy", "tenant", "private", "public", "quiet",
        ],
    ),
    ("elasticloadbalancing:DescribeLoadBalancers", &["public"]),
    (
        "elasticloadbalancing:DescribeTargetGroups",
        &["classic", "public"],
    ),
    (
        "elasticloadbalancing:DescribeTargetHealth",
        &["classic", "public"],
    ),
    (
        "route53:ListHostedZones",
        &[
            "guarded",
            "hollow",
            "bare",
            "by-address",
            "behind",
            "network",
            "classic",
            "passed",
            "legacy",
            "tenant",
            "private",
            "public",
            "quiet",
        ],
    ),
    (
        "route53:ListResourceRecordSets",
        &[
            "guarded",
            "hollow",
            "bare",
            "by-address",
            "behind",
            "network",
            "classic",
            "passed",
            "legacy",
            "tenant",
            "private",
            "public",
            "quiet",
        ],
    ),
    (
        "wafv2:GetWebACL",
        &[
            "bare",
            "by-address",
            "network",
            "classic",
            "passed",
            "legacy",
            "tenant",
            "public",
            "quiet",
        ],
    ),
    (
        "wafv2:ListResourcesForWebACL",
        &[
            "network", "classic", "shop", "named", "private", "public", "quiet",
        ],
    ),
];

/// What a code of the rule says. With less known, a failing front can fail for another reason.
fn compliance(code: &str) -> &str {
    match code {
        "DS-WAF-001" => "compliant",
        "DS-WAF-002" => "not applicable",
        code if code.starts_with("DS-WAF-") => "non-compliant",
        gap => gap,
    }
}

#[test]
fn an_action_that_is_refused_makes_gaps_and_no_other_verdict() {
    let account = Account::new();
    account.build_estate();
    let mut kept = BTreeMap::new();
    for (action, _) in ACTIONS {
        account.edges.refuse(action, Refusal::denied());
        let verdicts = account.verdicts();
        account.edges.heal();
        let mut stays = Vec::new();
        for (name, expected) in EXPECTED {
            let code = verdicts[name].as_str();
            if compliance(code) == compliance(expected) {
                stays.push(name);
            } else {
                assert!(code.starts_with("?DS-GAP-"), "{action}: {name} is {code}");
            }
        }
        kept.insert(action, stays);
    }
    let expected = ACTIONS
        .iter()
        .map(|(action, stays)| (*action, stays.to_vec()));
    assert_eq!(kept, expected.collect());
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

#[test]
fn what_is_throttled_is_asked_for_again_and_then_said_to_be_retryable() {
    let account = Account::new();
    let action = "ec2:DescribeSecurityGroups";
    account.edges.refuse(action, Refusal::throttled());
    account.edges.forget_calls();
    let time = ManualTime::at(NOW.parse().unwrap());
    let document = account.picture_in(&time).document;
    let Part::Unread(unread) = &document.security_groups else {
        panic!("{document:?}");
    };
    assert!(
        unread.retryable && unread.unread.contains(action),
        "{unread:?}"
    );
    // The rest of the picture was taken once.
    let calls = account.edges.calls();
    assert_eq!((calls[action], calls["ec2:DescribeInstances"]), (8, 1));
    assert_eq!(time.sleeps().len(), 7);
}
