//! The arguments that say how to reach an AWS account.

use std::path::PathBuf;

use clap::Args;
use rules::{instance::Region, text::quoted};

use super::ManagerSource;
use crate::account::{Access, Role, is_role};

/// An AWS account that is read, never written to.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "AWS account")]
pub(in crate::cli) struct AccountSource {
    /// Read the account in this Region, as it is now; may be repeated
    #[arg(long, value_name = "REGION", value_parser = region)]
    pub(in crate::cli) region: Vec<Region>,
    /// The profile of the AWS configuration files; without it, what the environment gives
    #[arg(long, value_name = "NAME", requires = "region")]
    pub(in crate::cli) profile: Option<String>,
    /// A role to take on first, in this account or in another
    #[arg(long, value_name = "ARN", requires = "region", value_parser = role)]
    pub(in crate::cli) role_arn: Option<String>,
    /// What the trust policy of the role asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub(in crate::cli) external_id: Option<String>,
}

/// The arguments of `snapshot`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Snapshot {
    #[command(flatten)]
    pub(in crate::cli) account: AccountSource,
    #[command(flatten)]
    pub(in crate::cli) manager: ManagerSource,
    /// The folder to save the files in; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) output_dir: PathBuf,
}

impl AccountSource {
    /// How the account is reached; `None` where the arguments name none.
    pub(in crate::cli) fn access(&self) -> Option<Access> {
        let mut regions = self.region.clone();
        regions.sort_unstable();
        regions.dedup();
        let role = self.role_arn.as_ref().map(|arn| Role {
            arn: arn.clone(),
            external_id: self.external_id.clone(),
        });
        (!regions.is_empty()).then(|| Access {
            regions,
            profile: self.profile.clone(),
            role,
        })
    }
}

fn region(text: &str) -> Result<Region, String> {
    text.parse()
        .map_err(|_| "wanted is an AWS Region such as eu-west-1".to_owned())
}

/// Refuses what is no role before anybody is asked.
fn role(text: &str) -> Result<String, String> {
    if is_role(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "{} is not the ARN of a role, such as arn:aws:iam::111122223333:role/auditor",
        quoted(text)
    ))
}
