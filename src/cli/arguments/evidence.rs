//! The arguments of `evidence`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `evidence`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Evidence {
    /// The results: what `evaluate --output json` wrote, also gzipped; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) results: PathBuf,
    /// The files that the results were made of: instances, computers, inventories, web edges, ledger,
    /// settings
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(in crate::cli) input: Vec<PathBuf>,
    /// A directory of earlier results (*.json and *.json.gz)
    #[arg(long, value_name = "DIRECTORY")]
    pub(in crate::cli) history: Option<PathBuf>,
    /// Where to write the evidence: a directory that does not exist, or is empty
    #[arg(long, value_name = "DIRECTORY")]
    pub(in crate::cli) directory: PathBuf,
}
