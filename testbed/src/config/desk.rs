//! All that changes while an AWS Config runs, behind one lock.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hyper::header::AUTHORIZATION;
use serde_json::Value;

use super::aggregator::Aggregator;
use super::call::{Call, Put};
use super::crowd::Crowd;
use super::event::Event;
use super::fault::Fault;
use super::options::Options;
use super::pack::Pack;
use super::page::Page;
use super::recorder::{LastRun, Recorder};
use super::refusal::Refusal;
use super::rule::Registered;
use super::shape::Shape;
use super::store::Store;
use crate::clock::Clock;
use crate::estate::Random;
use crate::fault::{Injection, Met};
use crate::server::replace::{replacement_of, replaces_answer};
use crate::server::{Ask, Reply, Service, lock};

const TARGET: &str = "StarlingDoveService.";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Whose request it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Caller {
    pub(crate) fn owns(&self, rule: &Registered) -> bool {
        self.account == rule.account && self.region == rule.region()
    }
}

/// A rule with what Config keeps of it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rule: Registered,
    pub(crate) store: Store,
    pub(crate) crowd: Option<Crowd>,
    /// The last configuration items, by resource id.
    pub(crate) items: BTreeMap<String, Value>,
    pub(crate) started_at: Option<i64>,
    pub(crate) last_run: Option<LastRun>,
}

impl State {
    pub(crate) fn new(rule: Registered) -> Self {
        Self {
            rule,
            store: Store::default(),
            crowd: None,
            items: BTreeMap::new(),
            started_at: None,
            last_run: None,
        }
    }
}

/// What a result token stands for.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) rule_id: String,
    pub(crate) rule_name: String,
    owner: Caller,
    pub(crate) at: i64,
}

/// The state of a running AWS Config.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    /// By id: a rule that is made anew under its old name is another rule.
    pub(crate) rules: BTreeMap<String, State>,
    pub(crate) recorder: Option<Recorder>,
    /// By account, Region and name.
    pub(crate) aggregators: BTreeMap<(String, String, String), Aggregator>,
    pub(crate) packs: Vec<Pack>,
    tokens: BTreeMap<String, Grant>,
    pub(crate) pages: BTreeMap<String, Page>,
    pub(crate) started: Vec<Event>,
    pub(crate) calls: Vec<Call>,
    /// How many calls the log once had before those that it has now.
    forgotten: usize,
    pub(crate) puts: Vec<Put>,
    pub(crate) injections: Vec<Injection<Fault>>,
    /// How many names and tokens were made.
    made: u64,
}

/// What is decided about a request when it comes in.
struct Received {
    call: usize,
    operation: String,
    met: Vec<Met<Fault>>,
}

impl Service for Mutex<Desk> {
    async fn answer(&self, ask: Ask) -> Option<Reply> {
        let received = lock(self).receive(&ask);
        for fault in received.met.iter().filter_map(|met| met.fault.http()) {
            fault.delay().await;
        }
        lock(self).answer(&ask, &received)
    }
}

impl Desk {
    pub(crate) fn new(now: i64, options: Options) -> Self {
        Self {
            options,
            clock: Clock::standing(now),
            rules: BTreeMap::new(),
            recorder: None,
            aggregators: BTreeMap::new(),
            packs: Vec::new(),
            tokens: BTreeMap::new(),
            pages: BTreeMap::new(),
            started: Vec::new(),
            calls: Vec::new(),
            forgotten: 0,
            puts: Vec::new(),
            injections: Vec::new(),
            made: 0,
        }
    }

    /// Starts both logs anew.
    pub(crate) fn forget_calls(&mut self) {
        self.forgotten += self.calls.len();
        self.calls.clear();
        self.puts.clear();
    }

    /// Writes a request into the log and finds the faults that it meets.
    fn receive(&mut self, ask: &Ask) -> Received {
        let target = header(ask, "x-amz-target").and_then(|target| target.strip_prefix(TARGET));
        let operation = target.unwrap_or_default().to_owned();
        let caller = self.caller(ask).ok();
        self.calls.push(Call {
            operation: operation.clone(),
            body: ask.json().cloned(),
            caller: caller.map(|caller| (caller.account, caller.region)),
            status: None,
            at: self.clock.now(),
        });
        let injections = self.injections.iter_mut();
        Received {
            call: self.forgotten + self.calls.len() - 1,
            met: injections
                .filter_map(|injection| injection.meet_operation(&operation))
                .collect(),
            operation,
        }
    }

    /// Answers a request; `None` resets the connection.
    fn answer(&mut self, ask: &Ask, received: &Received) -> Option<Reply> {
        let replaces = |met: &&Met<Fault>| {
            met.fault.refusal().is_some() || met.fault.http().is_some_and(replaces_answer)
        };
        let mut reply = match received.met.iter().find(replaces) {
            Some(met) => {
                if met.after_effect {
                    // Only the answer is lost.
                    let _ = self.sound(ask, received);
                }
                match met.fault.refusal() {
                    Some(refusal) => refused(&refusal),
                    None => met.fault.http().and_then(replacement_of)?,
                }
            }
            None => match self.sound(ask, received) {
                Ok(body) => Reply::new(200, CONTENT_TYPE, body.to_string().into_bytes()),
                Err(refusal) => refused(&refusal),
            },
        };
        for fault in received.met.iter().filter_map(|met| met.fault.http()) {
            reply.spoil(fault);
        }
        let number = format!("00000000-0000-4000-8000-{:012x}", received.call);
        reply.set_header("x-amzn-requestid", number);
        let place = received.call.checked_sub(self.forgotten);
        if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
            call.status = Some(reply.status);
        }
        Some(reply)
    }

    /// The answer of an AWS Config without faults.
    fn sound(&mut self, ask: &Ask, received: &Received) -> Result<Value, Refusal> {
        let caller = self.caller(ask)?;
        let typed = header(ask, "content-type") == Some(CONTENT_TYPE);
        if ask.method != "POST" || ask.path != "/" || !typed {
            return Err(Refusal::new("UnknownOperationException", ""));
        }
        let body = ask.json().ok_or_else(|| Refusal::type_of(""))?;
        let input = Shape::of(body)?;
        match received.operation.as_str() {
            "PutEvaluations" => self.put_evaluations(&caller, &input, |id| {
                received.met.iter().any(|met| fails(&met.fault, id))
            }),
            "GetComplianceDetailsByConfigRule" => self.details_by_rule(&caller, &input),
            "GetComplianceDetailsByResource" => self.details_by_resource(&caller, &input),
            "DescribeConfigRules" => self.describe_rules(&caller, &input),
            "DescribeConfigRuleEvaluationStatus" => self.evaluation_status(&caller, &input),
            "DescribeConfigurationRecorders" => self.describe_recorders(&input),
            "DescribeConfigurationRecorderStatus" => self.recorder_status(&input),
            "DescribeDeliveryChannels" => self.describe_channels(&input),
            "StartConfigRulesEvaluation" => self.start_evaluation(&caller, &input),
            operation => {
                let answer = self.aggregate(operation, &caller, &input)?;
                answer.ok_or_else(|| Refusal::new("UnknownOperationException", ""))
            }
        }
    }

    /// Account and Region, from the signature.
    fn caller(&self, ask: &Ask) -> Result<Caller, Refusal> {
        let signature = header(ask, AUTHORIZATION.as_str()).ok_or_else(|| {
            let message = "Missing Authentication Token";
            Refusal::new("MissingAuthenticationTokenException", message)
        })?;
        let credential = signature
            .split([' ', ','])
            .find_map(|part| part.strip_prefix("Credential="));
        let mut scope = credential.unwrap_or_default().split('/');
        let (key, region, service) = (scope.next(), scope.nth(1), scope.next());
        let (Some(key), Some(region)) = (key, region) else {
            let message = "The signature has no credential scope.";
            return Err(Refusal::new("IncompleteSignatureException", message));
        };
        if service != Some("config") {
            let message = "Credential should be scoped to correct service: 'config'.";
            return Err(Refusal::new("InvalidSignatureException", message));
        }
        let account = self.options.accounts.get(key);
        Ok(Caller {
            account: account.unwrap_or(&self.options.account).clone(),
            region: region.to_owned(),
        })
    }

    /// A fresh token for an event of a rule.
    pub(crate) fn grant(&mut self, rule: &Registered) -> String {
        let token = self.opaque();
        let grant = Grant {
            rule_id: rule.id.clone(),
            rule_name: rule.name.clone(),
            owner: Caller {
                account: rule.account.clone(),
                region: rule.region().to_owned(),
            },
            at: self.clock.now(),
        };
        self.tokens.insert(token.clone(), grant);
        token
    }

    /// What a token stands for, if the caller may use it now.
    pub(crate) fn redeem(&self, token: &str, caller: &Caller) -> Result<Grant, Refusal> {
        let now = self.clock.now();
        let life = self.options.token_life;
        let grant = self.tokens.get(token);
        let grant = grant.filter(|grant| grant.owner == *caller && now - grant.at <= life);
        let grant = grant.ok_or_else(Refusal::token)?;
        if !self.rules.contains_key(&grant.rule_id) {
            return Err(Refusal::no_such_rule(&grant.rule_name));
        }
        Ok(grant.clone())
    }

    /// A text that says nothing to a client, and is another every time.
    pub(crate) fn opaque(&mut self) -> String {
        self.made += 1;
        let mut random = Random::of(0, 0, self.made);
        format!("eyJlbmNyeXB0ZWREYXRhIjpb{}", random.hex(32))
    }

    /// So many letters and digits, others every time.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        self.made += 1;
        let mut random = Random::of(0, 1, self.made);
        let letters: Vec<char> = ('a'..='z').chain('0'..='9').collect();
        (0..count).map(|_| random.pick(&letters)).collect()
    }
}

fn fails(fault: &Fault, id: &str) -> bool {
    match fault {
        Fault::FailedEvaluations(ids) => ids.is_empty() || ids.iter().any(|failing| failing == id),
        _ => false,
    }
}

fn refused(refusal: &Refusal) -> Reply {
    Reply::new(refusal.status, CONTENT_TYPE, refusal.body())
}

fn header<'a>(ask: &'a Ask, name: &str) -> Option<&'a str> {
    ask.headers.get(name)?.to_str().ok()
}
