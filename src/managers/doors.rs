//! The ways into the Managers that the settings name, with the operator's keys.

use std::{sync::Arc, time::Duration};

use rules::text::quoted;
use tokio::sync::Mutex;

use super::{Enter, Refusal, no_way};
use crate::{
    deep_security::{Limits, operator::Operator},
    keys::{Credentials, Holder, Keys, Secrets},
    ports::{Error, Fault},
    settings::ManagerSettings,
    time::Time,
};

/// How long a key is not tried again that was not taken, so that a wrong one does not lock the
/// account: as long as the inventory function waits.
const BARRED: Duration = Duration::from_mins(15);

/// The ways into the Managers that the settings name. Keep it from one invocation to the next: it
/// paces the calls of each Manager, and knows which key was accepted last, and which was not.
#[derive(Debug)]
pub struct Doors<K> {
    secrets: K,
    doors: Vec<Door>,
}

/// The way into one Manager.
#[derive(Debug)]
struct Door {
    keys: Keys,
    time: Arc<dyn Time>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The way that was open last.
    open: Option<(Credentials, Arc<Operator>)>,
    /// The keys that were not taken, and when.
    barred: Vec<(Credentials, Duration)>,
}

impl<K: Secrets> Doors<K> {
    /// The ways into these Managers. No call is made before one is entered.
    pub fn new(
        managers: &[ManagerSettings],
        secrets: K,
        limits: &Limits,
        time: &Arc<dyn Time>,
    ) -> Self {
        let door = |settings: &ManagerSettings| Door {
            keys: Keys::new(
                settings.clone(),
                Holder::Operator,
                limits.clone(),
                Arc::clone(time),
            ),
            time: Arc::clone(time),
            state: Mutex::default(),
        };
        Self {
            secrets,
            doors: managers.iter().map(door).collect(),
        }
    }
}

impl<K: Secrets> Enter for Doors<K> {
    fn names(&self) -> Vec<String> {
        let names = self.doors.iter().map(|door| door.keys.name().to_owned());
        names.collect()
    }

    async fn enter(
        &self,
        manager: &str,
        refusal: Option<&Refusal>,
    ) -> Result<Arc<Operator>, Error> {
        let door = self.doors.iter().find(|door| door.keys.name() == manager);
        let door = door.ok_or_else(|| no_way(manager, "the settings do not name it"))?;
        door.enter(&self.secrets, refusal).await
    }
}

impl Door {
    async fn enter(
        &self,
        secrets: &impl Secrets,
        refusal: Option<&Refusal>,
    ) -> Result<Arc<Operator>, Error> {
        let mut state = self.state.lock().await;
        let now = self.time.elapsed();
        state
            .barred
            .retain(|(_, since)| now.saturating_sub(*since) < BARRED);
        let tried = state.open.take();
        let credentials = match (tried, refusal) {
            // Somebody else has found another key in the meantime.
            (Some((credentials, operator)), Some(refusal))
                if !Arc::ptr_eq(&operator, &refusal.operator) =>
            {
                state.open = Some((credentials, Arc::clone(&operator)));
                return Ok(operator);
            }
            (Some((credentials, operator)), None) => {
                state.open = Some((credentials, Arc::clone(&operator)));
                return Ok(operator);
            }
            (Some((credentials, operator)), Some(refusal)) => {
                let is_refused = |other: &Credentials| {
                    other.are(&credentials) || state.barred.iter().any(|(key, _)| other.are(key))
                };
                let other = self.keys.other(secrets, is_refused).await;
                if refusal.key_is_rejected {
                    state.barred.push((credentials, now));
                } else if !matches!(other, Ok(Some(_))) {
                    // It opens for everything else.
                    state.open = Some((credentials, operator));
                }
                other?.ok_or_else(|| self.barred())?
            }
            (None, _) if state.barred.is_empty() => self.keys.current(secrets).await?,
            (None, _) => {
                let is_barred =
                    |other: &Credentials| state.barred.iter().any(|(key, _)| other.are(key));
                let other = self.keys.other(secrets, is_barred).await;
                other?.ok_or_else(|| self.barred())?
            }
        };
        let access = self.keys.access(&credentials)?;
        let operator = Arc::new(Operator::new(access, Arc::clone(&self.time))?);
        state.open = Some((credentials, Arc::clone(&operator)));
        Ok(operator)
    }

    fn barred(&self) -> Error {
        let line = format!(
            "Manager {}: the operator's key was refused, and its secret holds no other; put one \
             there that the Manager takes",
            quoted(self.keys.name())
        );
        Error::Permanent(Fault::Deployment, line)
    }
}
