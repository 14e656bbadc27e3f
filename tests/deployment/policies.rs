//! What roles and policies allow, and to whom.

use serde_json::Value;

use crate::{
    python::KNOWN,
    template::{HUB, ORGANIZATION, Stack, stacks, text},
};

/// The calls that are allowed on everything, and why they can be on nothing less: AWS knows no
/// resources of theirs (AWS service authorization reference).
const ON_EVERYTHING: [(&str, &str); 38] = [
    ("cloudfront:ListDistributionTenants", "a list"),
    ("cloudfront:ListDistributions", "a list"),
    ("cloudfront:ListVpcOrigins", "a list"),
    (
        "config:DescribeConfigRules",
        "a list of what has names that nobody knows before",
    ),
    (
        "config:GetComplianceDetailsByResource",
        "it is about a resource of another service",
    ),
    (
        "config:PutEvaluations",
        "the token of the event says which rule",
    ),
    ("ec2:DescribeInstances", "a list"),
    ("ec2:DescribeManagedPrefixLists", "a list"),
    ("ec2:DescribeNetworkInterfaces", "a list"),
    ("ec2:DescribeRegions", "a list"),
    ("ec2:DescribeSecurityGroups", "a list"),
    ("ec2:DescribeSubnets", "a list"),
    ("elasticloadbalancing:DescribeListeners", "a list"),
    ("elasticloadbalancing:DescribeLoadBalancers", "a list"),
    ("elasticloadbalancing:DescribeTargetGroups", "a list"),
    ("elasticloadbalancing:DescribeTargetHealth", "a list"),
    (
        "elasticloadbalancing:DescribeWebACLAssociation",
        "AWS WAF asks it about a web ACL of its own",
    ),
    (
        "guardduty:GetFindings",
        "findings have no ARN that a policy can name",
    ),
    ("guardduty:ListDetectors", "a list"),
    ("guardduty:ListFindings", "a list"),
    ("guardduty:ListMembers", "a list"),
    (
        "iam:GetAccountAuthorizationDetails",
        "it is about the whole account",
    ),
    (
        "inspector2:BatchGetAccountStatus",
        "it is about the whole account",
    ),
    ("inspector2:ListFindings", "a list"),
    ("inspector2:ListMembers", "a list"),
    (
        "macie2:GetFindings",
        "findings have no ARN that a policy can name",
    ),
    ("macie2:GetMacieSession", "it is about the whole account"),
    ("macie2:ListFindings", "a list"),
    ("macie2:ListMembers", "a list"),
    ("organizations:DescribeOrganization", "there is one"),
    (
        "organizations:ListAWSServiceAccessForOrganization",
        "a list",
    ),
    ("organizations:ListAccounts", "a list"),
    ("organizations:ListDelegatedAdministrators", "a list"),
    ("route53:ListHostedZones", "a list"),
    (
        "wafv2:CheckCapacity",
        "it is about rules that are not there yet",
    ),
    (
        "wafv2:DescribeAllManagedProducts",
        "it is about what vendors offer",
    ),
    (
        "wafv2:ListAvailableManagedRuleGroups",
        "it is about what vendors offer",
    ),
    ("wafv2:ListWebACLs", "a list"),
];

/// The longest sum of the inline policies of a role, in characters without white space (IAM user
/// guide, "IAM and AWS STS quotas").
const INLINE: usize = 10_240;

/// A statement of a policy, with what it is of.
pub(crate) struct Statement {
    of: String,
    pub(crate) value: Value,
}

impl Statement {
    pub(crate) fn list(&self, element: &str) -> Vec<String> {
        list(&self.value[element])
    }

    pub(crate) fn is_of(&self, name: &str) -> bool {
        self.of == name
    }

    fn allows(&self) -> bool {
        self.value["Effect"] == "Allow"
    }

    /// What its conditions ask of a key: the values.
    fn asks(&self, key: &str) -> Vec<String> {
        let operators = self.value["Condition"].as_object().into_iter().flatten();
        operators.flat_map(|(_, keys)| list(&keys[key])).collect()
    }
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Null => Vec::new(),
        one => vec![text(one)],
    }
}

pub(crate) fn statements(of: &str, document: &Value) -> Vec<Statement> {
    assert_eq!(document["Version"], "2012-10-17", "{of}");
    let all = document["Statement"].as_array().unwrap().iter();
    all.map(|value| Statement {
        of: of.to_owned(),
        value: value.clone(),
    })
    .collect()
}

/// The statements of the roles of a stack.
pub(crate) fn of_roles(stack: &Stack) -> Vec<Statement> {
    let mut all = Vec::new();
    for (name, role) in stack.resources("AWS::IAM::Role") {
        for policy in role["Policies"].as_array().unwrap() {
            all.extend(statements(name, &policy["PolicyDocument"]));
        }
    }
    all
}

/// The statements of the policies of buckets, queues and tables.
fn of_resources(stack: &Stack) -> Vec<Statement> {
    let mut all = Vec::new();
    for kind in ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"] {
        for (name, policy) in stack.resources(kind) {
            all.extend(statements(name, &policy["PolicyDocument"]));
        }
    }
    for (name, table) in stack.resources("AWS::DynamoDB::Table") {
        all.extend(statements(name, &table["ResourcePolicy"]["PolicyDocument"]));
    }
    all
}

#[test]
fn no_statement_allows_every_action_of_a_service() {
    let mut seen = 0;
    for stack in stacks() {
        for statement in of_roles(&stack).into_iter().chain(of_resources(&stack)) {
            let of = &statement.of;
            assert!(statement.value["NotAction"].is_null(), "{of}");
            assert!(statement.value["NotResource"].is_null(), "{of}");
            for action in statement.list("Action") {
                if statement.allows() {
                    seen += 1;
                    let known = KNOWN.actions.contains_key(&action.to_lowercase());
                    assert!(known, "{of}: {action} is no action of AWS");
                }
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn only_what_accepts_nothing_else_is_allowed_on_everything() {
    let mut everything = Vec::new();
    for stack in stacks() {
        for statement in of_roles(&stack) {
            let resources = statement.list("Resource");
            assert!(!resources.is_empty(), "{}", statement.of);
            let on_everything = resources.iter().any(|resource| resource == "*");
            for action in statement.list("Action") {
                let accepted = &KNOWN.actions[&action.to_lowercase()];
                assert_eq!(
                    on_everything,
                    accepted.is_empty(),
                    "{}: {action} accepts {accepted:?}, and is allowed on {resources:?}",
                    statement.of
                );
                if on_everything {
                    everything.push(action);
                }
            }
        }
    }
    everything.sort();
    everything.dedup();
    let named: Vec<&str> = ON_EVERYTHING.iter().map(|(action, _)| *action).collect();
    assert_eq!(everything, named);
}

/// Whoever is in another account, or may be, is told from others.
#[test]
fn nobody_elsewhere_is_allowed_anything_without_conditions() {
    let mut seen = 0;
    for stack in stacks() {
        for statement in of_resources(&stack).into_iter().filter(Statement::allows) {
            seen += 1;
            let of = &statement.of;
            if statement.value["Principal"] == "*" {
                let organizations = statement.asks("aws:PrincipalOrgID");
                assert_eq!(organizations, [ORGANIZATION], "{of}");
                let code_only = statement.list("Resource");
                let code_only = code_only.iter().all(|each| each.ends_with("/functions/*"));
                let roles = statement.asks("aws:PrincipalArn");
                let rules_only = roles == ["arn:aws:iam::*:role/deepgrade-rule-*"];
                assert!(code_only || rules_only, "{of}: {roles:?}");
            } else {
                let services = list(&statement.value["Principal"]["Service"]);
                assert_eq!(services, ["events.amazonaws.com"], "{of}");
                assert!(!statement.asks("aws:SourceArn").is_empty(), "{of}");
            }
        }
    }
    assert!(seen > 6, "{seen}");
}

#[test]
fn every_role_is_bounded_and_trusts_one_service_or_the_functions_of_the_hub() {
    let mut seen = Vec::new();
    for stack in stacks() {
        for (name, role) in stack.resources("AWS::IAM::Role") {
            assert_eq!(
                role["PermissionsBoundary"], "arn:aws:iam::aws:policy/b",
                "{name}"
            );
            assert!(role["ManagedPolicyArns"].is_null(), "{name}");
            assert!(
                text(&role["Description"]).starts_with("Deepgrade"),
                "{name}"
            );
            let mut size = 0;
            for policy in role["Policies"].as_array().unwrap() {
                size += policy["PolicyDocument"].to_string().len();
            }
            assert!(size <= INLINE, "{name}: {size}");
            let trust = statements(name, &role["AssumeRolePolicyDocument"]);
            let [trust] = &trust[..] else {
                panic!("{name}")
            };
            assert_eq!(trust.list("Action"), ["sts:AssumeRole"], "{name}");
            let service = list(&trust.value["Principal"]["Service"]);
            match service.first().map(String::as_str) {
                // Whoever may pass the role to a function of the account may use it anyway.
                Some("lambda.amazonaws.com") => {}
                Some(_) => {
                    let account = trust.asks("aws:SourceAccount");
                    assert_eq!(account, [stack.account()], "{name}");
                }
                None => {
                    let hub = list(&trust.value["Principal"]["AWS"]);
                    assert_eq!(hub, ["arn:aws:iam::111122223333:root"], "{name}");
                    let functions = trust.asks("aws:PrincipalArn");
                    let functions: Vec<&str> = functions
                        .iter()
                        .map(|arn| arn.strip_prefix("arn:aws:iam::111122223333:role/").unwrap())
                        .collect();
                    assert_eq!(
                        functions,
                        ["respond", "follow-up", "operate", "backfill", "waf"]
                            .map(|name| format!("deepgrade-{name}-eu-west-1")),
                    );
                    let organization = trust.asks("aws:PrincipalOrgID");
                    assert_eq!(organization, [ORGANIZATION], "{name}");
                }
            }
            seen.push(name);
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 12, "{seen:?}");
}

/// What the deployer did not ask for is not allowed either.
#[test]
fn rights_come_with_the_parameters_that_ask_for_them() {
    let actions = |template: &str, given: &[(&str, &str)]| -> Vec<String> {
        let stack = Stack::new(template, HUB, given);
        let all = of_roles(&stack).into_iter();
        all.flat_map(|statement| statement.list("Action")).collect()
    };
    let has = |all: &[String], action: &str| all.iter().any(|each| each == action);
    let least = actions("functions", &[]);
    for (action, parameter, value) in [
        ("wafv2:UpdateWebACL", "Acting", "on"),
        ("sts:AssumeRole", "OrganizationId", "o-a1b2c3d4e5"),
        (
            "kms:Decrypt",
            "KmsKeyArn",
            "arn:aws:kms:eu-west-1:111122223333:key/k",
        ),
        ("ec2:CreateNetworkInterface", "VpcSubnetIds", "subnet-1"),
    ] {
        assert!(!has(&least, action), "{action}");
        assert!(
            has(&actions("functions", &[(parameter, value)]), action),
            "{action}"
        );
    }
}
