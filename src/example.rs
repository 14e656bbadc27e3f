//! The example fleet: forty instances with every kind of defect, in the files that the AWS CLI
//! and a Manager would print, at a fixed time.

use std::io::Cursor;

use jiff::Timestamp;
use rules::{inventories::Inventories, ledger::Ledgers, web::WebEdges};

use crate::{
    documents::Document,
    evaluation::Fleet,
    files::{Dating, Instances, Responses},
};

/// When the example's files were "printed": 2026-11-24 12:00 UTC, in seconds since 1970.
const PRINTED_AT: i64 = 1_795_521_600;

/// The example fleet.
///
/// # Errors
/// A line that says which of the embedded files cannot be read.
pub fn fleet() -> Result<Fleet, String> {
    let as_of = Timestamp::from_second(PRINTED_AT).map_err(|error| error.to_string())?;
    let read = || {
        let open = |name: &str, text: &'static str| {
            Document::new(format!("example/{name}"), Cursor::new(text)).map(|page| vec![page])
        };
        let instances = open("instances.json", include_str!("example/instances.json"))?;
        let computers = open("computers.json", include_str!("example/computers.json"))?;
        let policies = open("policies.json", include_str!("example/policies.json"))?;
        let dating = Dating::until(as_of);
        let instances = Instances::from_documents(instances, dating)?;
        Ok((
            instances,
            Responses::from_documents(computers, policies, false, dating)?,
        ))
    };
    let (instances, responses) =
        read().map_err(|error: crate::documents::DocumentError| error.to_string())?;
    let inventory = responses
        .inventory(as_of)
        .map_err(|error| error.to_string())?;
    let inventories = Inventories::new(vec![Ok(inventory)]);
    Ok(Fleet {
        as_of,
        instances: instances.into_list(),
        inventories,
        web_edges: WebEdges::default(),
        ledgers: Ledgers::default(),
        guard: None,
    })
}
