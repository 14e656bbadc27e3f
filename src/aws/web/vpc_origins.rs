//! Where CloudFront's VPC origins lead (CloudFront API reference, `ListVpcOrigins`).

use std::collections::BTreeMap;

use crate::{
    aws::refusal::refusal,
    ports::{Error, Fault, Page},
};

use super::{distributions::PAGE, pages::pages, sweep::Sweep};

/// The ARNs of load balancers and instances, by the id of the VPC origin.
pub(super) type VpcOrigins = BTreeMap<Box<str>, Box<str>>;

/// Reads every VPC origin, those that other accounts share included.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn vpc_origins(sweep: &Sweep<'_>) -> Result<VpcOrigins, Error> {
    let read = pages(|at| async move {
        let call = sweep.clients.cloudfront().list_vpc_origins();
        let page = call.max_items(PAGE).set_marker(at).send().await;
        let page = page.map_err(|error| refusal("cloudfront:ListVpcOrigins", &error))?;
        let list = page.vpc_origin_list;
        let next = list.as_ref().and_then(|list| list.next_marker.clone());
        let items = list.and_then(|list| list.items).unwrap_or_default();
        Ok(Page { items, next })
    });
    let read = read.await?.into_iter();
    Ok(read
        .map(|each| (each.id.into(), each.origin_endpoint_arn.into()))
        .collect())
}

/// Where a VPC origin leads.
///
/// # Errors
/// That of the list, or that the VPC origin is not in it.
pub(super) fn endpoint(id: &str, read: &Result<VpcOrigins, Error>) -> Result<Box<str>, Error> {
    let list = read.as_ref().map_err(Clone::clone)?;
    list.get(id).cloned().ok_or_else(|| {
        let line = format!("cloudfront:ListVpcOrigins does not list {id}");
        Error::Permanent(Fault::Deployment, line)
    })
}
