//! What AWS Lambda does before the code runs and after it.

use super::Work;
use crate::rights::right::{
    Right,
    Scope::{Anything, Arns},
};

pub(in crate::rights) static LOG: Work = Work::of_lambda(
    "tells of its work",
    &[Right::to(
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        Arns(&[here!(
            "logs",
            "log-group:/aws/lambda/${Prefix}-${Function}:log-stream:*"
        )]),
        "to its own log group, which it cannot make anew",
    )],
);

pub(in crate::rights) static RULE_FAILURES: Work = Work::of_lambda(
    "keeps events that failed",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-rule-dead-letters")]),
        "of events that could not be dealt with after all tries",
    )],
);

pub(in crate::rights) static FAILURES: Work = Work::of_lambda(
    "keeps events that failed",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-dead-letters")]),
        "of events that could not be dealt with after all tries",
    )],
);

pub(in crate::rights) static RECEIVING: Work = Work::of_lambda(
    "is fed by the queue of findings",
    &[Right::to(
        &[
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ],
        Arns(&[here!("sqs", "${Prefix}-findings")]),
        "of the findings that EventBridge and `backfill` send",
    )],
);

/// What Lambda asks of every role in a VPC (AWS Lambda developer guide, "Required IAM permissions" of
/// "Giving Lambda functions access to resources in an Amazon VPC").
pub(in crate::rights) static NETWORK: Work = Work::of_lambda(
    "is in the VPC",
    &[
        Right::to(
            &["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
            Anything,
            "of the network interfaces of the function",
        )
        .only_if("IsInVpc"),
        Right::to(
            &[
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:UnassignPrivateIpAddresses",
            ],
            // Lambda tries them before there is an interface, on a resource of no kind.
            Arns(&[here!("ec2", "*/*")]),
            "of the network interfaces of the function",
        )
        .only_if("IsInVpc"),
    ],
);
