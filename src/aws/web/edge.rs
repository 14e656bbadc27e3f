//! The network side of an instance: the addresses at which the internet can reach it.

use std::{collections::BTreeMap, net::IpAddr};

use aws_sdk_ec2::types;
use rules::{
    instance::InstanceId,
    web::{InstanceEdge, Interface},
};

/// The public addresses of an instance. None where one of them is no address, so that the
/// instance is not taken for one without it.
///
/// Every IPv4 address is an interface of its own in the answer, since each may have a DNS name.
/// An IPv6 prefix stands with its first address for all. A carrier address is left out: nobody
/// enters there from the internet (VPC user guide, "Carrier gateways"); so is one of an Outpost's
/// own network, and an IPv6 address of a private range.
pub(super) fn edge(id: InstanceId, described: &types::Instance) -> Option<InstanceEdge> {
    let mut interfaces = Vec::new();
    for interface in described.network_interfaces() {
        let groups = ids(interface.groups());
        for (address, dns_name) in associations(interface) {
            interfaces.push(Interface {
                addresses: vec![address.parse().ok()?],
                dns_name: dns_name.map(Box::from),
                security_groups: groups.clone(),
            });
        }
        let addresses = public_ipv6(interface)?;
        if !addresses.is_empty() {
            interfaces.push(Interface {
                addresses,
                dns_name: None,
                security_groups: groups,
            });
        }
    }
    // One that no interface names counts as well.
    if let Some(address) = described.public_ip_address() {
        let address: IpAddr = address.parse().ok()?;
        if !interfaces
            .iter()
            .any(|each| each.addresses.contains(&address))
        {
            interfaces.push(Interface {
                addresses: vec![address],
                dns_name: described.public_dns_name().filter(named).map(Box::from),
                security_groups: ids(described.security_groups()),
            });
        }
    }
    Some(InstanceEdge { id, interfaces })
}

fn named(name: &&str) -> bool {
    !name.is_empty()
}

fn ids(groups: &[types::GroupIdentifier]) -> Vec<Box<str>> {
    let ids = groups.iter().filter_map(types::GroupIdentifier::group_id);
    ids.map(Box::from).collect()
}

/// The public IPv4 addresses of an interface, those of its secondary private addresses included,
/// each with its DNS name.
fn associations(interface: &types::InstanceNetworkInterface) -> BTreeMap<&str, Option<&str>> {
    let secondary = interface.private_ip_addresses().iter();
    let secondary = secondary.filter_map(types::InstancePrivateIpAddress::association);
    let associations = interface.association().into_iter().chain(secondary);
    let mut found = BTreeMap::new();
    for association in associations {
        if let Some(address) = association.public_ip() {
            let name = association.public_dns_name().filter(named);
            let known = found.entry(address).or_insert(name);
            *known = known.or(name);
        }
    }
    found
}

fn public_ipv6(interface: &types::InstanceNetworkInterface) -> Option<Vec<IpAddr>> {
    let addresses = interface.ipv6_addresses().iter();
    let addresses = addresses.filter_map(types::InstanceIpv6Address::ipv6_address);
    let prefixes = interface.ipv6_prefixes().iter();
    let prefixes = prefixes.filter_map(types::InstanceIpv6Prefix::ipv6_prefix);
    let firsts = prefixes.map(|prefix| prefix.split_once('/').map_or(prefix, |(first, _)| first));
    let read = addresses.chain(firsts).map(|address| address.parse().ok());
    let read: Vec<IpAddr> = read.collect::<Option<_>>()?;
    let is_public = |address: &IpAddr| match address {
        IpAddr::V6(address) => !address.is_unique_local() && !address.is_unicast_link_local(),
        IpAddr::V4(_) => true,
    };
    Some(read.into_iter().filter(is_public).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn association(ip: &str, name: &str) -> types::InstanceNetworkInterfaceAssociation {
        types::InstanceNetworkInterfaceAssociation::builder()
            .public_ip(ip)
            .public_dns_name(name)
            .build()
    }

    fn instance(interface: types::InstanceNetworkInterface) -> types::Instance {
        types::Instance::builder()
            .network_interfaces(interface)
            .build()
    }

    fn id() -> InstanceId {
        "i-0abc1234".parse().unwrap()
    }

    #[test]
    fn every_public_address_of_an_interface_counts() {
        let primary = association("192.0.2.1", "one.example");
        let interface = types::InstanceNetworkInterface::builder()
            .groups(types::GroupIdentifier::builder().group_id("sg-1").build())
            .association(primary.clone())
            .private_ip_addresses(
                types::InstancePrivateIpAddress::builder()
                    .association(primary)
                    .build(),
            )
            .private_ip_addresses(
                types::InstancePrivateIpAddress::builder()
                    .association(association("192.0.2.2", ""))
                    .build(),
            )
            .ipv6_addresses(
                types::InstanceIpv6Address::builder()
                    .ipv6_address("2001:db8::1")
                    .build(),
            )
            .ipv6_addresses(
                types::InstanceIpv6Address::builder()
                    .ipv6_address("fd00::1")
                    .build(),
            )
            .ipv6_prefixes(
                types::InstanceIpv6Prefix::builder()
                    .ipv6_prefix("2001:db8:1::/80")
                    .build(),
            )
            .build();
        let edge = edge(id(), &instance(interface)).unwrap();
        let addresses = edge.interfaces.iter().flat_map(|each| &each.addresses);
        let addresses: Vec<String> = addresses.map(ToString::to_string).collect();
        assert_eq!(
            addresses,
            ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:1::"]
        );
        let names = edge.interfaces.iter().map(|each| each.dns_name.as_deref());
        assert_eq!(names.collect::<Vec<_>>(), [Some("one.example"), None, None]);
        let groups = |each: &Interface| each.security_groups == [Box::<str>::from("sg-1")];
        assert!(edge.interfaces.iter().all(groups));
    }

    #[test]
    fn an_address_that_is_none_leaves_the_instance_unlisted() {
        let interface = types::InstanceNetworkInterface::builder()
            .association(association("192.0.2", "one.example"))
            .build();
        assert_eq!(edge(id(), &instance(interface)), None);
        let described = types::Instance::builder()
            .public_ip_address("192.0.2.7")
            .build();
        let edge = edge(id(), &described).unwrap();
        assert_eq!(edge.interfaces.len(), 1);
    }
}
