//! Asking an account what can be had, and adding it.

use std::sync::Arc;

use remediations::{
    catalogue::cover_with_waf::{Recommendation, Situation, recommend},
    web_groups::{Offers, Place, Scope, WebAclId},
};
use rules::{instance::Region, web::RuleGroup};

use super::{Acting, Where};
use crate::{
    account::Access,
    aws::{clients::Clients, session::Session, table::DynamoTable, waf::Waf},
    cli::{failure::Failure, managers},
    cover::{Bounds, Change, Outcomes, Recorded, WebAcls, act, ask},
    ledger::{FileTable, Partition, Table},
    ports::Error,
    remediate::is_stopped,
    time::{RealTime, Time},
};

/// What is recommended by what the account can have; and, where `acting` says so, what became of
/// adding it.
///
/// # Errors
/// A runtime failure when the account or the ledger cannot be reached, and a refusal when everything
/// that acts with the ledger is stopped.
pub(super) fn of_account(
    access: &Access,
    mut known: Situation,
    acting: Option<Acting<'_>>,
) -> Result<(Recommendation, Outcomes), Failure> {
    let time = RealTime::start();
    managers::runtime()?.block_on(async {
        let session = Session::open(access).await.map_err(Failure::runtime)?;
        let regions = access.regions.iter();
        let clients: Vec<Clients> = regions.map(|region| session.clients(region)).collect();
        let waf = Waf::new(&clients, &time);
        ask(&mut known, &waf).await;
        let recommendation = recommend(&known);
        let (Some(Acting { ledger, bounds }), Some(home)) = (acting, access.regions.first()) else {
            return Ok((recommendation, Outcomes::new()));
        };
        let outcomes = match ledger {
            Some(Where::File(path)) => {
                let table = FileTable::new(path);
                let kept = Kept::new(&waf, table, home, bounds, &time);
                kept.act(&recommendation).await?
            }
            Some(Where::Table(name)) => {
                let table = DynamoTable::new(Arc::new(session.clients(home)), name);
                let kept = Kept::new(&waf, table, home, bounds, &time);
                kept.act(&recommendation).await?
            }
            None => {
                tracing::warn!(
                    "without --ledger FILE or --table NAME nothing is written down, and `deepgrade \
                     ledger stop` does not reach it"
                );
                act(&recommendation, &waf).await
            }
        };
        Ok((recommendation, outcomes))
    })
}

/// Web ACLs whose changes are written down, each where the function `waf` would look for it.
struct Kept<'a, T> {
    waf: &'a Waf<'a>,
    table: T,
    /// Where web ACLs of CloudFront were found.
    home: &'a Region,
    bounds: Bounds,
    time: &'a dyn Time,
}

impl<'a, T: Table> Kept<'a, T> {
    fn new(
        waf: &'a Waf<'a>,
        table: T,
        home: &'a Region,
        bounds: Bounds,
        time: &'a dyn Time,
    ) -> Self {
        Self {
            waf,
            table,
            home,
            bounds,
            time,
        }
    }

    /// Adds what is recommended, unless everything that acts is stopped.
    async fn act(&self, recommendation: &Recommendation) -> Result<Outcomes, Failure> {
        if is_stopped(&self.table).await.map_err(Failure::runtime)? {
            return Err(Failure::refused(
                "the ledger's kill switch is thrown: nothing was done",
            ));
        }
        Ok(act(recommendation, self).await)
    }

    /// The account and Region of a web ACL.
    fn partition(&self, arn: &str) -> Option<Partition> {
        let place = WebAclId::of_arn(arn)?.place;
        Some(Partition {
            account: place.account.parse().ok()?,
            region: match place.scope {
                Scope::Regional => place.region.parse().ok()?,
                Scope::CloudFront => self.home.clone(),
            },
        })
    }
}

impl<T: Table> WebAcls for Kept<'_, T> {
    async fn offers(&self, place: &Place) -> Result<Offers, Error> {
        self.waf.offers(place).await
    }

    async fn add(&self, arn: &str, groups: &[RuleGroup]) -> Result<Change, Error> {
        let Some(partition) = self.partition(arn) else {
            let line = "its ARN does not name an account and a Region";
            return Ok(Change::Refused(line.into()));
        };
        let recorded = Recorded {
            web_acls: self.waf,
            table: &self.table,
            partition: &partition,
            bounds: self.bounds,
            time: self.time,
        };
        recorded.add(arn, groups).await
    }
}
