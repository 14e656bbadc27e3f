//! The web fronts of one instance: every way from the internet to its web ports.

use std::net::IpAddr;

use super::{
    cloudfront::{Distribution, Tenant},
    guard::Guard,
    load_balancer::{LoadBalancer, TargetGroup},
    map::WebMap,
    names::short_name,
};
use crate::{fact::Fact, gap::Gap, text::quoted};

/// Every web front that leads to an instance: fresh evidence that a verdict may rest on.
#[derive(Clone, Debug)]
pub struct Fronts<'a> {
    pub(super) map: &'a WebMap,
    pub(super) list: Vec<Front<'a>>,
    /// Why there may be fronts that begin at a distribution and are not in the list.
    pub(super) hidden_distributions: Vec<Gap>,
    /// Why there may be other fronts that are not in the list.
    pub(super) hidden: Vec<Gap>,
}

/// A way from the internet to an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front<'a> {
    /// What a request passes, from the internet on; never empty.
    pub hops: Vec<Hop<'a>>,
    /// Who may enter, or why that cannot be told.
    pub access: Result<Access, Gap>,
    /// The port that they enter through, where there is one to be told.
    pub port: Option<u16>,
    /// The hop that guards the way best, and how; a gap when none is known to guard it and one
    /// cannot be judged.
    pub guard: Result<(Hop<'a>, Guard), Gap>,
}

/// Who may enter a front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The internet at large, at CloudFront's edge.
    AtCloudFront,
    /// The internet at large, directly.
    Internet,
    /// CloudFront's addresses only, anybody's distributions included.
    CloudFrontOnly,
}

/// What a request passes on its way to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop<'a> {
    /// A distribution that serves directly.
    Distribution(&'a Distribution),
    /// A tenant of a distribution.
    Tenant(&'a Distribution, &'a Tenant),
    /// A load balancer.
    LoadBalancer(&'a LoadBalancer),
    /// The instance's own public address.
    Address(IpAddr),
}

impl<'a> Fronts<'a> {
    /// The fronts.
    #[must_use]
    pub fn list(&self) -> &[Front<'a>] {
        &self.list
    }

    /// The map that they are of.
    #[must_use]
    pub fn map(&self) -> &'a WebMap {
        self.map
    }

    /// Why there may be fronts that are not in the list.
    pub fn hidden(&self) -> impl Iterator<Item = &Gap> {
        self.hidden_distributions.iter().chain(&self.hidden)
    }

    /// Why a distribution that is not in the list may lead to the instance.
    #[must_use]
    pub fn hidden_distribution(&self) -> Option<&Gap> {
        self.hidden_distributions.first()
    }

    /// The fronts that begin at CloudFront and pass the entry of this one.
    pub fn through_entry_of(&self, front: &Front<'a>) -> impl Iterator<Item = &Front<'a>> {
        let entry = front.hops.first().copied();
        let to_instance = matches!(entry, Some(Hop::Address(_)));
        self.list.iter().filter(move |other| {
            let Some((first, rest)) = other.hops.split_first() else {
                return false;
            };
            // A distribution whose origin is the instance has no hop after itself.
            first.is_cloudfront()
                && (to_instance && rest.is_empty() || rest.iter().any(|hop| Some(*hop) == entry))
        })
    }
}

impl Front<'_> {
    /// Where a request enters, in a sentence.
    #[must_use]
    pub fn shown(&self) -> String {
        self.hops.first().map(Hop::shown).unwrap_or_default()
    }

    /// Whether a hop carries a web ACL that has rules.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        matches!(self.guard, Ok((_, Guard::Carries(_))))
    }
}

impl Hop<'_> {
    /// What it is called in a sentence.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Distribution(distribution) => distribution.shown(),
            Self::Tenant(distribution, tenant) => {
                format!(
                    "tenant {} of {}",
                    quoted(&tenant.name),
                    distribution.shown()
                )
            }
            Self::LoadBalancer(balancer) => balancer.shown(),
            Self::Address(address) => format!("its public address {address}"),
        }
    }

    /// Whether requests enter CloudFront here.
    #[must_use]
    pub fn is_cloudfront(&self) -> bool {
        matches!(self, Self::Distribution(_) | Self::Tenant(..))
    }
}

impl Distribution {
    /// What it is called in a sentence.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("CloudFront {}", quoted(&self.id))
    }
}

impl LoadBalancer {
    /// What it is called in a sentence.
    #[must_use]
    pub fn shown(&self) -> String {
        let kind = match self.kind {
            Fact::Known(kind) => kind.name(),
            Fact::Unrecognised(_) | Fact::Missing => "load balancer",
        };
        format!("{kind} {}", quoted(short_name(&self.id)))
    }
}

impl TargetGroup {
    /// What it is called in a sentence.
    pub(super) fn shown(&self, of: &LoadBalancer) -> String {
        format!("target group {} of {}", quoted(&self.name), of.shown())
    }
}
