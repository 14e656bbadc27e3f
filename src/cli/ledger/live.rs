//! A ledger in DynamoDB, read while somebody waits.

use std::sync::Arc;

use super::Held;
use crate::{
    aws::{session::Session, table::DynamoTable},
    cli::{arguments::LedgerSource, failure::Failure, managers},
    ledger::read_partitions,
    remediate,
    time::{RealTime, Time as _},
};

/// Reads the table in every Region that is named.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of AWS.
pub(super) fn read(source: &LedgerSource, name: &str) -> Result<Held, Failure> {
    let access = source.account.access();
    let access = access.ok_or_else(|| Failure::usage("in which Region? Give --region REGION"))?;
    managers::runtime()?.block_on(async {
        let session = Session::open(&access).await.map_err(Failure::runtime)?;
        let mut held = Held::default();
        for region in &access.regions {
            let table = DynamoTable::new(Arc::new(session.clients(region)), name);
            let partitions = read_partitions(&table).await.map_err(Failure::runtime)?;
            let added = held.add(&table, partitions).await;
            added.map_err(Failure::runtime)?;
        }
        Ok(held)
    })
}

/// Throws the kill switch in the table of every Region that is named.
///
/// # Errors
/// As [`read`].
pub(super) fn throw(source: &LedgerSource, name: &str, stopped: bool) -> Result<(), Failure> {
    let access = source.account.access();
    let access = access.ok_or_else(|| Failure::usage("in which Region? Give --region REGION"))?;
    managers::runtime()?.block_on(async {
        let session = Session::open(&access).await.map_err(Failure::runtime)?;
        for region in &access.regions {
            let table = DynamoTable::new(Arc::new(session.clients(region)), name);
            let thrown = remediate::throw(&table, stopped, RealTime::start().now());
            thrown.await.map_err(Failure::runtime)?;
        }
        Ok(())
    })
}
