//! The way into one Manager: its key, and the reader that stays from one run to the next.

use std::{sync::Arc, time::Duration};

use rules::text::clean;

use crate::{
    deep_security::{Error, Limits, Reader, Reading},
    inventory::{Complaint, Kind},
    keys::{Credentials, Holder, Keys, Secrets},
    ports,
    settings::ManagerSettings,
    time::Time,
};

/// The way into one Manager.
#[derive(Debug)]
pub(super) struct Door {
    keys: Keys,
    limits: Limits,
    time: Arc<dyn Time>,
    /// The way that was open last.
    open: Option<Open>,
}

/// A reader with the key that it has.
#[derive(Debug)]
struct Open {
    credentials: Credentials,
    reader: Reader,
}

impl Door {
    pub(super) fn new(settings: ManagerSettings, limits: Limits, time: Arc<dyn Time>) -> Self {
        Self {
            keys: Keys::new(settings, Holder::Reader, limits.clone(), Arc::clone(&time)),
            limits,
            time,
            open: None,
        }
    }

    /// What the Manager is called.
    pub(super) fn name(&self) -> &str {
        self.keys.name()
    }

    /// Reads the inventory in at most `deadline`. A key that is rejected is looked up again: a
    /// rotation may have changed it, or be about to. Another key is tried once, and no key twice,
    /// so that a wrong one does not lock the account.
    pub(super) async fn read(
        &mut self,
        secrets: &impl Secrets,
        deadline: Duration,
    ) -> Result<Reading, Complaint> {
        let ends = self.time.elapsed() + deadline;
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.enter(self.keys.current(secrets).await.map_err(refused)?)?,
        };
        let error = match self.try_with(&mut open, ends).await {
            Ok(reading) => {
                self.open = Some(open);
                return Ok(reading);
            }
            Err(error) => error,
        };
        match Kind::from(error.problem()) {
            Kind::KeyRejected | Kind::RightMissing => {}
            // The authority is in the secret as well: the next run looks it up again.
            Kind::Untrusted => return Err(complaint(&error)),
            _ => {
                self.open = Some(open);
                return Err(complaint(&error));
            }
        }
        let was_tried = |other: &Credentials| other.are(&open.credentials);
        let Ok(Some(other)) = self.keys.other(secrets, was_tried).await else {
            return Err(complaint(&error));
        };
        let mut open = self.enter(other)?;
        let reading = self.try_with(&mut open, ends).await;
        let reading = reading.map_err(|error| complaint(&error))?;
        self.open = Some(open);
        Ok(reading)
    }

    async fn try_with(&self, open: &mut Open, ends: Duration) -> Result<Reading, Error> {
        let left = ends.saturating_sub(self.time.elapsed());
        open.reader.set_deadline(left.min(self.limits.deadline));
        open.reader.inventory(&|_| {}).await
    }

    fn enter(&self, credentials: Credentials) -> Result<Open, Complaint> {
        let access = self.keys.access(&credentials).map_err(refused)?;
        let reader = Reader::new(access, Arc::clone(&self.time));
        let reader = reader.map_err(|error| complaint(&error))?;
        Ok(Open {
            credentials,
            reader,
        })
    }
}

/// A key that is not to be had.
fn refused(error: ports::Error) -> Complaint {
    Complaint {
        kind: Kind::Settings,
        line: error.to_string(),
    }
}

fn complaint(error: &Error) -> Complaint {
    Complaint {
        kind: Kind::from(error.problem()),
        line: clean(&error.to_string()),
    }
}
