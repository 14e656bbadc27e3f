//! What a hop on the way from the internet does against attacks on web servers.

use super::{
    acl::{RuleGroup, TenantAcl, WebAcl, WebAclLink},
    fronts::Hop,
    load_balancer::Kind,
    map::WebMap,
    names::short_name,
    part::Part,
};
use crate::{
    fact::Fact,
    gap::{self, Gap},
    text::quoted,
};

/// What a hop carries, from the weakest to the strongest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// It is of a kind that cannot carry a web ACL.
    Impossible,
    /// It carries no web ACL.
    Absent,
    /// It is a tenant that takes its distribution's web ACL away.
    Disabled,
    /// It carries a web ACL of WAF Classic, which is not supported any more.
    Classic,
    /// It carries a web ACL, by ARN, that has no rules.
    NoRules(Box<str>),
    /// It carries a web ACL, by ARN, that has rules.
    Carries(Box<str>),
}

impl WebMap {
    /// The hop that guards a way best, the first of equals. One that carries a web ACL with rules
    /// decides, whatever is unknown of the others.
    pub(super) fn best_guard<'a>(&self, hops: &[Hop<'a>]) -> Result<(Hop<'a>, Guard), Gap> {
        let mut best: Option<(Hop<'a>, Guard)> = None;
        let mut unknown = None;
        for hop in hops {
            match self.guard(hop) {
                Ok(guard @ Guard::Carries(_)) => return Ok((*hop, guard)),
                Ok(guard) if best.as_ref().is_none_or(|(_, best)| guard > *best) => {
                    best = Some((*hop, guard));
                }
                Ok(_) => {}
                Err(gap) => unknown = unknown.or(Some(gap)),
            }
        }
        match (unknown, best) {
            (Some(gap), _) => Err(gap),
            (None, Some(best)) => Ok(best),
            (None, None) => Err(Gap::standing(&gap::NOT_REPORTED, "the way has no hops")),
        }
    }

    /// What a hop carries.
    ///
    /// # Errors
    /// A gap when its web ACL, or that web ACL's rules, could not be read or understood.
    pub fn guard(&self, hop: &Hop<'_>) -> Result<Guard, Gap> {
        let name = format!("the web ACL of {}", hop.shown());
        match hop {
            Hop::Distribution(distribution) => self.linked(&distribution.web_acl, &name),
            Hop::Tenant(distribution, tenant) => match tenant.web_acl.get_if_reported(&name)? {
                None => self.linked(&distribution.web_acl, &name),
                Some(TenantAcl::Disabled) => Ok(Guard::Disabled),
                Some(TenantAcl::Overridden(arn)) => self.with_rules(arn),
            },
            Hop::LoadBalancer(balancer) => {
                let kind = balancer
                    .kind
                    .get(format_args!("the type of {}", hop.shown()))?;
                match (kind, &balancer.web_acl) {
                    (Kind::Network | Kind::Gateway | Kind::Classic, _) => Ok(Guard::Impossible),
                    (Kind::Application, Some(link)) => self.linked(link, &name),
                    (Kind::Application, None) => {
                        Fact::<WebAclLink>::Missing.get(name).map(|_| Guard::Absent)
                    }
                }
            }
            Hop::Address(_) => Ok(Guard::Impossible),
        }
    }

    fn linked(&self, link: &Part<Fact<WebAclLink>>, name: &str) -> Result<Guard, Gap> {
        match link.get(name)?.get(name)? {
            WebAclLink::None => Ok(Guard::Absent),
            WebAclLink::Classic(_) => Ok(Guard::Classic),
            WebAclLink::Current(arn) => self.with_rules(arn),
        }
    }

    /// The web ACL with that ARN.
    ///
    /// # Errors
    /// A gap when the web ACLs were not read, or it is not among them.
    pub fn web_acl(&self, arn: &str) -> Result<&WebAcl, Gap> {
        let list = self.document().web_acls.get("the list of web ACLs")?;
        list.iter().find(|acl| *acl.arn == *arn).ok_or_else(|| {
            let shown = quoted(short_name(arn));
            let text = format!("web ACL {shown} is not in the web edges");
            Gap::standing(&gap::NOT_REPORTED, text)
        })
    }

    /// The rule groups that a web ACL refers to.
    ///
    /// # Errors
    /// A gap when the web ACL or its rules were not read, or its rule groups were not looked at.
    pub fn rule_groups(&self, arn: &str) -> Result<&[RuleGroup], Gap> {
        let acl = self.web_acl(arn)?;
        let shown = quoted(short_name(arn));
        acl.rules
            .get(format_args!("the rules of web ACL {shown}"))?;
        acl.rule_groups.as_deref().ok_or_else(|| {
            let text = format!("the web edges do not say which rule groups web ACL {shown} has");
            Gap::standing(&gap::NOT_REPORTED, text)
        })
    }

    fn with_rules(&self, arn: Box<str>) -> Result<Guard, Gap> {
        let shown = quoted(short_name(&arn));
        let acl = self.web_acl(&arn)?;
        let rules = acl
            .rules
            .get(format_args!("the rules of web ACL {shown}"))?;
        Ok(if *rules == 0 {
            Guard::NoRules(arn)
        } else {
            Guard::Carries(arn)
        })
    }
}
