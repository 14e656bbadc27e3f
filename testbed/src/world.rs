//! All that changes while a Manager runs, behind one lock.

use std::fmt;
use std::sync::Mutex;

use crate::api;
use crate::calls::Call;
use crate::clock::{self, Clock};
use crate::estate::{Estate, Locale};
use crate::fault::{Fault, Injection, Met};
use crate::limiter::Limiter;
use crate::options::{Key, Options};
use crate::server::alter::{Page, alter, changes_content};
use crate::server::replace::{replacement_of, replaces_answer};
use crate::server::{Ask, Reply, Service, lock};
use crate::tasks::Tasks;

/// The state of a running Manager.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) estate: Estate,
    pub(crate) options: Options,
    pub(crate) tasks: Tasks,
    pub(crate) clock: Clock,
    pub(crate) calls: Vec<Call>,
    /// How many calls the log once had before those that it has now.
    forgotten: usize,
    pub(crate) injections: Vec<Injection>,
    pub(crate) interludes: Vec<Interlude>,
    limiter: Limiter,
}

/// What somebody else does right before a request has its effect.
pub(crate) struct Interlude {
    at: Injection<()>,
    act: Box<dyn FnOnce(&mut Estate) + Send>,
}

impl Interlude {
    pub(crate) fn new(pattern: &str, act: impl FnOnce(&mut Estate) + Send + 'static) -> Self {
        Self {
            at: Injection::on(pattern, ()),
            act: Box::new(act),
        }
    }
}

impl fmt::Debug for Interlude {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let debug = &mut formatter.debug_struct("Interlude");
        debug.field("at", &self.at).finish_non_exhaustive()
    }
}

/// What is decided about a request when it comes in.
#[derive(Debug)]
pub(crate) struct Received {
    /// Its place in the log.
    pub(crate) call: usize,
    pub(crate) met: Vec<Met>,
    page: Page,
}

impl Service for Mutex<World> {
    async fn answer(&self, ask: Ask) -> Option<Reply> {
        let received = lock(self).receive(&ask);
        for met in received.met.iter().filter(|met| !met.after_effect) {
            met.fault.delay().await;
        }
        let reply = lock(self).answer(&ask, &received);
        for met in received.met.iter().filter(|met| met.after_effect) {
            met.fault.delay().await;
        }
        reply
    }
}

impl World {
    pub(crate) fn new(estate: Estate, options: Options) -> Self {
        let clock = if options.follows_real_time {
            Clock::running(estate.as_of)
        } else {
            Clock::standing(estate.as_of)
        };
        Self {
            estate,
            options,
            tasks: Tasks::default(),
            clock,
            calls: Vec::new(),
            forgotten: 0,
            injections: Vec::new(),
            interludes: Vec::new(),
            limiter: Limiter::default(),
        }
    }

    /// Lets everything happen that is due by now.
    pub(crate) fn catch_up(&mut self) {
        self.tasks
            .run_until(self.clock.now(), &mut self.estate, &self.options);
    }

    /// Sends the policy to a computer if its policy is one that is sent without being asked.
    pub(crate) fn send_to_computer(&mut self, id: i32) {
        let policy = self
            .estate
            .computers
            .get(&id)
            .and_then(|computer| computer.policy_id);
        let policy = policy.and_then(|id| self.estate.policies.get(&id));
        if policy.is_none_or(|policy| policy.sends_itself) {
            self.tasks
                .send_policy(&[id], self.clock.now(), &mut self.estate, &self.options);
        }
    }

    /// The same for all computers under a policy.
    pub(crate) fn send_to_policy(&mut self, policy: i32) {
        if self
            .estate
            .policies
            .get(&policy)
            .is_some_and(|policy| policy.sends_itself)
        {
            let ids = self.estate.under_policy(policy);
            self.tasks
                .send_policy(&ids, self.clock.now(), &mut self.estate, &self.options);
        }
    }

    /// Starts the log anew.
    pub(crate) fn forget_calls(&mut self) {
        self.forgotten += self.calls.len();
        self.calls.clear();
    }

    /// Writes a request into the log and finds the faults that it meets.
    pub(crate) fn receive(&mut self, ask: &Ask) -> Received {
        self.calls.push(Call {
            method: ask.method.clone(),
            path: ask.path.clone(),
            query: ask.query.clone(),
            body: ask.json().cloned(),
            headers: ask
                .headers
                .keys()
                .map(|name| name.as_str().to_owned())
                .collect(),
            status: None,
            at: self.clock.now(),
        });
        let page = Page::of(&ask.path, ask.json(), self.options.ceiling.items);
        let meet = |injection: &mut Injection| {
            injection.meet(&ask.method, &ask.path, page.map(|page| page.items))
        };
        Received {
            call: self.forgotten + self.calls.len() - 1,
            met: self.injections.iter_mut().filter_map(meet).collect(),
            page: page.unwrap_or_default(),
        }
    }

    /// Answers a request; `None` resets the connection.
    pub(crate) fn answer(&mut self, ask: &Ask, received: &Received) -> Option<Reply> {
        self.catch_up();
        self.interlude(ask);
        let replaces = |met: &&Met| replaces_answer(&met.fault);
        let replacement = received.met.iter().find(replaces);
        let mut reply = match replacement {
            Some(met) => {
                if met.after_effect {
                    self.sound(ask);
                }
                replacement_of(&met.fault)?
            }
            None => self.sound(ask),
        };
        self.alter(&mut reply, received);
        self.finish(&mut reply, ask, received);
        let place = received.call.checked_sub(self.forgotten);
        if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
            call.status = Some(reply.status);
        }
        Some(reply)
    }

    /// Lets those act who waited for a request like this.
    fn interlude(&mut self, ask: &Ask) {
        let (due, waiting) = std::mem::take(&mut self.interludes)
            .into_iter()
            .partition(|interlude| interlude.at.fits(&ask.method, &ask.path));
        self.interludes = waiting;
        let due: Vec<Interlude> = due;
        for interlude in due {
            (interlude.act)(&mut self.estate);
        }
    }

    /// The answer of a Manager without faults.
    fn sound(&mut self, ask: &Ask) -> Reply {
        let outcome = self.admit(ask).and_then(|key| api::answer(self, ask, &key));
        match outcome {
            Ok(body) => Reply::json(200, body),
            Err(refusal) => Reply::json(refusal.status, refusal.body()),
        }
    }

    fn admit(&mut self, ask: &Ask) -> Result<Key, api::Refusal> {
        let now = self.clock.now();
        let expired = self
            .estate
            .api_key
            .expiry
            .is_some_and(|expiry| expiry <= now);
        let known = self
            .options
            .keys
            .iter()
            .find(|key| Some(key.secret.as_str()) == ask.secret());
        let Some(key) = known.filter(|_| !expired).cloned() else {
            return Err(api::Refusal::unknown_key());
        };
        let counted_at = if self.options.limits.real_time {
            clock::real_now()
        } else {
            now
        };
        if !self
            .limiter
            .admit(&key.secret, self.options.limits, counted_at)
        {
            return Err(api::Refusal::too_many());
        }
        let version = ask
            .headers
            .get("api-version")
            .and_then(|value| value.to_str().ok());
        if version != Some("v1") {
            return Err(api::Refusal::bad_request(
                "The api-version header must be v1.",
            ));
        }
        Ok(key)
    }

    fn alter(&self, reply: &mut Reply, received: &Received) {
        let mut changes: Vec<&Fault> = received
            .met
            .iter()
            .map(|met| &met.fault)
            .filter(|f| changes_content(f))
            .collect();
        if self.estate.api_key.locale == Locale::Japanese {
            changes.push(&Fault::Japanese);
        }
        if changes.is_empty() {
            return;
        }
        let Ok(mut value) = serde_json::from_slice(&reply.body) else {
            return;
        };
        for fault in changes {
            alter(&mut value, fault, received.page);
        }
        reply.body = value.to_string().into_bytes();
    }

    fn finish(&self, reply: &mut Reply, ask: &Ask, received: &Received) {
        reply.set_header("x-dsm-version", self.options.version.clone());
        let mut date = Some(self.clock.now() + self.options.date_skew);
        for met in &received.met {
            reply.spoil(&met.fault);
            match &met.fault {
                Fault::NoDate => date = None,
                Fault::WrongDate(by) => date = date.map(|date| date + by),
                _ => {}
            }
        }
        if let Some(date) = date {
            let since = std::time::Duration::from_millis(u64::try_from(date).unwrap_or(0));
            let date = std::time::SystemTime::UNIX_EPOCH + since;
            reply.set_header("date", httpdate::fmt_http_date(date));
        }
        if self.options.gzip && ask.accepts_gzip() {
            reply.compress();
        }
    }
}
