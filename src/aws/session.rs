//! An account, as somebody who sits at a command line reaches it: by a profile, by what the
//! environment gives, or by a role on top of either.

use std::time::Duration;

use aws_config::{
    SdkConfig, identity::IdentityCache, profile::ProfileFileCredentialsProvider,
    provider_config::ProviderConfig, sts::AssumeRoleProvider, timeout::TimeoutConfig,
};
use rules::instance::{AccountId, Region};

use super::{
    clients::{self, Clients},
    identity::{Identity, identity},
};
use crate::account::Access;

/// What AWS shows of whoever took on a role.
const SESSION: &str = "deepgrade";
/// How long a role is taken on; it is taken on again when that is over.
const SESSION_LENGTH: Duration = Duration::from_mins(15);
/// For a person who is asked for a second factor before there are credentials.
const SIGN_IN: Duration = Duration::from_mins(2);

/// An account that can be read.
#[derive(Debug)]
pub struct Session {
    settings: SdkConfig,
    identity: Identity,
}

impl Session {
    /// Finds out which account it is.
    ///
    /// # Errors
    /// What is in the way, and what to do, in one line.
    pub async fn open(access: &Access) -> Result<Self, String> {
        let region = access.regions.first().map(aws_region);
        let cache = IdentityCache::lazy().load_timeout(SIGN_IN).build();
        let mut loader = clients::defaults()
            .region(region.clone())
            .identity_cache(cache);
        if let Some(profile) = &access.profile {
            // A profile that is named outranks what the environment holds, as in the AWS CLI.
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&ProviderConfig::without_region().with_region(region))
                .profile_name(profile)
                .build();
            loader = loader.profile_name(profile).credentials_provider(provider);
        }
        let mut settings = loader.load().await;
        if let Some(role) = &access.role {
            let mut builder = AssumeRoleProvider::builder(&role.arn)
                .session_name(SESSION)
                .session_length(SESSION_LENGTH)
                .configure(&patient(&settings));
            if let Some(id) = &role.external_id {
                builder = builder.external_id(id);
            }
            let provider =
                aws_sdk_sts::config::SharedCredentialsProvider::new(builder.build().await);
            settings = settings.to_builder().credentials_provider(provider).build();
        }
        let client = aws_sdk_sts::Client::new(&patient(&settings));
        let identity = identity(&client, access).await?;
        Ok(Self { settings, identity })
    }

    /// Which account it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.identity.account
    }

    /// The partition of AWS (`aws`, `aws-cn`, …).
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.identity.partition
    }

    /// Clients for a Region of the account.
    #[must_use]
    pub fn clients(&self, region: &Region) -> Clients {
        let settings = self.settings.to_builder();
        Clients::new(settings.region(aws_region(region)).build())
    }
}

fn aws_region(region: &Region) -> aws_config::Region {
    aws_config::Region::new(region.to_string())
}

/// The same settings for the call that waits until somebody has signed in.
fn patient(settings: &SdkConfig) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(SIGN_IN)
        .operation_timeout(SIGN_IN);
    let timeouts = match settings
        .timeout_config()
        .and_then(TimeoutConfig::connect_timeout)
    {
        Some(connect) => timeouts.connect_timeout(connect),
        None => timeouts,
    };
    settings
        .to_builder()
        .timeout_config(timeouts.build())
        .build()
}
