//! # What it checks
//! That Deepgrade itself can do its work in the account: that the inventory of every Manager is
//! fresh and complete, that its key is valid and stays so for `keyExpiryDays`, that every instance
//! can be graded, and that no event was left over.
//!
//! # Why it matters
//! A result that does not change is not put again, so that an old result looks the same whether it
//! was checked again or not. This rule is put on every run: its time and its counts are the proof
//! that the others were checked, or the reason why they were not.
//!
//! # How it decides
//! Every instance of the account and Region that is not terminated is graded by every rule that
//! needs nothing but the inventory, with the defaults of their parameters, and nothing of that is
//! put. An instance counts as evaluated when none of these rules has a gap for it, and otherwise
//! under the code of the first gap. What rules that read more than the inventory cannot tell is
//! not counted, nor is what the parameters of your own Config rules make a gap, such as a policy
//! name that fits two policies.
//!
//! An inventory is stale after `maxInventoryAgeMinutes`. A Manager that cannot be read is
//! non-compliant once its inventory is stale, at once if it rejects the key; until then the
//! annotation says so. A clock that is off by more than two minutes, computers that disappeared in
//! such numbers that the account keeps its previous inventory, and dead letters are non-compliant.
//! So are exceptions that cannot be read, while no non-compliant result can be put. That exceptions
//! expire within 14 days, have expired, or are for a tag that is not protected, is mentioned only.
//! An annotation begins with the counts, then names what is worst.
//!
//! # When it cannot tell
//! Not to see is not to be healthy: where the state of the inventories, the instances or the queue
//! of dead letters cannot be read, it is non-compliant and says what cannot be seen. A key that
//! may not see its own expiry and a queue that nobody set up are mentioned only.

use jiff::{SignedDuration, Timestamp};

use crate::{
    framework::Frameworks,
    health::{Health, KeyExpiry, ManagerStatus, Picture, Problem, ProblemKind, Unseen},
    inventory::Completeness,
    parameter::{BadParameter, Kind, MAX_INVENTORY_AGE_MINUTES, Parameter},
    reason::{Code, Reason},
    rule::{AboutAccount, AccountCheck, Rule, Severity, Subject, Trigger},
    text::quoted,
    time::minute,
    values::Values,
    verdict::{Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "evaluator-is-healthy",
    summary: "that Deepgrade sees every Manager and can grade every instance",
    severity: Severity::High,
    frameworks: Frameworks {
        pci_dss: &["10.7.2"],
        nist_800_53: &["CA-7", "SI-6"],
        cis_controls: &[],
    },
    trigger: Trigger::Scheduled,
    parameters: &[&KEY_EXPIRY_DAYS, &MAX_INVENTORY_AGE_MINUTES],
    codes: CODES,
    source: include_str!("evaluator_is_healthy.rs"),
    subject: Subject::Account(AboutAccount { prepare }),
};

static KEY_EXPIRY_DAYS: Parameter = Parameter {
    name: "keyExpiryDays",
    summary: "how long before it expires the key of a Manager must be replaced",
    kind: Kind::Integer { min: 0, max: 365 },
    default: "30",
};

/// What is worse stands before what is better, in an annotation as well.
static CODES: &[&Code] = &[
    &UNSEEN,
    &KEY_REJECTED,
    &NO_INVENTORY,
    &STALE,
    &KEY_EXPIRED,
    &INCOMPLETE,
    &WITHHELD,
    &CLOCK,
    &GAPS,
    &EXCEPTIONS,
    &DEAD_LETTERS,
    &KEY_EXPIRES,
    &HEALTHY,
];

static HEALTHY: Code = Code {
    id: "DS-HEA-001",
    meaning: "Deepgrade sees every Manager and can grade every instance",
    remedy: None,
};
static UNSEEN: Code = Code {
    id: "DS-HEA-002",
    meaning: "Deepgrade cannot see whether it is healthy",
    remedy: Some("Grant the function `rule` what it lacks: the reason names it."),
};
static KEY_REJECTED: Code = Code {
    id: "DS-HEA-003",
    meaning: "a Manager rejects its key",
    remedy: Some("Put a key that the Manager accepts into the secret."),
};
static NO_INVENTORY: Code = Code {
    id: "DS-HEA-004",
    meaning: "no Manager is configured, or there never was an inventory of one",
    remedy: Some("Name a Manager in the settings, and see that the function `inventory` has run."),
};
static STALE: Code = Code {
    id: "DS-HEA-005",
    meaning: "the inventory of a Manager is too old, or of the future",
    remedy: Some("See that the function `inventory` runs every 15 minutes and ends well."),
};
static INCOMPLETE: Code = Code {
    id: "DS-HEA-006",
    meaning: "the inventory of a Manager may not hold every computer",
    remedy: Some("Let the role of the key view all computers."),
};
static KEY_EXPIRED: Code = Code {
    id: "DS-HEA-007",
    meaning: "the key of a Manager has expired",
    remedy: Some("Make a new key in the Manager, and put it into the secret."),
};
static KEY_EXPIRES: Code = Code {
    id: "DS-HEA-008",
    meaning: "the key of a Manager expires soon",
    remedy: Some(
        "Make a new key in the Manager, and put it into the secret, before the day that the \
         reason names.",
    ),
};
static WITHHELD: Code = Code {
    id: "DS-HEA-009",
    meaning: "the account keeps its previous inventory: it lost many computers at once",
    remedy: Some(
        "Nothing, if the computers were removed on purpose: a second reading confirms it. \
         Otherwise look at the connector and at the role of the key.",
    ),
};
static CLOCK: Code = Code {
    id: "DS-HEA-010",
    meaning: "the clock of a Manager is wrong",
    remedy: Some("Set the clock of the Manager's host."),
};
static GAPS: Code = Code {
    id: "DS-HEA-011",
    meaning: "there are instances that cannot be graded",
    remedy: Some("See the codes of gaps that the reason counts."),
};
static DEAD_LETTERS: Code = Code {
    id: "DS-HEA-012",
    meaning: "there are events that nobody could deal with",
    remedy: Some(
        "Read the dead letters, and mend what they name. Findings are sent again by a redrive of their \
         queue in Amazon SQS, which changes nothing twice; what is in the other queues is done again by \
         the next run, and can be deleted.",
    ),
};

static EXCEPTIONS: Code = Code {
    id: "DS-HEA-013",
    meaning: "the exceptions cannot be read, so that what is non-compliant is put without them, or not at \
              all where excepted results are not applicable",
    remedy: Some(
        "See that the file of exceptions is there, that it is the one whose SHA-256 the stack names, \
         and that `deepgrade exceptions lint` finds nothing wrong with it.",
    ),
};

/// By how many seconds the clock of a Manager may be off.
const MAX_CLOCK_SKEW: u64 = 120;

fn prepare(values: &Values) -> Result<AccountCheck, BadParameter> {
    let limits = Limits {
        inventory_age: values.minutes(&MAX_INVENTORY_AGE_MINUTES)?,
        key_expiry_days: values.integer(&KEY_EXPIRY_DAYS)?,
    };
    Ok(Box::new(move |health| check(health, &limits)))
}

/// What is still healthy.
struct Limits {
    inventory_age: SignedDuration,
    key_expiry_days: i64,
}

fn check(health: &Health, limits: &Limits) -> Verdict {
    let mut grounds = match &health.managers {
        Err(why) => vec![unseen("the state of the inventories", why)],
        Ok(managers) if managers.is_empty() => {
            vec![Ground::fails(&NO_INVENTORY, "no Manager is configured")]
        }
        Ok(managers) => of_managers(managers, health.now, limits),
    };
    grounds.extend(of_instances(health));
    grounds.extend(of_exceptions(health));
    grounds.extend(of_dead_letters(health));
    let rank = |ground: &Ground| CODES.iter().position(|code| *code == ground.code);
    grounds.sort_by_key(rank);
    let weighed = match health.proof(limits.inventory_age) {
        Some(proof) => Verdict::weigh(&proof, grounds, &HEALTHY),
        None => {
            let note = health.tally.as_ref().ok().map(ToString::to_string);
            Verdict::weigh_without_evidence(note.as_deref(), grounds)
        }
    };
    weighed.unwrap_or_else(|gap| Verdict::non_compliant(Reason::new(&UNSEEN, gap.reason().text())))
}

fn unseen(what: &str, why: &Unseen) -> Ground {
    Ground::fails(&UNSEEN, format!("{what} cannot be read: {why}"))
}

fn of_managers(managers: &[ManagerStatus], now: Timestamp, limits: &Limits) -> Vec<Ground> {
    let grounds = |status| {
        [
            of_inventory(status, now, limits),
            of_reading(status),
            of_key(status, now, limits),
            of_clock(status),
        ]
    };
    let each = managers.iter().flat_map(grounds).flatten();
    in_use(managers).into_iter().chain(each).collect()
}

/// The inventories in use, for the reader of a healthy verdict: others name what is wrong.
fn in_use(managers: &[ManagerStatus]) -> Option<Ground> {
    let times = managers
        .iter()
        .filter_map(|status| Some(status.inventory.as_ref()?.taken_at));
    let oldest = minute(times.min()?);
    let text = match managers.len() {
        1 => format!("inventory of {oldest}"),
        count => format!("{count} inventories, the oldest of {oldest}"),
    };
    Some(Ground::holds(&STALE, text))
}

/// What keeps the inventory from being used.
fn of_inventory(status: &ManagerStatus, now: Timestamp, limits: &Limits) -> Option<Ground> {
    let name = quoted(&status.manager);
    let why = status.failed_reading().map(|failed| format!("; {failed}"));
    let why = why.unwrap_or_default();
    let Some(picture) = &status.inventory else {
        let text = format!("there never was an inventory of Manager {name}{why}");
        return Some(Ground::fails(&NO_INVENTORY, text));
    };
    let Picture {
        taken_at,
        completeness,
    } = picture;
    let taken = minute(*taken_at);
    if let Some(how) = picture.out_of_date(now, limits.inventory_age) {
        let text = format!("the inventory of Manager {name} is of {taken}, {how}{why}");
        return Some(Ground::fails(&STALE, text));
    }
    if *completeness == Completeness::PageMayBeMissing {
        let text = format!("a page may be missing in the inventory of Manager {name} of {taken}");
        return Some(Ground::fails(&INCOMPLETE, text));
    }
    status.is_withheld.then(|| {
        let text = format!(
            "the inventory of Manager {name} stays that of {taken}: many computers disappeared \
             since, which a second reading must confirm"
        );
        Ground::fails(&WITHHELD, text)
    })
}

/// What the last reading met. A key that is rejected fails at once: the next reading will not
/// succeed either.
fn of_reading(status: &ManagerStatus) -> Option<Ground> {
    let Problem { kind, text } = status.problem.as_ref()?;
    let name = quoted(&status.manager);
    if *kind == ProblemKind::KeyRejected {
        let text = format!("Manager {name} rejects its key: {}", quoted(text));
        return Some(Ground::fails(&KEY_REJECTED, text));
    }
    let text = format!("Manager {name}: {}", status.failed_reading()?);
    Some(Ground::holds(&STALE, text))
}

fn of_key(status: &ManagerStatus, now: Timestamp, limits: &Limits) -> Option<Ground> {
    let name = quoted(&status.manager);
    let expires = match status.key_expires {
        KeyExpiry::Never => return None,
        KeyExpiry::Unknown => {
            let text = format!("when the key of Manager {name} expires is not known");
            return Some(Ground::holds(&KEY_EXPIRES, text));
        }
        KeyExpiry::At(expires) => expires,
    };
    let time = minute(expires);
    if expires <= now {
        let text = format!("the key of Manager {name} expired {time}");
        return Some(Ground::fails(&KEY_EXPIRED, text));
    }
    let days = limits.key_expiry_days;
    let is_near = expires.duration_since(now) <= SignedDuration::from_hours(24 * days);
    is_near.then(|| {
        let text = format!("the key of Manager {name} expires {time}, within {days} days");
        Ground::fails(&KEY_EXPIRES, text)
    })
}

fn of_clock(status: &ManagerStatus) -> Option<Ground> {
    let skew = status.clock_skew_seconds?;
    let seconds = skew.unsigned_abs();
    (seconds > MAX_CLOCK_SKEW).then(|| {
        let name = quoted(&status.manager);
        let way = if skew > 0 { "ahead" } else { "behind" };
        Ground::fails(
            &CLOCK,
            format!("the clock of Manager {name} is {seconds} s {way}"),
        )
    })
}

fn of_instances(health: &Health) -> Option<Ground> {
    let tally = match &health.tally {
        Err(why) => return Some(unseen("the instances", why)),
        Ok(tally) => tally,
    };
    Some(Ground::fails(&GAPS, tally.gaps_in_words()?))
}

/// An exception that expires is no illness: what it was made for counts again by itself.
fn of_exceptions(health: &Health) -> Option<Ground> {
    match &health.exceptions {
        Err(why) => {
            let text = format!("the exceptions cannot be read: {why}");
            Some(Ground::fails(&EXCEPTIONS, text))
        }
        Ok(counts) => Some(Ground::holds(&EXCEPTIONS, counts.in_words()?)),
    }
}

fn of_dead_letters(health: &Health) -> Option<Ground> {
    match &health.dead_letters {
        Err(why) => Some(unseen("the queue of dead letters", why)),
        Ok(None) => Some(Ground::holds(
            &DEAD_LETTERS,
            "no queue of dead letters is watched",
        )),
        Ok(Some(0)) => None,
        Ok(Some(1)) => Some(Ground::fails(&DEAD_LETTERS, "1 dead letter")),
        Ok(Some(count)) => Some(Ground::fails(
            &DEAD_LETTERS,
            format!("{count} dead letters"),
        )),
    }
}
