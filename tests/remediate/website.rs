//! A website: an instance behind a load balancer that carries a web ACL without rules.

use aws_sdk_ec2::types::{IpPermission, IpRange};
use aws_sdk_elasticloadbalancingv2::types as elb;
use aws_sdk_wafv2::types as waf;
use deepgrade::aws::clients::Clients;
use testbed::edges::{Edges, ManagedGroup};

/// What an instance with the policy for web servers on Linux asks for.
pub(crate) const GROUPS: [&str; 3] = [
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

/// Lets an account use what is asked for.
pub(crate) fn offer(edges: &Edges) {
    for (name, capacity) in [
        ("CommonRuleSet", 700),
        ("KnownBadInputsRuleSet", 200),
        ("SQLiRuleSet", 200),
    ] {
        edges.add_managed_group(group(name, capacity));
    }
}

fn group(name: &str, capacity: u32) -> ManagedGroup {
    ManagedGroup {
        vendor: "AWS".to_owned(),
        name: format!("AWSManagedRules{name}"),
        title: String::new(),
        capacity,
        usable: true,
    }
}

/// Builds a website on an instance, and gives the ARN of its web ACL.
pub(crate) async fn build(clients: &Clients, instance: &str) -> String {
    let ec2 = clients.ec2();
    let subnets = ec2.describe_subnets().send().await.unwrap();
    let subnets: Vec<_> = subnets.subnets().iter().take(2).collect();
    let vpc = subnets[0].vpc_id().unwrap();
    let made = ec2.create_security_group().group_name("web").vpc_id(vpc);
    let made = made.description("web").send().await.unwrap();
    let security_group = made.group_id().unwrap();
    let everybody = IpRange::builder().cidr_ip("0.0.0.0/0").build();
    let permission = IpPermission::builder().ip_protocol("tcp").from_port(80);
    let permission = permission.to_port(80).ip_ranges(everybody).build();
    let open = ec2.authorize_security_group_ingress();
    let open = open.group_id(security_group).ip_permissions(permission);
    open.send().await.unwrap();

    let balancing = clients.elasticloadbalancingv2();
    let subnets = subnets
        .iter()
        .map(|subnet| subnet.subnet_id().unwrap().to_owned());
    let balancer = balancing.create_load_balancer().name("web");
    let balancer = balancer
        .set_subnets(Some(subnets.collect()))
        .security_groups(security_group)
        .scheme(elb::LoadBalancerSchemeEnum::InternetFacing);
    let balancer = balancer.send().await.unwrap();
    let balancer = balancer.load_balancers()[0].load_balancer_arn().unwrap();
    let http = elb::ProtocolEnum::Http;
    let targets = balancing.create_target_group().name("web").vpc_id(vpc);
    let targets = targets
        .protocol(http.clone())
        .port(80)
        .send()
        .await
        .unwrap();
    let targets = targets.target_groups()[0].target_group_arn().unwrap();
    let target = elb::TargetDescription::builder().id(instance).port(80);
    let register = balancing.register_targets().target_group_arn(targets);
    register.targets(target.build()).send().await.unwrap();
    let forward = elb::Action::builder()
        .r#type(elb::ActionTypeEnum::Forward)
        .target_group_arn(targets);
    let listener = balancing.create_listener().load_balancer_arn(balancer);
    let listener = listener.port(80).protocol(http);
    listener
        .default_actions(forward.build())
        .send()
        .await
        .unwrap();

    let visibility = waf::VisibilityConfig::builder()
        .metric_name("prod")
        .cloud_watch_metrics_enabled(false)
        .sampled_requests_enabled(false)
        .build()
        .unwrap();
    let allow = waf::AllowAction::builder().build();
    let made = clients.wafv2().create_web_acl().name("prod");
    let made = made
        .scope(waf::Scope::Regional)
        .visibility_config(visibility)
        .default_action(waf::DefaultAction::builder().allow(allow).build());
    let made = made.send().await.unwrap();
    let arn = made.summary().unwrap().arn().unwrap().to_owned();
    let protect = clients.wafv2().associate_web_acl();
    let protect = protect.web_acl_arn(&arn).resource_arn(balancer);
    protect.send().await.unwrap();
    arn
}
