//! What aggregators show.

use crate::{NOW, evaluation, ids_of, put, start_with, with};
use serde_json::{Value, json};
use testbed::config::{
    AggregatedSource, Aggregator, Compliance, Config, Crowd, Options, Pack, Registered, Rule,
};

const HERE: &str = "111122223333";
const THERE: &str = "444455556666";
const OUTSIDE: &str = "777788889999";
const RULES: &str = "describe_aggregate_compliance_by_config_rules";
const DETAILS: &str = "get_aggregate_compliance_details_by_config_rule";
const PACKS: &str = "describe_aggregate_compliance_by_conformance_packs";
const SOURCES: &str = "describe_configuration_aggregator_sources_status";

fn rule(config: &Config, account: &str, region: &str) -> Registered {
    let rule = Rule::new("ds-agent-is-fresh").hourly().in_pack();
    config
        .put_rule(rule.account(account).region(region))
        .unwrap()
}

fn all() -> Aggregator {
    Aggregator::new("all")
        .source(AggregatedSource::new(HERE, "us-east-1").updated_at(NOW))
        .source(
            AggregatedSource::new(THERE, "eu-west-1")
                .outdated()
                .updated_at(NOW - 1),
        )
}

fn named() -> Value {
    json!({"ConfigurationAggregatorName": "all"})
}

#[test]
fn rules_of_every_source_are_listed_and_their_results_come_with_annotations() {
    let members = [
        "AggregateComplianceByConfigRules",
        "AggregateEvaluationResults",
    ];
    let (config, mut boto3) = start_with(Options {
        empty_first_pages: members.map(str::to_owned).into(),
        ..Options::default()
    });
    let (here, there) = (
        rule(&config, HERE, "us-east-1"),
        rule(&config, THERE, "eu-west-1"),
    );
    let outside = rule(&config, OUTSIDE, "us-east-1");
    let silent = config.put_rule(Rule::new("ds-silent").hourly()).unwrap();
    config.put_aggregator(all().remembers(HERE, "us-east-1", "ds-gone"));
    let entry = with(
        evaluation("i-1", "NON_COMPLIANT"),
        "Annotation",
        json!("DS-AGT-001 why"),
    );
    let _ = boto3.answer("put_evaluations", put(config.tick(&here).token(), &[entry]));
    for rule in [&there, &outside] {
        config.fill(
            rule,
            Crowd {
                instances: 250,
                first: 1,
                says: |number| match number % 2 {
                    0 => (Compliance::NonCompliant, format!("DS-AGT-001 {number}")),
                    _ => (Compliance::Compliant, format!("DS-AGT-000 {number}")),
                },
                at: NOW,
            },
        );
    }

    let first = boto3.answer(RULES, named());
    assert_eq!(first["AggregateComplianceByConfigRules"], json!([]));
    assert!(first["NextToken"].is_string());
    let listed = boto3.pages(RULES, with(named(), "Limit", json!(2)));
    let place = |rule: &Registered, compliance: Value| {
        json!({
            "ConfigRuleName": rule.name(),
            "Compliance": compliance,
            "AccountId": rule.account(),
            "AwsRegion": rule.region(),
        })
    };
    let failing = |count: u32, capped: bool| {
        json!({
            "ComplianceType": "NON_COMPLIANT",
            "ComplianceContributorCount": {"CappedCount": count, "CapExceeded": capped},
        })
    };
    assert_eq!(
        listed["AggregateComplianceByConfigRules"],
        json!([
            place(&here, failing(1, false)),
            {
                "ConfigRuleName": "ds-gone",
                "Compliance": {"ComplianceType": "COMPLIANT"},
                "AccountId": HERE,
                "AwsRegion": "us-east-1",
            },
            place(&there, failing(100, true)),
        ]),
        "{} has no results, and {OUTSIDE} is no source",
        silent.name()
    );
    let filters = json!({"AccountId": THERE, "ComplianceType": "NON_COMPLIANT"});
    let some = boto3.pages(RULES, with(named(), "Filters", filters));
    assert_eq!(
        some["AggregateComplianceByConfigRules"][0]["AccountId"],
        THERE
    );

    let of = |rule: &Registered| {
        let mut parameters = with(named(), "ConfigRuleName", json!(rule.name()));
        parameters["AccountId"] = json!(rule.account());
        parameters["AwsRegion"] = json!(rule.region());
        parameters
    };
    let details = boto3.pages(DETAILS, of(&here));
    let result = &details["AggregateEvaluationResults"][0];
    assert_eq!(result["Annotation"], "DS-AGT-001 why");
    assert_eq!(
        [&result["AccountId"], &result["AwsRegion"]],
        [HERE, "us-east-1"]
    );
    let every = boto3.pages(DETAILS, with(of(&there), "Limit", json!(100)));
    let every = ids_of(&every, "AggregateEvaluationResults");
    let wanted: Vec<String> = (1..=250).map(Crowd::id).collect();
    assert_eq!(every, wanted);
    config.options(|options| options.empty_first_pages.clear());
    let usual = boto3.answer(DETAILS, of(&there));
    assert_eq!(ids_of(&usual, "AggregateEvaluationResults").len(), 50);
    let failing = with(of(&there), "ComplianceType", json!("NON_COMPLIANT"));
    let failing = boto3.pages(DETAILS, failing);
    assert_eq!(ids_of(&failing, "AggregateEvaluationResults").len(), 125);
    let none = boto3.pages(DETAILS, of(&outside));
    assert_eq!(none["AggregateEvaluationResults"], json!([]));

    let token = &usual["NextToken"];
    let elsewhere = Aggregator::new("elsewhere").region("eu-west-1");
    config.put_aggregator(elsewhere);
    let unknown = json!({"ConfigurationAggregatorName": "elsewhere"});
    for (operation, parameters, class) in [
        (
            RULES,
            unknown.clone(),
            "NoSuchConfigurationAggregatorException",
        ),
        (
            RULES,
            with(named(), "Limit", json!(1001)),
            "ValidationException",
        ),
        (RULES, json!({}), "ValidationException"),
        (
            RULES,
            with(
                named(),
                "Filters",
                json!({"ComplianceType": "NOT_APPLICABLE"}),
            ),
            "ValidationException",
        ),
        (
            DETAILS,
            with(of(&there), "Limit", json!(101)),
            "ValidationException",
        ),
        (DETAILS, named(), "ValidationException"),
        (
            DETAILS,
            with(of(&there), "ComplianceType", json!("INSUFFICIENT_DATA")),
            "ValidationException",
        ),
        (
            DETAILS,
            with(of(&here), "NextToken", token.clone()),
            "InvalidNextTokenException",
        ),
    ] {
        assert_eq!(
            boto3.error(operation, parameters.clone()),
            class,
            "{parameters}"
        );
    }
}

#[test]
fn sources_say_how_they_stand_and_packs_say_so_with_scores_at_home() {
    let (config, mut boto3) = start_with(Options::default());
    let failed = AggregatedSource::new(OUTSIDE, "us-east-1").failed("AccessDenied", "no role");
    let organization = AggregatedSource::organization("o-1", "us-east-1").updated_at(NOW);
    config.put_aggregator(all().source(failed).source(organization));
    let statuses = boto3.pages(SOURCES, with(named(), "Limit", json!(1)));
    let statuses = statuses["AggregatedSourceStatusList"].as_array().unwrap();
    let shown = |status: &Value| {
        let members = ["SourceId", "LastUpdateStatus", "LastErrorCode"];
        members.map(|member| status[member].as_str().unwrap_or_default().to_owned())
    };
    let shown: Vec<[String; 3]> = statuses.iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            [HERE, "SUCCEEDED", ""],
            [THERE, "OUTDATED", ""],
            [OUTSIDE, "FAILED", "AccessDenied"],
            ["o-1", "SUCCEEDED", ""],
        ]
    );
    let failed = with(named(), "UpdateStatus", json!(["FAILED"]));
    let failed = boto3.answer(SOURCES, failed);
    assert_eq!(
        failed["AggregatedSourceStatusList"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let described = boto3.answer("describe_configuration_aggregators", json!({}));
    let described = described["ConfigurationAggregators"].as_array().unwrap();
    assert_eq!(described.len(), 1);
    let unknown = json!({"ConfigurationAggregatorNames": ["other"]});
    let class = boto3.error("describe_configuration_aggregators", unknown);
    assert_eq!(class, "NoSuchConfigurationAggregatorException");

    for (account, region, failing, score) in [
        (HERE, "us-east-1", 2, Some(91.5)),
        (THERE, "eu-west-1", 0, Some(100.0)),
    ] {
        config.put_pack(Pack {
            account: account.to_owned(),
            region: region.to_owned(),
            name: "deepgrade".to_owned(),
            compliant_rules: 5,
            non_compliant_rules: failing,
            rules: 9,
            score,
        });
    }
    let packs = boto3.pages(PACKS, named());
    let packs = &packs["AggregateComplianceByConformancePacks"];
    assert_eq!(packs[0]["Compliance"]["ComplianceType"], "NON_COMPLIANT");
    assert_eq!(packs[1]["Compliance"]["TotalRuleCount"], 9);
    let scores = boto3.answer("list_conformance_pack_compliance_scores", json!({}));
    assert_eq!(
        scores["ConformancePackComplianceScores"],
        json!([{"ConformancePackName": "deepgrade", "Score": "91.5"}])
    );
}
