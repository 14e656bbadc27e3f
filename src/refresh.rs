//! The inventory function: reads every configured Manager, and publishes what it read.

mod door;

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::join_all;
use rules::{fact::Fact, text::clean};
use serde::Serialize;

use crate::{
    deep_security::{KeyRecord, Limits, Reading},
    inventory::{Complaint, Kept, KeyEnd, Kind, Picture, Published, Publisher, Status, Store},
    keys::Secrets,
    settings::ManagerSettings,
    time::Time,
};
use door::Door;

/// How long before the end of an invocation reading ends, so that publishing has its time; of a
/// short invocation, a quarter.
const FOR_PUBLISHING: Duration = Duration::from_secs(60);

/// The inventory function. Keep it from one invocation to the next: it paces the calls of each
/// Manager, and knows which key was accepted last.
#[derive(Debug)]
pub struct Refresh<S, K> {
    store: S,
    secrets: K,
    doors: Vec<Door>,
    time: Arc<dyn Time>,
}

/// What one run did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Every configured Manager, in the order of the settings.
    pub managers: Vec<ManagerSummary>,
}

/// What one run did with a Manager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagerSummary {
    /// Its name in the settings.
    pub name: String,
    /// How many computers it has, those of no instance included.
    pub computers: u64,
    /// How many AWS accounts have computers in it.
    pub accounts: usize,
    /// How many calls the reading took that succeeded.
    pub calls: u32,
    /// What is kept of the version before.
    pub kept: Kept,
    /// Whether another function published a picture that is not older.
    pub superseded: bool,
    /// Why nothing was published.
    pub problem: Option<Complaint>,
}

/// Some Managers could not be read or published; the others were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed(pub Summary);

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = || {
            self.0
                .managers
                .iter()
                .filter_map(|manager| manager.problem.as_ref())
        };
        let (failed, all) = (problems().count(), self.0.managers.len());
        write!(
            formatter,
            "the inventory of {failed} of {all} Managers is not renewed"
        )?;
        let mut before = ": ";
        for problem in problems() {
            write!(formatter, "{before}{}", problem.line)?;
            before = "; ";
        }
        Ok(())
    }
}

impl std::error::Error for Failed {}

impl<S: Store, K: Secrets> Refresh<S, K> {
    /// The function for these Managers. It makes no call before it is run.
    pub fn new(
        managers: &[ManagerSettings],
        store: S,
        secrets: K,
        limits: &Limits,
        time: Arc<dyn Time>,
    ) -> Self {
        let doors = managers
            .iter()
            .map(|manager| Door::new(manager.clone(), limits.clone(), Arc::clone(&time)));
        Self {
            store,
            secrets,
            doors: doors.collect(),
            time,
        }
    }

    /// Reads all Managers at once, and publishes each as soon as it is read. `ends` is when the
    /// invocation must be over, as [`Time::elapsed`] counts.
    ///
    /// # Errors
    /// When a Manager could not be read or published. What is published of it stays as it is, its
    /// status says why, and the others are published.
    pub async fn run(&mut self, ends: Duration) -> Result<Summary, Failed> {
        let names = self.doors.iter().map(|door| door.name().to_owned());
        let publisher = Publisher::new(&self.store, names.collect(), Arc::clone(&self.time));
        let (publisher, secrets, time) = (&publisher, &self.secrets, self.time.as_ref());
        let doors = self.doors.iter_mut();
        let managers = doors.map(|door| renew(door, secrets, publisher, time, ends));
        let managers = join_all(managers).await;
        let failed = managers.iter().any(|manager| manager.problem.is_some());
        let summary = Summary { managers };
        if failed {
            Err(Failed(summary))
        } else {
            Ok(summary)
        }
    }
}

/// Reads and publishes one Manager.
async fn renew<S: Store>(
    door: &mut Door,
    secrets: &impl Secrets,
    publisher: &Publisher<'_, S>,
    time: &dyn Time,
    ends: Duration,
) -> ManagerSummary {
    let mut summary = ManagerSummary {
        name: door.name().to_owned(),
        ..ManagerSummary::default()
    };
    let left = ends.saturating_sub(time.elapsed());
    let read = door
        .read(secrets, left - FOR_PUBLISHING.min(left / 4))
        .await;
    let published = match read {
        Ok(reading) => publish(reading, &mut summary, publisher, time).await,
        Err(complaint) => Err(complaint),
    };
    if let Err(complaint) = published {
        let status = |before| Status {
            checked_at: time.now(),
            problem: Some(complaint.clone()),
            ..before
        };
        if let Err(error) = publisher.record(&summary.name, status).await {
            tracing::error!(manager = summary.name, %error, "the status is not recorded");
        }
        summary.problem = Some(complaint);
    }
    summary
}

async fn publish<S: Store>(
    reading: Reading,
    summary: &mut ManagerSummary,
    publisher: &Publisher<'_, S>,
    time: &dyn Time,
) -> Result<(), Complaint> {
    summary.calls = reading.calls;
    summary.computers = reading.inventory.computers().len() as u64;
    let status = Status {
        checked_at: time.now(),
        key_expires: key_end(reading.key.as_ref()),
        clock_skew_seconds: reading.clock_skew.map(|skew| skew.as_secs()),
        version: reading.version,
        ..Status::default()
    };
    let picture = Picture::from(reading.inventory);
    summary.accounts = picture.accounts();
    match publisher.publish(&picture, status).await {
        Ok(Published::Current(kept)) => summary.kept = kept,
        Ok(Published::Superseded) => summary.superseded = true,
        Err(error) => {
            return Err(Complaint {
                kind: Kind::Store,
                line: format!("Manager {}: not published: {error}", clean(&summary.name)),
            });
        }
    }
    Ok(())
}

fn key_end(key: Option<&KeyRecord>) -> KeyEnd {
    match key.map(|key| &key.expires) {
        Some(Fact::Known(end)) => KeyEnd::At(*end),
        Some(Fact::Missing) => KeyEnd::Never,
        Some(Fact::Unrecognised(_)) | None => KeyEnd::Unknown,
    }
}
