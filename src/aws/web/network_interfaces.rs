//! Who has an address that no instance is known to have (EC2 API reference,
//! `DescribeNetworkInterfaces`).

use std::{collections::BTreeSet, net::IpAddr};

use aws_sdk_ec2::types;
use rules::instance::InstanceId;

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::sweep::{Sweep, is_ipv4};

/// The most values that a filter takes (EC2 user guide, "Filter resources").
const VALUES: usize = 200;
/// The most that a page holds (EC2 API reference, `DescribeNetworkInterfaces`).
const PAGE: i32 = 1000;

/// A network interface of the account and Region.
#[derive(Debug)]
pub(super) struct NetworkInterface {
    pub(super) vpc: Box<str>,
    pub(super) addresses: BTreeSet<IpAddr>,
    pub(super) holder: Holder,
}

/// Who holds a network interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// An instance.
    Instance(InstanceId),
    /// Something that is no instance: a database, a function, a load balancer.
    Other,
    /// It belongs to the trunk interface of an instance, and it is not told of which one (EKS and
    /// ECS give such to pods and tasks).
    Branch,
}

/// Reads the interfaces that have one of the addresses, in whatever VPC.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn network_interfaces(
    sweep: &Sweep<'_>,
    addresses: &BTreeSet<IpAddr>,
) -> Result<Vec<NetworkInterface>, Error> {
    let (ipv4, ipv6): (Vec<&IpAddr>, Vec<&IpAddr>) =
        addresses.iter().partition(|address| is_ipv4(address));
    let ipv4 = ipv4
        .chunks(VALUES)
        .map(|chunk| ("addresses.private-ip-address", chunk));
    let ipv6 = ipv6
        .chunks(VALUES)
        .map(|chunk| ("ipv6-addresses.ipv6-address", chunk));
    let mut found = Vec::new();
    for (name, values) in ipv4.chain(ipv6) {
        let values = values.iter().map(ToString::to_string).collect();
        let filter = types::Filter::builder().name(name).set_values(Some(values));
        let filter = &filter.build();
        let read = sweep.ec2_pages(|at| async move {
            let call = sweep.clients.ec2().describe_network_interfaces();
            let call = call.filters(filter.clone()).max_results(PAGE);
            let page = call.set_next_token(at).send().await;
            let page = page.map_err(|error| refusal("ec2:DescribeNetworkInterfaces", &error))?;
            Ok(Page {
                items: page.network_interfaces.unwrap_or_default(),
                next: page.next_token,
            })
        });
        found.extend(read.await?.iter().map(network_interface));
    }
    Ok(found)
}

fn network_interface(described: &types::NetworkInterface) -> NetworkInterface {
    let private = described.private_ip_addresses().iter();
    let private = private.filter_map(types::NetworkInterfacePrivateIpAddress::private_ip_address);
    let ipv6 = described.ipv6_addresses().iter();
    let ipv6 = ipv6.filter_map(types::NetworkInterfaceIpv6Address::ipv6_address);
    let addresses = described.private_ip_address().into_iter();
    let addresses = addresses.chain(private).chain(ipv6);
    let attachment = described.attachment();
    let id = attachment.and_then(types::NetworkInterfaceAttachment::instance_id);
    let kind = described.interface_type();
    let kind = kind.map(types::NetworkInterfaceType::as_str);
    NetworkInterface {
        vpc: described.vpc_id().unwrap_or_default().into(),
        addresses: addresses
            .filter_map(|address| address.parse().ok())
            .collect(),
        holder: match (id.map(str::parse), kind) {
            (Some(Ok(id)), _) => Holder::Instance(id),
            (Some(Err(_)), _) | (None, Some("branch")) => Holder::Branch,
            (None, _) => Holder::Other,
        },
    }
}
