//! Whether AWS Config records instances, and how soon it tells of them (AWS Config API reference,
//! `ConfigurationRecorder`).

use std::collections::BTreeSet;

use rules::text::{clean, quoted};

use super::{Check, Grade, unread};
use crate::ports::Error;

const INSTANCE: &str = "AWS::EC2::Instance";
const COMPLIANCE: &str = "AWS::Config::ResourceCompliance";

/// A recorder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorder {
    /// Its name.
    pub name: String,
    /// What it records.
    pub types: Types,
    /// How soon it records a change.
    pub pace: Pace,
    /// The same for some types.
    pub overrides: Vec<(BTreeSet<String>, Pace)>,
}

/// Types of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Types {
    /// All.
    All,
    /// These.
    Only(BTreeSet<String>),
    /// All but these.
    AllBut(BTreeSet<String>),
}

/// How soon a change is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// When it happens.
    Continuous,
    /// Once a day.
    Daily,
}

/// Whether a recorder records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The recorder's name.
    pub name: String,
    /// Whether it is switched on.
    pub is_on: bool,
    /// What went wrong with the last recording. Foreign text.
    pub problem: Option<String>,
}

impl Recorder {
    fn records(&self, kind: &str) -> bool {
        match &self.types {
            Types::All => true,
            Types::Only(types) => types.contains(kind),
            Types::AllBut(types) => !types.contains(kind),
        }
    }

    fn pace_of(&self, kind: &str) -> Pace {
        let mut overrides = self.overrides.iter();
        let found = overrides.find(|(types, _)| types.contains(kind));
        found.map_or(self.pace, |(_, pace)| *pace)
    }
}

/// Judges the recorders of a Region, whether they are on, and how many delivery channels there are.
#[must_use]
pub fn judge(
    recorders: &Result<Vec<Recorder>, Error>,
    running: &Result<Vec<Running>, Error>,
    channels: &Result<usize, Error>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    match recorders {
        Err(error) => checks.push(unread("configuration recorder", error)),
        Ok(recorders) => match recorders.first() {
            None => checks.push(Check::of(
                Grade::Bad,
                "configuration recorder",
                "there is none, and without one AWS Config sees no instance",
                "set AWS Config up in this Region",
            )),
            Some(recorder) => {
                checks.push(of_running(recorder, running));
                checks.extend(of_types(recorder));
            }
        },
    }
    checks.push(match channels {
        Err(error) => unread("delivery channel", error),
        Ok(0) => Check::of(
            Grade::Bad,
            "delivery channel",
            "there is none, and without one the recorder does not run",
            "give AWS Config a bucket to deliver to",
        ),
        Ok(_) => Check::good("delivery channel", "is set up"),
    });
    checks
}

fn of_running(recorder: &Recorder, running: &Result<Vec<Running>, Error>) -> Check {
    let what = "configuration recorder";
    let name = quoted(&recorder.name);
    let running = match running {
        Err(error) => return unread(what, error),
        Ok(running) => running.iter().find(|running| running.name == recorder.name),
    };
    match running {
        None => Check::of(
            Grade::Unknown,
            what,
            format!("AWS Config does not say whether {name} is on"),
            "look at it in the console of AWS Config",
        ),
        Some(Running { is_on: false, .. }) => Check::of(
            Grade::Bad,
            what,
            format!("{name} is off"),
            "switch it on: no change of an instance starts a rule",
        ),
        Some(Running {
            problem: Some(problem),
            ..
        }) => Check::of(
            Grade::Bad,
            what,
            format!(
                "{name} is on, and its last recording failed: {}",
                clean(problem)
            ),
            "see to the role and the bucket of the recorder",
        ),
        Some(_) => Check::good(what, format!("{name} is on")),
    }
}

fn of_types(recorder: &Recorder) -> [Check; 2] {
    let instances = if !recorder.records(INSTANCE) {
        Check::of(
            Grade::Bad,
            "recording of instances",
            format!("{INSTANCE} is not recorded"),
            format!("add {INSTANCE} to what the recorder records"),
        )
    } else {
        match recorder.pace_of(INSTANCE) {
            Pace::Continuous => Check::good("recording of instances", "continuous"),
            Pace::Daily => Check::of(
                Grade::Warning,
                "recording of instances",
                "daily: new and changed instances are graded by the hourly run only",
                format!("record {INSTANCE} continuously, by an override of the recording mode"),
            ),
        }
    };
    let history = if recorder.records(COMPLIANCE) {
        Check::good("history of compliance", format!("{COMPLIANCE} is recorded"))
    } else {
        Check::of(
            Grade::Warning,
            "history of compliance",
            format!("{COMPLIANCE} is not recorded, so that results have no timeline"),
            format!("add {COMPLIANCE} to what the recorder records"),
        )
    };
    [instances, history]
}
