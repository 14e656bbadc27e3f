//! The way into one Manager: its settings, its key, and the reader that stays from one run to the
//! next.

use std::{sync::Arc, time::Duration};

use rules::text::{clean, quoted};

use super::secrets::{Credentials, Secrets, Stage};
use crate::{
    deep_security::{Access, Error, Limits, ManagerUrl, Reader, Reading},
    inventory::{Complaint, Kind},
    settings::ManagerSettings,
    time::Time,
};

/// The way into one Manager.
#[derive(Debug)]
pub(super) struct Door {
    settings: ManagerSettings,
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
            settings,
            limits,
            time,
            open: None,
        }
    }

    /// What the Manager is called.
    pub(super) fn name(&self) -> &str {
        &self.settings.name
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
            None => self.enter(self.credentials(secrets).await?)?,
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
        let Some(other) = self.other(secrets, &open.credentials).await else {
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

    /// Credentials that are not those that were refused.
    async fn other(&self, secrets: &impl Secrets, refused: &Credentials) -> Option<Credentials> {
        for stage in [Stage::Current, Stage::Pending] {
            match self.look_up(secrets, stage).await {
                Ok(Some(other)) if !other.are(refused) => return Some(other),
                Ok(_) => {}
                Err(complaint) => tracing::warn!(?stage, "{}", complaint.line),
            }
        }
        None
    }

    async fn credentials(&self, secrets: &impl Secrets) -> Result<Credentials, Complaint> {
        let found = self.look_up(secrets, Stage::Current).await?;
        found.ok_or_else(|| {
            let secret = quoted(self.settings.key_secret.as_deref().unwrap_or_default());
            self.refuse(&format!(
                "secret {secret}: there is none, or it has no current value"
            ))
        })
    }

    async fn look_up(
        &self,
        secrets: &impl Secrets,
        stage: Stage,
    ) -> Result<Option<Credentials>, Complaint> {
        let Some(secret) = self.settings.key_secret.as_deref() else {
            return Err(self.refuse("no keySecret in the settings"));
        };
        let complain = |what: String| self.refuse(&format!("secret {}: {what}", quoted(secret)));
        let value = secrets.get(secret, stage).await;
        let Some(value) = value.map_err(|error| complain(error.to_string()))? else {
            return Ok(None);
        };
        let scheme = self.settings.authentication;
        let credentials = Credentials::new(secret, value, scheme, self.time.as_ref());
        credentials.map(Some).map_err(|what| self.refuse(&what))
    }

    fn enter(&self, credentials: Credentials) -> Result<Open, Complaint> {
        let url: Result<ManagerUrl, _> = self.settings.url.parse();
        let access = Access {
            name: Some(self.settings.name.clone()),
            url: url.map_err(|bad| self.refuse(&bad.to_string()))?,
            key: credentials.key.clone(),
            ca: credentials.ca.clone(),
            limits: self.limits.clone(),
        };
        let reader = Reader::new(access, Arc::clone(&self.time));
        let reader = reader.map_err(|error| complaint(&error))?;
        Ok(Open {
            credentials,
            reader,
        })
    }

    fn refuse(&self, what: &str) -> Complaint {
        Complaint {
            kind: Kind::Settings,
            line: format!("Manager {}: {}", clean(&self.settings.name), clean(what)),
        }
    }
}

fn complaint(error: &Error) -> Complaint {
    Complaint {
        kind: Kind::from(error.problem()),
        line: clean(&error.to_string()),
    }
}
