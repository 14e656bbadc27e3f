//! The inventory function with its Managers on loopback.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use deepgrade::{
    deep_security::{Limits, Scheme},
    inventory::{Complaint, Status},
    keys::{Secrets, Stage},
    ports::Error,
    refresh::{Failed, Refresh, Summary},
    settings::ManagerSettings,
    time::{ManualTime, Time},
};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use testbed::{Estate, Manager, Options, SECRET, estate::AS_OF};

use crate::{memory::Memory, pictures::pointer};

/// Secrets in memory; clones are the same ones.
#[derive(Clone, Default)]
pub(crate) struct Vault(Arc<Mutex<Shut>>);

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault")
    }
}

#[derive(Default)]
struct Shut {
    values: BTreeMap<(String, &'static str), String>,
    asked: Vec<(String, &'static str)>,
}

fn label(stage: Stage) -> &'static str {
    match stage {
        Stage::Current => "current",
        Stage::Pending => "pending",
    }
}

impl Vault {
    pub(crate) fn put(&self, secret: &str, stage: Stage, value: impl Into<String>) {
        let mut shut = self.0.lock().unwrap();
        shut.values
            .insert((secret.to_owned(), label(stage)), value.into());
    }

    pub(crate) fn key(&self, secret: &str, stage: Stage, key: &str) {
        self.put(secret, stage, json!({"apiKey": key}).to_string());
    }

    pub(crate) fn forget(&self, secret: &str) {
        self.0
            .lock()
            .unwrap()
            .values
            .retain(|(name, _), _| name != secret);
    }

    /// What was asked for since this was asked last.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        let asked = std::mem::take(&mut self.0.lock().unwrap().asked);
        asked.into_iter().map(|(_, stage)| stage).collect()
    }
}

impl Secrets for Vault {
    async fn get(&self, secret: &str, stage: Stage) -> Result<Option<SecretString>, Error> {
        let mut shut = self.0.lock().unwrap();
        let name = (secret.to_owned(), label(stage));
        let value = shut.values.get(&name).cloned();
        shut.asked.push(name);
        Ok(value.map(SecretString::from))
    }
}

/// Where one function stands: its Managers, called `first`, `second` and so on.
pub(crate) struct Desk {
    pub(crate) managers: Vec<Manager>,
    pub(crate) store: Memory,
    pub(crate) vault: Vault,
    pub(crate) time: Arc<ManualTime>,
    pub(crate) refresh: Refresh<Memory, Vault>,
}

pub(crate) const NAMES: [&str; 2] = ["first", "second"];

pub(crate) fn settings(name: &str, url: String) -> ManagerSettings {
    ManagerSettings {
        name: name.to_owned(),
        url,
        authentication: Scheme::SecretKey,
        key_file: None,
        key_env: None,
        key_secret: Some(format!("deepgrade/{name}")),
        operator_key_secret: None,
        operator_key_file: None,
        operator_key_env: None,
        ca_file: None,
    }
}

impl Desk {
    pub(crate) fn new(fleets: &[u64]) -> Self {
        let limits = Limits {
            connect: Duration::from_secs(20),
            idle: Duration::from_millis(400),
            largest_page: 50,
            smallest_page: 5,
            ..Limits::default()
        };
        Self::with(fleets, &limits)
    }

    pub(crate) fn with(fleets: &[u64], limits: &Limits) -> Self {
        let managers: Vec<Manager> = fleets
            .iter()
            .map(|computers| {
                Manager::start(Estate::seeded(1, *computers), Options::default()).unwrap()
            })
            .collect();
        let (store, vault) = (Memory::default(), Vault::default());
        let time = Arc::new(ManualTime::at(Timestamp::from_millisecond(AS_OF).unwrap()));
        let all: Vec<_> = NAMES
            .iter()
            .zip(&managers)
            .map(|(name, manager)| {
                vault.key(&format!("deepgrade/{name}"), Stage::Current, SECRET);
                settings(name, manager.url())
            })
            .collect();
        let clock = Arc::clone(&time) as Arc<dyn Time>;
        let refresh = Refresh::new(&all, store.clone(), vault.clone(), limits, clock);
        Self {
            managers,
            store,
            vault,
            time,
            refresh,
        }
    }

    /// Lets the time pass between two runs, for everybody.
    pub(crate) fn quarter_of_an_hour(&self) {
        let pause = Duration::from_secs(15 * 60);
        self.time.advance(pause);
        for manager in &self.managers {
            manager.advance(pause.as_millis().try_into().unwrap());
            manager.forget_calls();
        }
    }

    pub(crate) fn run(&mut self) -> Result<Summary, Failed> {
        let ends = self.time.elapsed() + Duration::from_secs(800);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(self.refresh.run(ends))
    }

    /// Runs, and gives the problem of the first Manager, whose line must be one for a person.
    pub(crate) fn fail(&mut self) -> Complaint {
        let failed = self.run().unwrap_err();
        let complaint = failed.0.managers[0].problem.clone().unwrap();
        assert!(failed.to_string().ends_with(&complaint.line), "{failed}");
        assert_eq!(self.status(0).problem.as_ref(), Some(&complaint));
        let shown = format!("{failed:?} {:?}", self.refresh);
        assert!(
            !shown.contains(SECRET) && !complaint.line.contains(SECRET),
            "{shown}"
        );
        assert!(!complaint.line.contains('\n') && complaint.line.len() < 500);
        assert!(complaint.line.contains("first"), "{}", complaint.line);
        complaint
    }

    pub(crate) fn status(&self, manager: usize) -> Status {
        pointer(&self.store).managers[manager]
            .status
            .clone()
            .unwrap()
    }

    /// When the current picture of a Manager was taken.
    pub(crate) fn taken(&self, manager: usize) -> Option<Timestamp> {
        let shelf = &pointer(&self.store).managers[manager];
        shelf.current.as_ref().map(|edition| edition.taken_at)
    }
}
