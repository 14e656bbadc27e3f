//! The security groups (EC2 API reference, `DescribeSecurityGroups`).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types;
use rules::web::{Ingress, Part, SecurityGroup};

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    pages::unique,
    prefix_lists::prefix_lists,
    sweep::{Sweep, port},
};

/// The most that a page holds (EC2 API reference, `DescribeSecurityGroups`).
const PAGE: i32 = 1000;

/// Reads every security group, and what the prefix lists that they name stand for.
///
/// # Errors
/// That of the first page of groups which cannot be read.
pub(super) async fn security_groups(sweep: &Sweep<'_>) -> Result<Vec<SecurityGroup>, Error> {
    let read = sweep.ec2_pages(|at| async move {
        let call = sweep.clients.ec2().describe_security_groups();
        let page = call.max_results(PAGE).set_next_token(at).send().await;
        let page = page.map_err(|error| refusal("ec2:DescribeSecurityGroups", &error))?;
        Ok(Page {
            items: page.security_groups.unwrap_or_default(),
            next: page.next_token,
        })
    });
    let described = unique(read.await?, |each| each.group_id.clone());
    let named = described.iter().flat_map(web_permissions);
    let named = named.flat_map(|permission| permission.prefix_list_ids());
    let named: BTreeSet<&str> = named.filter_map(|list| list.prefix_list_id()).collect();
    let lists = prefix_lists(sweep, &named).await;
    let groups = described.iter().map(|each| SecurityGroup {
        id: each.group_id().unwrap_or_default().into(),
        ingress: Part::Read(
            web_permissions(each)
                .flat_map(|it| ingress(it, &lists))
                .collect(),
        ),
    });
    Ok(groups.collect())
}

/// What lets in TCP. HTTP/3 comes over UDP, and no web server is reached by it alone.
fn web_permissions(described: &types::SecurityGroup) -> impl Iterator<Item = &types::IpPermission> {
    let permissions = described.ip_permissions().iter();
    permissions.filter(|each| matches!(each.ip_protocol(), Some("tcp" | "6" | "-1") | None))
}

fn ingress(
    permission: &types::IpPermission,
    lists: &BTreeMap<Box<str>, Vec<Box<str>>>,
) -> Vec<Ingress> {
    let ipv4 = permission.ip_ranges().iter();
    let ipv4 = ipv4.filter_map(types::IpRange::cidr_ip).map(Box::from);
    let ipv6 = permission.ipv6_ranges().iter();
    let ipv6 = ipv6.filter_map(types::Ipv6Range::cidr_ipv6).map(Box::from);
    let groups = permission.user_id_group_pairs().iter();
    let groups = groups
        .filter_map(types::UserIdGroupPair::group_id)
        .map(Box::from);
    let named = permission.prefix_list_ids().iter();
    let named = named.filter_map(types::PrefixListId::prefix_list_id);
    // What a list stands for is not known where it could not be read.
    let named = named.flat_map(|id| lists.get(id).cloned().unwrap_or_else(|| vec![id.into()]));
    let sources = ipv4.chain(ipv6).chain(groups).chain(named);
    let is_tcp = permission.ip_protocol() != Some("-1");
    let (from, to) = (port(permission.from_port()), port(permission.to_port()));
    let made = sources.map(|source: Box<str>| Ingress {
        from: from.filter(|_| is_tcp),
        to: to.filter(|_| is_tcp),
        source,
    });
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(protocol: &str) -> types::IpPermission {
        types::IpPermission::builder()
            .ip_protocol(protocol)
            .from_port(443)
            .to_port(444)
            .ip_ranges(types::IpRange::builder().cidr_ip("0.0.0.0/0").build())
            .ipv6_ranges(types::Ipv6Range::builder().cidr_ipv6("::/0").build())
            .user_id_group_pairs(types::UserIdGroupPair::builder().group_id("sg-2").build())
            .prefix_list_ids(
                types::PrefixListId::builder()
                    .prefix_list_id("pl-1")
                    .build(),
            )
            .prefix_list_ids(
                types::PrefixListId::builder()
                    .prefix_list_id("pl-2")
                    .build(),
            )
            .build()
    }

    #[test]
    fn every_source_is_listed_and_a_list_that_was_not_read_stays_unknown() {
        let lists = BTreeMap::from([("pl-1".into(), vec!["192.0.2.0/24".into()])]);
        let made = ingress(&permission("tcp"), &lists);
        let sources: Vec<&str> = made.iter().map(|each| &*each.source).collect();
        assert_eq!(
            sources,
            ["0.0.0.0/0", "::/0", "sg-2", "192.0.2.0/24", "pl-2"]
        );
        assert!(
            made.iter()
                .all(|each| (each.from, each.to) == (Some(443), Some(444)))
        );
        let all = ingress(&permission("-1"), &lists);
        assert!(all.iter().all(|each| (each.from, each.to) == (None, None)));
    }

    #[test]
    fn only_what_carries_tcp_counts() {
        let group = types::SecurityGroup::builder();
        let group = ["tcp", "udp", "-1", "icmp", "6"]
            .into_iter()
            .fold(group, |group, protocol| {
                group.ip_permissions(permission(protocol))
            });
        assert_eq!(web_permissions(&group.build()).count(), 3);
    }
}
