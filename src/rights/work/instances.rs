//! Instances, and what runs on them.

use super::Work;
use crate::rights::right::{
    Right,
    Scope::{Anything, Arns},
};

pub(in crate::rights) static INSTANCES: Work = Work::new(
    "looks at instances",
    &[Right::to(
        &["ec2:DescribeInstances"],
        Anything,
        "of which there are, and what state and roles they have",
    )],
);

pub(in crate::rights) static TASKS: Work = Work::new(
    "finds the instances of tasks",
    &[Right::to(
        &["ecs:DescribeContainerInstances", "ecs:DescribeTasks"],
        Arns(&[
            anywhere!("ecs", "container-instance/*"),
            anywhere!("ecs", "task/*"),
        ]),
        "of the instance that a task of ECS runs on",
    )],
);

pub(in crate::rights) static BUCKET_READERS: Work = Work::new(
    "finds the instances that may read a bucket",
    &[
        Right::to(
            &["iam:GetAccountAuthorizationDetails", "ec2:DescribeRegions"],
            Anything,
            "of the roles of instances, and of the Regions to look for these in",
        ),
        Right::to(
            &["s3:GetBucketPolicy"],
            Arns(&["arn:${AWS::Partition}:s3:::*"]),
            "of the bucket that a finding of Macie names",
        ),
    ],
);
