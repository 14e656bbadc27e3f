//! A picture, put together from all questions.

use std::collections::BTreeSet;

use futures_util::future::join4;
use jiff::Timestamp;
use rules::{
    fact::Fact,
    web::{
        Distribution, InstanceEdge, LoadBalancer, Part, TenantAcl, WebAclLink, WebMapDocument,
        normalised,
    },
};

use crate::ports::Error;

use super::{
    Picture,
    addresses::Addresses,
    aliases::resolve,
    associations::{Rules, associations},
    balancers::{balancers, is_application, link},
    classic::classic,
    distributions::distributions,
    instances::fleet,
    load_balancers::load_balancers,
    rules_of::counted,
    security_groups::security_groups,
    sweep::{Sweep, part},
};

/// Takes a picture.
///
/// # Errors
/// When the instances cannot be read.
pub(super) async fn take(sweep: &Sweep<'_>, now: Timestamp) -> Result<Picture, Error> {
    let fleet = fleet(sweep).await?;
    // Each has paces of its own to keep.
    let (elastic, classic, distributions, security_groups) = join4(
        elastic(sweep, &fleet.addresses),
        classic(sweep),
        distributions(sweep),
        security_groups(sweep),
    )
    .await;
    let (load_balancers, rules) = match (elastic, classic) {
        (Ok((mut balancers, rules)), Ok(classic)) => {
            balancers.extend(classic);
            (Ok(balancers), rules)
        }
        (Err(error), _) | (_, Err(error)) => (Err(error), Rules::new()),
    };
    let mut distributions = distributions;
    if let (Ok(distributions), Ok(balancers)) = (&mut distributions, &load_balancers) {
        resolve(sweep, distributions, &names(balancers, &fleet.edges)).await;
    }
    let named = named(
        load_balancers.as_deref().unwrap_or_default(),
        distributions.as_deref().unwrap_or_default(),
    );
    let document = WebMapDocument {
        schema_version: WebMapDocument::VERSION.to_owned(),
        account: sweep.account,
        region: sweep.region.clone(),
        taken_at: now,
        distributions: part(distributions),
        load_balancers: part(load_balancers),
        web_acls: Part::Read(counted(sweep, named, &rules).await),
        security_groups: part(security_groups),
        instances: Part::Read(fleet.edges),
    };
    Ok(Picture {
        document,
        instances: fleet.instances,
    })
}

/// The application, network and gateway load balancers with what they carry.
async fn elastic(
    sweep: &Sweep<'_>,
    at_hand: &Addresses,
) -> Result<(Vec<LoadBalancer>, Rules), Error> {
    let described = load_balancers(sweep).await?;
    let application = described.iter().filter(|each| is_application(each));
    let arns = application.filter_map(|each| each.load_balancer_arn());
    let arns = arns.map(Box::from).collect();
    let (mut balancers, (links, rules)) = futures_util::future::join(
        balancers(sweep, &described, at_hand),
        associations(sweep, arns),
    )
    .await;
    link(&mut balancers, &links);
    Ok((balancers, rules))
}

/// The names and addresses by which an origin may be at hand.
fn names(balancers: &[LoadBalancer], edges: &[InstanceEdge]) -> BTreeSet<String> {
    let balancers = balancers.iter().map(|each| normalised(&each.dns_name));
    let interfaces = edges.iter().flat_map(|edge| &edge.interfaces);
    let interfaces = interfaces.flat_map(|interface| {
        let addresses = interface.addresses.iter().map(ToString::to_string);
        addresses.chain(interface.dns_name.iter().map(|name| normalised(name)))
    });
    balancers.chain(interfaces).collect()
}

/// The web ACLs that something names.
fn named(balancers: &[LoadBalancer], distributions: &[Distribution]) -> BTreeSet<Box<str>> {
    let links = balancers.iter().filter_map(|each| each.web_acl.as_ref());
    let links = links.chain(distributions.iter().map(|each| &each.web_acl));
    let links = links.filter_map(|link| match link {
        Part::Read(Fact::Known(WebAclLink::Current(arn))) => Some(arn.clone()),
        _ => None,
    });
    let tenants = distributions
        .iter()
        .filter_map(|each| each.tenants.as_ref());
    let tenants = tenants.flat_map(|tenants| match tenants {
        Part::Read(tenants) => tenants.as_slice(),
        Part::Unread(_) => &[],
    });
    let overridden = tenants.filter_map(|tenant| match &tenant.web_acl {
        Fact::Known(TenantAcl::Overridden(arn)) => Some(arn.clone()),
        _ => None,
    });
    links.chain(overridden).collect()
}
