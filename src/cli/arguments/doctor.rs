//! The arguments of `doctor`.

use clap::Args;

use super::{AccountSource, ManagerSource};

/// The arguments of `doctor`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Doctor {
    /// Check what is deployed in the account and Regions that --region names: the recorder of AWS
    /// Config, its rules, their function, and how old what they grade by is
    #[arg(long, requires = "region")]
    pub(in crate::cli) aws: bool,
    #[command(flatten)]
    pub(in crate::cli) account: AccountSource,
    #[command(flatten)]
    pub(in crate::cli) manager: ManagerSource,
}
