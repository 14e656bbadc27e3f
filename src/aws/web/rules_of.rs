//! How many rules a web ACL has (AWS WAF API reference, `GetWebACL`).

use std::collections::BTreeSet;

use aws_sdk_wafv2::types;
use rules::web::{Part, WebAcl};

use crate::{
    aws::refusal::refusal,
    pacing::Pacing,
    ports::{Error, Fault},
};

use super::{
    associations::Rules,
    rates::WAF,
    sweep::{Sweep, part},
};

/// Reads how many rules the web ACLs with these ARNs have, but for those of which that is known.
/// What cannot be read is unread in the one concerned.
pub(super) async fn counted(
    sweep: &Sweep<'_>,
    arns: BTreeSet<Box<str>>,
    known: &Rules,
) -> Vec<WebAcl> {
    let pacing = Pacing::every(WAF, sweep.time);
    let mut counted = Vec::with_capacity(arns.len());
    for arn in arns {
        let rules = match known.get(&arn) {
            Some(rules) => Part::Read(*rules),
            None => {
                pacing.wait().await;
                part(read(sweep, &arn).await)
            }
        };
        counted.push(WebAcl { arn, rules });
    }
    counted
}

async fn read(sweep: &Sweep<'_>, arn: &str) -> Result<u32, Error> {
    let broken = |what: &str| {
        let line = format!("wafv2:GetWebACL: {what}");
        Error::Permanent(Fault::Deployment, line)
    };
    let Name { scope, name, id } =
        named(arn).ok_or_else(|| broken("what is carried is not a web ACL"))?;
    let client = match scope {
        types::Scope::Cloudfront => sweep.clients.wafv2_global(),
        _ => sweep.clients.wafv2(),
    };
    let call = client.get_web_acl().scope(scope).name(name).id(id);
    let answer = call.send().await;
    let answer = answer.map_err(|error| refusal("wafv2:GetWebACL", &error))?;
    let web_acl = answer.web_acl().map(rules_of);
    web_acl.ok_or_else(|| broken("an answer without a web ACL"))
}

/// What WAF calls a web ACL by.
#[derive(Debug, PartialEq, Eq)]
struct Name<'a> {
    scope: types::Scope,
    name: &'a str,
    id: &'a str,
}

/// The name in an ARN: `arn:aws:wafv2:REGION:ACCOUNT:SCOPE/webacl/NAME/ID` (service authorization
/// reference, "Resource types defined by AWS WAF V2").
fn named(arn: &str) -> Option<Name<'_>> {
    let mut parts = arn.splitn(6, ':').nth(5)?.split('/');
    let scope = match parts.next()? {
        "global" => types::Scope::Cloudfront,
        "regional" => types::Scope::Regional,
        _ => return None,
    };
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()) {
        ("webacl", name, id, None) => Some(Name { scope, name, id }),
        _ => None,
    }
}

/// Its own rules, and those that Firewall Manager puts before and after them.
pub(super) fn rules_of(web_acl: &types::WebAcl) -> u32 {
    let managed = web_acl.pre_process_firewall_manager_rule_groups().len()
        + web_acl.post_process_firewall_manager_rule_groups().len();
    u32::try_from(web_acl.rules().len() + managed).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_acl_is_named_by_its_arn() {
        for (place, scope) in [
            ("us-east-1:111122223333:global", types::Scope::Cloudfront),
            ("eu-west-1:111122223333:regional", types::Scope::Regional),
        ] {
            let arn = format!("arn:aws:wafv2:{place}/webacl/prod/a1");
            let (name, id) = ("prod", "a1");
            assert_eq!(named(&arn), Some(Name { scope, name, id }));
        }
        for arn in [
            "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/prod/a1",
            "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/prod",
            "arn:aws:waf::111122223333:webacl/a1",
            "prod",
        ] {
            assert_eq!(named(arn), None, "{arn}");
        }
    }

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
        assert_eq!(rules_of(&web_acl.build().unwrap()), 2);
    }
}
