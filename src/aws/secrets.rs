//! Secrets in AWS Secrets Manager.

use std::sync::Arc;

use secrecy::SecretString;

use super::{clients::Clients, refusal::refusal};
use crate::{
    keys::{Secrets, Stage},
    ports::{Error, Fault},
};

/// The secrets of an account.
#[derive(Clone, Debug)]
pub struct SecretsManager {
    clients: Arc<Clients>,
}

impl SecretsManager {
    /// The secrets that these clients can see.
    #[must_use]
    pub fn new(clients: Arc<Clients>) -> Self {
        Self { clients }
    }
}

/// The label of a value (AWS Secrets Manager user guide, "Secret versions").
const fn label(stage: Stage) -> &'static str {
    match stage {
        Stage::Current => "AWSCURRENT",
        Stage::Pending => "AWSPENDING",
    }
}

impl Secrets for SecretsManager {
    async fn get(&self, secret: &str, stage: Stage) -> Result<Option<SecretString>, Error> {
        let client = self.clients.secretsmanager();
        let request = client.get_secret_value().secret_id(secret);
        match request.version_stage(label(stage)).send().await {
            Ok(value) => match value.secret_string {
                Some(text) => Ok(Some(text.into())),
                None => Err(Error::Permanent(
                    Fault::Deployment,
                    "its value is binary, and text is wanted".to_owned(),
                )),
            },
            Err(error) => {
                let is_missing = error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception());
                if is_missing {
                    return Ok(None);
                }
                Err(refusal("secretsmanager:GetSecretValue", &error))
            }
        }
    }
}
