//! What the code calls, and what its roles allow, are the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use deepgrade::rights::{AUDITOR, Caller, DOCTOR, ROLES};

use crate::python::KNOWN;

/// Operations that are allowed by an action of another name.
const OTHER_NAMES: [(&str, &str); 2] = [
    ("s3:DeleteObjects", "s3:DeleteObject"),
    ("sqs:SendMessageBatch", "sqs:SendMessage"),
];
/// Operations that need no right (AWS STS API reference, `GetCallerIdentity`).
const FREE: [&str; 1] = ["sts:GetCallerIdentity"];
/// What is allowed and not called by its name, and why.
const BEHIND_CALLS: [(&str, &str); 6] = [
    (
        "elasticloadbalancing:DescribeWebACLAssociation",
        "AWS WAF asks for it when it lists what a web ACL guards",
    ),
    (
        "elasticloadbalancing:GetLoadBalancerWebACL",
        "AWS WAF asks for it when it says what guards a load balancer",
    ),
    (
        "kms:Decrypt",
        "S3, DynamoDB, SQS, SNS and Secrets Manager ask for it where a key was given",
    ),
    (
        "kms:GenerateDataKey",
        "S3, DynamoDB, SQS and SNS ask for it where a key was given",
    ),
    (
        "s3:ListBucket",
        "without it S3 refuses what is only not there",
    ),
    ("sts:AssumeRole", "the SDK calls it to take on a role"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The actions that the code calls, by what the SDKs call operations: a method of a client takes
/// nothing, and has the name of the operation.
fn called() -> BTreeSet<String> {
    let folded = |name: &str| name.replace('_', "").to_lowercase();
    let operations: BTreeMap<&str, BTreeMap<String, &str>> = KNOWN
        .operations
        .iter()
        .map(|(service, names)| {
            let names = names.iter().map(|name| (folded(name), name.as_str()));
            (service.as_str(), names.collect())
        })
        .collect();
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws"),
        &mut files,
    );
    let mut called = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let flat: String = text.split_whitespace().collect();
        for (service, names) in &operations {
            let is_used = text.contains(&format!("aws_sdk_{service}:"))
                || flat.contains(&format!(".{service}()"))
                || flat.contains(&format!(".{service}_global()"));
            if !is_used {
                continue;
            }
            let methods = flat
                .split("()")
                .filter_map(|before| before.rsplit('.').next());
            for operation in methods.filter_map(|method| names.get(&folded(method))) {
                let prefix = service.trim_end_matches("balancingv2").to_owned();
                let prefix = if prefix == *service {
                    prefix
                } else {
                    format!("{prefix}balancing")
                };
                called.insert(format!("{prefix}:{operation}"));
            }
        }
    }
    for free in FREE {
        assert!(called.remove(free), "{free} is not called");
    }
    for (operation, action) in OTHER_NAMES {
        assert!(called.remove(operation), "{operation} is not called");
        called.insert(action.to_owned());
    }
    called
}

fn allowed() -> BTreeSet<String> {
    let work = ROLES
        .iter()
        .chain([&DOCTOR, &AUDITOR])
        .flat_map(|role| role.work());
    let own = work.filter(|work| work.caller == Caller::Deepgrade);
    let actions = own
        .flat_map(|work| work.rights)
        .flat_map(|right| right.actions);
    actions.map(|action| (*action).to_owned()).collect()
}

#[test]
fn every_call_is_allowed_to_a_role_and_nothing_is_allowed_that_is_not_called() {
    let (called, allowed) = (called(), allowed());
    assert!(called.len() > 50, "{called:?}");
    let missing: Vec<&str> = called.difference(&allowed).map(String::as_str).collect();
    assert!(missing.is_empty(), "no role may call {missing:?}");
    let unused = allowed.difference(&called).map(String::as_str);
    let unused: Vec<&str> = unused.collect();
    assert_eq!(unused, BEHIND_CALLS.map(|(action, _)| action));
}

/// A right that a function lacks shows as the name of the action, as the refusals in the code say it:
/// so those are all known to AWS.
#[test]
fn every_action_is_known_to_aws() {
    for action in allowed() {
        assert!(
            KNOWN.actions.contains_key(&action.to_lowercase()),
            "{action}"
        );
    }
}
