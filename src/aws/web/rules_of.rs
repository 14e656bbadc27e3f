//! How many rules a web ACL has (AWS WAF API reference, `GetWebACL`).

use std::collections::BTreeSet;

use aws_sdk_wafv2::types;
use rules::web::{Part, WebAcl};

use crate::{
    aws::refusal::refusal,
    ports::{Error, Fault},
};

use super::{
    associations::Rules,
    pacing::{Pacing, WAF},
    sweep::{Sweep, part},
};

/// Reads how many rules the web ACLs with these ARNs have, but for those of which that is known.
/// What cannot be read is unread in the one concerned.
pub(super) async fn counted(
    sweep: &Sweep<'_>,
    arns: BTreeSet<Box<str>>,
    known: &Rules,
) -> Vec<WebAcl> {
    let pacing = Pacing::new(WAF, sweep.time);
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
    // `…:global/webacl/NAME/ID` is one for CloudFront.
    let client = if arn.contains(":global/") {
        sweep.clients.wafv2_global()
    } else {
        sweep.clients.wafv2()
    };
    let answer = client.get_web_acl().arn(arn).send().await;
    let answer = answer.map_err(|error| refusal("wafv2:GetWebACL", &error))?;
    answer.web_acl().map(rules_of).ok_or_else(|| {
        let line = "wafv2:GetWebACL: an answer without a web ACL".to_owned();
        Error::Permanent(Fault::Deployment, line)
    })
}

/// Its own rules, and those that Firewall Manager puts before and after them.
pub(super) fn rules_of(web_acl: &types::WebAcl) -> u32 {
    let managed = web_acl.pre_process_firewall_manager_rule_groups().len()
        + web_acl.post_process_firewall_manager_rule_groups().len();
    u32::try_from(web_acl.rules().len() + managed).unwrap_or(u32::MAX)
}
