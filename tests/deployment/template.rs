//! A template with its functions worked out, as CloudFormation does for a stack.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::python::KNOWN;

pub(crate) const HUB: &str = "111122223333";
pub(crate) const MEMBER: &str = "444455556666";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ORGANIZATION: &str = "o-a1b2c3d4e5";

/// A stack that was never made: a template, in an account and Region, with parameters.
pub(crate) struct Stack {
    template: &'static Value,
    values: BTreeMap<String, Value>,
}

impl Stack {
    /// The stack with these parameters over the defaults.
    pub(crate) fn new(template: &str, account: &str, given: &[(&str, &str)]) -> Self {
        let template = &KNOWN.templates[template];
        let mut values: BTreeMap<String, Value> = [
            ("AWS::Partition", "aws"),
            ("AWS::URLSuffix", "amazonaws.com"),
            ("AWS::Region", REGION),
            ("AWS::AccountId", account),
        ]
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .into();
        for (name, parameter) in template["Parameters"].as_object().unwrap() {
            let given = given.iter().find(|(given, _)| given == name);
            let value = given.map(|(_, value)| json!(value));
            let value = value.or_else(|| parameter.get("Default").cloned());
            let value = value.unwrap_or_else(|| json!(format!("some-{name}")));
            let value = match (parameter["Type"].as_str(), value.as_str()) {
                (Some("CommaDelimitedList"), Some(text)) => {
                    json!(text.split(',').collect::<Vec<_>>())
                }
                _ => value,
            };
            values.insert(name.clone(), value);
        }
        Self { template, values }
    }

    /// The account that it is in.
    pub(crate) fn account(&self) -> String {
        text(&self.named("AWS::AccountId"))
    }

    /// The resources of a type that there are, by their names in the template.
    pub(crate) fn resources(&self, kind: &str) -> BTreeMap<&'static str, Value> {
        let resources = self.template["Resources"].as_object().unwrap().iter();
        resources
            .filter(|(_, resource)| resource["Type"] == kind)
            .filter(|(_, resource)| {
                let condition = resource["Condition"].as_str();
                condition.is_none_or(|condition| self.holds(condition))
            })
            .map(|(name, resource)| (name.as_str(), self.value(&resource["Properties"])))
            .collect()
    }

    /// The properties of a resource.
    pub(crate) fn resource(&self, name: &str) -> Value {
        self.value(&self.template["Resources"][name]["Properties"])
    }

    fn holds(&self, condition: &str) -> bool {
        self.truth(&self.template["Conditions"][condition])
    }

    fn truth(&self, value: &Value) -> bool {
        let (function, given) = value.as_object().unwrap().iter().next().unwrap();
        let given = || given.as_array().unwrap();
        match function.as_str() {
            "Fn::Equals" => text(&self.value(&given()[0])) == text(&self.value(&given()[1])),
            "Fn::Not" => !self.truth(&given()[0]),
            "Fn::And" => given().iter().all(|each| self.truth(each)),
            "Condition" => self.holds(value["Condition"].as_str().unwrap()),
            other => panic!("{other}"),
        }
    }

    /// A value without functions.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value(item));
                items.filter(|item| !item.is_null()).collect()
            }
            Value::Object(members) => match members.iter().next() {
                Some((name, given)) if members.len() == 1 => self
                    .function(name, given)
                    .unwrap_or_else(|| self.members(members)),
                _ => self.members(members),
            },
            plain => plain.clone(),
        }
    }

    fn members(&self, members: &Map<String, Value>) -> Value {
        let members = members.iter();
        let members = members.map(|(name, value)| (name.clone(), self.value(value)));
        members.filter(|(_, value)| !value.is_null()).collect()
    }

    /// What a function comes to; `None` for what is none. What is not there is null.
    fn function(&self, name: &str, given: &Value) -> Option<Value> {
        Some(match name {
            "Ref" => match given.as_str().unwrap() {
                "AWS::NoValue" => Value::Null,
                name => self.named(name),
            },
            "Fn::GetAtt" => json!(format!("{}", text(given))),
            "Fn::ImportValue" => json!(format!("import of {}", text(&self.value(given)))),
            "Fn::Join" => {
                let items = self.value(&given[1]);
                let items: Vec<String> = items.as_array().unwrap().iter().map(text).collect();
                json!(items.join(given[0].as_str().unwrap()))
            }
            "Fn::If" => {
                let side = if self.holds(given[0].as_str().unwrap()) {
                    1
                } else {
                    2
                };
                self.value(&given[side])
            }
            "Fn::Sub" => json!(self.substituted(given)),
            _ => return None,
        })
    }

    fn named(&self, name: &str) -> Value {
        let value = self.values.get(name);
        value
            .cloned()
            .unwrap_or_else(|| json!(format!("the {name}")))
    }

    fn substituted(&self, given: &Value) -> String {
        let (pattern, own) = match given {
            Value::Array(parts) => (parts[0].as_str().unwrap(), self.value(&parts[1])),
            pattern => (pattern.as_str().unwrap(), Value::Null),
        };
        let mut parts = pattern.split("${");
        let mut whole = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            match name.strip_prefix('!') {
                Some(name) => whole.push_str(&format!("${{{name}}}")),
                None => {
                    let value = own.get(name).cloned().unwrap_or_else(|| self.named(name));
                    whole.push_str(&text(&value));
                }
            }
            whole.push_str(rest);
        }
        whole
    }
}

/// A value as a text, as CloudFormation puts it into others.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("."),
        other => other.to_string(),
    }
}

/// The stacks of an organization: in the hub account all there are, and one of a member.
pub(crate) fn stacks() -> Vec<Stack> {
    let given = [
        ("OrganizationId", ORGANIZATION),
        ("HubAccountId", HUB),
        ("HubRegion", REGION),
        ("MemberRoleRegion", REGION),
        ("MembersMayOperate", "yes"),
        ("Acting", "on"),
        (
            "OperatorSecretArn",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:operator",
        ),
        (
            "DeepSecuritySecretArn",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:reader",
        ),
        ("KmsKeyArn", "arn:aws:kms:eu-west-1:111122223333:key/k"),
        ("VpcSubnetIds", "subnet-1,subnet-2"),
        ("VpcSecurityGroupIds", "sg-1"),
        ("PermissionsBoundaryArn", "arn:aws:iam::aws:policy/b"),
        ("AlarmTopicArn", "arn:aws:sns:eu-west-1:111122223333:alarms"),
        ("SettingsKey", "settings/settings.yaml"),
        (
            "ExceptionsSha256",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        ("ProtectedTags", "exempt"),
        ("GuardRulesKey", "settings/guard/mine.guard"),
        ("GuardRulesSha256", "0123"),
    ];
    let templates = ["foundation", "functions", "region", "organization"];
    let hub = templates.map(|template| Stack::new(template, HUB, &given));
    let members = [HUB, MEMBER].map(|account| Stack::new("account", account, &given));
    hub.into_iter().chain(members).collect()
}
