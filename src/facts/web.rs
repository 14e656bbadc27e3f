//! The web fronts.

use rules::{
    Facts, Gap, gap, text,
    web::{Access, Front, Hop},
};

use super::{
    MOST_FRONTS,
    document::{FrontFacts, WebFacts},
    gaps::Gaps,
};

/// The web fronts of an instance on these ports.
pub(super) fn of(facts: &Facts<'_>, ports: &[u16], gaps: &mut Gaps) -> Option<WebFacts> {
    let fronts = gaps.fact("web", facts.fronts(ports))?;
    if let Some(hidden) = fronts.hidden().next() {
        gaps.note("web.fronts", hidden.clone());
    }
    if fronts.list().len() > MOST_FRONTS {
        let text = format!("the instance has more than {MOST_FRONTS} web fronts");
        gaps.note("web.fronts", Gap::standing(&gap::GUARD_UNDECIDED, text));
    }
    let list = fronts.list().iter().take(MOST_FRONTS);
    Some(WebFacts {
        fronts: list.map(|front| of_front(front, gaps)).collect(),
    })
}

fn of_front(front: &Front<'_>, gaps: &mut Gaps) -> FrontFacts {
    let access = gaps.fact("web.fronts[*].access", front.access.clone());
    let guarded = front.guard.as_ref().map(|_| front.is_guarded());
    FrontFacts {
        entry: text::clean(&front.shown()),
        kind: match front.hops.first() {
            Some(Hop::Distribution(_) | Hop::Tenant(..)) => "cloudfront",
            Some(Hop::LoadBalancer(_)) => "load-balancer",
            Some(Hop::Address(_)) | None => "address",
        },
        access: access.map(|access| match access {
            Access::AtCloudFront | Access::Internet => "internet",
            Access::CloudFrontOnly => "cloudfront-only",
        }),
        guarded: gaps.fact("web.fronts[*].guarded", guarded.map_err(Clone::clone)),
    }
}
