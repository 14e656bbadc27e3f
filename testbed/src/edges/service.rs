//! The services as a test holds them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::action::Action;
use super::answers::{Tenant, VpcOrigin, complete, resources, tenants, vpc_origins};
use super::findings::{self, Findings};
use super::refusal::Refusal;
use super::upstream::pass;
use crate::server::{Ask, Host, Reply, Service, lock};

/// The services on 127.0.0.1, on a thread of their own. Dropping it ends it.
#[derive(Debug)]
pub struct Edges {
    front: Arc<Front>,
    host: Host,
}

#[derive(Debug)]
struct Front {
    /// `host:port`
    upstream: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How often each action was asked for.
    calls: BTreeMap<String, usize>,
    refusals: Vec<(String, Refusal)>,
    /// Web ACL by resource, both ARNs.
    associations: BTreeMap<String, String>,
    vpc_origins: Vec<VpcOrigin>,
    tenants: Vec<Tenant>,
    guardduty: Findings,
    macie: Findings,
    inspector: Findings,
}

impl Edges {
    /// Starts before a moto: [`crate::moto::Moto::url`].
    ///
    /// # Errors
    /// A port or a thread could not be had.
    pub fn before(moto: &str) -> io::Result<Self> {
        let front = Arc::new(Front {
            upstream: moto.trim_start_matches("http://").to_owned(),
            state: Mutex::default(),
        });
        let host = Host::start("edges", 0, Arc::clone(&front), None)?;
        Ok(Self { front, host })
    }

    /// For `AWS_ENDPOINT_URL`: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.host.port())
    }

    /// Refuses an action from now on: `ec2:DescribeInstances`; of the older version of Elastic
    /// Load Balancing, `classic:DescribeLoadBalancers`.
    pub fn refuse(&self, action: &str, refusal: Refusal) {
        lock(&self.front.state)
            .refusals
            .push((action.to_owned(), refusal));
    }

    /// Refuses nothing any more.
    pub fn heal(&self) {
        lock(&self.front.state).refusals.clear();
    }

    /// Adds a VPC origin.
    pub fn add_vpc_origin(&self, origin: VpcOrigin) {
        lock(&self.front.state).vpc_origins.push(origin);
    }

    /// Adds a tenant.
    pub fn add_tenant(&self, tenant: Tenant) {
        lock(&self.front.state).tenants.push(tenant);
    }

    /// Adds a finding of GuardDuty, as `GetFindings` answers it.
    pub fn add_guardduty_finding(&self, finding: Value) {
        lock(&self.front.state).guardduty.add(finding);
    }

    /// Adds a finding of Macie, as `GetFindings` answers it.
    pub fn add_macie_finding(&self, finding: Value) {
        lock(&self.front.state).macie.add(finding);
    }

    /// Adds a finding of Inspector, as `ListFindings` answers it. Without any, moto answers.
    pub fn add_inspector_finding(&self, finding: Value) {
        lock(&self.front.state).inspector.add(finding);
    }

    /// How often each action was asked for.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, usize> {
        lock(&self.front.state).calls.clone()
    }

    /// Begins to count anew.
    pub fn forget_calls(&self) {
        lock(&self.front.state).calls.clear();
    }
}

impl Service for Front {
    async fn answer(&self, ask: Ask) -> Option<Reply> {
        let action = Action::of(&ask);
        if let Some(reply) = self.own(&action, &ask) {
            return Some(reply);
        }
        let mut reply = pass(&self.upstream, &ask).await.ok()?;
        self.note(&action, &ask, &mut reply);
        Some(reply)
    }
}

impl Front {
    /// The answer that is given here, if it is.
    fn own(&self, action: &Action, ask: &Ask) -> Option<Reply> {
        let mut state = lock(&self.state);
        *state.calls.entry(action.name.clone()).or_default() += 1;
        let refused = state.refusals.iter().find(|(name, _)| *name == action.name);
        if let Some((_, refusal)) = refused {
            return Some(refusal.reply(action.protocol));
        }
        match action.name.as_str() {
            "wafv2:ListResourcesForWebACL" => {
                Some(resources(&state.associations, &member(ask, "WebACLArn")?))
            }
            "cloudfront:ListVpcOrigins" => Some(vpc_origins(&state.vpc_origins)),
            "cloudfront:ListDistributionTenants" => Some(tenants(&state.tenants)),
            "guardduty:ListFindings" => state.guardduty.list(ask),
            "guardduty:GetFindings" => state.guardduty.get(ask),
            "macie2:ListFindings" => state.macie.list(ask),
            "macie2:GetFindings" => state.macie.get(ask),
            "inspector2:ListFindings" if !state.inspector.is_empty() => state.inspector.filter(ask),
            _ => None,
        }
    }

    /// Keeps what is needed later of what passed, and completes what moto gave.
    fn note(&self, action: &Action, ask: &Ask, reply: &mut Reply) {
        let mut state = lock(&self.state);
        if reply.status != 200 {
            return;
        }
        if action.name == "wafv2:AssociateWebACL" {
            let arns = member(ask, "ResourceArn").zip(member(ask, "WebACLArn"));
            state.associations.extend(arns);
        }
        if action.name == "macie2:GetMacieSession" {
            reply.body = findings::zoned(&reply.body).into_bytes();
        }
        if action.name == "cloudfront:ListDistributions" {
            let text = String::from_utf8_lossy(&reply.body);
            reply.body = complete(&text, &state.vpc_origins, &state.tenants).into_bytes();
        }
    }
}

/// A member of a body of JSON.
fn member(ask: &Ask, name: &str) -> Option<String> {
    Some(ask.json()?.get(name)?.as_str()?.to_owned())
}
