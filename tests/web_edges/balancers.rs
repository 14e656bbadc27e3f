//! Load balancers, target groups and regional web ACLs, as they are made in AWS.

use aws_sdk_elasticloadbalancing::types as classic;
use aws_sdk_elasticloadbalancingv2::types;
use aws_sdk_wafv2::types as waf;

use crate::account::Account;

/// A load balancer as AWS gave it out.
pub(crate) struct Balancer {
    pub(crate) arn: String,
    pub(crate) dns_name: String,
}

impl Account {
    /// Makes an application load balancer in a security group with a listener on port 80 and
    /// these targets, instance ids or addresses.
    pub(crate) fn application(&self, name: &str, group: &str, targets: &[&str]) -> Balancer {
        let kind = types::LoadBalancerTypeEnum::Application;
        let balancer = self.balancer(name, kind, &[group], group != "inside");
        self.forward(name, &balancer, (types::ProtocolEnum::Http, 80), targets);
        balancer
    }

    /// Makes a network load balancer for everybody with one listener and these targets.
    pub(crate) fn network(&self, name: &str, targets: &[&str]) -> Balancer {
        let balancer = self.balancer(name, types::LoadBalancerTypeEnum::Network, &[], true);
        self.forward(name, &balancer, (types::ProtocolEnum::Tcp, 80), targets);
        balancer
    }

    fn balancer(
        &self,
        name: &str,
        kind: types::LoadBalancerTypeEnum,
        groups: &[&str],
        is_public: bool,
    ) -> Balancer {
        let scheme = if is_public {
            types::LoadBalancerSchemeEnum::InternetFacing
        } else {
            types::LoadBalancerSchemeEnum::Internal
        };
        let mut call = self.clients.elasticloadbalancingv2().create_load_balancer();
        for group in groups {
            call = call.security_groups(&self.groups[group]);
        }
        let call = call.name(name).r#type(kind).scheme(scheme);
        let call = call.set_subnets(Some(self.subnets.clone()));
        let made = self.run(call.send()).unwrap();
        let made = &made.load_balancers()[0];
        Balancer {
            arn: made.load_balancer_arn().unwrap().to_owned(),
            dns_name: made.dns_name().unwrap().to_owned(),
        }
    }

    /// Makes a target group with these targets, and a listener that forwards to it.
    pub(crate) fn forward(
        &self,
        name: &str,
        balancer: &Balancer,
        (protocol, port): (types::ProtocolEnum, i32),
        targets: &[&str],
    ) {
        let kind = match targets.first() {
            Some(target) if target.starts_with("i-") => types::TargetTypeEnum::Instance,
            Some(target) if target.starts_with("arn:") => types::TargetTypeEnum::Alb,
            _ => types::TargetTypeEnum::Ip,
        };
        let client = self.clients.elasticloadbalancingv2();
        let group = client.create_target_group().name(name).target_type(kind);
        let group = group.protocol(protocol.clone()).port(80).vpc_id(&self.vpc);
        let group = self.run(group.send()).unwrap();
        let group = group.target_groups()[0].target_group_arn().unwrap();
        for targets in targets.chunks(100) {
            let targets = targets.iter().map(|id| {
                let target = types::TargetDescription::builder().id(*id);
                target.port(80).build()
            });
            let call = client.register_targets().target_group_arn(group);
            let call = call.set_targets(Some(targets.collect()));
            self.run(call.send()).unwrap();
        }
        let action = types::Action::builder()
            .r#type(types::ActionTypeEnum::Forward)
            .target_group_arn(group)
            .build();
        let call = client.create_listener().load_balancer_arn(&balancer.arn);
        let call = call.port(port).protocol(protocol).default_actions(action);
        self.run(call.send()).unwrap();
    }

    /// Makes a classic load balancer for everybody before an instance.
    pub(crate) fn classic(&self, name: &str, instance: &str) {
        let client = self.clients.elasticloadbalancing();
        let listener = classic::Listener::builder()
            .protocol("HTTP")
            .load_balancer_port(80)
            .instance_port(80)
            .build();
        let call = client.create_load_balancer().load_balancer_name(name);
        let call = call.listeners(listener.unwrap()).subnets(&self.subnets[0]);
        let call = call.security_groups(&self.groups["web"]);
        self.run(call.scheme("internet-facing").send()).unwrap();
        let instance = classic::Instance::builder().instance_id(instance).build();
        let call = client.register_instances_with_load_balancer();
        let call = call.load_balancer_name(name).instances(instance);
        self.run(call.send()).unwrap();
    }

    /// Makes a web ACL, with a rule or without, and gives its ARN.
    pub(crate) fn web_acl(&self, name: &str, scope: waf::Scope, has_rule: bool) -> String {
        let client = match scope {
            waf::Scope::Cloudfront => self.clients.wafv2_global(),
            _ => self.clients.wafv2(),
        };
        let visibility = waf::VisibilityConfig::builder()
            .metric_name(name)
            .cloud_watch_metrics_enabled(false)
            .sampled_requests_enabled(false)
            .build()
            .unwrap();
        let managed = waf::ManagedRuleGroupStatement::builder()
            .vendor_name("AWS")
            .name("AWSManagedRulesCommonRuleSet")
            .build()
            .unwrap();
        let statement = waf::Statement::builder()
            .managed_rule_group_statement(managed)
            .build();
        let rule = waf::Rule::builder()
            .name("common")
            .priority(1)
            .statement(statement)
            .visibility_config(visibility.clone())
            .build()
            .unwrap();
        let allow = waf::AllowAction::builder().build();
        let action = waf::DefaultAction::builder().allow(allow).build();
        let call = client.create_web_acl().name(name).scope(scope);
        let call = call.default_action(action).visibility_config(visibility);
        let call = call.set_rules(has_rule.then(|| vec![rule]));
        let made = self.run(call.send()).unwrap();
        made.summary().unwrap().arn().unwrap().to_owned()
    }

    /// Lets a load balancer carry a web ACL.
    pub(crate) fn protect(&self, balancer: &Balancer, web_acl: &str) {
        let call = self.clients.wafv2().associate_web_acl();
        let call = call.resource_arn(&balancer.arn).web_acl_arn(web_acl);
        self.run(call.send()).unwrap();
    }
}
