//! The web maps of every account and Region, joined with an instance.

use jiff::{SignedDuration, Timestamp};

use super::{document::BadWebMap, fronts::Fronts, map::WebMap};
use crate::{
    gap::{self, Gap},
    instance::Instance,
};

/// The web maps of every account and Region that was looked at.
#[derive(Clone, Debug, Default)]
pub struct WebEdges(Vec<WebMap>);

impl WebEdges {
    /// Adds the map of another account and Region.
    ///
    /// # Errors
    /// When there is one of that account and Region.
    pub fn add(&mut self, map: WebMap) -> Result<(), BadWebMap> {
        let same =
            |other: &WebMap| other.account() == map.account() && other.region() == map.region();
        if self.0.iter().any(same) {
            return Err(BadWebMap::Twice(map.account(), map.region().clone()));
        }
        self.0.push(map);
        Ok(())
    }

    /// The maps.
    pub fn maps(&self) -> impl Iterator<Item = &WebMap> {
        self.0.iter()
    }

    /// Every web front that leads to the instance on one of the ports, at `now`.
    ///
    /// # Errors
    /// A retryable gap when the web edges of its account and Region were not read, are too old or
    /// of the future; a standing gap when several maps may be its own.
    pub fn fronts(
        &self,
        instance: &Instance,
        ports: &[u16],
        now: Timestamp,
        max_age: SignedDuration,
    ) -> Result<Fronts<'_>, Gap> {
        let account = |map: &WebMap| instance.account.is_none_or(|own| own == map.account());
        let region = |map: &WebMap| {
            instance
                .region
                .as_ref()
                .is_none_or(|own| own == map.region())
        };
        let mut maps = self.0.iter().filter(|map| account(map) && region(map));
        let map = match (maps.next(), maps.next()) {
            (Some(map), None) => map,
            (Some(_), Some(_)) => {
                let text = "the account or the Region of the instance is not reported";
                return Err(Gap::standing(&gap::NOT_REPORTED, text));
            }
            (None, _) => return Err(not_read(instance)),
        };
        map.check_age(now, max_age)?;
        Ok(map.fronts(instance.id, ports))
    }
}

fn not_read(instance: &Instance) -> Gap {
    let text = match (&instance.account, &instance.region) {
        (Some(account), Some(region)) => {
            format!("web edges were not read: account {account}, {region}")
        }
        _ => "web edges were not read".to_owned(),
    };
    Gap::retryable(&gap::WEB_EDGES_MISSING, text)
}
