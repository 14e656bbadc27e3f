//! What rules and rule groups a web ACL has (AWS WAF API reference, `GetWebACL`).

use std::collections::BTreeSet;

use aws_sdk_wafv2::types;
use remediations::web_groups::{Scope, WebAclId};
use rules::web::{Part, RuleGroup, WebAcl, short_name};

use crate::{
    aws::refusal::refusal,
    pacing::Pacing,
    ports::{Error, Fault},
};

use super::{
    associations::Rules,
    rates::WAF,
    sweep::{Sweep, unread},
};

/// Reads the web ACLs with these ARNs, but for those that are known.
/// What cannot be read is unread in the one concerned.
pub(super) async fn counted(
    sweep: &Sweep<'_>,
    arns: BTreeSet<Box<str>>,
    known: &Rules,
) -> Vec<WebAcl> {
    let pacing = Pacing::every(WAF, sweep.time);
    let mut counted = Vec::with_capacity(arns.len());
    for arn in arns {
        if let Some(known) = known.get(&arn) {
            counted.push(known.clone());
            continue;
        }
        pacing.wait().await;
        let read = read(sweep, &arn).await;
        counted.push(read.unwrap_or_else(|error| WebAcl {
            arn,
            rules: unread(&error),
            rule_groups: None,
            capacity: None,
        }));
    }
    counted
}

async fn read(sweep: &Sweep<'_>, arn: &str) -> Result<WebAcl, Error> {
    let broken = |what: &str| {
        let line = format!("wafv2:GetWebACL: {what}");
        Error::Permanent(Fault::Deployment, line)
    };
    let WebAclId { place, name, id } =
        WebAclId::of_arn(arn).ok_or_else(|| broken("what is carried is not a web ACL"))?;
    let (client, scope) = match place.scope {
        Scope::CloudFront => (sweep.clients.wafv2_global(), types::Scope::Cloudfront),
        Scope::Regional => (sweep.clients.wafv2(), types::Scope::Regional),
    };
    let call = client.get_web_acl().scope(scope).name(name).id(id);
    let answer = call.send().await;
    let answer = answer.map_err(|error| refusal("wafv2:GetWebACL", &error))?;
    let web_acl = answer.web_acl().map(described);
    web_acl.ok_or_else(|| broken("an answer without a web ACL"))
}

/// A web ACL as the web edges hold it: with its own rules, and those that Firewall Manager puts
/// before and after them.
pub(in crate::aws) fn described(web_acl: &types::WebAcl) -> WebAcl {
    let managed = [
        web_acl.pre_process_firewall_manager_rule_groups(),
        web_acl.post_process_firewall_manager_rule_groups(),
    ];
    let rules = web_acl.rules().len() + managed.iter().map(|groups| groups.len()).sum::<usize>();
    let own = web_acl.rules().iter().filter_map(types::Rule::statement);
    let own = own.filter_map(|statement| {
        referred(
            statement.managed_rule_group_statement(),
            statement.rule_group_reference_statement(),
        )
    });
    let managed = managed.into_iter().flatten();
    let managed = managed.filter_map(types::FirewallManagerRuleGroup::firewall_manager_statement);
    let managed = managed.filter_map(|statement| {
        referred(
            statement.managed_rule_group_statement(),
            statement.rule_group_reference_statement(),
        )
    });
    WebAcl {
        arn: web_acl.arn().into(),
        rules: Part::Read(u32::try_from(rules).unwrap_or(u32::MAX)),
        rule_groups: Some(own.chain(managed).collect()),
        capacity: u32::try_from(web_acl.capacity()).ok(),
    }
}

/// The rule group that a rule refers to. It cannot be nested in another statement (AWS WAF API
/// reference, `ManagedRuleGroupStatement`, `RuleGroupReferenceStatement`).
fn referred(
    managed: Option<&types::ManagedRuleGroupStatement>,
    own: Option<&types::RuleGroupReferenceStatement>,
) -> Option<RuleGroup> {
    let managed = managed.map(|managed| RuleGroup {
        vendor: Some(managed.vendor_name().into()),
        name: managed.name().into(),
    });
    managed.or_else(|| {
        own.map(|own| RuleGroup {
            vendor: None,
            name: short_name(own.arn()).into(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_firewall_manager_count() {
        let group = |name: &str| {
            types::FirewallManagerRuleGroup::builder()
                .name(name)
                .priority(0)
        };
        let statement = types::FirewallManagerStatement::builder().build();
        let visibility = types::VisibilityConfig::builder()
            .metric_name("metric")
            .cloud_watch_metrics_enabled(false)
            .sampled_requests_enabled(false)
            .build()
            .unwrap();
        let group = |name| {
            let group = group(name).firewall_manager_statement(statement.clone());
            let none = types::NoneAction::builder().build();
            let action = types::OverrideAction::builder().none(none).build();
            let group = group.override_action(action);
            group.visibility_config(visibility.clone()).build().unwrap()
        };
        let web_acl = types::WebAcl::builder()
            .name("prod")
            .id("a1")
            .arn("arn")
            .default_action(types::DefaultAction::builder().build())
            .visibility_config(visibility.clone())
            .pre_process_firewall_manager_rule_groups(group("first"))
            .post_process_firewall_manager_rule_groups(group("last"));
        let described = described(&web_acl.build().unwrap());
        assert_eq!(described.rules, Part::Read(2));
    }
}
