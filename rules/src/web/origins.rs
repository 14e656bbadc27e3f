//! Where CloudFront distributions lead. An origin that is not resolved is never assumed to lead
//! anywhere, nor to lead nowhere.

use std::collections::BTreeMap;

use super::{
    cloudfront::{Distribution, Origin},
    document::WebMapDocument,
    names::{is_of_aws, normalised},
    part::Part,
};
use crate::{
    gap::{self, Gap},
    instance::InstanceId,
    text::quoted,
};

/// Where an origin may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Endpoint {
    /// The load balancer at that position.
    LoadBalancer(usize),
    Instance(InstanceId),
}

/// Where the distributions that serve lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leads {
    to: BTreeMap<Endpoint, Vec<usize>>,
    /// Why a distribution may lead to any address that CloudFront can reach.
    pub(super) unresolved: Vec<Gap>,
    /// Why a distribution may lead to any instance, also one without a public address.
    pub(super) unread: Vec<Gap>,
}

impl Leads {
    pub(super) fn of(document: &WebMapDocument) -> Self {
        let mut leads = Self::default();
        let distributions = match document
            .distributions
            .get("the list of CloudFront distributions")
        {
            Ok(distributions) => distributions,
            Err(gap) => {
                leads.unread.push(gap);
                return leads;
            }
        };
        let names = Names::of(document);
        for (position, distribution) in distributions.iter().enumerate() {
            if !distribution.enabled {
                continue;
            }
            let name = format!("the origins of {}", distribution.shown());
            match distribution.origins.get(name) {
                Err(gap) => leads.unread.push(gap),
                Ok(origins) => {
                    for origin in origins {
                        leads.follow(position, distribution, origin, &names);
                    }
                }
            }
        }
        leads
    }

    /// The positions of the distributions that lead to an endpoint.
    pub(super) fn to(&self, endpoint: Endpoint) -> &[usize] {
        self.to.get(&endpoint).map_or(&[], Vec::as_slice)
    }

    fn follow(&mut self, position: usize, of: &Distribution, origin: &Origin, names: &Names<'_>) {
        match names.resolve(of, origin) {
            Ok(endpoints) => {
                for endpoint in endpoints {
                    let leading = self.to.entry(endpoint).or_default();
                    if !leading.contains(&position) {
                        leading.push(position);
                    }
                }
            }
            Err(gap) if origin.vpc_origin.is_some() => self.unread.push(gap),
            Err(gap) => self.unresolved.push(gap),
        }
    }
}

/// What the names, addresses and ARNs of an account and Region stand for.
struct Names<'a> {
    document: &'a WebMapDocument,
    endpoints: BTreeMap<String, Endpoint>,
}

impl<'a> Names<'a> {
    fn of(document: &'a WebMapDocument) -> Self {
        let mut endpoints = BTreeMap::new();
        for edge in document.instances.listed() {
            for interface in &edge.interfaces {
                let addresses = interface.addresses.iter().map(ToString::to_string);
                let names = interface.dns_name.iter().map(|name| normalised(name));
                for name in addresses.chain(names) {
                    endpoints.insert(name, Endpoint::Instance(edge.id));
                }
            }
        }
        for (position, balancer) in document.load_balancers.listed().iter().enumerate() {
            let endpoint = Endpoint::LoadBalancer(position);
            endpoints.insert(normalised(&balancer.dns_name), endpoint);
            endpoints.insert(normalised(&balancer.id), endpoint);
        }
        Self {
            document,
            endpoints,
        }
    }

    /// The endpoints of an origin in this account and Region, in the order: VPC origin, domain
    /// name, what DNS says of it. None when it certainly leads elsewhere.
    fn resolve(&self, distribution: &Distribution, origin: &Origin) -> Result<Vec<Endpoint>, Gap> {
        // A name that is not found may be that of something that was not read.
        self.document
            .load_balancers
            .get("the list of load balancers")?;
        self.document
            .instances
            .get("the addresses of the instances")?;
        let shown = format!(
            "origin {} of {}",
            quoted(&origin.domain),
            distribution.shown()
        );
        if let Some(arn) = &origin.vpc_origin {
            return self.behind_vpc_origin(arn, &shown);
        }
        let domain = normalised(&origin.domain);
        if let Some(endpoint) = self.endpoints.get(&domain) {
            return Ok(vec![*endpoint]);
        }
        let aliases: Vec<String> = origin.aliases.iter().map(|name| normalised(name)).collect();
        let endpoints: Vec<Endpoint> = aliases
            .iter()
            .filter_map(|alias| self.endpoints.get(alias).copied())
            .collect();
        let elsewhere = is_of_aws(&domain) || aliases.iter().any(|alias| is_of_aws(alias));
        if endpoints.is_empty() && !elsewhere {
            return Err(unresolved(&shown));
        }
        Ok(endpoints)
    }

    fn behind_vpc_origin(&self, arn: &Part<Box<str>>, shown: &str) -> Result<Vec<Endpoint>, Gap> {
        let arn = arn.get(format_args!("the VPC {shown}"))?;
        if let Some(endpoint) = self.endpoints.get(&normalised(arn)) {
            return Ok(vec![*endpoint]);
        }
        let mut parts = arn.split(':').skip(3);
        let region = parts.next().unwrap_or_default();
        let account = parts.next().unwrap_or_default();
        if region != self.document.region.to_string()
            || account != self.document.account.to_string()
        {
            return Ok(Vec::new());
        }
        let instance = arn.rsplit_once(":instance/").map(|(_, id)| id.parse());
        match instance {
            Some(Ok(id)) => Ok(vec![Endpoint::Instance(id)]),
            _ => Err(unresolved(shown)),
        }
    }
}

fn unresolved(shown: &str) -> Gap {
    let text = format!("{shown} is not resolved and may lead to this instance");
    Gap::standing(&gap::UNRESOLVED, text)
}
