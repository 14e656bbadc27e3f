//! Deepgrade: the shell around the pure [`rules`]. It fetches facts and delivers verdicts.

pub mod account;
pub mod aggregator;
pub mod approval;
pub mod aws;
pub mod cli;
pub mod cover;
pub mod coverage;
pub mod deep_security;
pub mod deployment;
pub mod desk;
pub mod difference;
pub mod documents;
pub mod environment;
pub mod evaluation;
pub mod event;
pub mod evidence;
pub mod example;
pub mod files;
#[cfg(feature = "aws")]
pub mod function;
pub mod grade;
pub mod handbook;
pub mod history;
pub mod inventory;
mod json_error;
pub mod keys;
pub mod ledger;
pub mod managers;
mod pacing;
pub mod pack;
mod patience;
pub mod ports;
pub mod posting;
pub mod reconcile;
pub mod refresh;
pub mod remediate;
pub mod replay;
pub mod report;
pub mod results;
pub mod rights;
pub mod settings;
#[cfg(feature = "aws")]
pub mod telemetry;
pub mod time;
