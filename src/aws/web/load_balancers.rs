//! The load balancers (Elastic Load Balancing API reference, version 2015-12-01,
//! `DescribeLoadBalancers`).

use aws_sdk_elasticloadbalancingv2::types;

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    pages::{pages, unique},
    sweep::Sweep,
};

/// The most that a page holds (Elastic Load Balancing API reference, `PageSize`).
pub(super) const PAGE: i32 = 400;

/// Reads every application, network and gateway load balancer.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn load_balancers(sweep: &Sweep<'_>) -> Result<Vec<types::LoadBalancer>, Error> {
    let read = pages(|at| async move {
        let call = sweep.clients.elasticloadbalancingv2();
        let call = call.describe_load_balancers().page_size(PAGE);
        let page = call.set_marker(at).send().await;
        let page =
            page.map_err(|error| refusal("elasticloadbalancing:DescribeLoadBalancers", &error))?;
        Ok(Page {
            items: page.load_balancers.unwrap_or_default(),
            next: page.next_marker,
        })
    });
    Ok(unique(read.await?, |each| each.load_balancer_arn.clone()))
}
