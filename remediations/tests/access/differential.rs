//! The same policies, judged by another evaluator, the library `iam-rs`, as far as its own rules
//! reach: one account, no boundary, documents with a version, one kind of principal, ARNs that name
//! the service, and keys whose values are known.

use iam_rs::{
    Arn, Context, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId,
};
use proptest::{collection::vec, prelude::*, sample::select};
use remediations::access::{Answer, Operation};
use serde_json::{Value, json};

use super::{
    random::Words,
    world::{ACCOUNT, ROLE, World, document},
};

static WORDS: Words = Words {
    actions: &[
        "*",
        "s3:*",
        "s3:Get*",
        "s3:*Object",
        "s3:?etObject",
        "s3:GetObject",
        "s3:putobject",
        "s3:ListBucket",
        "ec2:DescribeInstances",
    ],
    resources: &[
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::books",
        "arn:aws:s3:::books*",
        "arn:aws:s3:::books/*",
        "arn:aws:s3:::b??ks/a/*",
        "arn:aws:s3:::books/a/x",
        "arn:aws:s3:::books/*/x*",
        "arn:aws:s3:::books/${aws:PrincipalAccount}/*",
        "arn:aws:s3:::other/*",
        "arn:aws:sqs:eu-west-1:111122223333:books",
    ],
    principals: &[
        "\"*\"",
        "{\"AWS\": \"*\"}",
        "{\"AWS\": \"arn:aws:iam::111122223333:role/app/reader\"}",
        "{\"AWS\": [\"arn:aws:iam::111122223333:role/other\", \"arn:aws:iam::111122223333:role/app/reader\"]}",
        "{\"AWS\": \"arn:aws:iam::111122223333:user/reader\"}",
        "{\"Service\": \"ec2.amazonaws.com\"}",
    ],
    conditions: &[
        ("StringEquals", "aws:PrincipalAccount", "\"111122223333\""),
        ("StringEquals", "aws:PrincipalAccount", "[\"1\", \"2\"]"),
        (
            "StringNotEquals",
            "aws:PrincipalAccount",
            "[\"1\", \"111122223333\"]",
        ),
        ("StringNotEquals", "aws:username", "\"x\""),
        ("StringEquals", "aws:username", "\"x\""),
        (
            "StringLike",
            "aws:PrincipalArn",
            "\"arn:aws:iam::*:role/app/?eader\"",
        ),
        (
            "StringNotLike",
            "aws:PrincipalArn",
            "[\"arn:aws:iam::*:user/*\", \"*:role/b*\"]",
        ),
        (
            "StringEqualsIgnoreCase",
            "aws:PrincipalType",
            "\"ASSUMEDROLE\"",
        ),
        ("StringNotEqualsIgnoreCase", "aws:PrincipalType", "\"user\""),
        ("StringEqualsIfExists", "aws:username", "\"x\""),
        ("StringEqualsIfExists", "aws:PrincipalAccount", "\"1\""),
        (
            "ArnLike",
            "aws:PrincipalArn",
            "\"arn:aws:iam::111122223333:role/*\"",
        ),
        (
            "ArnNotLike",
            "aws:PrincipalArn",
            "\"arn:aws:iam::111122223333:role/app/*\"",
        ),
        (
            "ArnEquals",
            "aws:PrincipalArn",
            "\"arn:aws:iam::111122223333:role/app/reader\"",
        ),
        ("Bool", "aws:SecureTransport", "\"true\""),
        ("Bool", "aws:SecureTransport", "\"false\""),
        ("Null", "aws:username", "\"true\""),
        ("Null", "aws:PrincipalArn", "\"true\""),
        (
            "ForAnyValue:StringLike",
            "aws:PrincipalAccount",
            "[\"1111*\", \"2\"]",
        ),
        (
            "ForAllValues:StringEquals",
            "aws:PrincipalAccount",
            "[\"3\", \"2\"]",
        ),
    ],
};

/// Whether the other evaluator allows it.
fn is_allowed(documents: &[String], operation: Operation, resource: &str) -> bool {
    let policies = documents
        .iter()
        .map(|text| IAMPolicy::from_json(text).unwrap());
    let context = Context::new()
        .with_string("aws:PrincipalAccount", ACCOUNT)
        .with_string("aws:PrincipalArn", ROLE)
        .with_string("aws:PrincipalType", "AssumedRole")
        .with_boolean("aws:SecureTransport", true);
    let request = IAMRequest::new_with_context(
        Principal::Aws(PrincipalId::String(ROLE.to_owned())),
        operation.action(),
        Arn::parse(resource).unwrap(),
        context,
    );
    let evaluator = PolicyEvaluator::with_policies(policies.collect());
    evaluator.evaluate(&request).unwrap().decision == Decision::Allow
}

/// Of a bucket every statement names somebody; the other evaluator takes it for the role's own
/// otherwise. Whom `NotPrincipal` excepts is not decided here.
fn of_bucket() -> impl Strategy<Value = Value> {
    WORDS.statement(true).prop_map(|mut statement| {
        let object = statement.as_object_mut().unwrap();
        object.remove("NotPrincipal");
        object.entry("Principal").or_insert(json!("*"));
        statement
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn another_evaluator_comes_to_the_same_answer(
        own in vec(vec(WORDS.statement(false), 1..4), 1..3),
        bucket in vec(of_bucket(), 0..3),
        key in select(vec!["a/x", "a/b/xy", "111122223333/x", "z"]),
    ) {
        let identity: Vec<String> = own.iter().map(|each| document(&json!(each))).collect();
        let bucket = document(&json!(bucket));
        let world = World {
            identity: identity.clone(),
            bucket: Some(bucket.clone()),
            owner: Some(ACCOUNT.to_owned()),
            ..World::default()
        };
        let reader = world.ask(Some(key));
        let documents: Vec<String> = identity.into_iter().chain([bucket]).collect();
        for operation in Operation::ALL {
            let resource = match operation {
                Operation::ListBucket => "arn:aws:s3:::books".to_owned(),
                _ => format!("arn:aws:s3:::books/{key}"),
            };
            let found = reader.operations.iter().find(|(each, _)| *each == operation).copied();
            let expected = is_allowed(&documents, operation, &resource);
            let expected = expected.then_some((operation, Answer::Allowed));
            prop_assert_eq!(found, expected, "{}", documents.join("\n"));
        }
    }
}
