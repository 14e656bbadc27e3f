//! The web ACLs of the Region (AWS WAF API reference, `ListWebACLs`).

use std::collections::BTreeSet;

use aws_sdk_wafv2::types;

use crate::{
    aws::refusal::refusal,
    pacing::Pacing,
    ports::{Error, Page},
    time::Time,
};

use super::{pages::pages, sweep::Sweep};

/// The most that a page holds (AWS WAF API reference, `ListWebACLs`).
const PAGE: i32 = 100;

/// Reads the ARNs of the web ACLs of the scope `REGIONAL`. Those for CloudFront are not listed: a
/// distribution names its own.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn web_acls(
    sweep: &Sweep<'_>,
    pacing: &Pacing<&dyn Time>,
) -> Result<BTreeSet<Box<str>>, Error> {
    let read = pages(|at| async move {
        pacing.wait().await;
        let call = sweep.clients.wafv2().list_web_acls().limit(PAGE);
        let call = call.scope(types::Scope::Regional).set_next_marker(at);
        let page = call.send().await;
        let page = page.map_err(|error| refusal("wafv2:ListWebACLs", &error))?;
        let items = page.web_acls.unwrap_or_default().into_iter();
        Ok(Page {
            items: items.filter_map(|each| Some(each.arn?.into())).collect(),
            next: page.next_marker,
        })
    });
    Ok(read.await?.into_iter().collect())
}
