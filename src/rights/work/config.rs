//! AWS Config.

use super::Work;
use crate::rights::right::{
    Right,
    Scope::{Anything, Arns},
};

pub(in crate::rights) static RESULTS: Work = Work::new(
    "puts results",
    &[
        Right::to(
            &[
                "config:GetComplianceDetailsByResource",
                "config:PutEvaluations",
            ],
            Anything,
            "of what a Config rule shows of instances",
        ),
        Right::to(
            &["config:GetComplianceDetailsByConfigRule"],
            Arns(&[here!("config", "config-rule/*")]),
            "of what a Config rule shows of all instances",
        ),
    ],
);

pub(in crate::rights) static RECORDER: Work = Work::new(
    "looks at the recorder",
    &[Right::to(
        &[
            "config:DescribeConfigurationRecorderStatus",
            "config:DescribeConfigurationRecorders",
            "config:DescribeDeliveryChannels",
        ],
        Anything,
        "of what AWS Config records, and how often",
    )],
);

pub(in crate::rights) static DEPLOYED: Work = Work::new(
    "looks at the rules and their function",
    &[
        Right::to(
            &[
                "config:DescribeConfigRuleEvaluationStatus",
                "config:DescribeConfigRules",
            ],
            Anything,
            "of which rules there are, and how they ran last",
        ),
        Right::to(
            &["lambda:GetFunctionConfiguration", "lambda:GetPolicy"],
            Arns(&[here!("lambda", "function:${Prefix}-rule")]),
            "of what the function is told, and of who may invoke it",
        ),
        Right::to(
            &["sqs:ListDeadLetterSourceQueues"],
            Arns(&[here!("sqs", "${Prefix}-*")]),
            "of the queues whose messages end in one of dead letters",
        ),
    ],
);

pub(in crate::rights) static RESPONSE_RULES: Work = Work::new(
    "has the response rules run",
    &[
        Right::to(
            &["config:DescribeConfigRules"],
            Anything,
            "of the names that the conformance pack gave the rules",
        ),
        Right::to(
            &["config:StartConfigRulesEvaluation"],
            Arns(&[anywhere!("config", "config-rule/*")]),
            "of the rules that read the ledger",
        ),
    ],
);

pub(in crate::rights) static AGGREGATOR: Work = Work::new(
    "reads an aggregator",
    &[
        Right::to(
            &[
                "config:DescribeConfigurationAggregators",
                "config:ListConformancePackComplianceScores",
            ],
            Anything,
            "of which aggregators there are, and of the scores of the account's own packs",
        ),
        Right::to(
            &[
                "config:DescribeAggregateComplianceByConfigRules",
                "config:DescribeAggregateComplianceByConformancePacks",
                "config:DescribeConfigurationAggregatorSourcesStatus",
                "config:GetAggregateComplianceDetailsByConfigRule",
            ],
            Arns(&[here!("config", "config-aggregator/*")]),
            "of what the rules and packs of every account and Region show, and of how these stand",
        ),
    ],
);
