//! What is rendered: the pack of the repository, and random variants of it.

use std::{fs, path::Path, process::Command};

use deepgrade::pack::{Automatic, FREQUENCY, FUNCTION, Variant, limits};
use proptest::{prelude::*, sample::subsequence};
use rules::{
    CATALOGUE, Rule,
    parameter::Kind,
    rule::{Subject, Trigger},
};
use serde_json::{Value, json};

use crate::objections::objections;

const ROLE: &str = "arn:aws-us-gov:iam::111122223333:role/ssm/automation";
const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:deepgrade-rule:live";

fn committed() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance-pack.yaml");
    fs::read_to_string(file).unwrap()
}

fn document(pack: &str) -> Value {
    serde_saphyr::from_str(pack).unwrap()
}

fn resource<'a>(pack: &'a Value, name: &str) -> &'a Value {
    let resources = pack["Resources"].as_object().unwrap().values();
    let mut found = resources.filter(|resource| {
        let is_rule = resource["Type"] == "AWS::Config::ConfigRule";
        is_rule && resource["Properties"]["ConfigRuleName"] == name
    });
    let rule = found.next().unwrap_or_else(|| panic!("no rule {name}"));
    &rule["Properties"]
}

#[test]
fn nothing_is_objected_to_in_the_pack_of_the_repository() {
    let pack = committed();
    assert_eq!(objections(&pack), [""; 0]);
    let digits = pack.split(|letter: char| !letter.is_ascii_digit());
    assert!(digits.clone().all(|digits| digits.len() < 12));
    let parameters = document(&pack)["Parameters"].as_object().unwrap().len();
    assert!(parameters <= limits::PARAMETERS, "{parameters}");
}

#[test]
fn every_rule_is_in_it_with_what_starts_it_and_what_it_is_told() {
    let pack = document(&committed());
    for rule in CATALOGUE.iter().filter(|rule| !rule.is_optional()) {
        let Rule { id, trigger, .. } = rule;
        let properties = resource(&pack, &format!("ds-{id}"));
        let details = properties["Source"]["SourceDetails"].as_array().unwrap();
        let messages: Vec<&Value> = details.iter().map(|one| &one["MessageType"]).collect();
        let frequencies: Vec<&Value> = details
            .iter()
            .map(|one| &one["MaximumExecutionFrequency"])
            .collect();
        let change = [
            "ConfigurationItemChangeNotification",
            "OversizedConfigurationItemChangeNotification",
            "ScheduledNotification",
        ];
        match trigger {
            Trigger::ChangeAndHourly => {
                assert_eq!(messages, change, "{id}");
                let hourly = [&Value::Null, &Value::Null, &json!("One_Hour")];
                assert_eq!(frequencies, hourly, "{id}");
            }
            Trigger::Hourly => {
                assert_eq!(
                    (messages, frequencies),
                    (vec![&json!(change[2])], vec![&json!("One_Hour")]),
                    "{id}"
                );
            }
            Trigger::Scheduled => {
                let set = json!({"Ref": FREQUENCY});
                assert_eq!(
                    (messages, frequencies),
                    (vec![&json!(change[2])], vec![&set]),
                    "{id}"
                );
            }
        }
        assert_eq!(
            properties["Source"]["SourceIdentifier"],
            json!({"Ref": FUNCTION})
        );
        let scope = &properties["Scope"]["ComplianceResourceTypes"];
        match rule.subject {
            Subject::Instance(_) => assert_eq!(scope, &json!(["AWS::EC2::Instance"]), "{id}"),
            Subject::Account(_) => assert_eq!(properties["Scope"], Value::Null, "{id}"),
        }
        let told = properties["InputParameters"].as_object().unwrap();
        assert_eq!(told["rule"], *id);
        let mut names: Vec<&str> = told.keys().map(String::as_str).collect();
        let mut taken: Vec<&str> = rule.parameters().map(|one| one.name).collect();
        taken.push("rule");
        names.sort_unstable();
        taken.sort_unstable();
        assert_eq!(names, taken, "{id}");
        for parameter in rule.parameters() {
            let given = told[parameter.name]["Fn::If"].as_array().unwrap();
            let name = given[1]["Ref"].as_str().unwrap();
            let (begin, end) = name.split_once("Param").unwrap();
            assert_eq!(begin.to_lowercase(), id.replace('-', ""));
            assert!(end.eq_ignore_ascii_case(parameter.name), "{name}");
            assert_eq!(given[2], json!({"Ref": "AWS::NoValue"}));
            assert_eq!(
                pack["Parameters"][name]["Default"], parameter.default,
                "{name}"
            );
            let condition = given[0].as_str().unwrap();
            let is_given = json!({"Fn::Not": [{"Fn::Equals": ["", {"Ref": name}]}]});
            assert_eq!(pack["Conditions"][condition], is_given, "{name}");
        }
    }
}

/// The longest value that somebody would give. Names of policies may be of any length: they have
/// what the others leave.
fn longest(kind: &Kind) -> String {
    match kind {
        Kind::Integer { max, .. } => max.to_string(),
        Kind::Choice(words) => words
            .iter()
            .max_by_key(|word| word.len())
            .unwrap()
            .to_string(),
        Kind::Flag => "false".to_owned(),
        Kind::Modules => kind.to_string(),
        Kind::Ports => vec!["65535"; 20].join(","),
        Kind::PolicyNames => String::new(),
    }
}

#[test]
fn the_longest_values_fit_and_policies_have_room() {
    for rule in CATALOGUE {
        let mut told = serde_json::Map::from_iter([("rule".to_owned(), json!(rule.id))]);
        let parameters = rule.parameters();
        told.extend(parameters.map(|one| (one.name.to_owned(), json!(longest(&one.kind)))));
        let length = Value::from(told).to_string().chars().count();
        let names_policies = rule
            .parameters()
            .any(|one| matches!(one.kind, Kind::PolicyNames));
        let room = if names_policies { 768 } else { 0 };
        assert!(
            length + room <= limits::INPUT_PARAMETERS,
            "{}: {length}",
            rule.id
        );
    }
}

#[test]
fn every_remediation_is_offered_and_none_starts_by_itself() {
    let pack = document(&committed());
    let resources = pack["Resources"].as_object().unwrap().values();
    let remediations: Vec<&Value> = resources
        .filter(|resource| resource["Type"] == "AWS::Config::RemediationConfiguration")
        .map(|resource| &resource["Properties"])
        .collect();
    let offered: Vec<(&str, &str)> = remediations
        .iter()
        .map(|one| {
            (
                one["ConfigRuleName"].as_str().unwrap(),
                one["TargetId"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        offered,
        [
            ("ds-instance-has-policy", "deepgrade-assign-policy"),
            ("ds-modules-are-active", "deepgrade-enable-modules"),
            ("ds-threats-are-answered", "deepgrade-run-scans"),
            ("ds-sensitive-data-is-shielded", "deepgrade-run-scans"),
        ]
    );
    for remediation in remediations {
        assert_eq!(remediation["Automatic"], false);
        assert!(remediation["ExecutionControls"]["SsmControls"].is_object());
        assert!(
            remediation["Parameters"]
                .get("AutomationAssumeRole")
                .is_none()
        );
    }
}

/// The validator of CloudFormation templates finds nothing in it.
#[test]
fn cfn_lint_finds_nothing_in_the_pack_of_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let requirements = root.join("testbed/python/moto.txt");
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = testbed::python::environment(parent, &[&requirements]).unwrap();
    let output = Command::new(python.with_file_name("cfn-lint"))
        .args(["--include-checks", "I", "--"])
        .arg(root.join("conformance-pack.yaml"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.is_empty(),
        "{said}\n{output:?}"
    );
}

fn variants() -> impl Strategy<Value = Variant> {
    let rules = subsequence(CATALOGUE.to_vec(), 1..=CATALOGUE.len());
    let function = proptest::option::of(Just(FUNCTION_ARN.to_owned()));
    let automatic = subsequence(vec!["assign-policy", "enable-modules", "run-scans"], 0..=3);
    let names = ("[A-Za-z0-9_-]{0,11}", "[A-Za-z0-9_-]{0,64}");
    (rules, names, function, automatic).prop_map(|(rules, (prefix, documents), function, ids)| {
        let automatic = |remediation| Automatic {
            remediation,
            role: ROLE.to_owned(),
        };
        Variant {
            rules,
            prefix,
            documents,
            function,
            automatic: ids.into_iter().map(automatic).collect(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn nothing_is_objected_to_in_any_variant(variant in variants()) {
        let pack = variant.render().unwrap();
        prop_assert_eq!(objections(&pack), Vec::<String>::new());
        let document = document(&pack);
        let declared = document["Parameters"].as_object().unwrap();
        let listed = variant.parameters();
        prop_assert_eq!(listed.len(), declared.len());
        for parameter in listed {
            let declared = &declared[&parameter.name];
            prop_assert_eq!(&declared["Description"], &parameter.description);
            let default = parameter.default.map_or(Value::Null, Value::from);
            prop_assert_eq!(&declared["Default"], &default);
        }
    }
}
