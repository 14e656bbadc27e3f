//! An AWS Config with an aggregator, and what is collected of it.

use std::{cell::Cell, path::Path, time::Duration};

use deepgrade::{
    aggregator::{Collected, Kept, Progress, Request, RuleNames, Source, State, Wanted, collect},
    aws::{
        aggregator::ConfigAggregator,
        clients::{self, Clients},
    },
    ports::Error,
    results::{Omission, Results},
    time::{RealTime, Sleep, Time},
};
use jiff::Timestamp;
use rules::CATALOGUE;
use testbed::config::{
    AggregatedSource, Aggregator, Compliance, Config, Crowd, Options, Registered, Rule,
};

/// 2026-11-20T10:01:00Z
pub(crate) const NOW: i64 = 1_795_168_860_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const HOME: &str = "111122223333";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const NAME: &str = "organization";

/// What a rule says of every fourth instance, and of the others.
pub(crate) fn says(number: u64) -> (Compliance, String) {
    if number.is_multiple_of(4) {
        let text = format!("DS-TST-002 intrusion prevention is detect on {number}");
        (Compliance::NonCompliant, text)
    } else {
        (
            Compliance::Compliant,
            "DS-TST-001 as it should be".to_owned(),
        )
    }
}

/// What is to be collected.
pub(crate) fn wanted() -> Wanted {
    Wanted {
        names: RuleNames::beginning_with("ds-"),
        home: source(HOME),
        configured: Vec::new(),
        calls_a_minute: 60_000,
    }
}

pub(crate) fn source(account: &str) -> Source {
    Source {
        account: account.parse().unwrap(),
        region: REGION.parse().unwrap(),
    }
}

pub(crate) fn request() -> Request {
    Request {
        aggregator: NAME.to_owned(),
        region: REGION.parse().unwrap(),
        names: RuleNames::beginning_with("ds-"),
        calls_a_minute: 60_000,
        folder: None,
    }
}

/// A folder in which parts are kept.
pub(crate) fn kept(folder: &Path, at: i64) -> Result<Kept, String> {
    let state = State::of(&request(), HOME.parse().unwrap());
    Kept::open(folder, &state, Timestamp::from_millisecond(at).unwrap())
}

pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) clients: Clients,
    pub(crate) tokio: tokio::runtime::Runtime,
    pub(crate) told: Cell<Progress>,
    now: i64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::at(NOW)
    }

    pub(crate) fn at(now: i64) -> Self {
        let options = Options {
            account: HOME.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now, options).unwrap();
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let settings = clients::defaults().test_credentials().region(REGION);
        let settings = settings.endpoint_url(config.url()).load();
        Self {
            clients: Clients::new(tokio.block_on(settings)),
            config,
            tokio,
            told: Cell::default(),
            now,
        }
    }

    /// An aggregator over accounts in one Region.
    pub(crate) fn aggregate<'a>(&self, accounts: impl IntoIterator<Item = &'a str>) {
        let aggregator = Aggregator::new(NAME).region(REGION);
        let sources = accounts
            .into_iter()
            .map(|account| AggregatedSource::new(account, REGION).updated_at(self.now - HOUR));
        self.config
            .put_aggregator(sources.fold(aggregator, Aggregator::source));
    }

    /// A rule of Deepgrade in an account, as the pack deploys it.
    pub(crate) fn rule(&self, account: &str, id: &str) -> Registered {
        let rule = Rule::new(&format!("ds-{id}")).hourly().in_pack();
        let rule = rule.account(account).region(REGION);
        self.config.put_rule(rule).unwrap()
    }

    /// A rule with results of so many instances of the account.
    pub(crate) fn crowd(&self, account: &str, id: &str, instances: u64) -> Registered {
        let rule = self.rule(account, id);
        let number: u64 = account.parse().unwrap();
        let crowd = Crowd {
            instances,
            first: number << 20,
            says,
            at: self.now - 2 * HOUR,
        };
        self.config.fill(&rule, crowd);
        rule
    }

    /// The rule about the account, with what it said.
    pub(crate) fn health(&self, account: &str, compliance: Compliance, at: i64) {
        let rule = self.rule(account, "evaluator-is-healthy");
        self.put(
            &rule,
            ("AWS::::Account", account),
            compliance,
            "DS-EVL-000 evaluated 4/4",
            at,
        );
    }

    /// Lets a rule say something of a resource, as its function does.
    pub(crate) fn put(
        &self,
        rule: &Registered,
        (kind, id): (&str, &str),
        compliance: Compliance,
        annotation: &str,
        at: i64,
    ) {
        self.config.options(|options| {
            let account = rule.account().to_owned();
            options.accounts.insert(format!("key-{account}"), account);
        });
        let event = self.config.tick(rule);
        let word = match compliance {
            Compliance::Compliant => aws_sdk_config::types::ComplianceType::Compliant,
            Compliance::NonCompliant => aws_sdk_config::types::ComplianceType::NonCompliant,
            Compliance::NotApplicable => aws_sdk_config::types::ComplianceType::NotApplicable,
        };
        let evaluation = aws_sdk_config::types::Evaluation::builder()
            .compliance_resource_type(kind)
            .compliance_resource_id(id)
            .compliance_type(word)
            .annotation(annotation)
            .ordering_timestamp(aws_sdk_config::primitives::DateTime::from_millis(at));
        let key = format!("key-{}", rule.account());
        let credentials = aws_sdk_sts::config::Credentials::new(key, "secret", None, None, "test");
        let settings = clients::defaults().credentials_provider(credentials);
        let settings = settings.region(REGION).endpoint_url(self.config.url());
        let clients = Clients::new(self.tokio.block_on(settings.load()));
        let put = clients.config().put_evaluations();
        let put = put
            .result_token(event.token())
            .evaluations(evaluation.build().unwrap());
        self.tokio.block_on(put.send()).unwrap();
    }

    /// Every rule about instances with so many of them, and a healthy evaluator.
    pub(crate) fn deploy(&self, account: &str, instances: u64) {
        for rule in CATALOGUE {
            match rule.of_instances() {
                Some(_) => {
                    self.crowd(account, rule.id, instances);
                }
                None => self.health(account, Compliance::Compliant, self.now - HOUR),
            }
        }
    }

    pub(crate) fn collect(&self) -> Results {
        self.try_to_collect(&wanted(), None).unwrap().results
    }

    pub(crate) fn try_to_collect(
        &self,
        wanted: &Wanted,
        kept: Option<&Kept>,
    ) -> Result<Collected, Error> {
        let aggregator = ConfigAggregator::new(self.clients.config().clone(), NAME);
        let time = Hurried {
            now: Timestamp::from_millisecond(self.now).unwrap(),
            real: RealTime::start(),
        };
        let told = |progress| self.told.set(progress);
        self.tokio
            .block_on(collect(&aggregator, wanted, kept, &time, told))
    }

    /// How often an operation was called since the calls were forgotten.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        let calls = self.config.calls();
        let calls = calls.iter().filter(|call| call.operation == operation);
        calls.count()
    }
}

/// A time of day that stands still, while calls take the time that they take. Nobody sleeps long.
#[derive(Debug)]
struct Hurried {
    now: Timestamp,
    real: RealTime,
}

impl Time for Hurried {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn elapsed(&self) -> Duration {
        self.real.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.real.sleep(duration / 100)
    }
}

/// The call that reads results.
pub(crate) const DETAILS: &str = "GetAggregateComplianceDetailsByConfigRule";

/// What the results leave out, besides what is not applicable: kind, account, rule and text.
pub(crate) fn omissions(results: &Results) -> Vec<String> {
    let listed = results.details.completeness.as_ref().unwrap();
    let shown = |omission: &Omission| {
        let Omission {
            kind,
            account,
            rule,
            text,
            ..
        } = omission;
        let (account, rule) = (account.as_deref(), rule.as_deref());
        format!(
            "{kind:?} {} {}: {text}",
            account.unwrap_or("-"),
            rule.unwrap_or("-")
        )
    };
    let losses = listed.first.iter();
    let losses = losses.filter(|omission| omission.kind.is_loss());
    losses.map(shown).collect()
}
