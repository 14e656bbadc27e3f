//! What a hosted zone says of a name (Route 53 API reference, `ListResourceRecordSets`).

use std::collections::BTreeSet;

use aws_sdk_route53::types;

use crate::{
    aws::refusal::refusal,
    pacing::Pacing,
    ports::{Error, Fault},
    time::Time,
};

use super::{
    hosted_zones::{Zone, plain},
    sweep::Sweep,
};

/// The record sets of one name that are looked at: a name has more only where hundreds of weights
/// or places are told apart.
const PAGES: usize = 10;

/// What the name stands for: names and addresses, of all its records that a web client asks for.
/// Several are of different weights or places. A name of which the zone says nothing gives none.
///
/// # Errors
/// When the records cannot be read.
pub(super) async fn records(
    sweep: &Sweep<'_>,
    zone: &Zone,
    name: &str,
    pacing: &Pacing<&dyn Time>,
) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    let (mut start, mut kind, mut identifier) = (Some(name.to_owned()), None, None);
    for _ in 0..PAGES {
        pacing.wait().await;
        let call = sweep.clients.route53().list_resource_record_sets();
        let call = call.hosted_zone_id(&*zone.id).set_start_record_name(start);
        let call = call
            .set_start_record_type(kind)
            .set_start_record_identifier(identifier);
        let page = call.send().await;
        let page = page.map_err(|error| refusal("route53:ListResourceRecordSets", &error))?;
        // The list begins at the name, and goes on with others.
        let own = |set: &&types::ResourceRecordSet| plain(set.name()) == name;
        for set in page.resource_record_sets().iter().filter(own) {
            found.extend(values(set));
        }
        let next = page.next_record_name;
        let goes_on = page.is_truncated && next.as_deref().map(plain).as_deref() == Some(name);
        if !goes_on {
            return Ok(found);
        }
        (start, kind, identifier) = (next, page.next_record_type, page.next_record_identifier);
    }
    let line = "route53:ListResourceRecordSets: more record sets of a name than are read";
    Err(Error::Permanent(Fault::Deployment, line.to_owned()))
}

fn values(set: &types::ResourceRecordSet) -> Vec<String> {
    use types::RrType::{A, Aaaa, Cname};
    if !matches!(set.r#type(), A | Aaaa | Cname) {
        return Vec::new();
    }
    let alias = set.alias_target().into_iter().map(|alias| alias.dns_name());
    let records = set.resource_records().iter().map(|record| record.value());
    alias.chain(records).map(plain).collect()
}
