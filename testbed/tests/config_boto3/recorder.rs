//! The recorder, the delivery channel, and what is told of the last runs of rules.

use crate::{NOW, rule, start};
use serde_json::json;
use testbed::config::{LastRun, Recorder};

const RECORDERS: &str = "describe_configuration_recorders";
const STATUS: &str = "describe_configuration_recorder_status";
const CHANNELS: &str = "describe_delivery_channels";
const RUNS: &str = "describe_config_rule_evaluation_status";

#[test]
fn a_recorder_is_described_as_it_was_set_up() {
    let (config, mut boto3) = start();
    assert_eq!(
        boto3.answer(RECORDERS, json!({})),
        json!({"ConfigurationRecorders": []})
    );
    assert_eq!(
        boto3.answer(CHANNELS, json!({})),
        json!({"DeliveryChannels": []})
    );
    let types = ["AWS::EC2::Instance"];
    config.record(Some(Recorder::of_everything().daily(&types)));
    let recorder = &boto3.answer(RECORDERS, json!({}))["ConfigurationRecorders"][0];
    assert_eq!(
        recorder["recordingGroup"]["recordingStrategy"]["useOnly"],
        "ALL_SUPPORTED_RESOURCE_TYPES"
    );
    let overrides = json!([{"resourceTypes": types, "recordingFrequency": "DAILY"}]);
    assert_eq!(
        recorder["recordingMode"]["recordingModeOverrides"],
        overrides
    );
    config.record(Some(Recorder::of_everything().only(&types)));
    let named = json!({"ConfigurationRecorderNames": ["default"]});
    let recorder = &boto3.answer(RECORDERS, named)["ConfigurationRecorders"][0];
    assert_eq!(recorder["recordingGroup"]["resourceTypes"], json!(types));
    config.record(Some(Recorder::of_everything().all_but(&types)));
    let recorder = &boto3.answer(RECORDERS, json!({}))["ConfigurationRecorders"][0];
    let excluded = &recorder["recordingGroup"]["exclusionByResourceTypes"];
    assert_eq!(excluded["resourceTypes"], json!(types));
    let channels = boto3.answer(CHANNELS, json!({"DeliveryChannelNames": ["default"]}));
    assert_eq!(channels["DeliveryChannels"][0]["s3BucketName"], "config");
    for (operation, member, class) in [
        (
            RECORDERS,
            "ConfigurationRecorderNames",
            "NoSuchConfigurationRecorderException",
        ),
        (
            STATUS,
            "ConfigurationRecorderNames",
            "NoSuchConfigurationRecorderException",
        ),
        (
            CHANNELS,
            "DeliveryChannelNames",
            "NoSuchDeliveryChannelException",
        ),
    ] {
        assert_eq!(boto3.error(operation, json!({member: ["other"]})), class);
    }
    config.record(Some(Recorder::of_everything().without_channel()));
    let channels = boto3.answer(CHANNELS, json!({}));
    assert_eq!(channels, json!({"DeliveryChannels": []}));
}

#[test]
fn a_recorder_is_on_or_off_or_fails() {
    let (config, mut boto3) = start();
    let mut status = |recorder| {
        config.record(Some(recorder));
        boto3.answer(STATUS, json!({}))["ConfigurationRecordersStatus"][0].take()
    };
    assert_eq!(
        status(Recorder::of_everything()),
        json!({"name": "default", "recording": true, "lastStatus": "Success"})
    );
    assert_eq!(status(Recorder::of_everything().off())["recording"], false);
    let failing = status(Recorder::of_everything().failing("AccessDenied", "no bucket"));
    assert_eq!(
        [
            &failing["lastStatus"],
            &failing["lastErrorCode"],
            &failing["lastErrorMessage"]
        ],
        ["Failure", "AccessDenied", "no bucket"]
    );
}

#[test]
fn a_last_run_is_told_where_there_is_one() {
    let (config, mut boto3) = start();
    let told = rule(&config, "ds-agent-is-fresh");
    rule(&config, "ds-instance-is-clear");
    let none = json!({"ConfigRulesEvaluationStatus": []});
    assert_eq!(boto3.pages(RUNS, json!({})), none);
    let run = LastRun {
        succeeded: Some(NOW),
        failed: Some(NOW + 1000),
        error: Some(("AccessDenied".to_owned(), "not allowed".to_owned())),
    };
    config.tell_last_run(&told, run);
    assert_eq!(
        boto3.pages(RUNS, json!({}))["ConfigRulesEvaluationStatus"],
        json!([{
            "ConfigRuleName": told.name(),
            "ConfigRuleArn": told.arn(),
            "ConfigRuleId": told.id(),
            "FirstEvaluationStarted": true,
            "LastSuccessfulInvocationTime": NOW,
            "LastSuccessfulEvaluationTime": NOW,
            "LastFailedInvocationTime": NOW + 1000,
            "LastErrorCode": "AccessDenied",
            "LastErrorMessage": "not allowed",
        }])
    );
    let other = json!({"ConfigRuleNames": ["ds-instance-is-clear"]});
    assert_eq!(boto3.answer(RUNS, other), none);
    let unknown = json!({"ConfigRuleNames": ["ds-none"]});
    assert_eq!(boto3.error(RUNS, unknown), "NoSuchConfigRuleException");
}
