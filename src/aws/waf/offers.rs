//! The managed rule groups that can be had (AWS WAF API reference,
//! `ListAvailableManagedRuleGroups`, `DescribeAllManagedProducts`).

use aws_sdk_wafv2::{Client, types};
use remediations::web_groups::{Offer, Offers};
use rules::{Gap, gap};

use crate::{
    aws::{pages::pages, refusal::refusal},
    ports::{Error, Page},
};

/// The most that a page holds.
const PAGE: i32 = 100;

/// Lists them. Products only tell titles and what may be subscribed to: without them the list is
/// poorer, and says so.
///
/// # Errors
/// When the rule groups cannot be listed.
pub(super) async fn offers(client: &Client, scope: types::Scope) -> Result<Offers, Error> {
    let (client, scope) = (&client, &scope);
    let usable = pages(|at| async move {
        let call = client.list_available_managed_rule_groups().limit(PAGE);
        let page = call.scope(scope.clone()).set_next_marker(at).send().await;
        let page = page.map_err(|error| refusal("wafv2:ListAvailableManagedRuleGroups", &error))?;
        Ok(Page {
            items: page.managed_rule_groups.unwrap_or_default(),
            next: page.next_marker,
        })
    });
    let usable = usable.await?.into_iter().filter_map(|group| {
        Some(Offer {
            vendor: group.vendor_name?.into(),
            name: group.name?.into(),
            title: Box::default(),
            description: group.description.unwrap_or_default().into(),
        })
    });
    let mut offers = Offers {
        usable: usable.collect(),
        ..Offers::default()
    };
    match products(client, scope).await {
        Err(error) => {
            let line = error.to_string();
            offers.products = Some(if error.is_retryable() {
                Gap::retryable(&gap::NOT_REPORTED, line)
            } else {
                Gap::standing(&gap::NOT_REPORTED, line)
            });
        }
        Ok(products) => {
            for product in products {
                let mut usable = offers.usable.iter_mut();
                let same = |offer: &&mut Offer| {
                    offer.vendor == product.vendor && offer.name == product.name
                };
                match usable.find(same) {
                    Some(usable) => usable.title = product.title,
                    None => offers.for_sale.push(product),
                }
            }
        }
    }
    Ok(offers)
}

async fn products(client: &Client, scope: &types::Scope) -> Result<Vec<Offer>, Error> {
    let call = client.describe_all_managed_products().scope(scope.clone());
    let answer = call.send().await;
    let answer = answer.map_err(|error| refusal("wafv2:DescribeAllManagedProducts", &error))?;
    let products = answer.managed_products.unwrap_or_default().into_iter();
    let products = products.filter_map(|product| {
        Some(Offer {
            vendor: product.vendor_name?.into(),
            name: product.managed_rule_set_name?.into(),
            title: product.product_title.unwrap_or_default().into(),
            description: product.product_description.unwrap_or_default().into(),
        })
    });
    Ok(products.collect())
}
