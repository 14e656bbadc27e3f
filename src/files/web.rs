//! Web edges that were saved.

use std::path::PathBuf;

use rules::web::{WebEdges, WebMap, WebMapDocument};

use crate::documents::{Document, DocumentError};

/// Reads web edges, one file an account and Region.
///
/// # Errors
/// When a file cannot be read, holds no web edges, or is of the account and Region of another one.
pub fn read_web_edges(paths: &[PathBuf]) -> Result<WebEdges, DocumentError> {
    let mut edges = WebEdges::default();
    for path in paths {
        let mut document = Document::open(path)?;
        let map = read_web_map(&mut document)?;
        edges
            .add(map)
            .map_err(|bad| document.whole(bad.to_string()))?;
    }
    Ok(edges)
}

fn read_web_map(document: &mut Document) -> Result<WebMap, DocumentError> {
    let mut version = None;
    let mut account = None;
    let mut region = None;
    let mut taken_at = None;
    let mut distributions = None;
    let mut load_balancers = None;
    let mut web_acls = None;
    let mut security_groups = None;
    let mut instances = None;
    while let Some(member) = document.next_member()? {
        match member.as_str() {
            "schemaVersion" => version = Some(document.value()?),
            "account" => account = Some(document.value()?),
            "region" => region = Some(document.value()?),
            "takenAt" => taken_at = Some(document.value()?),
            "distributions" => distributions = Some(document.value()?),
            "loadBalancers" => load_balancers = Some(document.value()?),
            "webAcls" => web_acls = Some(document.value()?),
            "securityGroups" => security_groups = Some(document.value()?),
            "instances" => instances = Some(document.value()?),
            _ => {}
        }
    }
    // What is left out is not empty: whoever could not read a list says so in its place.
    let missing = |name: &str| document.whole(format!("holds no web edges: `{name}` is missing"));
    let map = WebMap::try_from(WebMapDocument {
        schema_version: version.ok_or_else(|| missing("schemaVersion"))?,
        account: account.ok_or_else(|| missing("account"))?,
        region: region.ok_or_else(|| missing("region"))?,
        taken_at: taken_at.ok_or_else(|| missing("takenAt"))?,
        distributions: distributions.ok_or_else(|| missing("distributions"))?,
        load_balancers: load_balancers.ok_or_else(|| missing("loadBalancers"))?,
        web_acls: web_acls.ok_or_else(|| missing("webAcls"))?,
        security_groups: security_groups.ok_or_else(|| missing("securityGroups"))?,
        instances: instances.ok_or_else(|| missing("instances"))?,
    });
    map.map_err(|bad| document.whole(bad.to_string()))
}
