//! What findings are answered with: made of the settings by the first invocation, and kept as long
//! as Lambda keeps the process.

use std::{
    sync::{Arc, Mutex as Locked},
    time::Duration,
};

use rules::text::quoted;
use tokio::sync::Mutex;

use super::{
    Invocation, Refused,
    accounts::Accounts,
    home, table,
    world::{Parts, TOPIC, World},
};
use crate::{
    aws::{
        clients::Clients,
        function_settings::{self, SettingsSource},
        location::S3Location,
        secrets::SecretsManager,
        table::DynamoTable,
    },
    deep_security::Limits,
    environment,
    function::Start,
    managers::{Doors, Managers},
    ports::Error,
    remediate::{Mode, Remediate},
    settings::RemediationSettings,
    time::Time,
};

/// The environment variable by which acting is turned on: `on`; `off` without it.
const ACTING: &str = "DEEPGRADE_ACTING";
/// How long one thing may take that a Manager is asked for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What answers findings, with what it is made of.
#[derive(Debug)]
pub(super) struct Crew {
    pub(super) remediate: Remediate<World, World, DynamoTable>,
    pub(super) world: World,
    /// What the deployer says of answering.
    pub(super) remediation: RemediationSettings,
    wants: Mode,
}

impl Crew {
    /// Whether anything is done.
    pub(super) async fn mode(&self) -> Result<Mode, Error> {
        self.remediate.mode(self.wants).await
    }
}

/// What a crew is made of.
#[derive(Debug)]
pub(super) struct Crews {
    pub(super) clients: Arc<Clients>,
    hub: Arc<Clients>,
    pub(super) time: Arc<dyn Time>,
    settings: SettingsSource,
    place: S3Location,
    table: DynamoTable,
    topic: Option<String>,
    wants: Mode,
    crew: Mutex<Option<Arc<Crew>>>,
}

impl Crews {
    /// What the environment names.
    ///
    /// # Errors
    /// A line that names the variable that is missing or is not what it should be.
    pub(super) fn new(start: &Start) -> Result<Self, String> {
        let topic = environment::variable(TOPIC).unwrap_or_default();
        let topic = topic.trim();
        Ok(Self {
            settings: SettingsSource::from_environment()?,
            place: function_settings::inventory_place()?,
            table: table(start)?,
            topic: (!topic.is_empty()).then(|| topic.to_owned()),
            wants: acting(environment::variable(ACTING).as_deref())?,
            clients: Arc::clone(&start.clients),
            hub: Arc::clone(&start.hub),
            time: Arc::clone(&start.time),
            crew: Mutex::default(),
        })
    }

    /// The crew of the function's account and Region.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub(super) async fn crew(&self, invocation: &Invocation) -> Result<Arc<Crew>, Refused> {
        let mut kept = self.crew.lock().await;
        if let Some(crew) = kept.as_ref() {
            return Ok(Arc::clone(crew));
        }
        let crew = Arc::new(self.new_crew(invocation).await?);
        *kept = Some(Arc::clone(&crew));
        Ok(crew)
    }

    async fn new_crew(&self, invocation: &Invocation) -> Result<Crew, Refused> {
        let settings = self.settings.load(&self.hub).await;
        let settings = settings.map_err(|error| {
            tracing::error!("{error}");
            Refused::from(error)
        })?;
        let limits = Limits {
            deadline: PATIENCE,
            ..Limits::default()
        };
        let secrets = SecretsManager::new(Arc::clone(&self.clients));
        let doors = Doors::new(&settings.managers, secrets, &limits, &self.time);
        let remediation = settings.remediation;
        let own = Arc::clone(&self.clients);
        let world = World::new(Parts {
            accounts: Accounts::new(own, home(invocation)?, invocation.partition()),
            managers: Managers(doors),
            hub: Arc::clone(&self.hub),
            place: self.place.clone(),
            topic: self.topic.clone(),
            owner_tag: remediation.owner_tag.clone(),
            time: Arc::clone(&self.time),
            libraries: Locked::default(),
        });
        let remediate = Remediate::new(
            world.clone(),
            world.clone(),
            self.table.clone(),
            remediation.options(),
            remediation.limits(),
            Arc::clone(&self.time),
        );
        Ok(Crew {
            remediate,
            world,
            remediation,
            wants: self.wants,
        })
    }
}

/// Whether a deployer wants anything to be done.
fn acting(value: Option<&str>) -> Result<Mode, String> {
    match value.map(str::trim) {
        None | Some("" | "off") => Ok(Mode::DryRun),
        Some("on") => Ok(Mode::Acting),
        Some(other) => {
            let other = quoted(other);
            Err(format!("{ACTING} is {other}, and can be `on` or `off`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_done_unless_a_deployer_says_so_in_one_word() {
        assert_eq!(acting(None), Ok(Mode::DryRun));
        assert_eq!(acting(Some("")), Ok(Mode::DryRun));
        assert_eq!(acting(Some("off")), Ok(Mode::DryRun));
        assert_eq!(acting(Some("on")), Ok(Mode::Acting));
        for other in ["true", "ON", "1", "on off"] {
            assert!(acting(Some(other)).unwrap_err().contains(ACTING));
        }
    }
}
