//! The services as a test holds them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::action::Action;
use super::answers::{
    Tenant, VpcOrigin, authorization_page, complete, resources, tenants, vpc_origins,
};
use super::findings::{self, Findings, Seen};
use super::market::{ManagedGroup, capacity, products, usable};
use super::members::{self, Member};
use super::refusal::Refusal;
use super::sharing;
use super::upstream::pass;
use crate::moto::ACCOUNT;
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
    /// In which Regions.
    regions: BTreeMap<String, BTreeSet<String>>,
    /// Whose access keys are not those of the account that everybody else is of.
    accounts: BTreeMap<String, String>,
    /// Each with how often it is still given; `None` for always.
    refusals: Vec<(String, Option<String>, Refusal, Option<usize>)>,
    market: Vec<ManagedGroup>,
    /// What web ACLs hold besides what moto knows, by JSON pointer.
    web_acl_members: Vec<(String, Value)>,
    /// Web ACL by resource, both ARNs.
    associations: BTreeMap<String, String>,
    vpc_origins: Vec<VpcOrigin>,
    tenants: Vec<Tenant>,
    guardduty: Findings,
    macie: Findings,
    inspector: Findings,
    members: Vec<Member>,
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
        self.push_refusal(action, None, refusal, None);
    }

    /// Refuses an action from now on in a Region alone.
    pub fn refuse_in(&self, region: &str, action: &str, refusal: Refusal) {
        self.push_refusal(action, Some(region), refusal, None);
    }

    /// Refuses an action that often, and then no more.
    pub fn refuse_times(&self, action: &str, refusal: Refusal, times: usize) {
        self.push_refusal(action, None, refusal, Some(times));
    }

    fn push_refusal(
        &self,
        action: &str,
        region: Option<&str>,
        refusal: Refusal,
        times: Option<usize>,
    ) {
        let refusal = (action.to_owned(), region.map(str::to_owned), refusal, times);
        lock(&self.front.state).refusals.push(refusal);
    }

    /// Adds a managed rule group.
    pub fn add_managed_group(&self, group: ManagedGroup) {
        lock(&self.front.state).market.push(group);
    }

    /// Has every web ACL hold something more when it is read: a member, by the JSON pointer of where
    /// it is (`/Rules/0/Statement/NewStatement`).
    pub fn add_to_web_acls(&self, pointer: &str, value: Value) {
        let member = (pointer.to_owned(), value);
        lock(&self.front.state).web_acl_members.push(member);
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
        lock(&self.front.state)
            .guardduty
            .add(Seen::default(), finding);
    }

    /// Adds a finding of Macie, as `GetFindings` answers it.
    pub fn add_macie_finding(&self, finding: Value) {
        lock(&self.front.state).macie.add(Seen::default(), finding);
    }

    /// Adds a finding of Inspector, as `ListFindings` answers it. Without any, moto answers.
    pub fn add_inspector_finding(&self, finding: Value) {
        lock(&self.front.state)
            .inspector
            .add(Seen::default(), finding);
    }

    /// Adds a finding of GuardDuty that is seen in a Region alone.
    pub fn add_guardduty_finding_in(&self, region: &str, finding: Value) {
        lock(&self.front.state)
            .guardduty
            .add(Seen::in_region(region), finding);
    }

    /// Adds a finding of Macie that is seen in a Region alone.
    pub fn add_macie_finding_in(&self, region: &str, finding: Value) {
        lock(&self.front.state)
            .macie
            .add(Seen::in_region(region), finding);
    }

    /// Adds a finding of Macie that an account alone sees: what a job of its own found.
    pub fn add_macie_finding_of(&self, account: &str, finding: Value) {
        let seen = Seen {
            account: Some(account.to_owned()),
            region: None,
        };
        lock(&self.front.state).macie.add(seen, finding);
    }

    /// Adds a finding of Inspector that is seen in a Region alone.
    pub fn add_inspector_finding_in(&self, region: &str, finding: Value) {
        lock(&self.front.state)
            .inspector
            .add(Seen::in_region(region), finding);
    }

    /// Has Macie know none of its findings any more.
    pub fn forget_macie_findings(&self) {
        lock(&self.front.state).macie = Findings::default();
    }

    /// Adds a member of the administrator.
    pub fn add_member(&self, member: Member) {
        lock(&self.front.state).members.push(member);
    }

    /// Has the administrator have no members any more.
    pub fn forget_members(&self) {
        lock(&self.front.state).members.clear();
    }

    /// In which Regions actions were asked for whose names begin so: `dynamodb:`.
    #[must_use]
    pub fn regions(&self, beginning: &str) -> BTreeSet<String> {
        let state = lock(&self.front.state);
        let asked = state.regions.iter();
        let asked = asked.filter(|(action, _)| action.starts_with(beginning));
        asked.flat_map(|(_, regions)| regions).cloned().collect()
    }

    /// How often each action was asked for.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, usize> {
        lock(&self.front.state).calls.clone()
    }

    /// Begins to count anew.
    pub fn forget_calls(&self) {
        let mut state = lock(&self.front.state);
        state.calls.clear();
        state.regions.clear();
    }
}

impl Service for Front {
    async fn answer(&self, ask: Ask) -> Option<Reply> {
        let action = Action::of(&ask);
        if let Some(reply) = self.own(&action, &ask) {
            return Some(reply);
        }
        let mut reply = pass(&self.upstream, &understood(&action, ask.clone()))
            .await
            .ok()?;
        self.note(&action, &ask, &mut reply);
        Some(reply)
    }
}

impl Front {
    /// The answer that is given here, if it is.
    fn own(&self, action: &Action, ask: &Ask) -> Option<Reply> {
        let mut state = lock(&self.state);
        *state.calls.entry(action.name.clone()).or_default() += 1;
        let regions = state.regions.entry(action.name.clone()).or_default();
        regions.insert(action.region.clone());
        let mut refusals = state.refusals.iter_mut();
        let refused = refusals.find(|(name, region, _, times)| {
            let is_there = region
                .as_ref()
                .is_none_or(|region| *region == action.region);
            *name == action.name && is_there && *times != Some(0)
        });
        if let Some((_, _, refusal, times)) = refused {
            *times = times.map(|times| times - 1);
            return Some(refusal.reply(action.protocol));
        }
        if let Some(refusal) = sharing::refusal(action, ask, &state.accounts) {
            return Some(refusal.reply(action.protocol));
        }
        let account = state.accounts.get(&action.key);
        let account = account.map_or(ACCOUNT, String::as_str).to_owned();
        let seat = (account.as_str(), action.region.as_str());
        match action.name.as_str() {
            "wafv2:ListResourcesForWebACL" => {
                Some(resources(&state.associations, &member(ask, "WebACLArn")?))
            }
            "wafv2:ListAvailableManagedRuleGroups" => {
                Some(usable(&state.market, member(ask, "NextMarker").as_deref()))
            }
            "wafv2:DescribeAllManagedProducts" => Some(products(&state.market)),
            "wafv2:CheckCapacity" => Some(capacity(&state.market, ask.json()?)),
            "cloudfront:ListVpcOrigins" => Some(vpc_origins(&state.vpc_origins)),
            "cloudfront:ListDistributionTenants" => Some(tenants(&state.tenants)),
            "guardduty:ListFindings" => state.guardduty.list(seat, ask),
            "guardduty:GetFindings" => state.guardduty.get(seat, ask),
            "macie2:ListFindings" => state.macie.list(seat, ask),
            "macie2:GetFindings" => state.macie.get(seat, ask),
            "inspector2:ListFindings" if !state.inspector.is_empty() => {
                state.inspector.filter(seat, ask)
            }
            "guardduty:ListMembers" | "macie2:ListMembers" | "inspector2:ListMembers" => {
                Some(members::list(&mut state.members, action, ask))
            }
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
        if action.name == "wafv2:GetWebACL"
            && let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
        {
            for (pointer, value) in &state.web_acl_members {
                put(&mut body, &format!("/WebACL{pointer}"), value);
            }
            reply.body = body.to_string().into_bytes();
        }
        if action.name == "sts:AssumeRole" {
            let key = between(&reply.body, "<AccessKeyId>", "</AccessKeyId>");
            let role = form_value(&ask.raw, "RoleArn");
            let account = role.and_then(|role| {
                let mut parts = role.split("%3A");
                parts.nth(4).map(str::to_owned)
            });
            state.accounts.extend(key.zip(account));
        }
        if action.name == "macie2:GetMacieSession" {
            reply.body = findings::zoned(&reply.body).into_bytes();
        }
        if action.name == "cloudfront:ListDistributions" {
            let text = String::from_utf8_lossy(&reply.body);
            reply.body = complete(&text, &state.vpc_origins, &state.tenants).into_bytes();
        }
        if action.name == "iam:GetAccountAuthorizationDetails" {
            let text = String::from_utf8_lossy(&reply.body);
            let is_first = form_value(&ask.raw, "Marker").is_none();
            reply.body = authorization_page(&text, is_first).into_bytes();
        }
    }
}

/// Puts a value at a JSON pointer whose parent is there.
fn put(body: &mut Value, pointer: &str, value: &Value) {
    let parent = pointer.rsplit_once('/');
    if let Some((parent, name)) = parent
        && let Some(Value::Object(parent)) = body.pointer_mut(parent)
    {
        parent.insert(name.to_owned(), value.clone());
    }
}

/// The request without a filter that moto does not know, which is the last of its filters. That is
/// left to whoever asks: EC2's answer holds only what the filter lets through.
fn understood(action: &Action, mut ask: Ask) -> Ask {
    if action.name == "ec2:DescribeInstances" {
        let form = String::from_utf8_lossy(&ask.raw);
        let is_unknown = |pair: &&str| pair.ends_with(".Name=iam-instance-profile.arn");
        let filter = form.split('&').find(is_unknown);
        if let Some(filter) =
            filter.and_then(|pair| pair.strip_suffix("Name=iam-instance-profile.arn"))
        {
            let rest = form.split('&').filter(|pair| !pair.starts_with(filter));
            let rest = rest.collect::<Vec<_>>().join("&");
            ask.raw = rest.into();
        }
    }
    // A key of another account reads the table of its owner.
    if let Some(owner) = sharing::owner(action, &ask).and_then(|owner| owner.parse().ok()) {
        ask.headers.insert("x-moto-account-id", owner);
    }
    ask
}

/// What is between two marks in a text.
fn between(text: &[u8], begin: &str, end: &str) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(found, _)| found.to_owned())
}

/// A member of a form.
fn form_value(form: &[u8], name: &str) -> Option<String> {
    let form = String::from_utf8_lossy(form);
    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(known, _)| *known == name);
    found.map(|(_, value)| value.to_owned())
}

/// A member of a body of JSON.
fn member(ask: &Ask, name: &str) -> Option<String> {
    Some(ask.json()?.get(name)?.as_str()?.to_owned())
}
