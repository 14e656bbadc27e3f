//! The private addresses of the instances of an account and Region, by VPC: whose address a target
//! is.

use std::{collections::BTreeMap, net::IpAddr};

use aws_sdk_ec2::types;
use rules::instance::InstanceId;

/// Whose private addresses are known. Prefixes that are delegated to an interface are in it as
/// ranges: the addresses of a cluster's pods are in no list of addresses.
#[derive(Debug, Default)]
pub(super) struct Addresses(BTreeMap<Box<str>, BTreeMap<IpAddr, (IpAddr, InstanceId)>>);

impl Addresses {
    /// Adds those of an instance.
    pub(super) fn add(&mut self, id: InstanceId, described: &types::Instance) {
        for interface in described.network_interfaces() {
            let ranges = self.0.entry(interface.vpc_id().unwrap_or_default().into());
            let ranges = ranges.or_default();
            let private = interface.private_ip_addresses().iter();
            let private = private.filter_map(types::InstancePrivateIpAddress::private_ip_address);
            let ipv6 = interface.ipv6_addresses().iter();
            let ipv6 = ipv6.filter_map(types::InstanceIpv6Address::ipv6_address);
            let primary = interface.private_ip_address().into_iter();
            for address in primary.chain(private).chain(ipv6) {
                if let Ok(address) = address.parse() {
                    ranges.insert(address, (address, id));
                }
            }
            let ipv4 = interface.ipv4_prefixes().iter();
            let ipv4 = ipv4.filter_map(types::InstanceIpv4Prefix::ipv4_prefix);
            let ipv6 = interface.ipv6_prefixes().iter();
            let ipv6 = ipv6.filter_map(types::InstanceIpv6Prefix::ipv6_prefix);
            for (first, last) in ipv4.chain(ipv6).filter_map(range) {
                ranges.insert(first, (last, id));
            }
        }
    }

    /// The instance that has the address in that VPC.
    pub(super) fn owner(&self, vpc: &str, address: IpAddr) -> Option<InstanceId> {
        let ranges = self.0.get(vpc)?;
        let (_, (last, id)) = ranges.range(..=address).next_back()?;
        (address <= *last).then_some(*id)
    }

    /// The instances that have the address, in whatever VPC.
    pub(super) fn owners(&self, address: IpAddr) -> impl Iterator<Item = InstanceId> {
        let vpcs = self.0.keys();
        vpcs.filter_map(move |vpc| self.owner(vpc, address))
    }
}

/// The first and the last address of a prefix.
fn range(prefix: &str) -> Option<(IpAddr, IpAddr)> {
    let (first, length) = prefix.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    let first: IpAddr = first.parse().ok()?;
    let last = match first {
        IpAddr::V4(first) => {
            let rest = u32::MAX.checked_shr(length).unwrap_or(0);
            IpAddr::V4((first.to_bits() | rest).into())
        }
        IpAddr::V6(first) => {
            let rest = u128::MAX.checked_shr(length).unwrap_or(0);
            IpAddr::V6((first.to_bits() | rest).into())
        }
    };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_its_vpc_also_in_a_prefix() {
        let interface = types::InstanceNetworkInterface::builder()
            .vpc_id("vpc-1")
            .private_ip_address("10.0.0.5")
            .private_ip_addresses(
                types::InstancePrivateIpAddress::builder()
                    .private_ip_address("10.0.0.6")
                    .build(),
            )
            .ipv4_prefixes(
                types::InstanceIpv4Prefix::builder()
                    .ipv4_prefix("10.0.0.16/28")
                    .build(),
            )
            .build();
        let described = types::Instance::builder()
            .network_interfaces(interface)
            .build();
        let id: InstanceId = "i-0abc1234".parse().unwrap();
        let mut addresses = Addresses::default();
        addresses.add(id, &described);
        let owner = |vpc, address: &str| addresses.owner(vpc, address.parse().unwrap());
        for address in ["10.0.0.5", "10.0.0.6", "10.0.0.16", "10.0.0.31"] {
            assert_eq!(owner("vpc-1", address), Some(id), "{address}");
            assert_eq!(owner("vpc-2", address), None);
        }
        for address in ["10.0.0.4", "10.0.0.7", "10.0.0.15", "10.0.0.32"] {
            assert_eq!(owner("vpc-1", address), None, "{address}");
        }
        assert_eq!(addresses.owners("10.0.0.5".parse().unwrap()).count(), 1);
    }
}
