//! Secrets: where keys of Managers come from, and what must be in them.

use rules::text::quoted;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    deep_security::{ApiKey, CaBundle, Scheme},
    ports::Error,
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
pub(super) struct Credentials {
    pub(super) key: ApiKey,
    pub(super) ca: Option<CaBundle>,
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
    pub(super) fn new(
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
    pub(super) fn are(&self, other: &Self) -> bool {
        self.value.expose_secret() == other.value.expose_secret()
    }
}
