//! Other accounts whose roles a bucket may let in.

use std::collections::BTreeSet;

use remediations::access::others;
use rules::instance::AccountId;
use serde_json::{Value, json};

use super::world::{ACCOUNT, World, document};

const OWNER: &str = "444455556666";
const NEITHER: &str = "777788889999";

/// The accounts that a policy may let in, where the ledger knows two, and the bucket is of a third.
fn let_in(bucket: Option<&str>) -> Vec<String> {
    let world = World {
        bucket: bucket.map(str::to_owned),
        owner: Some(OWNER.to_owned()),
        ..World::default()
    };
    let known = [OWNER, ACCOUNT, NEITHER].map(|account| account.parse().unwrap());
    let known: BTreeSet<AccountId> = known.into_iter().collect();
    let others = others(&world.facts(), Some("a/x"), &known);
    others.iter().map(ToString::to_string).collect()
}

fn of(statement: &Value) -> Vec<String> {
    let mut whole = json!({"Effect": "Allow", "Action": "s3:GetObject",
                           "Resource": "arn:aws:s3:::books/*"});
    for (name, value) in statement.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let_in(Some(&document(&json!([whole]))))
}

fn by(principal: &Value) -> Vec<String> {
    of(&json!({"Principal": principal}))
}

#[test]
fn accounts_are_let_in_that_are_named_by_account_root_role_or_session() {
    for name in [
        "222233334444",
        "arn:aws:iam::222233334444:root",
        "arn:aws:iam::222233334444:role/app/reader",
        "arn:aws:sts::222233334444:assumed-role/reader/i-0123456789abcdef0",
    ] {
        assert_eq!(by(&json!({"AWS": name})), ["222233334444"], "{name}");
    }
    let two = json!({"AWS": ["222233334444", format!("arn:aws:iam::{ACCOUNT}:root")]});
    assert_eq!(by(&two), [ACCOUNT, "222233334444"]);
    assert_eq!(by(&json!({"AWS": OWNER})), [""; 0], "its own");
    assert_eq!(
        by(&json!({"AWS": "arn:aws:iam::222233334444:user/ann"})),
        [""; 0]
    );
    assert_eq!(by(&json!({"Service": "ec2.amazonaws.com"})), [""; 0]);
    assert_eq!(let_in(None), [""; 0]);
}

#[test]
fn accounts_that_are_known_are_let_in_where_anybody_may_be() {
    let known = [ACCOUNT, NEITHER];
    assert_eq!(by(&json!("*")), known);
    assert_eq!(by(&json!({"AWS": "*"})), known);
    assert_eq!(by(&json!({"CanonicalUser": "0123"})), known);
    assert_eq!(
        by(&json!({"AWS": "AROASOMEBODY"})),
        known,
        "whose it is does not show"
    );
    assert_eq!(by(&json!({"Robots": "all"})), known);
    assert_eq!(of(&json!({})), known, "it does not say who");
    assert_eq!(of(&json!({"NotPrincipal": {"AWS": "222233334444"}})), known);
    assert_eq!(let_in(Some("no policy")), known, "it cannot be read");
    let when = |condition: Value| of(&json!({"Principal": "*", "Condition": condition}));
    let organization = json!({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}});
    assert_eq!(when(organization), known, "the organization is not known");
    let account = json!({"StringEquals": {"aws:PrincipalAccount": NEITHER}});
    assert_eq!(when(account), [NEITHER]);
    let roles =
        json!({"ArnLike": {"aws:PrincipalArn": format!("arn:aws:iam::{ACCOUNT}:role/app/*")}});
    assert_eq!(when(roles), [ACCOUNT]);
    let never = json!({"Bool": {"aws:SecureTransport": "false"}});
    assert_eq!(when(never), [""; 0]);
}

#[test]
fn nobody_is_let_in_by_what_is_about_something_else_or_is_taken_away() {
    let anybody = json!("*");
    let about = |what: &Value| {
        let mut statement = json!({"Principal": anybody});
        for (name, value) in what.as_object().unwrap() {
            statement[name] = value.clone();
        }
        of(&statement)
    };
    assert_eq!(about(&json!({"Resource": "arn:aws:s3:::other/*"})), [""; 0]);
    assert_eq!(
        about(&json!({"Resource": "arn:aws:s3:::books/b/*"})),
        [""; 0]
    );
    assert_eq!(about(&json!({"Action": "s3:GetBucketPolicy"})), [""; 0]);
    let denies = document(&json!([
        {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWNER, NEITHER]}}},
    ]));
    assert_eq!(let_in(Some(&denies)), [NEITHER]);
}
