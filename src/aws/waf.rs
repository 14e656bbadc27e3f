//! Managed rule groups of AWS WAF: which can be had, and adding them to web ACLs.
//!
//! ```text
//! offers      ListAvailableManagedRuleGroups, DescribeAllManagedProducts
//! reading     GetWebACL, with the body as AWS sent it
//! addition    the rules that are added: names, priorities, Count mode
//! capacity    CheckCapacity, before anything is written
//! writing     UpdateWebACL, which replaces everything
//! round_trip  that nothing is lost by writing back what was read
//! ```
//!
//! It stands apart from [`web`](super::web), which only reads: what grades instances links no code
//! that writes to AWS WAF.

mod addition;
mod capacity;
mod offers;
mod reading;
mod round_trip;
mod writing;

use std::time::Duration;

use aws_sdk_wafv2::{Client, types};
use remediations::{
    catalogue::cover_with_waf::{CAPACITY, SURCHARGE},
    web_groups::{Offers, Place, Scope, WebAclId},
};
use rules::{
    text::quoted,
    web::{RuleGroup, short_name},
};

use super::clients::Clients;
use crate::{
    cover::{Change, WebAcls},
    pacing::Pacing,
    patience::Waits,
    ports::{Error, Fault, Passing},
    time::Time,
};

use reading::Read;
use writing::Written;

/// How often a web ACL is read and written anew that somebody else changed meanwhile.
const REPEATS: u32 = 5;
/// How long is waited for a change of before to be everywhere (AWS WAF API reference,
/// `WAFUnavailableEntityException`).
const PROPAGATION: Duration = Duration::from_mins(4);
/// Between two changes: AWS WAF allows one a second (AWS WAF developer guide, "AWS WAF quotas").
const BETWEEN: Duration = Duration::from_secs(1);

/// The AWS WAF of an account, in some Regions and for CloudFront.
#[derive(Debug)]
pub struct Waf<'a> {
    clients: &'a [Clients],
    time: &'a dyn Time,
    pacing: Pacing<&'a dyn Time>,
}

impl<'a> Waf<'a> {
    /// That of the account and the Regions that the clients are for. `time` is what is waited by.
    #[must_use]
    pub fn new(clients: &'a [Clients], time: &'a dyn Time) -> Self {
        Self {
            clients,
            time,
            pacing: Pacing::every(BETWEEN, time),
        }
    }

    fn client(&self, place: &Place) -> Result<(&Client, types::Scope), Error> {
        let in_region = |clients: &&Clients| clients.region() == Some(&*place.region);
        let client = match place.scope {
            Scope::CloudFront => self.clients.first().map(Clients::wafv2_global),
            Scope::Regional => self.clients.iter().find(in_region).map(Clients::wafv2),
        };
        let scope = match place.scope {
            Scope::CloudFront => types::Scope::Cloudfront,
            Scope::Regional => types::Scope::Regional,
        };
        let client = client.ok_or_else(|| {
            let region = quoted(&place.region);
            deployment(format!("AWS WAF of {region} is not asked from here"))
        })?;
        Ok((client, scope))
    }

    /// One attempt: reads the web ACL and writes it back with what is missing.
    async fn attempt(&self, id: &WebAclId<'_>, groups: &[RuleGroup]) -> Result<Attempt, Error> {
        let (client, scope) = self.client(&id.place)?;
        let read = Read::read(client, scope.clone(), id).await?;
        if let Some(reason) = read.refusal() {
            return Ok(Attempt::Over(Change::Refused(reason.into())));
        }
        let missing = read.without(groups);
        if missing.is_empty() {
            return Ok(Attempt::Over(Change::Nothing));
        }
        let rules = match addition::rules(read.web_acl.rules(), &missing) {
            Ok(rules) => rules,
            Err(reason) => return Ok(Attempt::Over(Change::Refused(reason.into()))),
        };
        let more = match capacity::of(client, scope.clone(), &rules).await? {
            Ok(more) => more,
            Err(reason) => return Ok(Attempt::Over(Change::Refused(reason.into()))),
        };
        let capacity = read.web_acl.capacity().saturating_add(more);
        if capacity > i64::from(CAPACITY) {
            let reason = format!(
                "it would use {capacity} WCU, and a web ACL may use {CAPACITY}; nothing was changed"
            );
            return Ok(Attempt::Over(Change::Refused(reason.into())));
        }
        self.pacing.wait().await;
        Ok(match writing::write(client, scope, &read, rules).await? {
            Written::Done => {
                if capacity > i64::from(SURCHARGE) {
                    tracing::warn!(
                        "web ACL {} uses {capacity} WCU: above {SURCHARGE}, AWS charges more for \
                         each request",
                        quoted(id.name)
                    );
                }
                Attempt::Written(missing, capacity)
            }
            Written::Conflict => Attempt::Conflict,
            Written::NotYet(line) => Attempt::NotYet(line),
            Written::Refused(reason) => Attempt::Over(Change::Refused(reason.into())),
        })
    }
}

/// What became of an attempt.
enum Attempt {
    Written(Vec<RuleGroup>, i64),
    Over(Change),
    /// Somebody else changed it meanwhile.
    Conflict,
    /// A change of before is not everywhere yet.
    NotYet(String),
}

impl WebAcls for Waf<'_> {
    async fn offers(&self, place: &Place) -> Result<Offers, Error> {
        let (client, scope) = self.client(place)?;
        offers::offers(client, scope).await
    }

    async fn add(&self, arn: &str, groups: &[RuleGroup]) -> Result<Change, Error> {
        let id = WebAclId::of_arn(arn)
            .ok_or_else(|| deployment(format!("{} is not the ARN of a web ACL", quoted(arn))))?;
        let shown = quoted(short_name(arn));
        let (mut conflicts, mut waits) = (0, Waits::default());
        let latest = self.time.elapsed() + PROPAGATION;
        loop {
            match self.attempt(&id, groups).await? {
                Attempt::Over(change) => return Ok(change),
                Attempt::Written(groups, capacity) => {
                    return Ok(Change::Added {
                        groups,
                        capacity,
                        conflicts,
                    });
                }
                Attempt::Conflict => {
                    conflicts += 1;
                    if conflicts > REPEATS {
                        let line = format!(
                            "wafv2:UpdateWebACL: somebody else changed web ACL {shown} {conflicts} \
                             times while it was read and written; nothing was added"
                        );
                        return Err(Error::Retryable(Passing::Unavailable, line));
                    }
                }
                Attempt::NotYet(line) if self.time.elapsed() >= latest => {
                    let line = format!("web ACL {shown}: {line}; nothing was added");
                    return Err(Error::Retryable(Passing::Unavailable, line));
                }
                Attempt::NotYet(_) => {}
            }
            self.time.sleep(waits.next()).await;
        }
    }
}

fn deployment(line: String) -> Error {
    Error::Permanent(Fault::Deployment, line)
}
