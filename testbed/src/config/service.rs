//! A running AWS Config, as a test holds it.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::aggregator::Aggregator;
use super::call::{Call, Put};
use super::crowd::Crowd;
use super::desk::Desk;
use super::evaluation::Shown;
use super::event::{self, Event};
use super::fault::Fault;
use super::options::Options;
use super::pack::Pack;
use super::recorder::{LastRun, Recorder};
use super::refusal::Refusal;
use super::rule::{Registered, Rule};
use crate::clock::MINUTE;
use crate::fault::Injection;
use crate::runtime::Outcome;
use crate::server::{Host, lock};

/// An AWS Config on 127.0.0.1, on a thread of its own. Dropping it ends it.
#[derive(Debug)]
pub struct Config {
    desk: Arc<Mutex<Desk>>,
    host: Host,
}

impl Config {
    /// Starts without rules, at a time in ms since the epoch.
    ///
    /// # Errors
    /// A port or a thread could not be had.
    pub fn start(now: i64) -> io::Result<Self> {
        Self::with_options(now, Options::default())
    }

    /// Starts as the options say.
    ///
    /// # Errors
    /// The port is taken, or a thread could not be made.
    pub fn with_options(now: i64, options: Options) -> io::Result<Self> {
        let port = options.port;
        let desk = Arc::new(Mutex::new(Desk::new(now, options)));
        let host = Host::start("config", port, Arc::clone(&desk), None)?;
        Ok(Self { desk, host })
    }

    /// For `AWS_ENDPOINT_URL_CONFIG_SERVICE`: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.host.port())
    }

    /// Registers a rule, or changes the one of that name in its account and Region.
    ///
    /// # Errors
    /// AWS would refuse it: no trigger, a name or parameters that are too long, parameters that
    /// are no object.
    pub fn put_rule(&self, rule: Rule) -> Result<Registered, Refusal> {
        lock(&self.desk).put_rule(rule)
    }

    /// Sets the configuration recorder up anew, or takes it away.
    pub fn record(&self, recorder: Option<Recorder>) {
        lock(&self.desk).recorder = recorder;
    }

    /// Lets Config tell of the last runs of a rule.
    pub fn tell_last_run(&self, rule: &Registered, run: LastRun) {
        if let Some(state) = lock(&self.desk).rules.get_mut(&rule.id) {
            state.last_run = Some(run);
        }
    }

    /// Sets an aggregator up, or anew.
    pub fn put_aggregator(&self, aggregator: Aggregator) {
        let mut desk = lock(&self.desk);
        let account = aggregator.account.as_ref().unwrap_or(&desk.options.account);
        let (region, name) = (aggregator.region.clone(), aggregator.name.clone());
        let key = (account.clone(), region, name);
        desk.aggregators.insert(key, aggregator);
    }

    /// Sets a conformance pack up.
    pub fn put_pack(&self, pack: Pack) {
        lock(&self.desk).packs.push(pack);
    }

    /// Gives a rule results of many instances. Only aggregators show them.
    pub fn fill(&self, rule: &Registered, crowd: Crowd) {
        if let Some(state) = lock(&self.desk).rules.get_mut(&rule.id) {
            state.crowd = Some(crowd);
        }
    }

    /// Deletes a rule with its results. Its tokens are good for nothing from then on.
    pub fn delete_rule(&self, rule: &Registered) {
        lock(&self.desk).rules.remove(&rule.id);
    }

    /// What Config shows of a rule, in the order of type and id.
    #[must_use]
    pub fn results(&self, rule: &Registered) -> Vec<Shown> {
        let desk = lock(&self.desk);
        let state = desk.rules.get(&rule.id).into_iter();
        let shown = state.flat_map(|state| state.store.after(None));
        shown.map(|(_, shown)| shown.clone()).collect()
    }

    /// What Config shows of an instance.
    #[must_use]
    pub fn result(&self, rule: &Registered, instance: &str) -> Option<Shown> {
        let desk = lock(&self.desk);
        let store = &desk.rules.get(&rule.id)?.store;
        store.of("AWS::EC2::Instance", instance).cloned()
    }

    /// The event that an item changed. As in AWS, a rule is not called for what it has no trigger
    /// for; which rules to ask for events is the test's to know.
    #[must_use]
    pub fn change(&self, rule: &Registered, item: &Value) -> Event {
        let mut desk = lock(&self.desk);
        desk.record(rule, item, false);
        let difference = serde_json::json!({"changedProperties": {}, "changeType": "UPDATE"});
        let notification = event::change(item, difference, desk.clock.now());
        desk.event(rule, &notification, false)
    }

    /// The event that an item changed which is too big to be sent: only a summary of it is.
    #[must_use]
    pub fn oversized(&self, rule: &Registered, item: &Value) -> Event {
        let mut desk = lock(&self.desk);
        desk.record(rule, item, false);
        let notification = event::oversized(item, desk.clock.now());
        desk.event(rule, &notification, false)
    }

    /// The event that a resource is gone, from its last item.
    #[must_use]
    pub fn deleted(&self, rule: &Registered, item: &Value) -> Event {
        let mut desk = lock(&self.desk);
        desk.record(rule, item, true);
        let now = desk.clock.now();
        let difference = serde_json::json!({"changedProperties": {}, "changeType": "DELETE"});
        let notification = event::change(&event::deleted(item, now), difference, now);
        desk.event(rule, &notification, false)
    }

    /// The event that a resource changed and is no longer one of those the rule is for.
    #[must_use]
    pub fn left_scope(&self, rule: &Registered, item: &Value) -> Event {
        let mut desk = lock(&self.desk);
        desk.record(rule, item, true);
        let notification = event::change(item, Value::Null, desk.clock.now());
        desk.event(rule, &notification, true)
    }

    /// The event that a scheduled rule is due.
    #[must_use]
    pub fn tick(&self, rule: &Registered) -> Event {
        let mut desk = lock(&self.desk);
        let notification = event::scheduled(&rule.account, desk.clock.now());
        desk.event(rule, &notification, false)
    }

    /// The event that a snapshot of all items was written.
    #[must_use]
    pub fn snapshot_delivered(&self, rule: &Registered) -> Event {
        let mut desk = lock(&self.desk);
        let now = desk.clock.now();
        let notification = event::snapshot_delivered(&rule.account, rule.region(), now);
        desk.event(rule, &notification, false)
    }

    /// An event around any notification.
    #[must_use]
    pub fn event(&self, rule: &Registered, notification: &Value) -> Event {
        lock(&self.desk).event(rule, notification, false)
    }

    /// The events of the rules that StartConfigRulesEvaluation started since the last time this
    /// was asked: one for a schedule, and one for every instance whose item was last seen alive.
    #[must_use]
    pub fn started(&self) -> Vec<Event> {
        std::mem::take(&mut lock(&self.desk).started)
    }

    /// Invokes a function as Lambda does for an event that nobody waits for: after an error again
    /// a minute later, and once more two minutes after that. Gives every outcome.
    pub fn deliver(
        &self,
        event: &Event,
        mut invoke: impl FnMut(&Value) -> Outcome,
    ) -> Vec<Outcome> {
        let mut outcomes = vec![invoke(event.json())];
        for wait in [MINUTE, 2 * MINUTE] {
            if matches!(outcomes.last(), Some(Outcome::Response(_))) {
                break;
            }
            self.advance(wait);
            outcomes.push(invoke(event.json()));
        }
        outcomes
    }

    /// What was asked so far, in the order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.desk).calls.clone()
    }

    /// What was put so far, refused calls not included.
    #[must_use]
    pub fn puts(&self) -> Vec<Put> {
        lock(&self.desk).puts.clone()
    }

    /// Starts both logs anew.
    pub fn forget_calls(&self) {
        lock(&self.desk).forget_calls();
    }

    /// Adds a fault. A request that fits several meets all of them.
    pub fn inject(&self, injection: Injection<Fault>) {
        lock(&self.desk).injections.push(injection);
    }

    /// Takes all faults back.
    pub fn heal(&self) {
        lock(&self.desk).injections.clear();
    }

    /// Reads or changes the options. No request is answered meanwhile.
    pub fn options<T>(&self, access: impl FnOnce(&mut Options) -> T) -> T {
        access(&mut lock(&self.desk).options)
    }

    /// Config's time, in ms since the epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        lock(&self.desk).clock.now()
    }

    /// Lets so many ms pass for Config.
    pub fn advance(&self, ms: i64) {
        lock(&self.desk).clock.advance(ms);
    }

    /// Ends all connections and refuses new ones until [`Config::accept_connections`]. Returns
    /// when it holds.
    pub fn refuse_connections(&self) {
        self.host.refuse_connections();
    }

    /// Takes connections again, on the same port. Returns when it holds.
    pub fn accept_connections(&self) {
        self.host.accept_connections();
    }
}
