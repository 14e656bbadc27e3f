//! What prefix lists stand for (EC2 API reference, `DescribeManagedPrefixLists`,
//! `GetManagedPrefixListEntries`).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types;

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::sweep::Sweep;

/// The most that a page holds (EC2 API reference, both actions).
const PAGE: i32 = 100;
/// The most values that a filter takes (EC2 user guide, "Filter resources").
const VALUES: usize = 200;

/// Reads what the prefix lists with these ids stand for: one of AWS for its name, one of a
/// customer for its ranges. One that cannot be read is left out.
pub(super) async fn prefix_lists(
    sweep: &Sweep<'_>,
    ids: &BTreeSet<&str>,
) -> BTreeMap<Box<str>, Vec<Box<str>>> {
    let mut sources = BTreeMap::new();
    let ids: Vec<&str> = ids.iter().copied().collect();
    for ids in ids.chunks(VALUES) {
        let described = match describe(sweep, ids).await {
            Ok(described) => described,
            Err(error) => {
                tracing::warn!("prefix lists are not known: {error}");
                continue;
            }
        };
        for list in &described {
            let Some(id) = list.prefix_list_id() else {
                continue;
            };
            let read = match (list.owner_id(), list.prefix_list_name()) {
                (Some("AWS"), Some(name)) => Ok(vec![name.into()]),
                _ => ranges(sweep, id).await,
            };
            match read {
                Ok(read) => {
                    sources.insert(id.into(), read);
                }
                Err(error) => tracing::warn!("prefix list {id} is not known: {error}"),
            }
        }
    }
    sources
}

async fn describe(sweep: &Sweep<'_>, ids: &[&str]) -> Result<Vec<types::ManagedPrefixList>, Error> {
    let values = ids.iter().map(|id| (*id).to_owned()).collect();
    let filter = types::Filter::builder().name("prefix-list-id");
    let filter = &filter.set_values(Some(values)).build();
    let read = sweep.ec2_pages(|at| async move {
        let call = sweep.clients.ec2().describe_managed_prefix_lists();
        let call = call.filters(filter.clone()).max_results(PAGE);
        let page = call.set_next_token(at).send().await;
        let page = page.map_err(|error| refusal("ec2:DescribeManagedPrefixLists", &error))?;
        Ok(Page {
            items: page.prefix_lists.unwrap_or_default(),
            next: page.next_token,
        })
    });
    read.await
}

async fn ranges(sweep: &Sweep<'_>, id: &str) -> Result<Vec<Box<str>>, Error> {
    let read = sweep.ec2_pages(|at| async move {
        let call = sweep.clients.ec2().get_managed_prefix_list_entries();
        let call = call.prefix_list_id(id).max_results(PAGE);
        let page = call.set_next_token(at).send().await;
        let page = page.map_err(|error| refusal("ec2:GetManagedPrefixListEntries", &error))?;
        let entries = page.entries.unwrap_or_default().into_iter();
        Ok(Page {
            items: entries.filter_map(|each| Some(each.cidr?.into())).collect(),
            next: page.next_token,
        })
    });
    read.await
}
