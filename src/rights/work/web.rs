//! What stands between the internet and the instances.

use super::Work;
use crate::rights::right::{
    Right,
    Scope::{Anything, Arns},
};

/// AWS WAF says of a load balancer which web ACL it carries to those who may ask Elastic Load
/// Balancing the same (AWS WAF developer guide, "Actions that require additional permissions
/// settings").
pub(in crate::rights) static WEB_EDGES: Work = Work::new(
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

/// To write a web ACL takes the right to all that it refers to (AWS service authorization reference,
/// `UpdateWebACL`), since all of it is written back.
pub(in crate::rights) static WEB_GROUPS: Work = Work::new(
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
