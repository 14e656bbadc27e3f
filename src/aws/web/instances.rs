//! The instances (EC2 API reference, `DescribeInstances`).

use rules::{
    instance::{AccountId, Instance, InstanceId},
    web::InstanceEdge,
};

use crate::{
    aws::{described::instance, refusal::refusal},
    ports::{Error, Page},
};

use super::{addresses::Addresses, edge::edge, pages::unique, sweep::Sweep};

/// The most that a page holds (EC2 API reference, `DescribeInstances`).
const PAGE: i32 = 1000;

/// What one reading of the instances gives.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    /// The instances, each once.
    pub(super) instances: Vec<Instance>,
    /// Their public addresses.
    pub(super) edges: Vec<InstanceEdge>,
    /// Their private addresses.
    pub(super) addresses: Addresses,
}

/// Reads every instance.
///
/// # Errors
/// That of the first page which cannot be read: without the instances there is nothing to grade.
pub(super) async fn fleet(sweep: &Sweep<'_>) -> Result<Fleet, Error> {
    let described = sweep.ec2_pages(|at| async move {
        let call = sweep.clients.ec2().describe_instances();
        let page = call.max_results(PAGE).set_next_token(at).send().await;
        let page = page.map_err(|error| refusal("ec2:DescribeInstances", &error))?;
        let next = page.next_token().map(str::to_owned);
        let reservations = page.reservations.unwrap_or_default().into_iter();
        let items = reservations.flat_map(|reservation| {
            let owner = reservation.owner_id.and_then(|owner| owner.parse().ok());
            let instances = reservation.instances.unwrap_or_default().into_iter();
            instances.map(move |each| (owner, each))
        });
        let items: Vec<(Option<AccountId>, _)> = items.collect();
        Ok(Page { items, next })
    });
    let mut fleet = Fleet::default();
    let described = unique(described.await?, |(_, each)| each.instance_id.clone());
    for (owner, each) in &described {
        let Some(instance) = instance(each, *owner, sweep.region) else {
            let id = each.instance_id().unwrap_or_default();
            tracing::warn!("EC2 describes an instance whose id is none: {id:?}");
            continue;
        };
        let id: InstanceId = instance.id;
        fleet.addresses.add(id, each);
        fleet.edges.extend(edge(id, each));
        fleet.instances.push(instance);
    }
    Ok(fleet)
}
