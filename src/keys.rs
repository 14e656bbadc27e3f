//! Keys of Managers: the secrets where they come from, what must be in them, and which of them is
//! tried.

use std::sync::Arc;

use rules::text::{clean, quoted};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    deep_security::{Access, ApiKey, CaBundle, Limits, ManagerUrl, Scheme},
    ports::{Error, Fault},
    settings::ManagerSettings,
    time::Time,
};

/// Which of the values of a secret is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The one in use.
    Current,
    /// The one that a rotation is about to put in use.
    Pending,
}

/// Where secrets are kept. A port.
pub trait Secrets: Send + Sync {
    /// The value of a secret; `None` where there is no such secret, or no such value of it.
    ///
    /// # Errors
    /// When it cannot be asked for, or is refused.
    fn get(
        &self,
        secret: &str,
        stage: Stage,
    ) -> impl Future<Output = Result<Option<SecretString>, Error>> + Send;
}

/// What a secret holds, ready for use.
#[derive(Debug)]
pub(crate) struct Credentials {
    key: ApiKey,
    ca: Option<CaBundle>,
    /// The whole value, to tell whether another one is the same.
    value: SecretString,
}

/// The value of a secret. Members of other programs may stand beside these.
#[derive(Deserialize)]
struct Value {
    #[serde(rename = "apiKey")]
    api_key: Option<String>,
    ca: Option<String>,
}

impl Credentials {
    /// Reads the value of a secret.
    ///
    /// # Errors
    /// A line that names the secret, and never its value.
    fn new(
        secret: &str,
        value: SecretString,
        scheme: Scheme,
        time: &dyn Time,
    ) -> Result<Self, String> {
        let complain = |what: &str| format!("secret {}: {what}", quoted(secret));
        // What the parser says may quote the value.
        let parsed: Value = serde_json::from_str(value.expose_secret())
            .map_err(|_| complain("its value is not JSON of the form {\"apiKey\": \"…\"}"))?;
        let key = parsed
            .api_key
            .ok_or_else(|| complain("its value has no apiKey"))?;
        let key = ApiKey::new(scheme, &key).map_err(|bad| complain(&bad.to_string()))?;
        let ca = parsed
            .ca
            .map(|pem| CaBundle::from_pem(pem.as_bytes(), time.now()));
        let ca = ca.transpose().map_err(|bad| complain(&bad.to_string()))?;
        Ok(Self { key, ca, value })
    }

    /// Whether another value is the same.
    pub(crate) fn are(&self, other: &Self) -> bool {
        self.value.expose_secret() == other.value.expose_secret()
    }
}

/// Whose key is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Who only reads.
    Reader,
    /// Who changes things.
    Operator,
}

/// The keys of one Manager for one holder.
#[derive(Debug)]
pub(crate) struct Keys {
    settings: ManagerSettings,
    holder: Holder,
    limits: Limits,
    time: Arc<dyn Time>,
}

impl Keys {
    pub(crate) fn new(
        settings: ManagerSettings,
        holder: Holder,
        limits: Limits,
        time: Arc<dyn Time>,
    ) -> Self {
        Self {
            settings,
            holder,
            limits,
            time,
        }
    }

    /// What the Manager is called.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// The key in use.
    pub(crate) async fn current(&self, secrets: &impl Secrets) -> Result<Credentials, Error> {
        let found = self.look_up(secrets, Stage::Current).await?;
        found.ok_or_else(|| {
            let secret = quoted(self.secret().unwrap_or_default());
            self.refuse(&format!(
                "secret {secret}: there is none, or it has no current value"
            ))
        })
    }

    /// A key that is none of those that were refused: a rotation may have changed it, or be about
    /// to.
    ///
    /// # Errors
    /// When that cannot be told just now.
    pub(crate) async fn other(
        &self,
        secrets: &impl Secrets,
        refused: impl Fn(&Credentials) -> bool,
    ) -> Result<Option<Credentials>, Error> {
        let mut passing = None;
        for stage in [Stage::Current, Stage::Pending] {
            match self.look_up(secrets, stage).await {
                Ok(Some(other)) if !refused(&other) => return Ok(Some(other)),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(?stage, "{error}");
                    passing = passing.or(error.is_retryable().then_some(error));
                }
            }
        }
        passing.map_or(Ok(None), Err)
    }

    /// The way in with a key.
    pub(crate) fn access(&self, credentials: &Credentials) -> Result<Access, Error> {
        let url: Result<ManagerUrl, _> = self.settings.url.parse();
        Ok(Access {
            name: Some(self.settings.name.clone()),
            url: url.map_err(|bad| self.refuse(&bad.to_string()))?,
            key: credentials.key.clone(),
            ca: credentials.ca.clone(),
            limits: self.limits.clone(),
        })
    }

    async fn look_up(
        &self,
        secrets: &impl Secrets,
        stage: Stage,
    ) -> Result<Option<Credentials>, Error> {
        let Some(secret) = self.secret() else {
            let setting = match self.holder {
                Holder::Reader => "keySecret",
                Holder::Operator => "operatorKeySecret",
            };
            return Err(self.refuse(&format!("no {setting} in the settings")));
        };
        let value = match secrets.get(secret, stage).await {
            Ok(value) => value,
            Err(error) => {
                let line = self.line(&format!("secret {}: {error}", quoted(secret)));
                return Err(match error {
                    Error::Retryable(passing, _) => Error::Retryable(passing, line),
                    Error::Permanent(fault, _) => Error::Permanent(fault, line),
                });
            }
        };
        let Some(value) = value else {
            return Ok(None);
        };
        let scheme = self.settings.authentication;
        let credentials = Credentials::new(secret, value, scheme, self.time.as_ref());
        credentials.map(Some).map_err(|what| self.refuse(&what))
    }

    fn secret(&self) -> Option<&str> {
        match self.holder {
            Holder::Reader => self.settings.key_secret.as_deref(),
            Holder::Operator => self.settings.operator_key_secret.as_deref(),
        }
    }

    fn refuse(&self, what: &str) -> Error {
        Error::Permanent(Fault::Deployment, self.line(what))
    }

    fn line(&self, what: &str) -> String {
        format!("Manager {}: {}", clean(&self.settings.name), clean(what))
    }
}
