//! The target groups (Elastic Load Balancing API reference, `DescribeTargetGroups`).

use aws_sdk_elasticloadbalancingv2::types;

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    load_balancers::PAGE,
    pages::{pages, unique},
    sweep::Sweep,
};

/// Reads every target group.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn target_groups(sweep: &Sweep<'_>) -> Result<Vec<types::TargetGroup>, Error> {
    let read = pages(|at| async move {
        let call = sweep.clients.elasticloadbalancingv2();
        let call = call.describe_target_groups().page_size(PAGE);
        let page = call.set_marker(at).send().await;
        let page =
            page.map_err(|error| refusal("elasticloadbalancing:DescribeTargetGroups", &error))?;
        Ok(Page {
            items: page.target_groups.unwrap_or_default(),
            next: page.next_marker,
        })
    });
    Ok(unique(read.await?, |each| each.target_group_arn.clone()))
}
