//! Every operator of conditions, on a key that is known, one that is known to be missing, one that
//! begins in a known way, and one that is not known.

use serde_json::{Value, json};

use super::world::{ACCOUNT, World, document};

const KNOWN: &str = "aws:PrincipalAccount";
const ARN: &str = "aws:PrincipalArn";
const ABSENT: &str = "aws:username";
const BEGINNING: &str = "aws:userid";
const UNKNOWN: &str = "aws:SourceIp";

fn answer(operator: &str, key: &str, value: &Value) -> &'static str {
    let statement = json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                            "Condition": {operator: {key: value}}}]);
    let world = World {
        identity: vec![document(&statement)],
        owner: Some(ACCOUNT.to_owned()),
        ..World::default()
    };
    match world.ask(Some("x")).answer.word() {
        "allowed" => "true",
        "denied" => "false",
        _ => "unknown",
    }
}

#[track_caller]
fn assert_answers(cases: &[(&str, &str, Value, &str)]) {
    for (operator, key, value, expected) in cases {
        let found = answer(operator, key, value);
        assert_eq!(found, *expected, "{operator} {key} {value}");
    }
}

#[test]
fn texts_are_compared_as_their_operator_says() {
    assert_answers(&[
        ("StringEquals", KNOWN, json!("111122223333"), "true"),
        ("StringEquals", KNOWN, json!(["1", "111122223333"]), "true"),
        ("StringEquals", KNOWN, json!(111_122_223_333_u64), "true"),
        ("StringEquals", KNOWN, json!("1111*"), "false"),
        ("StringNotEquals", KNOWN, json!("1"), "true"),
        (
            "StringNotEquals",
            KNOWN,
            json!(["1", "111122223333"]),
            "false",
        ),
        ("StringLike", KNOWN, json!("1111*33?3"), "true"),
        ("StringLike", KNOWN, json!("1111*4"), "false"),
        ("StringNotLike", KNOWN, json!("1111*"), "false"),
        ("StringNotLike", KNOWN, json!("2*"), "true"),
        (
            "StringEquals",
            "aws:PrincipalType",
            json!("assumedrole"),
            "false",
        ),
        (
            "StringEqualsIgnoreCase",
            "aws:PrincipalType",
            json!("assumedrole"),
            "true",
        ),
        (
            "StringNotEqualsIgnoreCase",
            "aws:PrincipalType",
            json!("ASSUMEDROLE"),
            "false",
        ),
        (
            "StringNotEqualsIgnoreCase",
            "aws:PrincipalType",
            json!("User"),
            "true",
        ),
        ("Bool", "aws:SecureTransport", json!(true), "true"),
        ("Bool", "aws:SecureTransport", json!("True"), "true"),
        ("Bool", "aws:PrincipalIsAWSService", json!("true"), "false"),
    ]);
}

#[test]
fn the_parts_of_an_arn_are_compared_one_by_one() {
    assert_answers(&[
        (
            "ArnEquals",
            ARN,
            json!("arn:aws:iam::111122223333:role/app/reader"),
            "true",
        ),
        ("ArnLike", ARN, json!("arn:aws:iam::*:role/app/*"), "true"),
        (
            "ArnLike",
            ARN,
            json!("arn:*:iam::111122223333:role/*er"),
            "true",
        ),
        (
            "ArnEquals",
            ARN,
            json!("arn:aws:iam::111122223333:role/reader"),
            "false",
        ),
        (
            "ArnNotEquals",
            ARN,
            json!("arn:aws:iam::111122223333:role/app/reader"),
            "false",
        ),
        (
            "ArnNotLike",
            ARN,
            json!("arn:aws:iam::444455556666:*"),
            "true",
        ),
        // No wildcard reaches over a colon, and whether this is an ARN at all is another question.
        ("ArnLike", ARN, json!("arn:*reader"), "unknown"),
        (
            "ArnLike",
            ARN,
            json!("arn:aws:*:role/app/reader"),
            "unknown",
        ),
        ("ArnLike", ARN, json!("arn:*:*:*:*:user/*"), "false"),
        // Which instance asks is not known, but that it is one is.
        (
            "ArnLike",
            "ec2:SourceInstanceARN",
            json!("arn:aws:ec2:*:*:instance/*"),
            "unknown",
        ),
        (
            "ArnLike",
            "ec2:SourceInstanceARN",
            json!("arn:aws:lambda:*:*:*"),
            "false",
        ),
    ]);
}

#[test]
fn a_key_that_is_known_to_be_missing_fails_what_asks_for_a_value() {
    let text = json!("x");
    for operator in [
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "NumericEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "ArnEquals",
        "ArnLike",
    ] {
        let with = |before: &str, after: &str| {
            answer(&format!("{before}{operator}{after}"), ABSENT, &text)
        };
        assert_eq!(with("", ""), "false", "{operator}");
        assert_eq!(with("", "IfExists"), "true", "{operator}");
        assert_eq!(with("ForAllValues:", ""), "true", "{operator}");
        assert_eq!(with("ForAnyValue:", ""), "false", "{operator}");
    }
    for operator in [
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
        "NumericNotEquals",
        "DateNotEquals",
        "NotIpAddress",
        "ArnNotEquals",
        "ArnNotLike",
    ] {
        let with = |before: &str, after: &str| {
            answer(&format!("{before}{operator}{after}"), ABSENT, &text)
        };
        assert_eq!(with("", ""), "true", "{operator}");
        assert_eq!(with("", "IfExists"), "true", "{operator}");
        assert_eq!(with("ForAllValues:", ""), "true", "{operator}");
        assert_eq!(with("ForAnyValue:", ""), "false", "{operator}");
    }
}

#[test]
fn a_key_that_is_there_is_asked_for_with_every_qualifier() {
    for (operator, expected) in [
        ("StringEqualsIfExists", "true"),
        ("ForAllValues:StringEquals", "true"),
        ("ForAnyValue:StringLike", "true"),
        ("ForAnyValue:StringNotEquals", "false"),
        ("ForAllValues:StringNotLikeIfExists", "false"),
    ] {
        assert_eq!(
            answer(operator, KNOWN, &json!("111122223333")),
            expected,
            "{operator}"
        );
    }
}

#[test]
fn null_asks_whether_a_key_is_missing() {
    assert_answers(&[
        ("Null", KNOWN, json!("true"), "false"),
        ("Null", KNOWN, json!(false), "true"),
        ("Null", ABSENT, json!("true"), "true"),
        ("Null", ABSENT, json!("false"), "false"),
        ("Null", ABSENT, json!(["true", "false"]), "true"),
        ("Null", UNKNOWN, json!("true"), "unknown"),
        ("Null", BEGINNING, json!("false"), "true"),
        ("Null", KNOWN, json!("perhaps"), "unknown"),
    ]);
}

#[test]
fn what_depends_on_the_instance_is_known_as_far_as_it_goes() {
    assert_answers(&[
        ("StringLike", BEGINNING, json!("AROAREADER:*"), "true"),
        ("StringLike", BEGINNING, json!("AROAREADER:i-?*"), "true"),
        ("StringLike", BEGINNING, json!("AROAREADER:i-0*"), "unknown"),
        ("StringLike", BEGINNING, json!("AROAREADER"), "false"),
        ("StringLike", BEGINNING, json!("AROAREADER:alice"), "false"),
        ("StringNotLike", BEGINNING, json!("AROAOTHER:*"), "true"),
        (
            "StringNotLike",
            BEGINNING,
            json!("AROAREADER:i-0*"),
            "unknown",
        ),
        (
            "StringEquals",
            BEGINNING,
            json!("AROAREADER:i-0123456789abcdef0"),
            "unknown",
        ),
    ]);
}

#[test]
fn what_is_not_known_stays_so() {
    assert_answers(&[
        ("IpAddress", UNKNOWN, json!("10.0.0.0/8"), "unknown"),
        ("NotIpAddress", UNKNOWN, json!("10.0.0.0/8"), "unknown"),
        (
            "StringEqualsIfExists",
            "aws:SourceVpc",
            json!("vpc-1"),
            "unknown",
        ),
        (
            "ForAllValues:StringLike",
            "aws:PrincipalOrgPaths",
            json!("o-a/*"),
            "unknown",
        ),
        (
            "DateGreaterThan",
            "aws:CurrentTime",
            json!("2026-01-01T00:00:00Z"),
            "unknown",
        ),
        ("NumericEquals", KNOWN, json!("111122223333"), "unknown"),
        ("StringResembles", KNOWN, json!("111122223333"), "unknown"),
        ("ForSomeValues:StringEquals", ABSENT, json!("x"), "unknown"),
        ("NullIfExists", ABSENT, json!("true"), "unknown"),
        ("StringEquals", KNOWN, json!([]), "unknown"),
        (
            "StringEquals",
            KNOWN,
            json!("${aws:PrincipalTag/account}"),
            "unknown",
        ),
        (
            "StringEquals",
            KNOWN,
            json!("x${aws:PrincipalTag/account}"),
            "false",
        ),
    ]);
}
