//! What AWS WAF says no to, and what must never be written.

use std::time::Duration;

use aws_sdk_wafv2::types::Scope;
use deepgrade::cover::Change;
use serde_json::json;
use testbed::edges::ManagedGroup;

use crate::account::{Account, COMMON, SQLI, group};

#[test]
fn case_51_conflicts_are_met_by_reading_and_adding_anew() {
    let account = Account::new();
    let arn = account.web_acl("prod", Scope::Regional);
    account.refuse_times("wafv2:UpdateWebACL", "WAFOptimisticLockException", 2);
    let Change::Added {
        conflicts, groups, ..
    } = account.add(&arn, &[COMMON]).unwrap()
    else {
        panic!("nothing was added");
    };
    assert_eq!((conflicts, groups), (2, vec![group(COMMON)]));
    assert_eq!(
        account.rules(&arn),
        ["own", "deepgrade-AWSManagedRulesCommonRuleSet"]
    );
    // Six times are one too many.
    account.refuse_times("wafv2:UpdateWebACL", "WAFOptimisticLockException", 6);
    let error = account.add(&arn, &[SQLI]).unwrap_err();
    assert!(error.is_retryable());
    assert!(error.to_string().contains("6 times"), "{error}");
    assert_eq!(account.rules(&arn).len(), 2);
    assert!(matches!(
        account.add(&arn, &[SQLI]),
        Ok(Change::Added { conflicts: 0, .. })
    ));
}

#[test]
fn case_52_a_member_that_would_be_lost_is_named_and_nothing_is_written() {
    for (pointer, member) in [
        ("/BrandNewConfig", "BrandNewConfig"),
        (
            "/Rules/0/Statement/BrandNewStatement",
            "Rules[0].Statement.BrandNewStatement",
        ),
        (
            "/Rules/0/Action/Block/BrandNew",
            "Rules[0].Action.Block.BrandNew",
        ),
        (
            "/DefaultAction/Allow/BrandNew",
            "DefaultAction.Allow.BrandNew",
        ),
        ("/VisibilityConfig/BrandNew", "VisibilityConfig.BrandNew"),
    ] {
        let account = Account::new();
        let arn = account.web_acl("prod", Scope::Regional);
        account.edges.add_to_web_acls(pointer, json!({"On": true}));
        let Change::Refused(reason) = account.add(&arn, &[COMMON]).unwrap() else {
            panic!("{pointer} was lost");
        };
        assert!(reason.contains(member), "{reason}");
        // The request never left the machine.
        assert_eq!(account.calls("wafv2:UpdateWebACL"), 0);
        assert_eq!(account.rules(&arn), ["own"]);
    }
}

#[test]
fn members_that_are_known_survive_however_deep_they_are() {
    let account = Account::new();
    let arn = account.web_acl("prod", Scope::Regional);
    let limited = json!({
        "RateBasedStatement": {"Limit": 100, "EvaluationWindowSec": 60, "AggregateKeyType": "CUSTOM_KEYS",
            "CustomKeys": [{"Header": {"Name": "x", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}],
            "ScopeDownStatement": {"NotStatement": {"Statement": {"ByteMatchStatement": {
                "SearchString": "YWJj", "FieldToMatch": {"JsonBody": {"MatchPattern": {"All": {}},
                "MatchScope": "ALL", "InvalidFallbackBehavior": "MATCH", "OversizeHandling": "CONTINUE"}},
                "TextTransformations": [{"Priority": 0, "Type": "FUTURE_TRANSFORMATION"}],
                "PositionalConstraint": "CONTAINS"}}}}},
    });
    account.edges.add_to_web_acls("/Rules/0/Statement", limited);
    account
        .edges
        .add_to_web_acls("/Description", json!("made by hand"));
    account.edges.add_to_web_acls(
        "/CaptchaConfig",
        json!({"ImmunityTimeProperty": {"ImmunityTime": 300}}),
    );
    account.edges.add_to_web_acls(
        "/CustomResponseBodies",
        json!({"sorry": {"ContentType": "TEXT_PLAIN", "Content": "sorry \u{1f600}"}}),
    );
    account.edges.add_to_web_acls(
        "/AssociationConfig",
        json!({"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}}),
    );
    account.edges.add_to_web_acls(
        "/OnSourceDDoSProtectionConfig",
        json!({"ALBLowReputationMode": "ACTIVE_UNDER_DDOS"}),
    );
    account.edges.add_to_web_acls(
        "/DataProtectionConfig",
        json!({"DataProtections": [{"Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["a"]},
            "Action": "HASH", "ExcludeRuleMatchDetails": false, "ExcludeRateBasedDetails": true}]}),
    );
    let change = account.add(&arn, &[COMMON]).unwrap();
    assert!(matches!(change, Change::Added { .. }), "{change:?}");
    assert_eq!(account.calls("wafv2:UpdateWebACL"), 1);
}

#[test]
fn case_53_a_change_that_is_not_everywhere_yet_is_waited_for() {
    let account = Account::new();
    let arn = account.web_acl("prod", Scope::Regional);
    account.refuse_times("wafv2:UpdateWebACL", "WAFUnavailableEntityException", 8);
    assert!(matches!(
        account.add(&arn, &[COMMON]),
        Ok(Change::Added { .. })
    ));
    assert_eq!(account.rules(&arn).len(), 2);
    // One that lasts is left to the next run, and no half of it is there.
    account.refuse_times(
        "wafv2:UpdateWebACL",
        "WAFUnavailableEntityException",
        usize::MAX,
    );
    let before = account.slept();
    let error = account.add(&arn, &[SQLI]).unwrap_err();
    assert!(error.is_retryable());
    assert!(
        error.to_string().contains("WAFUnavailableEntity"),
        "{error}"
    );
    assert!(account.slept() - before > Duration::from_mins(3));
    account.edges.heal();
    assert_eq!(account.rules(&arn).len(), 2);
}

#[test]
fn bad_input_39_a_web_acl_at_its_limit_is_left_as_it_is() {
    let account = Account::new();
    let arn = account.web_acl("prod", Scope::Regional);
    account.refuse_times("wafv2:UpdateWebACL", "WAFLimitsExceededException", 1);
    let Change::Refused(reason) = account.add(&arn, &[COMMON]).unwrap() else {
        panic!("it was changed");
    };
    assert!(reason.contains("WAFLimitsExceeded"), "{reason}");
    assert_eq!(account.rules(&arn), ["own"]);
    // What would not fit is not even tried.
    account.edges.forget_calls();
    account.edges.add_to_web_acls("/Capacity", json!(4400));
    let Change::Refused(reason) = account.add(&arn, &[COMMON]).unwrap() else {
        panic!("it was changed");
    };
    assert!(reason.contains("5100 WCU"), "{reason}");
    assert_eq!(account.calls("wafv2:UpdateWebACL"), 0);
}

#[test]
fn a_group_that_is_not_subscribed_to_is_said_so() {
    let account = Account::new();
    let arn = account.web_acl("prod", Scope::Regional);
    account.edges.add_managed_group(ManagedGroup {
        vendor: "AWS".to_owned(),
        name: "for-sale".to_owned(),
        title: String::new(),
        capacity: 1,
        usable: false,
    });
    for action in ["wafv2:CheckCapacity", "wafv2:UpdateWebACL"] {
        account.refuse_times(action, "WAFSubscriptionNotFoundException", 1);
        let Change::Refused(reason) = account.add(&arn, &[COMMON]).unwrap() else {
            panic!("it was changed");
        };
        assert!(reason.contains("subscribe in AWS Marketplace"), "{reason}");
    }
    let change = account.add(&arn, &["for-sale"]).unwrap();
    assert!(matches!(change, Change::Refused(_)));
    assert_eq!(account.rules(&arn), ["own"]);
}
