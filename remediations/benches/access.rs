//! How long it takes to say which of an account's roles may access a bucket.
//!
//! `cargo bench -p remediations` makes 5,000 roles with five policies each, of the sizes that
//! accounts have: two managed policies out of 60, two of their own, a boundary for every third; and
//! a bucket with a policy of eight statements. It prints the time a role takes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints what the clock says"
)]

use std::{fmt::Write as _, sync::Arc, time::Instant};

use remediations::access::{
    Answer, Authorization, BucketFacts, BucketPolicy, Document, Policy, PolicyKind, Role, readers,
};
use serde_json::{Value, json};

const ROLES: usize = 5_000;
const ROUNDS: usize = 7;
const ACCOUNT: &str = "111122223333";

fn main() {
    let texts = texts();
    let began = Instant::now();
    let authorization = authorization(&texts);
    let read = began.elapsed();
    let bytes: usize = texts
        .managed
        .iter()
        .chain(&texts.own)
        .map(String::len)
        .sum();
    println!(
        "{ROLES} roles; {} KiB of encoded documents read in {:.1} µs a role",
        bytes >> 10,
        per_role(read.as_secs_f64())
    );
    let bucket = bucket();
    for (object, name) in [
        (Some("2026/11/customers.csv"), "one object"),
        (None, "any object"),
    ] {
        let mut times = Vec::new();
        let mut counts = [0; 3];
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let readers = readers(&authorization, &bucket, object);
            times.push(began.elapsed().as_secs_f64());
            counts = [Answer::Allowed, Answer::Possible, Answer::Denied]
                .map(|answer| readers.iter().filter(|each| each.answer == answer).count());
        }
        times.sort_by(f64::total_cmp);
        let [allowed, possible, denied] = counts;
        println!(
            "{name}: {allowed} allowed, {possible} possible, {denied} denied; \
             median {:.1} µs a role, worst round {:.1}",
            per_role(times[ROUNDS / 2]),
            per_role(times[ROUNDS - 1])
        );
    }
}

fn per_role(seconds: f64) -> f64 {
    seconds * 1e6 / f64::from(u32::try_from(ROLES).unwrap())
}

/// Documents, encoded as IAM gives them.
struct Texts {
    managed: Vec<String>,
    own: Vec<String>,
    boundary: String,
}

fn texts() -> Texts {
    let services = [
        "ec2", "logs", "ssm", "sqs", "sns", "kms", "dynamodb", "s3", "lambda", "ecr",
    ];
    let managed = (0..60).map(|number| {
        let statements = (0..6).map(|index| {
            let service = services[(number + index) % services.len()];
            let actions: Vec<_> = [
                "Get*",
                "List*",
                "Describe*",
                "BatchGet*",
                "PutObject",
                "Send",
            ]
            .iter()
            .map(|action| format!("{service}:{action}"))
            .collect();
            let resources: Vec<_> = (0..4)
                .map(|place| format!("arn:aws:{service}:::team-{number}-{place}/*"))
                .collect();
            json!({"Sid": format!("Part{index}"), "Effect": "Allow", "Action": actions,
                   "Resource": resources})
        });
        encoded(&json!(statements.collect::<Vec<_>>()))
    });
    let own = (0..ROLES * 2).map(|number| {
        let team = number % 97;
        let books = if number % 11 == 0 { "books" } else { "shelf" };
        encoded(&json!([
            {"Sid": "Objects", "Effect": "Allow",
             "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:AbortMultipartUpload"],
             "Resource": [format!("arn:aws:s3:::{books}-{team}/*"), format!("arn:aws:s3:::{books}/2026/*")]},
            {"Sid": "Bucket", "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
             "Resource": [format!("arn:aws:s3:::{books}-{team}"), format!("arn:aws:s3:::{books}")],
             "Condition": {"StringLike": {"s3:prefix": [format!("team-{team}/*"), "shared/*"]}}},
            {"Sid": "Queue", "Effect": "Allow",
             "Action": ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
             "Resource": format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:team-{team}")},
            {"Sid": "NoDelete", "Effect": "Deny", "Action": "s3:DeleteObject*", "Resource": "*",
             "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": format!("{team}")}}}
        ]))
    });
    Texts {
        managed: managed.collect(),
        own: own.collect(),
        boundary: encoded(&json!([
            {"Effect": "Allow", "Action": ["s3:*", "sqs:*", "logs:*", "ec2:Describe*"], "Resource": "*"},
            {"Effect": "Deny", "Action": ["iam:*", "organizations:*"], "Resource": "*"}
        ])),
    }
}

fn encoded(statements: &Value) -> String {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
    }
    encoded
}

fn authorization(texts: &Texts) -> Authorization {
    let read = |text: &String| Document::parse_encoded(text).map(Arc::new);
    let managed: Vec<_> = texts.managed.iter().map(read).collect();
    let boundary = read(&texts.boundary);
    let policy = |kind, number: usize, document: &Result<_, _>| Policy {
        kind,
        name: format!("policy-{number}").into(),
        document: Result::clone(document),
    };
    let role = |number: usize| Role {
        arn: format!("arn:aws:iam::{ACCOUNT}:role/team/role-{number}")
            .parse()
            .unwrap(),
        id: format!("AROA{number:016}").into(),
        policies: vec![
            policy(PolicyKind::Managed, 1, &managed[number % 60]),
            policy(PolicyKind::Managed, 2, &managed[(number * 7 + 1) % 60]),
            policy(PolicyKind::Inline, 3, &read(&texts.own[number * 2])),
            policy(PolicyKind::Inline, 4, &read(&texts.own[number * 2 + 1])),
        ],
        boundary: number
            .is_multiple_of(3)
            .then(|| policy(PolicyKind::Boundary, 5, &boundary)),
        instance_profiles: vec![
            format!("arn:aws:iam::{ACCOUNT}:instance-profile/role-{number}").into(),
        ],
    };
    Authorization {
        account: ACCOUNT.parse().unwrap(),
        organization: None,
        roles: (0..ROLES).map(role).collect(),
        gaps: Vec::new(),
    }
}

fn bucket() -> BucketFacts {
    let named = |number: usize| {
        json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
               "Principal": {"AWS": [format!("arn:aws:iam::{ACCOUNT}:role/team/role-{number}"),
                                     format!("arn:aws:iam::44445555666{number}:root")]},
               "Resource": ["arn:aws:s3:::books", "arn:aws:s3:::books/*"]})
    };
    let mut statements: Vec<_> = (1..7).map(named).collect();
    statements.push(
        json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
    );
    statements.push(
        json!({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::books/*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}}),
    );
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    BucketFacts {
        name: "books".into(),
        partition: "aws".into(),
        account: Some(ACCOUNT.parse().unwrap()),
        policy: BucketPolicy::Read(Document::parse(&text).unwrap()),
    }
}
