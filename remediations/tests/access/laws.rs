//! Laws of the evaluation, on policies drawn at random.

use std::collections::BTreeSet;

use proptest::{collection::vec, option, prelude::*, sample::select};
use remediations::access::{Answer, Operation, Reader, others};
use rules::instance::AccountId;
use serde_json::{Value, json};

use super::{
    random::Words,
    world::{ACCOUNT, World, document},
};

static WORDS: Words = Words {
    actions: &[
        "*",
        "s3:*",
        "s3:Get*",
        "s3:GetObject",
        "s3:PutObject",
        "S3:DELETEOBJECT",
        "s3:List*",
        "ec2:*",
    ],
    resources: &[
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::books",
        "arn:aws:s3:::books*",
        "arn:aws:s3:::books/*",
        "arn:aws:s3:::books/a/*",
        "arn:aws:s3:::books/a/x",
        "arn:aws:s3:::books/${aws:PrincipalTag/team}/*",
        "arn:aws:s3:::books/${aws:PrincipalAccount}/*",
        "arn:aws:s3:::*/x",
        "arn:aws:s3:::other/*",
    ],
    principals: &[
        "\"*\"",
        "{\"AWS\": \"*\"}",
        "{\"AWS\": \"111122223333\"}",
        "{\"AWS\": \"arn:aws:iam::111122223333:root\"}",
        "{\"AWS\": \"arn:aws:iam::111122223333:role/app/reader\"}",
        "{\"AWS\": [\"AROAREADER\", \"AROAOTHER\"]}",
        "{\"AWS\": \"arn:aws:sts::111122223333:assumed-role/reader/i-0123456789abcdef0\"}",
        "{\"AWS\": \"444455556666\"}",
        "{\"Service\": \"ec2.amazonaws.com\"}",
        "{\"CanonicalUser\": \"0123\"}",
    ],
    conditions: &[
        ("StringEquals", "aws:PrincipalAccount", "\"111122223333\""),
        (
            "StringNotEquals",
            "aws:PrincipalAccount",
            "\"111122223333\"",
        ),
        ("StringEquals", "s3:ResourceAccount", "\"111122223333\""),
        ("StringEquals", "aws:PrincipalOrgID", "\"o-abc\""),
        ("StringNotEquals", "aws:PrincipalOrgID", "\"o-abc\""),
        ("StringLike", "aws:userid", "\"AROAREADER:i-0*\""),
        ("StringNotLike", "aws:userid", "\"AROAREADER:*\""),
        ("Bool", "aws:SecureTransport", "\"false\""),
        ("IpAddress", "aws:SourceIp", "\"10.0.0.0/8\""),
        ("Null", "aws:SourceVpce", "\"false\""),
        ("StringEqualsIfExists", "aws:username", "\"x\""),
    ],
};

const KEYS: [&str; 4] = ["a/x", "a/y", "111122223333/x", "z"];

/// What is given, in statements.
#[derive(Clone, Debug)]
struct Given {
    identity: Vec<Vec<Value>>,
    boundary: Option<Vec<Value>>,
    bucket: Vec<Value>,
    owner: Option<String>,
    organization: Option<String>,
    object: Option<&'static str>,
}

impl Given {
    fn world(&self) -> World {
        World {
            identity: self
                .identity
                .iter()
                .map(|each| document(&json!(each)))
                .collect(),
            boundary: self.boundary.as_ref().map(|each| document(&json!(each))),
            bucket: Some(document(&json!(self.bucket))),
            name: None,
            owner: self.owner.clone(),
            organization: self.organization.clone(),
        }
    }

    fn answers(&self) -> [Answer; 4] {
        answers(&self.world().ask(self.object))
    }

    /// The documents that a statement can be added to.
    fn documents(&mut self) -> Vec<(bool, &mut Vec<Value>)> {
        let identity = self.identity.iter_mut().chain(self.boundary.as_mut());
        let mut documents: Vec<_> = identity.map(|document| (false, document)).collect();
        documents.push((true, &mut self.bucket));
        documents
    }
}

fn answers(reader: &Reader) -> [Answer; 4] {
    Operation::ALL.map(|operation| {
        let found = reader
            .operations
            .iter()
            .find(|(each, _)| *each == operation);
        found.map_or(Answer::Denied, |(_, answer)| *answer)
    })
}

fn given() -> impl Strategy<Value = Given> {
    let own = || vec(WORDS.statement(false), 1..4);
    let account = |text: &'static str| Some(text.to_owned());
    (
        vec(own(), 1..3),
        option::weighted(0.3, own()),
        vec(WORDS.statement(true), 0..4),
        select(vec![account(ACCOUNT), account("444455556666"), None]),
        select(vec![account("o-abc"), account("o-xyz"), None]),
        option::of(select(&KEYS[..])),
    )
        .prop_map(
            |(identity, boundary, bucket, owner, organization, object)| Given {
                identity,
                boundary,
                bucket,
                owner,
                organization,
                object,
            },
        )
}

/// A statement with this effect at some place.
fn added(given: &Given, place: usize, effect: &str, mut statements: [Value; 2]) -> Given {
    let mut more = given.clone();
    let mut documents = more.documents();
    let place = place % documents.len();
    let (of_bucket, document) = &mut documents[place];
    let statement = &mut statements[usize::from(*of_bucket)];
    statement["Effect"] = json!(effect);
    document.push(statement.take());
    more
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn adding_a_deny_never_adds_access(
        given in given(),
        place in any::<usize>(),
        own in WORDS.statement(false),
        of_bucket in WORDS.statement(true),
    ) {
        let denied = added(&given, place, "Deny", [own, of_bucket]);
        for (before, after) in given.answers().into_iter().zip(denied.answers()) {
            prop_assert!(after <= before, "{before} became {after}");
        }
    }

    #[test]
    fn adding_an_allow_never_removes_access(
        given in given(),
        place in any::<usize>(),
        own in WORDS.statement(false),
        of_bucket in WORDS.statement(true),
    ) {
        let allowed = added(&given, place, "Allow", [own, of_bucket]);
        for (before, after) in given.answers().into_iter().zip(allowed.answers()) {
            prop_assert!(after >= before, "{before} became {after}");
        }
    }

    #[test]
    fn the_order_of_policies_and_statements_makes_no_difference(given in given()) {
        let mut turned = given.clone();
        turned.identity.reverse();
        for (_, document) in turned.documents() {
            document.reverse();
        }
        prop_assert_eq!(given.answers(), turned.answers());
    }

    /// Who may access one object may access some object, and what is said of every object holds
    /// for each.
    #[test]
    fn an_object_is_one_of_all_objects(given in given()) {
        let all = Given { object: None, ..given.clone() }.answers();
        for key in KEYS {
            let one = Given { object: Some(key), ..given.clone() }.answers();
            for (one, all) in one.into_iter().zip(all) {
                prop_assert!(all > Answer::Denied || one == Answer::Denied, "{key}: {one}, {all}");
            }
        }
    }

    /// An account whose role may access the bucket of another one is looked at.
    #[test]
    fn whoever_has_access_from_another_account_is_let_in(given in given()) {
        let given = Given { owner: Some("444455556666".to_owned()), ..given };
        let may = given.answers().into_iter().any(|answer| answer > Answer::Denied);
        let own: BTreeSet<AccountId> = [ACCOUNT.parse().unwrap()].into();
        let others = others(&given.world().facts(), given.object, &own);
        prop_assert!(!may || others.is_superset(&own), "{others:?}");
    }

    /// What is said without the owner and the organization is true of every owner and organization.
    #[test]
    fn what_is_not_known_is_covered(given in given()) {
        let unknown = Given { owner: None, organization: None, ..given.clone() }.answers();
        for owner in [ACCOUNT, "444455556666"] {
            for organization in ["o-abc", "o-xyz"] {
                let known = Given {
                    owner: Some(owner.to_owned()),
                    organization: Some(organization.to_owned()),
                    ..given.clone()
                };
                for (known, unknown) in known.answers().into_iter().zip(unknown) {
                    let is_covered = unknown == Answer::Possible || known == unknown;
                    prop_assert!(is_covered, "{known} is not {unknown}");
                }
            }
        }
    }

    #[test]
    fn a_document_that_cannot_be_read_denies_nobody(given in given(), place in any::<usize>()) {
        let before = given.answers();
        let mut world = given.world();
        let count = world.identity.len() + 2;
        let place = place % count;
        let broken = "{\"Statement\": [{\"Effect\": \"Perhaps\"}]}".to_owned();
        match world.identity.get_mut(place) {
            Some(document) => *document = broken,
            None if place + 1 == count => world.bucket = Some(broken),
            None => world.boundary = Some(broken),
        }
        let after = answers(&world.ask(given.object));
        // A boundary where there was none may take away what it would not allow: not for certain.
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(before == Answer::Denied || after > Answer::Denied, "{before}, {after}");
        }
    }
}
