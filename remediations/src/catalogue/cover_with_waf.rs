//! # What it answers
//! Instances that stand behind a web ACL of AWS WAF which lacks managed rule groups that fit what
//! they serve. It runs on a schedule.
//!
//! # Why it matters
//! Intrusion prevention stops attacks on web servers and web applications on the machine. A web ACL
//! stops them as far away from it as possible, if it has the rules for it.
//!
//! # What it does
//! For each instance behind a web ACL, the application types of the intrusion prevention rules that
//! are assigned to its Deep Security policy say whether it is a web server, a web application, both
//! or neither; a table says which. That leads to managed rule groups: Trend Micro's for what the
//! account has subscribed to, AWS's own for the rest. A deployer may name the rule group for a kind.
//! What the web ACL has not is recommended, always, with the instances, policies and application
//! types that led to it. When acting is on it is added in Count mode, as rules behind all others;
//! the default action and the rules that are there stay as they are.
//!
//! AWS's rule groups for Linux, POSIX systems and Windows fit only where an application type tells
//! the system, those for PHP and WordPress only where one tells the product.
//!
//! # What it does not do
//! It never blocks, removes, or makes a web ACL. It leaves alone a web ACL that Firewall Manager
//! manages, and one that holds a setting which would be lost by writing it back.
//!
//! # When it cannot tell
//! A web front that was not resolved, an instance whose policy or whose policy's rules are not
//! known, a web ACL whose rules were not read, and rule groups that could not be listed are said as
//! such, each where it counts. None of them is taken for "nothing fits".

use std::collections::{BTreeMap, BTreeSet};

use rules::{
    Gap, gap,
    instance::InstanceId,
    text::quoted,
    web::{RuleGroup, short_name},
    web_groups::{Served, Sign, WebKind},
};

use crate::{
    remediation::{Answers, Remediation},
    web_groups::{Offers, Place, Preferences},
};

mod advice;
mod behind;
mod fitting;

pub use advice::{Advice, Presence, Row, Why};
pub use behind::{candidates, held};

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "cover-with-waf",
    summary: "recommends the managed rule groups that a web ACL lacks for what stands behind it, \
              and adds them in Count mode",
    answers: Answers::Schedule,
    source: include_str!("cover_with_waf.rs"),
};

/// The ports of web servers: the default of `webPorts` of the rule `instance-is-behind-waf`.
pub const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// From where on AWS charges more for each request, in web ACL capacity units (AWS WAF pricing).
pub const SURCHARGE: u32 = 1500;

/// The most that a web ACL may use, in web ACL capacity units (AWS WAF developer guide, "AWS WAF
/// quotas").
pub const CAPACITY: u32 = 5000;

/// What is known before anything is recommended.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The instances behind web ACLs, and those that may be.
    pub candidates: Vec<Candidate>,
    /// The rule groups that each web ACL has, by its ARN.
    pub web_acls: BTreeMap<Box<str>, Held>,
    /// What can be had in each place; none of a place that was not asked.
    pub offers: BTreeMap<Place, Result<Offers, Gap>>,
    /// What the deployer names.
    pub preferences: Preferences,
}

/// What a web ACL holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// The rule groups that its rules refer to.
    pub groups: Result<Vec<RuleGroup>, Gap>,
    /// The capacity that it uses, in web ACL capacity units, where that is known.
    pub capacity: Option<u32>,
}

/// An instance behind web ACLs, or one that may be.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The instance.
    pub instance: InstanceId,
    /// The ARNs of the web ACLs that stand before it.
    pub web_acls: BTreeSet<Box<str>>,
    /// Why there may be others.
    pub gaps: Vec<Gap>,
    /// What Deep Security shields it with.
    pub shield: Result<Shield, Gap>,
}

/// What Deep Security shields an instance with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shield {
    /// It is in no Manager.
    NotInDeepSecurity,
    /// Its computer carries no policy.
    NoPolicy,
    /// A policy.
    Policy(PolicyTypes),
}

/// A policy, reduced to what is needed of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyTypes {
    /// The Manager.
    pub manager: Box<str>,
    /// The name of the policy. Foreign text.
    pub policy: Box<str>,
    /// The names of the application types of the IPS rules that are assigned to it. Foreign text.
    pub application_types: BTreeSet<Box<str>>,
}

/// What is recommended, and what could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    /// By web ACL, those for which nothing fits included.
    pub web_acls: Vec<Advice>,
    /// By instance.
    pub instances: Vec<Judged>,
}

/// What an instance was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The instance.
    pub instance: InstanceId,
    /// The ARNs of the web ACLs that stand before it.
    pub web_acls: BTreeSet<Box<str>>,
    /// What it serves; a gap where that is not known.
    pub kinds: Result<BTreeSet<WebKind>, Gap>,
    /// Why, in one clause.
    pub why: Box<str>,
    /// Why other web ACLs may stand before it.
    pub gaps: Vec<Gap>,
}

/// What is recommended.
#[must_use]
pub fn recommend(situation: &Situation) -> Recommendation {
    let judged: Vec<(Judged, Option<Protected>)> = situation.candidates.iter().map(judge).collect();
    let mut arns: BTreeSet<&str> = situation.web_acls.keys().map(AsRef::as_ref).collect();
    arns.extend(
        judged
            .iter()
            .flat_map(|(judged, _)| judged.web_acls.iter().map(AsRef::as_ref)),
    );
    let web_acls = arns.into_iter().map(|arn| {
        let behind = judged
            .iter()
            .filter(|(judged, _)| judged.web_acls.contains(arn));
        let served: Vec<(InstanceId, &Protected)> = behind
            .filter_map(|(judged, served)| Some((judged.instance, served.as_ref()?)))
            .collect();
        fitting::advice(situation, arn, &served)
    });
    Recommendation {
        web_acls: web_acls.collect(),
        instances: judged.into_iter().map(|(judged, _)| judged).collect(),
    }
}

/// What an instance serves, and the policy that says so.
#[derive(Clone, Debug)]
struct Protected {
    policy: PolicyTypes,
    served: Served,
}

fn judge(candidate: &Candidate) -> (Judged, Option<Protected>) {
    let none = |why: &str| (Ok(BTreeSet::new()), why.into(), None);
    let (kinds, why, served): (Result<_, Gap>, Box<str>, _) = match &candidate.shield {
        Err(gap) => (Err(gap.clone()), gap.reason().text().into(), None),
        Ok(Shield::NotInDeepSecurity) => none("it is in no Deep Security Manager"),
        Ok(Shield::NoPolicy) => none("its computer carries no policy"),
        Ok(Shield::Policy(policy)) => {
            let protected = Protected::by(policy);
            let why = protected.why();
            let kinds = protected.served.kinds.clone();
            let serves = !kinds.is_empty();
            (Ok(kinds), why.into(), serves.then_some(protected))
        }
    };
    let judged = Judged {
        instance: candidate.instance,
        web_acls: candidate.web_acls.clone(),
        kinds,
        why,
        gaps: candidate.gaps.clone(),
    };
    (judged, served)
}

impl Protected {
    fn by(policy: &PolicyTypes) -> Self {
        Self {
            served: Served::by(policy.application_types.iter().map(AsRef::as_ref)),
            policy: policy.clone(),
        }
    }

    /// What the policy says, with the application types that the table does not know.
    fn why(&self) -> String {
        let policy = quoted(&self.policy.policy);
        let types = &self.policy.application_types;
        if types.is_empty() {
            return format!("no intrusion prevention rule is assigned to policy {policy}");
        }
        let unknown = types.iter().map(AsRef::as_ref);
        let unknown: Vec<&str> = unknown
            .filter(|name| !self.served.by_type.contains_key(*name))
            .collect();
        let of_web = self.served.by_type.iter().filter(|(_, signs)| {
            let mut signs = signs.iter();
            signs.any(|sign| matches!(sign, Sign::Web(_)))
        });
        let of_web: Vec<&str> = of_web.map(|(name, _)| name.as_ref()).collect();
        let mut why = if of_web.is_empty() {
            format!("no rule of policy {policy} is for a web server or web application")
        } else {
            format!("policy {policy} has rules for {}", listed(&of_web))
        };
        if !unknown.is_empty() {
            why.push_str("; not known to be of the web: ");
            why.push_str(&listed(&unknown));
        }
        why
    }
}

/// Some names as a clause shows them: the first ones, and how many more.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| quoted(name)).collect();
    let more = names.len().saturating_sub(SHOWN);
    let mut list = shown.join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    list
}

/// The gap of a web ACL of which nothing is known.
fn not_held(arn: &str) -> Gap {
    let shown = quoted(short_name(arn));
    let text = format!("the rules of web ACL {shown} are not in the web edges");
    Gap::standing(&gap::NOT_REPORTED, text)
}
