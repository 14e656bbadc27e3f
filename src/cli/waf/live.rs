//! Asking an account what can be had, and adding it.

use remediations::catalogue::cover_with_waf::{Recommendation, Situation, recommend};

use crate::{
    account::Access,
    aws::{clients::Clients, session::Session, waf::Waf},
    cli::{failure::Failure, managers},
    cover::{Outcomes, act, ask},
    time::RealTime,
};

/// What is recommended by what the account can have; and, where `acting` says so, what became of
/// adding it.
///
/// # Errors
/// A runtime failure when the account cannot be reached.
pub(super) fn of_account(
    access: &Access,
    mut known: Situation,
    acting: bool,
) -> Result<(Recommendation, Outcomes), Failure> {
    let time = RealTime::start();
    managers::runtime()?.block_on(async {
        let session = Session::open(access).await.map_err(Failure::runtime)?;
        let regions = access.regions.iter();
        let clients: Vec<Clients> = regions.map(|region| session.clients(region)).collect();
        let waf = Waf::new(&clients, &time);
        ask(&mut known, &waf).await;
        let recommendation = recommend(&known);
        let outcomes = if acting {
            act(&recommendation, &waf).await
        } else {
            Outcomes::new()
        };
        Ok((recommendation, outcomes))
    })
}
