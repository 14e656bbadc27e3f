//! A healthy Deepgrade for a test, and what a test changes of it.

use std::collections::BTreeMap;

use rules::{
    Gap,
    exceptions::StandingCounts,
    gap,
    health::{Health, ManagerStatus, Tally, Unseen},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::merged;

/// What differs from the healthy Deepgrade.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct GivenHealth {
    /// The time of the evaluation.
    pub(crate) now: Option<String>,
    /// The rule's parameters.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Changes of each Manager's status; a text for why they cannot be read.
    pub(crate) managers: Option<Value>,
    /// How many instances there are; a text for why they cannot be read.
    pub(crate) instances: Option<Value>,
    /// How many of them are gaps, by code.
    pub(crate) gaps: BTreeMap<String, u64>,
    /// How many dead letters there are; `unwatched` for no queue, another text for why it cannot be
    /// read.
    pub(crate) dead_letters: Option<Value>,
    /// How exceptions stand; a text for why they cannot be read.
    pub(crate) exceptions: Option<Value>,
}

impl From<&GivenHealth> for Health {
    fn from(given: &GivenHealth) -> Self {
        let now = given.now.as_deref().unwrap_or("2026-11-24T12:00:00Z");
        let managers = match &given.managers {
            None => Ok(vec![status(&Value::Null)]),
            Some(Value::Array(changes)) => Ok(changes.iter().map(status).collect()),
            Some(why) => Err(unseen(why)),
        };
        let tally = match &given.instances {
            None => Ok(tally(412, &given.gaps)),
            Some(Value::Number(count)) => Ok(tally(count.as_u64().unwrap(), &given.gaps)),
            Some(why) => Err(unseen(why)),
        };
        let dead_letters = match &given.dead_letters {
            None => Ok(Some(0)),
            Some(Value::Number(count)) => Ok(count.as_u64()),
            Some(why) if why == "unwatched" => Ok(None),
            Some(why) => Err(unseen(why)),
        };
        let exceptions = match &given.exceptions {
            None => Ok(StandingCounts::default()),
            Some(Value::Object(counts)) => Ok(standing(counts)),
            Some(why) => Err(unseen(why)),
        };
        Self {
            now: now.parse().unwrap(),
            managers,
            tally,
            dead_letters,
            exceptions,
        }
    }
}

fn standing(counts: &Map<String, Value>) -> StandingCounts {
    let count = |name: &str| {
        let count = counts.get(name).and_then(Value::as_u64).unwrap_or(0);
        usize::try_from(count).unwrap()
    };
    StandingCounts {
        all: count("all"),
        expiring: count("expiring"),
        expired: count("expired"),
        unprotected: count("unprotected"),
    }
}

fn unseen(why: &Value) -> Unseen {
    Unseen::new(why.as_str().unwrap())
}

fn status(change: &Value) -> ManagerStatus {
    let healthy = json!({
        "manager": "first",
        "inventory": {"takenAt": "2026-11-24T11:55:00Z", "completeness": "complete"},
        "checkedAt": "2026-11-24T11:56:00Z",
        "keyExpires": "never",
        "clockSkewSeconds": 0,
    });
    serde_json::from_value(merged(healthy, change)).unwrap()
}

fn tally(instances: u64, gaps: &BTreeMap<String, u64>) -> Tally {
    let mut tally = Tally::default();
    let gaps = gaps.iter().flat_map(|(id, count)| {
        let code = gap::CODES.iter().find(|code| code.id == id).unwrap();
        (0..*count).map(|_| Some(Gap::standing(code, code.meaning)))
    });
    let all = gaps.chain(std::iter::repeat(None));
    for (number, gap) in (0..instances).zip(all) {
        let id = format!("i-{number:017x}").parse().unwrap();
        tally.note(id, gap.as_ref());
    }
    tally
}
