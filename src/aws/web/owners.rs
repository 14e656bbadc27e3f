//! Whose addresses the targets of target groups are.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use rules::{fact::Fact, web::Owner};

use crate::ports::Error;

use super::{
    addresses::Addresses,
    network_interfaces::{Holder, NetworkInterface, network_interfaces},
    sweep::{Sweep, is_ipv4},
};

/// An address in a VPC.
pub(super) type Place = (Box<str>, IpAddr);

/// Finds out whose addresses these are: of an instance at hand, or by the network interfaces of
/// the account and Region, which are asked for only where there is no such instance. What cannot
/// be told for certain stays missing.
pub(super) async fn owners(
    sweep: &Sweep<'_>,
    places: BTreeSet<Place>,
    at_hand: &Addresses,
) -> BTreeMap<Place, Result<Fact<Owner>, Error>> {
    let mut owners = BTreeMap::new();
    let mut open = BTreeSet::new();
    for place in places {
        match at_hand.owner(&place.0, place.1) {
            Some(id) => {
                owners.insert(place, Ok(Fact::Known(Owner::Instance(id))));
            }
            None => {
                open.insert(place);
            }
        }
    }
    let addresses = open.iter().map(|(_, address)| *address).collect();
    let interfaces = network_interfaces(sweep, &addresses).await;
    for place in open {
        let owner = match &interfaces {
            Ok(interfaces) => Ok(owner(&place, interfaces, at_hand)),
            Err(error) => Err(error.clone()),
        };
        owners.insert(place, owner);
    }
    owners
}

/// Whose address it is that no instance has in that VPC.
fn owner(place: &Place, interfaces: &[NetworkInterface], at_hand: &Addresses) -> Fact<Owner> {
    let (vpc, address) = place;
    let having = interfaces
        .iter()
        .filter(|each| each.addresses.contains(address));
    // An IPv6 address occurs once, whatever the VPC.
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        having.partition(|each| each.vpc == *vpc || !is_ipv4(address));
    if let Some(interface) = here.first() {
        return match interface.holder {
            Holder::Instance(id) => Fact::Known(Owner::Instance(id)),
            Holder::Other => Fact::Known(Owner::None),
            Holder::Branch => Fact::Missing,
        };
    }
    // Outside of its VPC a target may be a machine in another one, or a machine outside AWS that
    // has the same address.
    let may_be_instance = at_hand.owners(*address).next().is_some()
        || elsewhere.iter().any(|each| each.holder != Holder::Other);
    if may_be_instance {
        Fact::Missing
    } else {
        Fact::Known(Owner::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(vpc: &str, address: &str, holder: Holder) -> NetworkInterface {
        NetworkInterface {
            vpc: vpc.into(),
            addresses: BTreeSet::from([address.parse().unwrap()]),
            holder,
        }
    }

    #[test]
    fn an_address_is_nobodys_only_where_that_is_certain() {
        let id = "i-0abc1234".parse().unwrap();
        let interfaces = [
            interface("vpc-1", "10.0.0.1", Holder::Instance(id)),
            interface("vpc-1", "10.0.0.2", Holder::Other),
            interface("vpc-1", "10.0.0.3", Holder::Branch),
            interface("vpc-2", "10.0.0.4", Holder::Instance(id)),
            interface("vpc-2", "10.0.0.5", Holder::Other),
            interface("vpc-2", "10.0.0.6", Holder::Branch),
            interface("vpc-2", "2001:db8::1", Holder::Instance(id)),
        ];
        let at_hand = Addresses::default();
        for (address, expected) in [
            ("10.0.0.1", Fact::Known(Owner::Instance(id))),
            ("10.0.0.2", Fact::Known(Owner::None)),
            ("10.0.0.3", Fact::Missing),
            ("10.0.0.4", Fact::Missing),
            ("10.0.0.5", Fact::Known(Owner::None)),
            ("10.0.0.6", Fact::Missing),
            ("10.0.0.7", Fact::Known(Owner::None)),
            ("2001:db8::1", Fact::Known(Owner::Instance(id))),
        ] {
            let place = ("vpc-1".into(), address.parse().unwrap());
            assert_eq!(owner(&place, &interfaces, &at_hand), expected, "{address}");
        }
    }
}
