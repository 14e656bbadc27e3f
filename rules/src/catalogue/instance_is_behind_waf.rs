//! # What it checks
//! That every web front which leads to the instance on `webPorts` carries a web ACL of AWS WAF
//! that has rules.
//!
//! # Why it matters
//! Intrusion prevention on the machine is the last line against attacks on a web server. A web ACL
//! stops them before they reach the machine, unless one of several ways in goes around it.
//!
//! # How it decides
//! A web front is a way from the internet to the instance: a CloudFront distribution or tenant
//! that serves, an internet-facing ALB, NLB or classic ELB, or a public address of the instance
//! that its security groups open to the internet. A way counts when a port at either end of it is
//! one of `webPorts`; of an ALB or a classic ELB, every listener may lead to every target. A web
//! ACL anywhere on a way guards it: an NLB before an ALB has the ALB's. NLBs, classic ELBs and
//! addresses cannot carry one. A web ACL of WAF Classic does not count. Targets that are draining
//! or unused do not serve, unhealthy ones do. An instance without a web front is not applicable.
//!
//! A guarded distribution whose origin the internet can reach directly is non-compliant, unless
//! `bypass=allow`. The internet is a security group's source of /8 or wider; sources that are
//! narrower, such as an office, make no front. An NLB without security groups is open, whatever
//! the groups of its targets say. Network ACLs and routes are not looked at.
//!
//! Whatever the verdict is, the annotation ends with AWS's managed rule groups that fit what the
//! instance serves and that a web ACL before it lacks, as many as there is room for. What it serves
//! is told by the application types of the intrusion prevention rules of its Deep Security policy.
//! Where these or the web ACL's rule groups are not known, and where the web ACL has managed rule
//! groups of another vendor, nothing is recommended. `deepgrade waf` lists all, with the reasons.
//!
//! # When it cannot tell
//! When the computer cannot be determined, or when the web edges were not read or are too old.
//! Unless a front is certain to be unguarded, also: when a part of the web edges could not be
//! read that may hold a front of the instance, or tells how one is guarded; when an origin or a
//! target that may be the instance is not resolved; or when only CloudFront's addresses are
//! admitted and no distribution of this account leads there.

use std::collections::BTreeSet;

use crate::{
    facts::{Facts, Need},
    framework::Frameworks,
    gap::{self, Gap},
    inventories::Sighting,
    parameter::{BadParameter, Kind, Parameter},
    reason::{Code, Reason},
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    text::quoted,
    values::Values,
    verdict::{Ground, Verdict},
    web::{Access, Front, Fronts, Guard, Hop, short_name},
    web_groups::{self, Served},
};

pub(super) static RULE: Rule = Rule {
    id: "instance-is-behind-waf",
    summary: "that every web front of the instance carries a web ACL that has rules",
    severity: Severity::High,
    frameworks: Frameworks {
        pci_dss: &["6.4.2"],
        nist_800_53: &["SC-7"],
        cis_controls: &["13.10"],
    },
    trigger: Trigger::Scheduled,
    parameters: &[&WEB_PORTS, &BYPASS],
    codes: &[
        &GUARDED,
        &NO_FRONT,
        &NO_ACL,
        &NO_RULES,
        &CLASSIC,
        &IMPOSSIBLE,
        &BYPASSED,
    ],
    source: include_str!("instance_is_behind_waf.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Running,
        needs: &[Need::WebEdges, Need::Computer],
        wishes: &[Need::IntrusionPreventionRules],
        prepare,
    }),
};

static WEB_PORTS: Parameter = Parameter {
    name: "webPorts",
    summary: "the ports of web servers",
    kind: Kind::Ports,
    default: "80,443,8080,8443",
};

static BYPASS: Parameter = Parameter {
    name: "bypass",
    summary: "whether the origin of a guarded CloudFront distribution may be reached directly",
    kind: Kind::Choice(&["deny", "allow"]),
    default: "deny",
};

static GUARDED: Code = Code {
    id: "DS-WAF-001",
    meaning: "every web front carries a web ACL that has rules",
    remedy: None,
};
static NO_FRONT: Code = Code {
    id: "DS-WAF-002",
    meaning: "no web front leads to the instance",
    remedy: None,
};
static NO_ACL: Code = Code {
    id: "DS-WAF-003",
    meaning: "a web front carries no web ACL",
    remedy: Some("Associate a web ACL with the front that the reason names."),
};
static NO_RULES: Code = Code {
    id: "DS-WAF-004",
    meaning: "the web ACL of a web front has no rules",
    remedy: Some("Add rules to the web ACL: `deepgrade waf` lists those that fit."),
};
static CLASSIC: Code = Code {
    id: "DS-WAF-005",
    meaning: "a web front carries a web ACL of WAF Classic",
    remedy: Some("Move the web ACL from AWS WAF Classic to AWS WAF."),
};
static IMPOSSIBLE: Code = Code {
    id: "DS-WAF-006",
    meaning: "a web front is of a kind that cannot carry a web ACL",
    remedy: Some(
        "Put an Application Load Balancer or CloudFront before the instance, or close its web \
         ports to the internet.",
    ),
};
static BYPASSED: Code = Code {
    id: "DS-WAF-007",
    meaning: "the origin of a guarded CloudFront distribution can be reached directly",
    remedy: Some(
        "Admit only CloudFront to the origin (its managed prefix list), or accept it with \
         `bypass=allow`.",
    ),
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    let ports = values.ports(&WEB_PORTS)?;
    let may_bypass = values.choice(&BYPASS)? == "allow";
    Ok(Box::new(move |facts| check(facts, &ports, may_bypass)))
}

fn check(facts: &Facts<'_>, ports: &[u16], may_bypass: bool) -> Result<Verdict, Gap> {
    let evidence = (facts.sighting()?, facts.fronts(ports)?);
    let (sighting, fronts) = &evidence;
    let judged = fronts.list().iter();
    let mut grounds: Vec<Ground> = judged
        .filter_map(|front| judge(fronts, front, may_bypass))
        .collect();
    let hidden = fronts.hidden().cloned();
    grounds.extend(hidden.map(|gap| Ground::unknown(&NO_ACL, gap)));
    if grounds.is_empty() {
        let text = "no web front leads to the instance";
        return Ok(Verdict::not_applicable(Reason::new(&NO_FRONT, text)));
    }
    let verdict = Verdict::weigh(&evidence, grounds, &GUARDED)?;
    Ok(verdict.recommending(&recommended(facts, sighting, fronts)))
}

/// AWS's rule groups that fit what the instance serves and that a web ACL before it lacks, in the
/// order of their table; none where what it serves, or what the web ACL has, is not known.
fn recommended<'a>(
    facts: &Facts<'a>,
    sighting: &Sighting<'a>,
    fronts: &Fronts<'a>,
) -> Vec<&'static str> {
    let served = serves(facts, sighting).unwrap_or_default();
    let hops = fronts.list().iter().flat_map(|front| &front.hops);
    let guards = hops.filter_map(|hop| fronts.map().guard(hop).ok());
    let lacking: BTreeSet<&str> = guards
        .filter_map(|guard| match guard {
            Guard::Carries(arn) | Guard::NoRules(arn) => fronts.map().rule_groups(&arn).ok(),
            _ => None,
        })
        .flat_map(|held| web_groups::lacking(&served, held))
        .map(|own| own.name)
        .collect();
    let in_order = web_groups::AWS.iter().map(|own| own.name);
    in_order.filter(|name| lacking.contains(name)).collect()
}

/// What the rules of its policy say that the instance serves; `None` where that is not known.
fn serves<'a>(facts: &Facts<'a>, sighting: &Sighting<'a>) -> Option<Served> {
    let policy = sighting.computer().policy().ok()??;
    let known = facts.intrusion_prevention(sighting).ok()?;
    Some(Served::by(known.application_types_of_policy(policy).ok()?))
}

/// What a front says; nothing where it is only the second part of fronts that begin at CloudFront.
fn judge<'a>(fronts: &Fronts<'a>, front: &Front<'a>, may_bypass: bool) -> Option<Ground> {
    let access = match (&front.guard, &front.access) {
        (Ok((hop, Guard::Carries(acl))), _) => {
            return Some(Ground::holds(&GUARDED, guarded(front, hop, acl)));
        }
        (_, Err(gap)) => return Some(Ground::unknown(&NO_ACL, gap.clone())),
        (_, Ok(access)) => *access,
    };
    match access {
        Access::AtCloudFront => Some(unguarded(front)),
        Access::CloudFrontOnly => {
            let is_led_to = fronts.through_entry_of(front).next().is_some();
            (!is_led_to).then(|| only_cloudfront(front))
        }
        Access::Internet => Some(direct(fronts, front, may_bypass)),
    }
}

/// A front without a web ACL of its own that the internet reaches directly.
fn direct<'a>(fronts: &Fronts<'a>, front: &Front<'a>, may_bypass: bool) -> Ground {
    let before = || fronts.through_entry_of(front);
    let guarded = before().find(|other| other.is_guarded());
    let unknown = before().find_map(|other| other.guard.as_ref().err());
    match (guarded, may_bypass) {
        (Some(distribution), true) => Ground::holds(
            &BYPASSED,
            format!(
                "{} can be reached past {}, which is allowed",
                front.shown(),
                distribution.shown()
            ),
        ),
        // Whether it carries a web ACL itself is what counts first.
        (Some(_), false) if front.guard.is_err() => unguarded(front),
        (Some(distribution), false) => Ground::fails(
            &BYPASSED,
            format!(
                "{} can be reached{} past {}",
                front.shown(),
                front
                    .port
                    .map_or(String::new(), |port| format!(" on port {port}")),
                distribution.shown()
            ),
        ),
        (None, true) => match unknown.or(fronts.hidden_distribution()) {
            Some(gap) => Ground::unknown(&NO_ACL, gap.clone()),
            None => unguarded(front),
        },
        (None, false) => unguarded(front),
    }
}

fn only_cloudfront(front: &Front<'_>) -> Ground {
    let gap = match &front.guard {
        Err(gap) => gap.clone(),
        Ok(_) => Gap::standing(
            &gap::OTHER_CLOUDFRONT,
            format!(
                "{} admits only CloudFront, and no distribution of this account leads to it",
                front.shown()
            ),
        ),
    };
    Ground::unknown(&NO_ACL, gap)
}

/// A front that no web ACL with rules guards, by what comes closest to one.
fn unguarded(front: &Front<'_>) -> Ground {
    let (hop, guard) = match &front.guard {
        Ok(best) => best,
        Err(gap) => return Ground::unknown(&NO_ACL, gap.clone()),
    };
    let subject = subject(front, hop);
    match guard {
        Guard::Carries(acl) => Ground::holds(&GUARDED, guarded(front, hop, acl)),
        Guard::NoRules(acl) => {
            let acl = quoted(short_name(acl));
            Ground::fails(
                &NO_RULES,
                format!("{subject} carries web ACL {acl} without rules"),
            )
        }
        Guard::Classic => Ground::fails(
            &CLASSIC,
            format!("{subject} carries a web ACL of WAF Classic, which AWS no longer supports"),
        ),
        Guard::Disabled => Ground::fails(&NO_ACL, format!("{subject} disables the web ACL")),
        Guard::Absent => Ground::fails(&NO_ACL, format!("{subject} carries no web ACL")),
        Guard::Impossible => {
            let open = match (hop, front.port) {
                (Hop::Address(_), Some(port)) => format!(", open on port {port},"),
                _ => String::new(),
            };
            let advice = "put CloudFront or an ALB in front";
            Ground::fails(
                &IMPOSSIBLE,
                format!("{subject}{open} cannot carry a web ACL: {advice}"),
            )
        }
    }
}

fn guarded(front: &Front<'_>, hop: &Hop<'_>, acl: &str) -> String {
    let acl = quoted(short_name(acl));
    format!("{} carries web ACL {acl}", subject(front, hop))
}

/// The hop as the subject of a sentence, after the entry that leads to it.
fn subject(front: &Front<'_>, hop: &Hop<'_>) -> String {
    if front.hops.first() == Some(hop) {
        return hop.shown();
    }
    format!("{} leads to {}, which", front.shown(), hop.shown())
}
