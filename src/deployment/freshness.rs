//! How old what the rules grade by is, and what was left over.

use jiff::{SignedDuration, Timestamp};
use rules::{
    health::ManagerStatus,
    ledger::{Ledger, Source},
    text::{clean, counted, quoted},
    time::minute,
};

use super::{Check, Grade, unread};
use crate::ports::Error;

/// How old an inventory may be before it is a gap, by default; and before somebody should look.
const GAP: SignedDuration = SignedDuration::from_mins(120);
const LATE: SignedDuration = SignedDuration::from_mins(30);
/// How old the listing of a source may be, by default.
const LISTING: SignedDuration = SignedDuration::from_hours(24);

/// Judges the inventory of each Manager, as the account sees it.
#[must_use]
pub fn inventories(read: &Result<Vec<ManagerStatus>, Error>, now: Timestamp) -> Vec<Check> {
    let what = "inventory";
    match read {
        Err(error) => vec![unread(what, error)],
        Ok(managers) if managers.is_empty() => vec![Check::of(
            Grade::Bad,
            what,
            "none was ever published",
            "see that the function inventory is scheduled, and look at its log",
        )],
        Ok(managers) => managers.iter().map(|one| inventory(one, now)).collect(),
    }
}

fn inventory(status: &ManagerStatus, now: Timestamp) -> Check {
    let what = format!("inventory of Manager {}", quoted(&status.manager));
    let failed = status.failed_reading().map(|failed| format!("; {failed}"));
    let failed = failed.unwrap_or_default();
    let Some(picture) = &status.inventory else {
        let detail = format!("none can be read{failed}");
        return Check::of(
            Grade::Bad,
            what,
            detail,
            "look at the log of the function inventory",
        );
    };
    let detail = format!("of {}{failed}", minute(picture.taken_at));
    let age = now.duration_since(picture.taken_at);
    if age > GAP || age < -LATE {
        let advice = "rules give no result by it: look at the log of the function inventory";
        Check::of(Grade::Bad, what, detail, advice)
    } else if age > LATE || !failed.is_empty() {
        let advice = "look at the log of the function inventory";
        Check::of(Grade::Warning, what, detail, advice)
    } else {
        Check::good(what, detail)
    }
}

/// Judges when each source of findings was listed last.
#[must_use]
pub fn listings(read: &Result<Ledger, Error>, now: Timestamp) -> Vec<Check> {
    let ledger = match read {
        Err(error) => return vec![unread("listings of findings", error)],
        Ok(ledger) => ledger,
    };
    let sources = Source::ALL.iter();
    sources
        .map(|source| listing(ledger, *source, now))
        .collect()
}

fn listing(ledger: &Ledger, source: Source, now: Timestamp) -> Check {
    let what = format!("listing of {source}");
    let advice = "see that the function backfill is scheduled twice a day, and look at its log";
    match ledger.watermark(source) {
        Err(gap) => Check::of(Grade::Unknown, what, gap.reason().text(), advice),
        Ok(None) => Check::of(Grade::Bad, what, "was never made", advice),
        Ok(Some(watermark)) => {
            let at = minute(watermark.listed_at);
            let detail = if watermark.enabled {
                format!("of {at}")
            } else {
                format!("of {at}: {source} is off")
            };
            if now.duration_since(watermark.listed_at) > LISTING {
                Check::of(Grade::Bad, what, detail, advice)
            } else {
                Check::good(what, detail)
            }
        }
    }
}

/// Judges a queue of dead letters by how many messages are in it.
#[must_use]
pub fn dead_letters(url: &str, waiting: &Result<u64, Error>) -> Check {
    let what = format!("dead letters in {}", name(url));
    match waiting {
        Err(error) => unread(&what, error),
        Ok(0) => Check::good(what, "none"),
        Ok(count) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            let advice = "find out why from the log of the function; docs/operations.md says which to send again";
            Check::of(Grade::Bad, what, counted(count, "message"), advice)
        }
    }
}

/// Judges a queue whose messages go to one of dead letters.
#[must_use]
pub fn queue(url: &str, waiting: &Result<u64, Error>) -> Check {
    let what = format!("queue {}", name(url));
    match waiting {
        Err(error) => unread(&what, error),
        Ok(0) => Check::good(what, "empty"),
        Ok(count) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            let advice =
                "look again in a minute: when there are more, its function does not keep up";
            Check::of(Grade::Warning, what, counted(count, "message"), advice)
        }
    }
}

/// The name of a queue, from its URL.
fn name(url: &str) -> String {
    clean(url.rsplit('/').next().unwrap_or(url))
}

/// What cannot be looked at where the variables of the function cannot be read: they say where it is.
#[must_use]
pub fn unseen() -> Vec<Check> {
    let what = ["inventory", "listings of findings", "dead letters"];
    let unknown = what.map(|what| {
        let detail = "the function says where to look, and cannot be read";
        Check::of(
            Grade::Unknown,
            what,
            detail,
            "use a role that may read the function",
        )
    });
    unknown.into()
}

/// Says what a function is not told, so that nobody can look at it.
#[must_use]
pub fn untold(what: &str, variable: &str, problem: &str) -> Check {
    Check::of(
        Grade::Bad,
        what,
        format!("{variable} of the function {problem}"),
        "update the functions with the template",
    )
}
