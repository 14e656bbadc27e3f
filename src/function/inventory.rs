//! The function `inventory`: reads every configured Manager, and publishes what it knows. A
//! schedule invokes it; what the event says does not matter. It starts no rules.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{Invocation, Refused, Start};
use crate::{
    aws::{
        clients::Clients,
        function_settings::{self, SettingsSource},
        location::S3Location,
        secrets::SecretsManager,
        store::S3Store,
    },
    deep_security::Limits,
    refresh::{Refresh, Summary},
    telemetry,
    time::Time,
};

/// The function, as long as Lambda keeps its process.
pub(super) struct InventoryFunction {
    clients: Arc<Clients>,
    hub: Arc<Clients>,
    time: Arc<dyn Time>,
    settings: SettingsSource,
    /// Where the inventory is published.
    place: S3Location,
    /// Made by the first invocation. Its readers pace their calls from one to the next.
    refresh: Mutex<Option<Refresh<S3Store, SecretsManager>>>,
}

impl InventoryFunction {
    pub(super) fn new(start: &Start) -> Result<Self, String> {
        Ok(Self {
            clients: Arc::clone(&start.clients),
            hub: Arc::clone(&start.hub),
            time: Arc::clone(&start.time),
            settings: SettingsSource::from_environment()?,
            place: function_settings::inventory_place()?,
            refresh: Mutex::default(),
        })
    }

    /// Renews the inventory, and says what was done.
    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Summary, Refused> {
        let began = self.time.elapsed();
        let mut refresh = self.refresh.lock().await;
        let refresh = match refresh.as_mut() {
            Some(refresh) => refresh,
            None => refresh.insert(self.refresh().await?),
        };
        let ends = invocation.ends(self.time.as_ref());
        let (summary, failed) = match refresh.run(ends).await {
            Ok(summary) => (summary, None),
            Err(failed) => {
                let line = failed.to_string();
                (failed.0, Some(line))
            }
        };
        let took = self.time.elapsed().saturating_sub(began);
        let now = self.time.now();
        telemetry::write(&telemetry::refreshed(
            &summary,
            failed.as_deref(),
            took,
            now,
        ));
        for manager in &summary.managers {
            telemetry::write(&telemetry::read(manager, now));
        }
        failed.map_or(Ok(summary), |line| Err(Refused::Unfinished(line)))
    }

    /// What renews the inventory of the Managers that the settings name.
    async fn refresh(&self) -> Result<Refresh<S3Store, SecretsManager>, Refused> {
        let settings = self.settings.load(&self.hub).await;
        let settings = settings.map_err(|error| {
            tracing::error!("{error}");
            Refused::from(error)
        })?;
        if settings.managers.is_empty() {
            let line = format!("{}: names no Manager", self.settings.place);
            tracing::error!("{line}");
            return Err(Refused::Deployment(line));
        }
        Ok(Refresh::new(
            &settings.managers,
            S3Store::new(Arc::clone(&self.hub), self.place.clone()),
            SecretsManager::new(Arc::clone(&self.clients)),
            &Limits::default(),
            Arc::clone(&self.time),
        ))
    }
}
