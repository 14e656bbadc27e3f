//! The function `rule`: AWS Config invokes it for every Config rule of Deepgrade.

use std::sync::{Arc, OnceLock};

use rules::{
    Gap,
    exceptions::{ExceptedAs, Exceptions},
    gap,
    guard::GuardPolicy,
    health::ManagerStatus,
    instance::{AccountId, Instance, InstanceId, Region},
    inventories::Inventories,
    ledger::Ledgers,
};

use tokio::sync::OnceCell;

use super::{Invocation, Refused, Start};
use crate::{
    aws::{
        clients::Clients,
        evaluations,
        function_exceptions::ExceptionFile,
        function_settings::{self, SettingsSource},
        instances,
        location::S3Location,
        queues, results,
        store::S3Store,
        table::DynamoTable,
        web,
    },
    event::config::ConfigEvent,
    grade::{Flow, Outcome, Summary},
    guard_rules::GuardRules,
    inventory::Library,
    ledger::{Partition, read_ledger},
    ports::{Error, Extract, Fault, Gather, Page, Report, Web},
    posting::{Posting, Present, Resource, ResultToken},
    telemetry,
    time::Time,
};

/// The function, as long as Lambda keeps its process.
pub(super) struct RuleFunction {
    clients: Arc<Clients>,
    hub: Arc<Clients>,
    time: Arc<dyn Time>,
    /// Where the inventory is published.
    place: S3Location,
    /// What was read of it, for the account of the function.
    library: OnceLock<Library<S3Store>>,
    /// Where events are that nobody could deal with.
    dead_letter_queues: Vec<String>,
    /// Where findings are, and what became of them; `None` where no table is set up.
    ledger: Option<DynamoTable>,
    /// Where the deployer's rules in Guard are, `None` where there are none; or why that cannot be
    /// told, which is no other rule's business.
    guard_source: Result<Option<SettingsSource>, String>,
    /// What was read there.
    guard: OnceCell<Arc<GuardRules>>,
    /// What somebody answers for; `None` where nothing is set up.
    exceptions: Option<ExceptionFile>,
}

impl RuleFunction {
    pub(super) fn new(start: &Start) -> Result<Self, String> {
        Ok(Self {
            ledger: function_settings::ledger(&start.hub)?,
            guard_source: SettingsSource::of_guard_rules(),
            guard: OnceCell::new(),
            exceptions: ExceptionFile::from_environment()?,
            clients: Arc::clone(&start.clients),
            hub: Arc::clone(&start.hub),
            time: Arc::clone(&start.time),
            place: function_settings::inventory_place()?,
            library: OnceLock::new(),
            dead_letter_queues: queues::dead_letter_queues(),
        })
    }

    /// The published inventory, as an account sees it. A function serves its own account only.
    fn library(&self, account: AccountId) -> &Library<S3Store> {
        self.library.get_or_init(|| {
            let store = S3Store::new(Arc::clone(&self.hub), self.place.clone());
            Library::new(store, account)
        })
    }

    /// Does what AWS Config asks for, and says what was done.
    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Summary, Refused> {
        let began = self.time.elapsed();
        let event = event(&invocation)?;
        let account = Account {
            function: self,
            clients: &self.clients,
            region: &event.region,
            account: event.account,
            library: self.library(event.account),
            dead_letter_queues: &self.dead_letter_queues,
            ledger: self.ledger.as_ref(),
            hub: &self.hub,
            exceptions: self.exceptions.as_ref(),
            time: self.time.as_ref(),
        };
        let flow = Flow {
            gather: &account,
            report: &account,
            time: self.time.as_ref(),
        };
        let ends = invocation.ends(self.time.as_ref());
        let Outcome { summary, end } = flow.run(&event, ends).await;
        let failure = end.as_ref().err();
        let took = self.time.elapsed().saturating_sub(began);
        let line = telemetry::graded(&event.rule_name, &summary, failure, took, self.time.now());
        telemetry::write(&line);
        end.map(|()| summary).map_err(Refused::from)
    }
}

/// The event, where it is about the account and Region of the function. Whoever could have it
/// grade another account could have it put results there.
fn event(invocation: &Invocation) -> Result<ConfigEvent, Refused> {
    let event = ConfigEvent::read(invocation.event.get().as_bytes());
    let refused = match (event, invocation.home()) {
        (Err(bad), _) => bad.to_string(),
        (Ok(event), Some(home)) if home == (event.account, event.region.clone()) => {
            return Ok(event);
        }
        (Ok(event), Some((account, region))) => format!(
            "account mismatch: refusing an event of account {} in {}, since the function is of \
             account {account} in {region}",
            event.account, event.region
        ),
        (Ok(_), None) => {
            "account mismatch: refusing an event, since the ARN of the function names \
                          no account"
                .to_owned()
        }
    };
    tracing::error!("{refused}");
    Err(Refused::Event(refused))
}

/// The account and Region of an event, as the ports ask for them.
struct Account<'a> {
    function: &'a RuleFunction,
    clients: &'a Clients,
    region: &'a Region,
    account: AccountId,
    library: &'a Library<S3Store>,
    dead_letter_queues: &'a [String],
    ledger: Option<&'a DynamoTable>,
    hub: &'a Arc<Clients>,
    exceptions: Option<&'a ExceptionFile>,
    time: &'a dyn Time,
}

impl Account<'_> {
    /// Forgets the tags that nothing is decided by: a fleet has many, and the memory is small.
    fn forget_tags(&self, instances: &mut [Instance]) {
        for instance in instances {
            instance
                .tags
                .retain(|key| self.exceptions.is_some_and(|file| file.asks_for(key)));
        }
    }
}

impl Gather for Account<'_> {
    async fn instances(&self, page: Option<&str>) -> Result<Page<Instance>, Error> {
        let mut page = instances::page(self.clients.ec2(), self.region, page).await?;
        self.forget_tags(&mut page.items);
        Ok(page)
    }

    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, Error> {
        let mut found = instances::one(self.clients.ec2(), self.region, id).await?;
        self.forget_tags(found.as_mut_slice());
        Ok(found)
    }

    async fn inventories(&self, extract: Extract) -> Result<Arc<Inventories>, Error> {
        self.library.extract(extract).await
    }

    async fn web(&self) -> Result<Web, Error> {
        let now = self.time.now();
        let mut web = web::gather(self.clients, self.account, self.region, now, self.time).await?;
        self.forget_tags(&mut web.instances);
        Ok(web)
    }

    async fn ledgers(&self) -> Result<Ledgers, Error> {
        let partition = Partition {
            account: self.account,
            region: self.region.clone(),
        };
        let ledger = match self.ledger {
            Some(table) => Ok(read_ledger(table, &partition).await?),
            None => {
                let text = format!(
                    "no ledger of findings is set up: {} names no table",
                    function_settings::LEDGER
                );
                Err(Gap::standing(&gap::LEDGER_MISSING, text))
            }
        };
        Ok(Ledgers::default().with(partition.account, partition.region, ledger))
    }

    async fn guard(&self) -> Result<Option<Arc<dyn GuardPolicy>>, Error> {
        let RuleFunction {
            guard_source,
            guard,
            hub,
            ..
        } = self.function;
        let source = guard_source
            .as_ref()
            .map_err(|what| Error::Permanent(Fault::Deployment, what.clone()))?;
        let Some(source) = source else {
            return Ok(None);
        };
        let load = async || source.load_guard_rules(hub).await.map(Arc::new);
        let rules = guard.get_or_try_init(load).await?;
        Ok(Some(Arc::clone(rules) as Arc<dyn GuardPolicy>))
    }

    async fn exceptions(&self) -> Result<Arc<Exceptions>, Error> {
        match self.exceptions {
            Some(file) => file.exceptions(self.hub).await,
            None => Ok(Arc::default()),
        }
    }

    fn excepted_as(&self) -> ExceptedAs {
        let file = self.exceptions;
        file.map(ExceptionFile::excepted_as).unwrap_or_default()
    }

    async fn health(&self) -> Result<Vec<ManagerStatus>, Error> {
        self.library.statuses().await
    }

    async fn dead_letters(&self) -> Result<Option<u64>, Error> {
        let mut sum = None;
        for url in self.dead_letter_queues {
            let waiting = queues::waiting(self.clients.sqs(), url).await?;
            sum = Some(waiting.saturating_add(sum.unwrap_or(0)));
        }
        Ok(sum)
    }
}

impl Report for Account<'_> {
    async fn results_of_rule(
        &self,
        rule_name: &str,
        page: Option<&str>,
    ) -> Result<Page<Present>, Error> {
        results::of_rule(self.clients.config(), rule_name, page).await
    }

    async fn result_of_resource(
        &self,
        rule_name: &str,
        resource: &Resource,
    ) -> Result<Option<Present>, Error> {
        results::of_resource(self.clients.config(), rule_name, resource).await
    }

    async fn put(&self, batch: &[Posting], token: &ResultToken) -> Result<Vec<Resource>, Error> {
        evaluations::put(self.clients.config(), batch, token).await
    }
}
