use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{IPS_RULES, PageCeiling, Search};

fn rules() -> BTreeMap<i32, Value> {
    [
        (
            1,
            json!({"ID": 1, "name": "one_a", "CVE": ["CVE-2021-44228"], "CVSSScore": "9.10"}),
        ),
        (
            2,
            json!({"ID": 2, "name": "oneXa", "CVE": ["CVE-2021-44228", "CVE-2021-45046"]}),
        ),
        (
            3,
            json!({"ID": 3, "name": "three", "CVE": ["CVE-2021-4422"], "lastUpdated": 50}),
        ),
        (
            7,
            json!({"ID": 7, "name": "seven", "minimumAgentVersion": "12.0.0.9",
                   "severity": "high", "alertEnabled": true}),
        ),
    ]
    .into_iter()
    .collect()
}

fn ids(body: &Value) -> Result<Vec<i64>, String> {
    let rules = rules();
    let found = Search::parse(Some(body))
        .and_then(|search| search.run(&rules, IPS_RULES, PageCeiling::default()))
        .map_err(|refusal| format!("{} {}", refusal.status, refusal.message))?;
    Ok(found
        .iter()
        .filter_map(|rule| rule["ID"].as_i64())
        .collect())
}

fn by(criterion: &Value) -> Vec<i64> {
    let mut found = ids(&json!({"searchCriteria": [criterion], "sortByObjectID": true})).unwrap();
    found.sort_unstable();
    found
}

#[test]
fn a_bare_cve_finds_only_rules_that_name_no_other() {
    assert_eq!(
        by(&json!({"fieldName": "CVE", "stringValue": "CVE-2021-44228"})),
        [1]
    );
    assert_eq!(
        by(&json!({"fieldName": "CVE", "stringValue": "%CVE-2021-44228%"})),
        [1, 2]
    );
    assert_eq!(
        by(&json!({"fieldName": "CVE", "stringValue": "%CVE-2021-4422%"})),
        [1, 2, 3]
    );
}

#[test]
fn wildcards_are_on_unless_switched_off() {
    assert_eq!(
        by(&json!({"fieldName": "name", "stringValue": "one_a"})),
        [1, 2]
    );
    let exact = json!({"fieldName": "name", "stringValue": "one_a", "stringWildcards": false});
    assert_eq!(by(&exact), [1]);
    let not = json!({"fieldName": "name", "stringTest": "not-equal", "stringValue": "one%"});
    assert_eq!(by(&not), [3, 7]);
}

#[test]
fn every_kind_of_test_selects() {
    let rising =
        json!({"fieldName": "CVSSScore", "numericTest": "greater-than", "numericValue": 9});
    assert_eq!(by(&rising), [1]);
    assert_eq!(
        by(&json!({"fieldName": "severity", "choiceValue": "high"})),
        [7]
    );
    assert_eq!(
        by(&json!({"fieldName": "alertEnabled", "booleanTest": true})),
        [7]
    );
    assert_eq!(
        by(&json!({"fieldName": "lastUpdated", "firstDateValue": 50})),
        [3]
    );
    let later =
        json!({"fieldName": "lastUpdated", "firstDateValue": 50, "firstDateInclusive": false});
    assert!(by(&later).is_empty());
    assert_eq!(by(&json!({"fieldName": "CVE", "nullTest": true})), [7]);
    let old = json!({"fieldName": "minimumAgentVersion", "versionTest": "less-than",
                     "versionValue": "12.0.0.10"});
    assert_eq!(by(&old), [7]);
    assert_eq!(
        by(&json!({"idTest": "less-than-or-equal", "idValue": 2})),
        [1, 2]
    );
    assert_eq!(by(&json!({"idTest": "not-equal", "idValue": 2})), [1, 3, 7]);
    assert!(by(&json!({"idTest": "greater-than", "idValue": i64::MAX})).is_empty());
}

#[test]
fn pages_follow_the_numbers_only_when_asked_to() {
    let page = |last: i64| {
        json!({"maxItems": 2, "sortByObjectID": true,
               "searchCriteria": [{"idTest": "greater-than", "idValue": last}]})
    };
    assert_eq!(ids(&page(0)).unwrap(), [1, 2]);
    assert_eq!(ids(&page(2)).unwrap(), [3, 7]);
    assert!(ids(&page(7)).unwrap().is_empty());
    assert_eq!(ids(&json!({"maxItems": 2})).unwrap(), [7, 3]);
}

#[test]
fn criteria_are_anded_and_one_may_stand_alone() {
    let both = json!({"searchCriteria": [
        {"fieldName": "CVE", "stringValue": "%44228%"}, {"idTest": "greater-than", "idValue": 1}]});
    assert_eq!(ids(&both).unwrap(), [2]);
    let alone = json!({"searchCriteria": {"idTest": "equal", "idValue": 3}});
    assert_eq!(ids(&alone).unwrap(), [3]);
}

#[test]
fn what_the_manager_does_not_know_is_refused() {
    for body in [
        json!({"searchCriteria": [{"fieldName": "detectOnly", "booleanTest": true}]}),
        json!({"searchCriteria": [{"fieldName": "name", "numericValue": 1}]}),
        json!({"searchCriteria": [{"fieldName": "name", "stringTest": "contains", "stringValue": "a"}]}),
        json!({"searchCriteria": [{"stringValue": "a"}]}),
        json!({"searchCriteria": [{"fieldName": "name"}]}),
        json!({"maxItems": 5001}),
        json!({"maxItems": -1}),
    ] {
        assert!(ids(&body).unwrap_err().starts_with("400 "), "{body}");
    }
}
