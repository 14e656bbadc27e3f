//! Calls that belong together.

use rules::facts::Need;

use super::right::{
    Condition, Right,
    Scope::{Anything, Arns, Parameter},
};

/// Calls that are made for one thing.
#[derive(Debug)]
pub struct Work {
    /// What for, in words that go on after the name of the function.
    pub name: &'static str,
    /// Who makes them.
    pub caller: Caller,
    /// The calls.
    pub rights: &'static [Right],
}

/// Who makes calls with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The code of Deepgrade.
    Deepgrade,
    /// AWS Lambda, before the code runs and after it.
    Lambda,
}

impl Work {
    const fn new(name: &'static str, rights: &'static [Right]) -> Self {
        Self {
            name,
            caller: Caller::Deepgrade,
            rights,
        }
    }

    const fn of_lambda(name: &'static str, rights: &'static [Right]) -> Self {
        Self {
            name,
            caller: Caller::Lambda,
            rights,
        }
    }
}

/// What lies in the bucket.
macro_rules! bucket {
    ($key:literal) => {
        concat!(
            "arn:${AWS::Partition}:s3:::${Prefix}-${HubAccountId}-${HubRegion}",
            $key
        )
    };
}

/// A resource of the account in every Region.
macro_rules! anywhere {
    ($service:literal, $resource:literal) => {
        concat!(
            "arn:${AWS::Partition}:",
            $service,
            ":*:${AWS::AccountId}:",
            $resource
        )
    };
}

/// A resource where the function is.
macro_rules! here {
    ($service:literal, $resource:literal) => {
        concat!(
            "arn:${AWS::Partition}:",
            $service,
            ":${AWS::Region}:${AWS::AccountId}:",
            $resource
        )
    };
}

const TABLE: &str =
    "arn:${AWS::Partition}:dynamodb:${HubRegion}:${HubAccountId}:table/${Prefix}-ledger";

/// Nobody else's bucket that took the name.
const OWN_BUCKET: &[Condition] = &[Condition {
    operator: "StringEquals",
    key: "aws:ResourceAccount",
    values: &["${HubAccountId}"],
}];

/// Whoever may not list a bucket is told that access is denied to an object that is not there (Amazon
/// S3 API reference, `GetObject`).
const LIST_BUCKET: Right = Right::to(
    &["s3:ListBucket"],
    Arns(&[bucket!("")]),
    "to be told of an object that it is not there",
)
.when(OWN_BUCKET);

const DECRYPT: Right = Right::to(
    &["kms:Decrypt"],
    Parameter("KmsKeyArn"),
    "to read what is encrypted with the key of the deployer",
)
.only_if("HasKey");

const ENCRYPT: Right = Right::to(
    &["kms:Decrypt", "kms:GenerateDataKey"],
    Parameter("KmsKeyArn"),
    "to read and write what is encrypted with the key of the deployer",
)
.only_if("HasKey");

/// What a kind of fact that rules need is read by.
pub(super) const fn of_need(need: Need) -> &'static Work {
    match need {
        Need::Computer | Need::Policies | Need::IntrusionPreventionRules => &OWN_INVENTORY,
        Need::WebEdges => &WEB_EDGES,
        Need::Ledger => &OWN_LEDGER,
    }
}

/// The objects are those of `inventory::layout`.
pub(super) static OWN_INVENTORY: Work = Work::new(
    "reads its account's part of the inventory",
    &[
        Right::to(
            &["s3:GetObject"],
            Arns(&[
                bucket!("/inventory/pointer.json"),
                bucket!("/inventory/versions/*/*/manifest.json.gz"),
                bucket!("/inventory/versions/*/*/common.json.gz"),
                bucket!("/inventory/versions/*/*/common-rules.json.gz"),
                bucket!("/inventory/versions/*/*/instances.bin"),
                bucket!("/inventory/versions/*/*/rules.json.gz"),
                bucket!("/inventory/versions/*/*/accounts/${AWS::AccountId}.json.gz"),
                bucket!("/inventory/versions/*/*/accounts/${AWS::AccountId}-*.json.gz"),
            ]),
            "of what belongs to every account, and of the account's own computers",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        DECRYPT,
    ],
);

pub(super) static EXCEPTIONS: Work = Work::new(
    "reads the exceptions",
    &[Right::to(
        &["s3:GetObject"],
        Arns(&[bucket!("/exceptions/*")]),
        "of the files of exceptions, which belong to every account",
    )
    .when(OWN_BUCKET)],
);

pub(super) static INVENTORY: Work = Work::new(
    "reads the inventory of every account",
    &[
        Right::to(
            &["s3:GetObject"],
            Arns(&[bucket!("/inventory/*")]),
            "of what the Managers know",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        DECRYPT,
    ],
);

pub(super) static PUBLISHING: Work = Work::new(
    "publishes the inventory",
    &[
        Right::to(
            &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            Arns(&[bucket!("/inventory/*")]),
            "of versions of the inventory, and of the pointer to the current one",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        ENCRYPT,
    ],
);

pub(super) static SETTINGS: Work = Work::new(
    "reads the settings",
    &[Right::to(
        &["s3:GetObject"],
        Arns(&[bucket!("/${SettingsKey}")]),
        "of the file of settings",
    )
    .when(OWN_BUCKET)],
);

pub(super) static READER_KEYS: Work = Work::new(
    "reads the Managers",
    &[Right::to(
        &["secretsmanager:GetSecretValue"],
        Parameter("DeepSecuritySecretArn"),
        "of the readers' API keys",
    )],
);

pub(super) static OPERATOR_KEYS: Work = Work::new(
    "asks the Managers",
    &[Right::to(
        &["secretsmanager:GetSecretValue"],
        Parameter("OperatorSecretArn"),
        "of the operators' API keys",
    )
    .only_if("HasOperatorSecret")],
);

pub(super) static INSTANCES: Work = Work::new(
    "looks at instances",
    &[Right::to(
        &["ec2:DescribeInstances"],
        Anything,
        "of which there are, and what state and roles they have",
    )],
);

/// AWS WAF says of a load balancer which web ACL it carries to those who may ask Elastic Load
/// Balancing the same (AWS WAF developer guide, "Actions that require additional permissions
/// settings").
pub(super) static WEB_EDGES: Work = Work::new(
    "looks at what stands between the internet and instances",
    &[
        Right::to(
            &[
                "ec2:DescribeManagedPrefixLists",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
            ],
            Anything,
            "of which addresses and ports are open",
        ),
        Right::to(
            &["ec2:GetManagedPrefixListEntries"],
            Arns(&["arn:${AWS::Partition}:ec2:*:*:prefix-list/*"]),
            "of the addresses that prefix lists stand for",
        ),
        Right::to(
            &[
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
                "elasticloadbalancing:DescribeWebACLAssociation",
            ],
            Anything,
            "of what load balancers lead to",
        ),
        Right::to(
            &["elasticloadbalancing:GetLoadBalancerWebACL"],
            Arns(&[anywhere!("elasticloadbalancing", "loadbalancer/app/*")]),
            "of which web ACL a load balancer carries",
        ),
        Right::to(
            &[
                "cloudfront:ListDistributionTenants",
                "cloudfront:ListDistributions",
                "cloudfront:ListVpcOrigins",
            ],
            Anything,
            "of what CloudFront leads to",
        ),
        Right::to(
            &["wafv2:ListWebACLs"],
            Anything,
            "of which web ACLs there are",
        ),
        Right::to(
            &["wafv2:GetWebACL", "wafv2:ListResourcesForWebACL"],
            Arns(&[anywhere!("wafv2", "*/webacl/*")]),
            "of the rules of web ACLs, and of what carries them",
        ),
        Right::to(
            &["wafv2:GetWebACLForResource"],
            Arns(&[
                anywhere!("wafv2", "*/webacl/*"),
                anywhere!("elasticloadbalancing", "loadbalancer/app/*"),
            ]),
            "of which web ACL a load balancer carries",
        ),
        Right::to(
            &["route53:ListHostedZones"],
            Anything,
            "of the zones in which origins may be named",
        ),
        Right::to(
            &["route53:ListResourceRecordSets"],
            Arns(&["arn:${AWS::Partition}:route53:::hostedzone/*"]),
            "of what the names of origins lead to",
        ),
    ],
);

/// The keys are those of `ledger::Key`: an account with a Region, and an account alone for the list
/// of its Regions.
pub(super) static OWN_LEDGER: Work = Work::new(
    "reads its account's part of the ledger",
    &[
        Right::to(
            &["dynamodb:Query"],
            Arns(&[TABLE]),
            "of the account's findings, and of what became of them",
        )
        .when(&[Condition {
            operator: "ForAllValues:StringLike",
            key: "dynamodb:LeadingKeys",
            values: &["${AWS::AccountId}", "${AWS::AccountId}#*"],
        }]),
        DECRYPT,
    ],
);

pub(super) static LEDGER: Work = Work::new(
    "reads and writes the ledger",
    &[
        Right::to(
            &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            Arns(&[TABLE]),
            "of findings, plans and outcomes",
        ),
        ENCRYPT,
    ],
);

pub(super) static RESULTS: Work = Work::new(
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

pub(super) static RECORDER: Work = Work::new(
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

pub(super) static DEPLOYED: Work = Work::new(
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

pub(super) static DEAD_LETTERS: Work = Work::new(
    "counts dead letters",
    &[Right::to(
        &["sqs:GetQueueAttributes"],
        Arns(&[
            here!("sqs", "${Prefix}-rule-dead-letters"),
            here!("sqs", "${Prefix}-dead-letters"),
            here!("sqs", "${Prefix}-events-dead-letters"),
            here!("sqs", "${Prefix}-findings-dead-letters"),
            here!("sqs", "${Prefix}-quarantine"),
        ]),
        "of how many events nobody could deal with",
    )],
);

pub(super) static TASKS: Work = Work::new(
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

pub(super) static BUCKET_READERS: Work = Work::new(
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

pub(super) static SOURCES: Work = Work::new(
    "lists findings",
    &[
        Right::to(
            &[
                "guardduty:GetFindings",
                "guardduty:ListDetectors",
                "guardduty:ListFindings",
                "macie2:GetFindings",
                "macie2:GetMacieSession",
                "macie2:ListFindings",
                "inspector2:BatchGetAccountStatus",
                "inspector2:ListFindings",
            ],
            Anything,
            "of what GuardDuty, Macie and Inspector have found, and of whether they are on",
        ),
        Right::to(
            &["guardduty:GetDetector"],
            Arns(&[anywhere!("guardduty", "detector/*")]),
            "of whether GuardDuty is on",
        ),
    ],
);

/// An administrator of GuardDuty, Macie or Inspector sees the findings of its members.
pub(super) static MEMBERS: Work = Work::new(
    "lists members",
    &[Right::to(
        &[
            "guardduty:ListMembers",
            "inspector2:ListMembers",
            "macie2:ListMembers",
        ],
        Anything,
        "of the accounts whose findings are seen from the hub",
    )],
);

pub(super) static RESPONSE_RULES: Work = Work::new(
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

/// To write a web ACL takes the right to all that it refers to (AWS service authorization reference,
/// `UpdateWebACL`), since all of it is written back.
pub(super) static WEB_GROUPS: Work = Work::new(
    "covers instances with rule groups",
    &[
        Right::to(
            &[
                "wafv2:CheckCapacity",
                "wafv2:DescribeAllManagedProducts",
                "wafv2:ListAvailableManagedRuleGroups",
            ],
            Anything,
            "of which managed rule groups can be had, and of the room that they need",
        ),
        Right::to(
            &["wafv2:UpdateWebACL"],
            Arns(&[
                anywhere!("wafv2", "*/webacl/*"),
                anywhere!("wafv2", "*/rulegroup/*"),
                anywhere!("wafv2", "*/ipset/*"),
                anywhere!("wafv2", "*/regexpatternset/*"),
                "arn:${AWS::Partition}:wafv2:*:*:*/managedruleset/*",
            ]),
            "to add managed rule groups, where acting is on",
        )
        .only_if("Acts"),
    ],
);

pub(super) static TEAMS: Work = Work::new(
    "tells teams",
    &[Right::to(
        &["sns:Publish"],
        Arns(&[here!("sns", "${Prefix}-teams")]),
        "of instances that nothing protects",
    )],
);

pub(super) static SENDING: Work = Work::new(
    "sends findings",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-findings")]),
        "of those that the ledger does not have",
    )],
);

pub(super) static QUARANTINE: Work = Work::new(
    "puts aside what nobody understands",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-quarantine")]),
        "of messages that hold no finding that can be read",
    )],
);

/// Only where there is an organization: the role has the same name in each of its accounts.
pub(super) static OTHER_ACCOUNTS: Work = Work::new(
    "reaches other accounts",
    &[Right::to(
        &["sts:AssumeRole"],
        Arns(&["arn:${AWS::Partition}:iam::*:role/${Prefix}-member"]),
        "of the role that the accounts of the organization have for it",
    )
    .when(&[Condition {
        operator: "StringEquals",
        key: "aws:ResourceOrgID",
        values: &["${OrganizationId}"],
    }])
    .only_if("HasOrganization")],
);

pub(super) static LOG: Work = Work::of_lambda(
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

pub(super) static RULE_FAILURES: Work = Work::of_lambda(
    "keeps events that failed",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-rule-dead-letters")]),
        "of events that could not be dealt with after all tries",
    )],
);

pub(super) static FAILURES: Work = Work::of_lambda(
    "keeps events that failed",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-dead-letters")]),
        "of events that could not be dealt with after all tries",
    )],
);

pub(super) static RECEIVING: Work = Work::of_lambda(
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
pub(super) static NETWORK: Work = Work::of_lambda(
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
