//! What the pointer and the inventories say of the Managers, for the rule that watches over them.

use rules::{
    health::{KeyExpiry, ManagerStatus, Picture, Problem, ProblemKind},
    inventories::Inventories,
};

use super::{
    pointer::{Pointer, Shelf},
    status::{Complaint, KeyEnd, Kind, Status},
};

/// The status of every configured Manager; of none where nothing was ever published.
pub(super) fn statuses(pointer: Option<&Pointer>, inventories: &Inventories) -> Vec<ManagerStatus> {
    let shelves = pointer.map(|pointer| pointer.managers.as_slice());
    let shelves = shelves.unwrap_or_default().iter();
    shelves.map(|shelf| status(shelf, inventories)).collect()
}

fn status(shelf: &Shelf, inventories: &Inventories) -> ManagerStatus {
    let mut readable = inventories.readable();
    let inventory = readable.find(|inventory| inventory.manager() == shelf.name);
    let status = shelf.status.as_ref();
    // What of the account is kept, is older than the rest of its version.
    let taken_at = shelf.current.as_ref().map(|edition| edition.taken_at);
    let keeps = status.is_some_and(|status| !status.kept.is_empty());
    let is_older = inventory.is_some_and(|inventory| Some(inventory.taken_at()) < taken_at);
    ManagerStatus {
        manager: shelf.name.clone(),
        inventory: inventory.map(|inventory| Picture {
            taken_at: inventory.taken_at(),
            completeness: inventory.completeness(),
        }),
        checked_at: status.map(|status| status.checked_at),
        problem: status
            .and_then(|status| status.problem.as_ref())
            .map(problem),
        key_expires: status.map_or(KeyExpiry::Unknown, key_expires),
        clock_skew_seconds: status.and_then(|status| status.clock_skew_seconds),
        is_withheld: keeps && is_older,
    }
}

fn problem(complaint: &Complaint) -> Problem {
    Problem {
        kind: match complaint.kind {
            Kind::KeyRejected => ProblemKind::KeyRejected,
            Kind::Unreachable => ProblemKind::Unreachable,
            Kind::RightMissing => ProblemKind::RightMissing,
            Kind::BadAnswer => ProblemKind::BadAnswer,
            Kind::Untrusted | Kind::Throttled | Kind::Settings | Kind::Store | Kind::Other => {
                ProblemKind::Other
            }
        },
        text: complaint.line.clone(),
    }
}

fn key_expires(status: &Status) -> KeyExpiry {
    match status.key_expires {
        KeyEnd::Unknown => KeyExpiry::Unknown,
        KeyEnd::Never => KeyExpiry::Never,
        KeyEnd::At(time) => KeyExpiry::At(time),
    }
}
