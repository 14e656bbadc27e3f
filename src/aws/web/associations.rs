//! Which web ACL an application load balancer carries, in the fewest calls (AWS WAF API reference,
//! `GetWebACLForResource`, `ListResourcesForWebACL`).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_wafv2::types;
use rules::{
    fact::Fact,
    web::{Part, WebAcl, WebAclLink},
};

use crate::{aws::refusal::refusal, ports::Error};

use super::{
    rates::{WAF, WAF_ASSOCIATIONS},
    rules_of::described,
    sweep::{Sweep, part, unread},
    web_acls::web_acls,
};
use crate::pacing::Pacing;

/// What application load balancers carry, by ARN.
pub(super) type Links = BTreeMap<Box<str>, Part<Fact<WebAclLink>>>;
/// The web ACLs that were met on the way, by ARN.
pub(super) type Rules = BTreeMap<Box<str>, WebAcl>;

/// Reads what each load balancer carries. WAF allows one such call a second, so they are made
/// either for each load balancer or for each web ACL, whichever are fewer; of equals for each load
/// balancer, since that answer holds the rules too.
pub(super) async fn associations(
    sweep: &Sweep<'_>,
    load_balancers: Vec<Box<str>>,
) -> (Links, Rules) {
    // One call for one load balancer is always the least.
    if load_balancers.len() <= 1 {
        return each_load_balancer(sweep, load_balancers).await;
    }
    match web_acls(sweep, &Pacing::every(WAF, sweep.time)).await {
        Ok(web_acls) if web_acls.len() < load_balancers.len() => {
            let links = each_web_acl(sweep, load_balancers, &web_acls).await;
            (links, Rules::new())
        }
        Ok(_) => each_load_balancer(sweep, load_balancers).await,
        Err(error) => {
            let links = load_balancers.into_iter();
            (
                links.map(|arn| (arn, unread(&error))).collect(),
                Rules::new(),
            )
        }
    }
}

async fn each_load_balancer(sweep: &Sweep<'_>, load_balancers: Vec<Box<str>>) -> (Links, Rules) {
    let pacing = Pacing::every(WAF_ASSOCIATIONS, sweep.time);
    let mut rules = Rules::new();
    let mut links = Links::new();
    for arn in load_balancers {
        pacing.wait().await;
        let call = sweep.clients.wafv2().get_web_acl_for_resource();
        let answer = call.resource_arn(&*arn).send().await;
        let link = answer.map(|answer| match answer.web_acl() {
            None => Fact::Known(WebAclLink::None),
            Some(web_acl) => {
                rules.insert(web_acl.arn().into(), described(web_acl));
                Fact::Known(WebAclLink::Current(web_acl.arn().into()))
            }
        });
        let link = link.map_err(|error| refusal("wafv2:GetWebACLForResource", &error));
        links.insert(arn, part(link));
    }
    (links, rules)
}

/// A load balancer that no web ACL lists carries none, if the lists of all could be read.
async fn each_web_acl(
    sweep: &Sweep<'_>,
    load_balancers: Vec<Box<str>>,
    web_acls: &BTreeSet<Box<str>>,
) -> Links {
    let pacing = Pacing::every(WAF_ASSOCIATIONS, sweep.time);
    let mut carried: BTreeMap<String, &str> = BTreeMap::new();
    let mut failed: Option<Error> = None;
    for web_acl in web_acls {
        pacing.wait().await;
        let call = sweep.clients.wafv2().list_resources_for_web_acl();
        let call = call.web_acl_arn(&**web_acl);
        let call = call.resource_type(types::ResourceType::ApplicationLoadBalancer);
        match call.send().await {
            Ok(answer) => {
                let arns = answer.resource_arns.unwrap_or_default().into_iter();
                carried.extend(arns.map(|arn| (arn, &**web_acl)));
            }
            Err(error) => {
                let error = refusal("wafv2:ListResourcesForWebACL", &error);
                // One that the next attempt may read makes the gaps go away by themselves.
                if failed.as_ref().is_none_or(|failed| !failed.is_retryable()) {
                    failed = Some(error);
                }
            }
        }
    }
    let link = |arn: Box<str>| {
        let link = match (carried.get(&*arn), &failed) {
            (Some(web_acl), _) => Part::Read(Fact::Known(WebAclLink::Current((*web_acl).into()))),
            (None, None) => Part::Read(Fact::Known(WebAclLink::None)),
            (None, Some(error)) => unread(error),
        };
        (arn, link)
    };
    load_balancers.into_iter().map(link).collect()
}
