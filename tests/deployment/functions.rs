//! The functions, what invokes them, and what becomes of what fails.

use std::{collections::BTreeSet, fs};

use deepgrade::rights::ROLES;
use serde_json::Value;

use crate::{
    python::{KNOWN, TEMPLATES},
    template::{HUB, MEMBER, REGION, Stack, stacks, text},
};

/// Which binary serves which function, as `docs/functions.md` says.
const EVALUATE: [&str; 2] = ["inventory", "rule"];

/// Six times: AWS Lambda developer guide, "Creating and configuring an Amazon SQS event source
/// mapping".
const HIDDEN: u64 = 6;

fn named(parameter: &Value, limit: &str) -> u64 {
    parameter[limit].as_u64().unwrap()
}

#[test]
fn every_function_logs_for_a_time_and_keeps_what_fails() {
    let mut seen = BTreeSet::new();
    for stack in stacks() {
        let logs = stack.resources("AWS::Logs::LogGroup");
        let kept = stack.resources("AWS::Lambda::EventInvokeConfig");
        let fed = stack.resources("AWS::Lambda::EventSourceMapping");
        for (name, function) in stack.resources("AWS::Lambda::Function") {
            let handler = text(&function["Handler"]);
            assert_eq!(function["FunctionName"], format!("deepgrade-{handler}"));
            assert_eq!(function["Runtime"], "provided.al2023", "{name}");
            assert!(
                text(&function["Description"]).starts_with("Deepgrade: "),
                "{name}"
            );
            let binary = if EVALUATE.contains(&&*handler) {
                "evaluate"
            } else {
                "remediate"
            };
            assert!(
                text(&function["Code"]["S3Key"]).ends_with(&format!("/{binary}.zip")),
                "{name}"
            );
            for number in ["MemorySize", "Timeout"] {
                assert!(function[number].is_u64(), "{name}: {number}");
            }
            let log = text(&function["LoggingConfig"]["LogGroup"]);
            let log = &logs[log.strip_prefix("the ").unwrap()];
            assert_eq!(
                log["LogGroupName"],
                format!("/aws/lambda/deepgrade-{handler}")
            );
            assert_eq!(log["RetentionInDays"], 90, "{name}");
            // With this format CloudWatch takes the metrics out of the lines.
            assert_eq!(function["LoggingConfig"]["LogFormat"], "JSON", "{name}");
            let is_own = |each: &&Value| each["FunctionName"] == format!("the {name}");
            let failures = kept.values().find(is_own);
            let destination =
                failures.map(|kept| text(&kept["DestinationConfig"]["OnFailure"]["Destination"]));
            match (handler.as_str(), destination) {
                ("respond", None) => assert!(fed.values().any(|each| is_own(&each))),
                ("rule", Some(to)) => assert_eq!(to, "RuleDeadLetters.Arn"),
                (_, Some(to)) => assert_eq!(to, "import of deepgrade-dead-letters-arn", "{name}"),
                (_, None) => panic!("{name} keeps nothing of what fails"),
            }
            seen.insert(handler);
        }
    }
    let roles = ROLES.iter().map(|role| role.name.to_owned());
    let functions: BTreeSet<String> = roles.filter(|name| name != "member").collect();
    assert_eq!(seen, functions);
}

/// The page of the functions and the templates name the same variables.
#[test]
fn the_functions_have_the_variables_that_are_documented() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/functions.md"));
    let page = page.unwrap();
    let documented = |name: &str| page.contains(&format!("| `{name}` |"));
    let mut set = BTreeSet::new();
    for stack in stacks() {
        for (name, function) in stack.resources("AWS::Lambda::Function") {
            for (variable, value) in function["Environment"]["Variables"].as_object().unwrap() {
                assert!(!text(value).is_empty(), "{name}: {variable}");
                set.insert(variable.clone());
            }
        }
    }
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `DEEPGRADE_"));
    let cells = rows.flat_map(|row| row.split(" |").take(1));
    for cell in cells {
        for name in format!("DEEPGRADE_{cell}").split(", ") {
            let name = name.trim_matches('`');
            assert!(set.remove(name), "{name} is set nowhere");
        }
    }
    let mut undocumented = set.iter().filter(|name| !documented(name));
    assert_eq!(
        undocumented.next(),
        None,
        "docs/functions.md does not say it"
    );
}

#[test]
fn findings_are_hidden_long_enough_and_come_again() {
    let stack = Stack::new("foundation", HUB, &[]);
    let queue = stack.resource("Findings");
    let timeout = &KNOWN.templates["functions"]["Parameters"]["RespondTimeout"];
    let hidden = queue["VisibilityTimeout"].as_u64().unwrap();
    assert!(hidden >= HIDDEN * named(timeout, "MaxValue"), "{hidden}");
    assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], 5);
    let functions = Stack::new("functions", HUB, &[]);
    let mapping = functions.resource("RespondQueue");
    assert_eq!(
        mapping["FunctionResponseTypes"][0],
        "ReportBatchItemFailures"
    );
    assert_eq!(mapping["ScalingConfig"]["MaximumConcurrency"], 2);
    assert_eq!(
        mapping["EventSourceArn"],
        "import of deepgrade-findings-arn"
    );
}

#[test]
fn findings_of_every_source_go_to_the_queue_or_are_kept() {
    let of = |template: &str| {
        let stack = Stack::new(template, HUB, &[]);
        let rules = stack.resources("AWS::Events::Rule");
        let mut sources = BTreeSet::new();
        for (name, rule) in rules {
            assert!(
                !rule["Targets"][0]["DeadLetterConfig"]["Arn"].is_null(),
                "{name}"
            );
            for source in rule["EventPattern"]["source"].as_array().unwrap() {
                sources.insert(text(source));
            }
        }
        sources
    };
    let all = ["aws.guardduty", "aws.inspector2", "aws.macie"].map(str::to_owned);
    assert_eq!(of("functions"), BTreeSet::from(all.clone()));
    assert_eq!(of("region"), BTreeSet::from(all));
}

/// A schedule with a rate and no start begins when it is made: that is the first listing.
#[test]
fn schedules_begin_at_once_and_keep_what_fails() {
    let stack = Stack::new("functions", HUB, &[]);
    let schedules = stack.resources("AWS::Scheduler::Schedule");
    let mut invoked = BTreeSet::new();
    for (name, schedule) in schedules {
        assert!(schedule["StartDate"].is_null(), "{name}");
        assert!(
            text(&schedule["ScheduleExpression"]).starts_with("rate("),
            "{name}"
        );
        let target = &schedule["Target"];
        assert_eq!(
            target["DeadLetterConfig"]["Arn"],
            "import of deepgrade-dead-letters-arn"
        );
        invoked.insert(text(&target["Arn"]));
    }
    let expected = ["Backfill", "FollowUp", "Inventory", "Waf"];
    let expected = expected.map(|name| format!("{name}Function.Arn"));
    assert_eq!(invoked, BTreeSet::from(expected));
}

#[test]
fn aws_config_invokes_for_rules_of_the_account_only() {
    let given = [("HubAccountId", HUB), ("HubRegion", REGION)];
    for account in [HUB, MEMBER] {
        let stack = Stack::new("account", account, &given);
        let permissions = stack.resources("AWS::Lambda::Permission");
        let [(_, permission)] = permissions.iter().collect::<Vec<_>>()[..] else {
            panic!("{permissions:?}")
        };
        assert_eq!(permission["Principal"], "config.amazonaws.com");
        assert_eq!(permission["SourceAccount"], account);
        let rules = format!("arn:aws:config:{REGION}:{account}:config-rule/*");
        assert_eq!(permission["SourceArn"], rules);
    }
}

#[test]
fn members_ask_for_things_only_where_the_deployer_lets_them() {
    let permissions = |given: &[(&str, &str)]| {
        let stack = Stack::new("functions", HUB, given);
        stack.resources("AWS::Lambda::Permission")
    };
    let organization = ("OrganizationId", "o-a1b2c3d4e5");
    assert!(permissions(&[("MembersMayOperate", "yes")]).is_empty());
    assert!(permissions(&[organization]).is_empty());
    let asked = permissions(&[organization, ("MembersMayOperate", "yes")]);
    assert_eq!(
        asked["OperateFromMembers"]["PrincipalOrgID"],
        "o-a1b2c3d4e5"
    );
}

/// What is not of these goes with its stack.
#[test]
fn only_the_audit_history_stays_when_stacks_are_deleted() {
    let mut kept = Vec::new();
    for template in TEMPLATES {
        let resources = KNOWN.templates[template]["Resources"].as_object().unwrap();
        for (name, resource) in resources {
            let policies = ["DeletionPolicy", "UpdateReplacePolicy"];
            match policies.map(|policy| resource[policy].as_str()) {
                [None | Some("Delete"), None | Some("Delete")] => {}
                [Some("Retain"), Some("Retain")] => kept.push(format!("{template} {name}")),
                other => panic!("{template} {name}: {other:?}"),
            }
        }
    }
    assert_eq!(kept, ["foundation Bucket", "foundation Ledger"]);
}

#[test]
fn everything_is_described_and_every_parameter_is_in_one_group() {
    for template in TEMPLATES {
        let template = &KNOWN.templates[template];
        assert!(template["Description"].is_string());
        let groups = &template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"];
        let groups = groups.as_array().unwrap().iter();
        let mut grouped: Vec<String> = groups
            .flat_map(|group| group["Parameters"].as_array().unwrap().iter().map(text))
            .collect();
        grouped.sort();
        let parameters = template["Parameters"].as_object().unwrap();
        let mut names: Vec<String> = parameters.keys().cloned().collect();
        names.sort();
        assert_eq!(grouped, names);
        for (name, parameter) in parameters {
            assert!(parameter["Description"].is_string(), "{name}");
            // No secret is ever handed over by a parameter.
            assert!(parameter["NoEcho"].is_null(), "{name}");
        }
        for (name, output) in template["Outputs"].as_object().unwrap() {
            assert!(output["Description"].is_string(), "{name}");
        }
    }
}
