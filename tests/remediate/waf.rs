//! The function `waf`.

use aws_sdk_ec2::types::{IpPermission, IpRange};
use aws_sdk_elasticloadbalancingv2::types as elb;
use aws_sdk_wafv2::types as waf;
use deepgrade::time::Time as _;
use deepgrade::{
    aws::clients::{self, Clients},
    cover::{Became, read_web_acls},
};
use rules::web::RuleGroup;
use serde_json::json;
use testbed::{
    edges::{ManagedGroup, Refusal},
    estate::policy_ids,
};

use super::{
    scene::{Scene, partition},
    stage::summary,
};

/// What the policy of the instance asks for.
const GROUPS: [&str; 3] = [
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

/// A website: an instance behind a load balancer that carries a web ACL.
struct Website {
    scene: Scene,
    clients: Clients,
    arn: String,
}

impl Website {
    fn new() -> Self {
        let scene = Scene::new();
        scene.stage.manager.estate(|estate| {
            for computer in estate.computers.values_mut() {
                computer.policy_id = Some(policy_ids::LINUX_WEB);
            }
        });
        scene.renew();
        for (name, capacity) in [("CommonRuleSet", 700), ("KnownBadInputsRuleSet", 200)] {
            scene.edges.add_managed_group(group(name, capacity));
        }
        scene.edges.add_managed_group(group("SQLiRuleSet", 200));
        let loader = clients::defaults()
            .test_credentials()
            .region("us-east-1")
            .endpoint_url(scene.edges.url());
        let clients = Clients::new(scene.stage.block_on(loader.load()));
        let arn = scene.stage.block_on(build(&clients, &scene.stage.id(0)));
        Self {
            scene,
            clients,
            arn,
        }
    }

    /// The names of the rules of the web ACL.
    fn rules(&self) -> Vec<String> {
        let id = self.arn.rsplit('/').next().unwrap();
        let call = self.clients.wafv2().get_web_acl().name("prod").id(id);
        let read = self
            .scene
            .stage
            .block_on(call.scope(waf::Scope::Regional).send());
        let acl = read.unwrap().web_acl.unwrap();
        let rules = acl.rules().iter();
        rules.map(|rule| rule.name().to_owned()).collect()
    }

    /// What the ledger tells of web ACLs.
    fn written(&self) -> Vec<(Vec<RuleGroup>, Option<Became>)> {
        let (table, partition) = (self.scene.table(), partition());
        let read = self.scene.stage.block_on(read_web_acls(&table, &partition));
        let (changes, unread) = read.unwrap();
        assert_eq!(unread, []);
        assert!(changes.iter().all(|change| *change.web_acl == self.arn));
        let changes = changes.into_iter();
        changes
            .map(|change| (change.rule_groups, change.became))
            .collect()
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

/// Builds it, and gives the ARN of the web ACL.
async fn build(clients: &Clients, instance: &str) -> String {
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

#[test]
fn what_fits_is_told_and_added_once_where_acting_is_on() {
    let site = Website::new();
    let answer = summary(&site.scene.start_dry("waf").invoke(&json!({})));
    assert_eq!(
        answer,
        json!({"acting": false, "partitions": 1, "webAcls": 1, "recommended": 3, "unknown": 0,
               "added": 0, "refused": 0})
    );
    assert_eq!(site.rules(), [""; 0]);
    assert_eq!(site.written(), []);

    let function = site.scene.start("waf");
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["added"], &answer["acting"]),
        (&json!(3), &json!(true)),
        "{answer}"
    );
    assert_eq!(site.rules(), GROUPS.map(|name| format!("deepgrade-{name}")));
    let written = site.written();
    let [
        (
            asked,
            Some(Became::Added {
                rule_groups,
                capacity,
            }),
        ),
    ] = &written[..]
    else {
        panic!("{written:?}");
    };
    // An empty web ACL of moto uses 3.
    assert_eq!((asked, *capacity), (rule_groups, 1_103));
    let names: Vec<&str> = asked.iter().map(|group| &*group.name).collect();
    assert_eq!(names, GROUPS);

    // What is there is recommended no more, and nothing is written of it.
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["recommended"], &answer["added"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(site.written().len(), 1);
    // It needs no key of a Manager.
    assert_eq!(site.scene.stage.manager.calls().len(), 0);
}

#[test]
fn what_fails_is_written_down_and_ends_in_an_error() {
    let site = Website::new();
    site.scene
        .edges
        .refuse("wafv2:UpdateWebACL", Refusal::denied());
    let function = site.scene.start("waf");
    let (kind, line) = super::stage::refusal(&function.invoke(&json!({})));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(line.contains("wafv2:UpdateWebACL"), "{line}");
    let written = site.written();
    let [(_, Some(Became::Failed { reason }))] = &written[..] else {
        panic!("{written:?}");
    };
    assert!(reason.contains("wafv2:UpdateWebACL"), "{reason}");
    assert_eq!(site.rules(), [""; 0]);
    // Without a ledger to write in, nothing is tried.
    site.scene.edges.heal();
    site.scene
        .edges
        .refuse("dynamodb:PutItem", Refusal::denied());
    function.invoke(&json!({}));
    assert_eq!(site.rules(), [""; 0]);
    site.scene.edges.heal();
    summary(&function.invoke(&json!({})));
    assert_eq!(site.rules().len(), 3);
}

#[test]
fn as_many_web_acls_are_changed_in_an_hour_as_a_deployer_says() {
    let site = Website::new();
    let bootstrap = site.scene.bootstrap("waf", "  webAclsAnHour: 0\n");
    let bootstrap = bootstrap.environment("DEEPGRADE_ACTING", "on");
    let function = site.scene.stage.launch_function("waf", bootstrap);
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["refused"], &answer["added"]),
        (&json!(1), &json!(0)),
        "{answer}"
    );
    assert_eq!(site.rules(), [""; 0]);
}

#[test]
fn what_is_refused_uses_up_nothing_and_what_is_stopped_changes_nothing() {
    let site = Website::new();
    let scene = &site.scene;
    let bootstrap = scene.bootstrap("waf", "  webAclsAnHour: 1\n");
    let bootstrap = bootstrap.environment("DEEPGRADE_ACTING", "on");
    let function = scene.stage.launch_function("waf", bootstrap);
    scene.edges.refuse("wafv2:UpdateWebACL", Refusal::denied());
    super::stage::refusal(&function.invoke(&json!({})));
    scene.edges.heal();
    let table = scene.table();
    let throw = |stopped| {
        let now = deepgrade::time::RealTime::start().now();
        let thrown = deepgrade::remediate::throw(&table, stopped, now);
        scene.stage.block_on(thrown).unwrap();
    };
    throw(true);
    summary(&function.invoke(&json!({})));
    assert_eq!(site.rules(), [""; 0]);
    throw(false);
    summary(&function.invoke(&json!({})));
    assert_eq!(site.rules().len(), 3);
}
