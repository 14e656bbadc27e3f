//! The CloudFront distributions of the account (CloudFront API reference, `ListDistributions`).

use std::collections::BTreeMap;

use aws_sdk_cloudfront::types;
use rules::{
    fact::Readable as _,
    web::{Distribution, Origin, Part, Tenant, WebAclLink},
};

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    pages::{pages, unique},
    sweep::{Sweep, part, unread},
    tenants::tenants,
    vpc_origins::{VpcOrigins, endpoint, vpc_origins},
};

/// The most that a page holds (CloudFront API reference, `MaxItems`).
pub(super) const PAGE: i32 = 100;

/// How the Regions begin of the partitions of AWS that have no CloudFront (AWS GovCloud (US) user
/// guide, "Services in AWS GovCloud (US) Regions"). Accounts there can have no distribution.
const WITHOUT_CLOUDFRONT: [&str; 2] = ["us-gov-", "us-iso"];

/// Reads every distribution, with its tenants and where its VPC origins lead. Both are asked for
/// only where a distribution that serves has some.
///
/// # Errors
/// That of the first page of distributions which cannot be read.
pub(super) async fn distributions(sweep: &Sweep<'_>) -> Result<Vec<Distribution>, Error> {
    let region = sweep.region.to_string();
    if WITHOUT_CLOUDFRONT
        .iter()
        .any(|begin| region.starts_with(begin))
    {
        return Ok(Vec::new());
    }
    let read = pages(|at| async move {
        let call = sweep.clients.cloudfront().list_distributions();
        let page = call.max_items(PAGE).set_marker(at).send().await;
        let page = page.map_err(|error| refusal("cloudfront:ListDistributions", &error))?;
        let list = page.distribution_list;
        let next = list.as_ref().and_then(|list| list.next_marker.clone());
        let items = list.and_then(|list| list.items).unwrap_or_default();
        Ok(Page { items, next })
    });
    let described = unique(read.await?, |each| each.id.clone());
    let serving = || described.iter().filter(|each| each.enabled());
    let tenants = if serving().any(serves_tenants) {
        tenants(sweep).await
    } else {
        Ok(BTreeMap::new())
    };
    let has_vpc_origin = |each: &types::DistributionSummary| {
        origins(each).any(|origin| origin.vpc_origin_config().is_some())
    };
    let vpc_origins = if serving().any(has_vpc_origin) {
        vpc_origins(sweep).await
    } else {
        Ok(VpcOrigins::new())
    };
    let made = described.iter();
    Ok(made
        .map(|each| distribution(each, &tenants, &vpc_origins))
        .collect())
}

fn serves_tenants(described: &types::DistributionSummary) -> bool {
    described.connection_mode() == Some(&types::ConnectionMode::TenantOnly)
}

fn origins(described: &types::DistributionSummary) -> impl Iterator<Item = &types::Origin> {
    described
        .origins()
        .into_iter()
        .flat_map(types::Origins::items)
}

fn distribution(
    described: &types::DistributionSummary,
    tenants: &Result<BTreeMap<Box<str>, Vec<Tenant>>, Error>,
    vpc_origins: &Result<VpcOrigins, Error>,
) -> Distribution {
    let own = || match tenants {
        Ok(tenants) => Part::Read(tenants.get(described.id()).cloned().unwrap_or_default()),
        Err(error) => unread(error),
    };
    let origins = origins(described).map(|origin| Origin {
        domain: origin.domain_name().into(),
        aliases: Vec::new(),
        vpc_origin: origin
            .vpc_origin_config()
            .map(|config| part(endpoint(config.vpc_origin_id(), vpc_origins))),
    });
    Distribution {
        id: described.id().into(),
        domain: described.domain_name().into(),
        enabled: described.enabled(),
        web_acl: Part::Read(WebAclLink::read_text(described.web_acl_id())),
        tenants: serves_tenants(described).then(own),
        origins: Part::Read(origins.collect()),
    }
}
