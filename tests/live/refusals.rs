//! What AWS, the way to it, or the arguments refuse: one line that says what to do.

use crate::world::{ROLE, World};

const LINE: &str = "evaluate --region us-east-1";

/// An answer of a query service that refuses.
fn refusal(code: &str, words: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message>\
         </Error><RequestId>1</RequestId></ErrorResponse>"
    )
}

#[test]
fn what_is_in_the_way_is_said_in_one_line() {
    let world = World::new();
    let line = world.with_manager(LINE);
    let sts = "sts:GetCallerIdentity";
    let token = "The security token included in the request is";
    world.proxy.answer(
        sts,
        403,
        &refusal("ExpiredToken", &format!("{token} expired")),
    );
    world
        .run(&line)
        .fails(1, &["ExpiredToken", "is expired", "sign in again"]);
    world.proxy.answer(
        sts,
        403,
        &refusal("InvalidClientTokenId", &format!("{token} invalid")),
    );
    world
        .run(&line)
        .fails(1, &["InvalidClientTokenId", "is us-east-1 enabled"]);
    let words =
        "User: arn:aws:iam::123456789012:user/a is not authorized to perform: sts:AssumeRole";
    world
        .proxy
        .answer("sts:AssumeRole", 403, &refusal("AccessDenied", words));
    let run = world.run(&format!("{line} --role-arn {ROLE}"));
    run.fails(
        1,
        &[
            ROLE,
            "cannot be taken on",
            "user/a is not authorized",
            "trust policy",
        ],
    );
}

#[test]
fn instances_that_may_not_be_described_are_said_to_be_so() {
    let world = World::new();
    let words = "You are not authorized to perform this operation.";
    let body = format!(
        "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>{words}</Message>\
         </Error></Errors><RequestID>1</RequestID></Response>"
    );
    world.proxy.answer("ec2:DescribeInstances", 403, &body);
    let run = world.run(&world.with_manager(LINE));
    run.fails(
        1,
        &[
            "123456789012 in us-east-1",
            "the right ec2:DescribeInstances is missing",
        ],
    );
}

#[test]
fn a_part_that_may_not_be_read_is_a_gap_in_that_part_only() {
    let world = World::new();
    let id = world.launch(&world.clients("us-east-1"), "web-1");
    world.protect(1001, "123456789012", &id);
    let words = "User: auditor is not authorized to perform this";
    let action = "elasticloadbalancing:DescribeLoadBalancers";
    world
        .proxy
        .answer(action, 403, &refusal("AccessDenied", words));
    let run = world.run(&world.with_manager(&format!("{LINE} --output json")));
    assert_eq!(run.code, 4, "{run:?}");
    let verdict = |rule| run.verdicts(rule).get(&id).cloned();
    let web = "instance-is-behind-waf";
    assert_eq!(verdict(web).as_deref(), Some("UNDETERMINED"));
    assert!(
        run.stdout
            .contains(&format!("the right {action} is missing")),
        "{}",
        run.stdout
    );
    assert_eq!(verdict("instance-has-policy").as_deref(), Some("COMPLIANT"));
}

#[test]
fn an_endpoint_that_nobody_answers_at_is_said_to_be_so() {
    let world = World::new();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ];
    let run = world.run_with(&world.with_manager(LINE), &keys);
    run.fails(
        1,
        &[
            "sts:GetCallerIdentity",
            "is us-east-1 a Region",
            "AWS_ENDPOINT_URL",
        ],
    );
}

#[test]
fn arguments_that_do_not_fit_are_usage_errors() {
    let world = World::new();
    for (line, part) in [
        ("evaluate --region Frankfurt", "eu-west-1"),
        (
            "evaluate --role-arn arn:aws:iam::444455556666:role/a",
            "--region",
        ),
        ("evaluate --region eu-west-1 --external-id a", "--role-arn"),
        (
            "evaluate --region eu-west-1 --role-arn auditor",
            "is not the ARN of a role",
        ),
        (
            "evaluate --region eu-west-1 --instances a.json",
            "--instances",
        ),
        ("evaluate --region eu-west-1 --web a.json", "--web"),
        (
            "evaluate --region eu-west-1 --as-of 2026-11-24T12:00:00Z",
            "--as-of",
        ),
        (
            "evaluate --region eu-west-1",
            "What does Deep Security know".to_lowercase().as_str(),
        ),
        ("snapshot --output-dir a", "--region"),
        ("snapshot --region eu-west-1", "--output-dir"),
        (
            "snapshot --region eu-west-1 --output-dir key.txt",
            "is a file",
        ),
    ] {
        let run = world.run(line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}: {run:?}");
        assert!(
            run.stderr.to_lowercase().contains(&part.to_lowercase()),
            "{line}: {}",
            run.stderr
        );
    }
    assert_eq!(world.proxy.calls(), []);
}
