//! The tenants of CloudFront distributions (CloudFront API reference, `ListDistributionTenants`).

use std::collections::BTreeMap;

use aws_sdk_cloudfront::types;
use rules::{
    fact::{Fact, Readable as _},
    web::{Tenant, TenantAcl},
};

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    distributions::PAGE,
    pages::{pages, unique},
    sweep::Sweep,
};

/// Reads every tenant, by the id of its distribution.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn tenants(sweep: &Sweep<'_>) -> Result<BTreeMap<Box<str>, Vec<Tenant>>, Error> {
    let read = pages(|at| async move {
        let call = sweep.clients.cloudfront().list_distribution_tenants();
        let page = call.max_items(PAGE).set_marker(at).send().await;
        let page = page.map_err(|error| refusal("cloudfront:ListDistributionTenants", &error))?;
        Ok(Page {
            items: page.distribution_tenant_list.unwrap_or_default(),
            next: page.next_marker,
        })
    });
    let mut tenants: BTreeMap<Box<str>, Vec<Tenant>> = BTreeMap::new();
    for each in unique(read.await?, |each| each.id.clone()) {
        let own = tenants.entry(each.distribution_id().into()).or_default();
        own.push(tenant(&each));
    }
    Ok(tenants)
}

fn tenant(described: &types::DistributionTenantSummary) -> Tenant {
    let customizations = described.customizations();
    let web_acl = customizations.and_then(types::Customizations::web_acl);
    Tenant {
        name: described.name().into(),
        // One that does not say may serve.
        enabled: described.enabled().unwrap_or(true),
        web_acl: web_acl.map_or(Fact::Missing, |web_acl| {
            match (web_acl.action().as_str(), web_acl.arn()) {
                ("disable", _) => Fact::Known(TenantAcl::Disabled),
                ("override", Some(arn)) => TenantAcl::read_text(arn),
                (action, _) => Fact::Unrecognised(action.into()),
            }
        }),
    }
}
