//! Looking at what is deployed in an account, Region by Region. Nobody names where it is: the
//! function that the Config rules invoke knows.

use std::{sync::Arc, time::Duration};

use rules::instance::{AccountId, Region};

use super::Examined;
use crate::{
    account::Access,
    aws::{
        clients::Clients,
        config_rules, function,
        function_settings::{HUB_REGION, INVENTORY, LEDGER},
        location::S3Location,
        queues::{self, DEAD_LETTER_QUEUES},
        recorder, results,
        session::Session,
        store::S3Store,
        table::DynamoTable,
    },
    cli::{failure::Failure, managers},
    deployment::{
        Check, freshness,
        function::{self as functions, FunctionSeen},
        recorder as recorders,
        rules::{self as seen, RuleSeen},
        unread,
    },
    inventory::Library,
    ledger::{Partition, read_ledger},
    patience::{Deadline, Stop, patiently},
    ports::{Error, Page, Passing},
    posting::Present,
    time::{RealTime, Time as _},
};

/// How long one question may take, however often it has to be asked.
const LONGEST: Duration = Duration::from_secs(90);

/// Looks at every Region that is named.
///
/// # Errors
/// A runtime failure when nobody can sign in.
pub(super) fn examine(access: &Access) -> Result<Vec<Examined>, Failure> {
    managers::runtime()?.block_on(async {
        let session = Session::open(access).await.map_err(Failure::runtime)?;
        let account = session.account();
        let mut examined = Vec::new();
        for region in &access.regions {
            let examination = Examination {
                clients: Arc::new(session.clients(region)),
                account,
                region,
                time: RealTime::start(),
            };
            examined.push(Examined {
                place: format!("account {account} in {region}"),
                checks: examination.checks().await,
            });
        }
        Ok(examined)
    })
}

struct Examination<'a> {
    clients: Arc<Clients>,
    account: AccountId,
    region: &'a Region,
    time: RealTime,
}

impl Examination<'_> {
    async fn checks(&self) -> Vec<Check> {
        let client = self.clients.config();
        let recorders = self.ask(|| recorder::recorders(client)).await;
        let running = self.ask(|| recorder::running(client)).await;
        let channels = self.ask(|| recorder::channels(client)).await;
        let mut checks = recorders::judge(&recorders, &running, &channels);
        match self.rules().await {
            Err(error) => checks.push(unread("Config rules", &error)),
            Ok(rules) => {
                checks.extend(self.of_rules(&rules).await);
                for arn in seen::functions(&rules) {
                    checks.extend(self.of_function(arn).await);
                }
            }
        }
        checks
    }

    /// Asks until there is an answer, or none is to be had.
    async fn ask<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let deadline = Deadline::new(&self.time, self.time.elapsed() + LONGEST);
        patiently(deadline, call).await.map_err(|stop| match stop {
            Stop::Error(error) | Stop::TimeOver(Some(error)) => error,
            Stop::TimeOver(None) => {
                let line = "there was no answer in time".to_owned();
                Error::Retryable(Passing::Unavailable, line)
            }
        })
    }

    async fn rules(&self) -> Result<Vec<RuleSeen>, Error> {
        let client = self.clients.config();
        let (mut rules, mut next) = (Vec::new(), None);
        loop {
            let page = self.ask(|| config_rules::page(client, next.as_deref()));
            let Page { items, next: more } = page.await?;
            rules.extend(items);
            next = more;
            if next.is_none() {
                return Ok(rules);
            }
        }
    }

    async fn of_rules(&self, rules: &[RuleSeen]) -> Vec<Check> {
        let client = self.clients.config();
        let names: Vec<String> = rules.iter().map(|rule| rule.name.clone()).collect();
        let runs = self.ask(|| config_rules::last_runs(client, &names)).await;
        let mut checks = seen::judge(rules, &runs);
        for rule in rules.iter().filter(|rule| rule.rule == seen::HEALTH) {
            let page = self
                .ask(|| results::of_rule(client, &rule.name, None))
                .await;
            let result: Result<Option<Present>, Error> =
                page.map(|page| page.items.into_iter().next());
            checks.push(seen::of_health(&result, self.time.now()));
        }
        checks.extend(seen::of_functions(&seen::functions(rules)));
        checks
    }

    async fn of_function(&self, arn: &str) -> Vec<Check> {
        let client = self.clients.lambda();
        let found = self.ask(|| function::configuration(client, arn)).await;
        let mut checks = vec![functions::state(arn, &found)];
        match found {
            Ok(None) => {}
            Err(_) => {
                let policy = self.ask(|| function::policy(client, arn)).await;
                checks.push(functions::permission(&policy, self.account));
                checks.extend(freshness::unseen());
            }
            Ok(Some(function)) => {
                let policy = self.ask(|| function::policy(client, arn)).await;
                checks.push(functions::permission(&policy, self.account));
                checks.extend(self.of_inventory(&function).await);
                checks.extend(self.of_ledger(&function).await);
                checks.extend(self.of_queues(&function).await);
            }
        }
        checks
    }

    /// The clients of the Region in which the function finds bucket and table.
    fn hub(&self, function: &FunctionSeen) -> Arc<Clients> {
        let told = function
            .told(HUB_REGION)
            .and_then(|region| region.parse().ok());
        told.map_or_else(
            || Arc::clone(&self.clients),
            |region| Arc::new(self.clients.elsewhere(&region)),
        )
    }

    async fn of_inventory(&self, function: &FunctionSeen) -> Vec<Check> {
        let place = match function.told(INVENTORY) {
            None => return vec![freshness::untold("inventory", INVENTORY, "is not set")],
            Some(place) => place.parse::<S3Location>(),
        };
        let place = match place {
            Err(bad) => return vec![freshness::untold("inventory", INVENTORY, &bad.to_string())],
            Ok(place) => place,
        };
        let store = S3Store::new(self.hub(function), place);
        let library = Library::new(store, self.account);
        let statuses = self.ask(|| library.statuses()).await;
        freshness::inventories(&statuses, self.time.now())
    }

    async fn of_ledger(&self, function: &FunctionSeen) -> Vec<Check> {
        let Some(name) = function.told(LEDGER) else {
            return vec![freshness::untold(
                "listings of findings",
                LEDGER,
                "is not set",
            )];
        };
        let table = DynamoTable::new(self.hub(function), name);
        let partition = Partition {
            account: self.account,
            region: self.region.clone(),
        };
        let ledger = self.ask(|| read_ledger(&table, &partition)).await;
        freshness::listings(&ledger, self.time.now())
    }

    async fn of_queues(&self, function: &FunctionSeen) -> Vec<Check> {
        let client = self.clients.sqs();
        let named = function.told(DEAD_LETTER_QUEUES).map(queues::listed);
        let Some(named) = named.filter(|named| !named.is_empty()) else {
            let what = "dead letters";
            return vec![freshness::untold(what, DEAD_LETTER_QUEUES, "is not set")];
        };
        let mut checks = Vec::new();
        for url in named {
            let waiting = self.ask(|| queues::waiting(client, &url)).await;
            checks.push(freshness::dead_letters(&url, &waiting));
            match self.ask(|| queues::feeding(client, &url)).await {
                Err(error) => checks.push(unread(&format!("queues before {url}"), &error)),
                Ok(feeding) => {
                    for url in feeding {
                        let waiting = self.ask(|| queues::waiting(client, &url)).await;
                        checks.push(freshness::queue(&url, &waiting));
                    }
                }
            }
        }
        checks
    }
}
