//! Examines a Manager from the outside in: connection, key, rights, clocks.

use jiff::{SignedDuration, Timestamp};
use rules::{
    computer::Computer, intrusion_prevention::IntrusionPreventionRule, policy::Policy,
    text::quoted, time::minute,
};

use super::{
    call::Reply,
    error::Problem,
    key::{Expiry, KEY_RECORD, KeyRecord},
    pages::{self, Searched},
    reader::Reader,
    run::{Run, unreadable},
    wire,
};

/// How far the clocks may be apart before it is reported. An inventory is dated by the Manager's
/// clock and judged by that of AWS.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub what: &'static str,
    /// How it is.
    pub grade: Grade,
    /// What was seen, in one line.
    pub detail: String,
    /// What to do about it.
    pub advice: Option<&'static str>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// It works, and somebody should see to it.
    Warning,
    /// An inventory cannot be read this way.
    Bad,
}

impl Check {
    fn good(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            grade: Grade::Good,
            detail: detail.into(),
            advice: None,
        }
    }

    fn warning(what: &'static str, detail: impl Into<String>, advice: &'static str) -> Self {
        Self {
            what,
            grade: Grade::Warning,
            detail: detail.into(),
            advice: Some(advice),
        }
    }

    fn bad(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            grade: Grade::Bad,
            detail: detail.into(),
            advice: None,
        }
    }
}

impl Reader {
    /// Looks at everything that reading an inventory depends on, with at most four calls, none of
    /// which is tried again. What cannot be looked at, because something before it is bad, is not
    /// in the list.
    pub async fn examine(&self) -> Vec<Check> {
        let run = Run::new(&self.manager);
        let mut checks = Vec::new();
        let reply = match run.exchange(&KEY_RECORD).await {
            Ok(reply) => reply,
            Err(problem) => {
                checks.push(Check::bad(place_of(&problem), problem.to_string()));
                return checks;
            }
        };
        checks.push(Check::good("connection", format!("{} answers", self.url)));
        checks.push(Check::good(
            "encryption",
            if self.url.is_encrypted() {
                "the certificate is verified"
            } else {
                "plain http, which does not leave this machine"
            },
        ));
        let now = self.manager.time.now();
        checks.push(clock(reply.date(), now));
        let goes_on = self.examine_key(&reply, now, &mut checks);
        if goes_on {
            checks.push(right::<Computer>(&run, "right to view computers").await);
            checks.push(right::<Policy>(&run, "right to view policies").await);
            checks.push(right::<IntrusionPreventionRule>(&run, "right to view IPS rules").await);
            let version = run
                .version()
                .map_or("not reported".to_owned(), |text| quoted(&text));
            checks.push(Check::good("version", version));
        }
        checks
    }

    /// Whether it makes sense to go on.
    fn examine_key(&self, reply: &Reply, now: Timestamp, checks: &mut Vec<Check>) -> bool {
        let record = reply
            .json()
            .and_then(|json| wire::key_record(json).map_err(|error| unreadable(&error)));
        match record {
            Ok(record) => {
                checks.push(key(&record));
                checks.push(expiry(&record, reply.date().unwrap_or(now)));
                true
            }
            Err(Problem::Forbidden(_)) => {
                checks.push(Check::warning(
                    "API key",
                    "its own record may not be seen, so that its expiry is unknown",
                    "let its role view API keys, or note the key's expiry elsewhere",
                ));
                true
            }
            Err(problem @ Problem::KeyRejected(_)) => {
                checks.push(Check::bad("API key", problem.to_string()));
                false
            }
            Err(problem) => {
                checks.push(Check::bad("API", problem.to_string()));
                false
            }
        }
    }
}

/// What a failed exchange says something about.
fn place_of(problem: &Problem) -> &'static str {
    match problem {
        Problem::Certificate(_) | Problem::NotEncrypted(_) => "encryption",
        _ => "connection",
    }
}

fn clock(date: Option<Timestamp>, now: Timestamp) -> Check {
    const WHAT: &str = "clock";
    let Some(date) = date else {
        return Check::bad(WHAT, Problem::NoDate.to_string());
    };
    let apart = date.duration_since(now);
    if apart.abs() <= CLOCK_TOLERANCE {
        return Check::good(WHAT, "agrees with this machine's to 2 minutes");
    }
    let direction = if apart.is_positive() {
        "ahead of"
    } else {
        "behind"
    };
    let detail = format!(
        "{} minutes {direction} this machine's",
        apart.abs().as_mins()
    );
    Check::warning(
        WHAT,
        detail,
        "set both clocks by a time server: inventories are dated by the Manager's",
    )
}

fn key(record: &KeyRecord) -> Check {
    const WHAT: &str = "API key";
    let name = quoted(&record.name);
    match record.active {
        Some(false) => Check::bad(WHAT, format!("{name} is not active")),
        _ => Check::good(WHAT, format!("{name} is accepted")),
    }
}

fn expiry(record: &KeyRecord, now: Timestamp) -> Check {
    const WHAT: &str = "expiry of the API key";
    const ADVICE: &str = "make a new key in the Manager, and change over to it before that time";
    match record.expiry(now) {
        Expiry::Never => Check::good(WHAT, "it does not expire"),
        Expiry::Later(end) => Check::good(WHAT, format!("expires {}", minute(end))),
        Expiry::Soon(end) => Check::warning(WHAT, format!("expires {}", minute(end)), ADVICE),
        Expiry::Over(end) => Check::bad(WHAT, format!("expired {}", minute(end))),
        Expiry::Unknown => Check::warning(
            WHAT,
            "the Manager reports it in a way that is not understood",
            "look it up in the Manager",
        ),
    }
}

/// Whether the key may read things of one kind: one of them is asked for.
async fn right<T: Searched>(run: &Run<'_>, what: &'static str) -> Check {
    let call = T::call();
    let result = run.attempt(call, Some(pages::filter(0, 1, &[])), |reply| {
        let list = wire::list::<T>(reply.json()?, 1).map_err(|error| unreadable(&error))?;
        let items = list.len();
        Ok((list, items))
    });
    match result.await {
        Ok(list) if list.is_empty() => Check::warning(
            what,
            format!("the key sees no {}", T::NOUN),
            "if there are some, widen what the role of the key may see",
        ),
        Ok(_) => Check::good(what, "granted"),
        Err(problem) => {
            let detail = match &problem {
                Problem::Forbidden(_) => {
                    format!("{problem}; its role must be allowed to {}", call.right)
                }
                other => other.to_string(),
            };
            Check::bad(what, detail)
        }
    }
}
