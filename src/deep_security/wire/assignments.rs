//! What is assigned and what is recommended, as the Manager writes it.

use std::collections::BTreeSet;

use rules::fact::Fact;
use serde::{Deserialize, de::Error as _};

use super::raw::{Raw, Wrong};
use crate::deep_security::operator::{Assignments, RecommendationScan, ScanStatus};

/// The document of one module. A Manager writes every list, also an empty one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AssignmentsWire<'a> {
    #[serde(borrow, rename = "assignedRuleIDs")]
    assigned: Raw<'a>,
    #[serde(rename = "recommendationScanStatus")]
    status: Raw<'a>,
    #[serde(rename = "lastRecommendationScanDate")]
    at: Raw<'a>,
    #[serde(rename = "recommendedToAssignRuleIDs")]
    to_assign: Raw<'a>,
    #[serde(rename = "recommendedToUnassignRuleIDs")]
    to_unassign: Raw<'a>,
}

/// The assignments in an answer.
pub(crate) fn assignments(json: &[u8]) -> serde_json::Result<Assignments> {
    let wire: AssignmentsWire<'_> = serde_json::from_slice(json)?;
    let mut scan = RecommendationScan {
        status: wire.status.fact(),
        at: wire.at.fact(),
    };
    // Before the first scan there is no time, and nothing is recommended. After it, what is not
    // there is not known: to take it for never or for none would make an old time pass for a new
    // one in the next answer.
    let scanned = scan.status != Fact::Known(ScanStatus::None);
    if scanned && scan.at.is_missing() {
        scan.at = Fact::Unrecognised("an answer without lastRecommendationScanDate".into());
    }
    Ok(Assignments {
        assigned: ids(wire.assigned, "assignedRuleIDs", true)?,
        recommended_to_assign: ids(wire.to_assign, "recommendedToAssignRuleIDs", scanned)?,
        recommended_to_unassign: ids(wire.to_unassign, "recommendedToUnassignRuleIDs", scanned)?,
        scan,
    })
}

fn ids(list: Raw<'_>, name: &str, wanted: bool) -> serde_json::Result<BTreeSet<u64>> {
    if wanted && list.is_unset() {
        return Err(serde_json::Error::custom(format!("it has no {name}")));
    }
    let ids = list.list().and_then(|ids| {
        let ids = ids.into_iter().map(|id| id.id()?.ok_or(Wrong));
        ids.collect()
    });
    ids.map_err(|Wrong| serde_json::Error::custom(format!("{name} of an unknown form")))
}
