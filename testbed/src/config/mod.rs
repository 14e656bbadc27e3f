//! AWS Config on loopback, as far as Deepgrade uses it: results of custom rules, the events that
//! Config sends to a rule's function, and aggregators that show the results of many accounts.
//!
//! ```
//! use serde_json::json;
//! use testbed::config::{Config, Fault, Rule};
//! use testbed::Injection;
//!
//! let config = Config::start(1_795_168_860_000)?;
//! let rule = config.put_rule(Rule::new("ds-instance-has-policy").on_change().hourly())?;
//! config.inject(Injection::on("PutEvaluations", Fault::Throttled).times(4));
//! let event = config.tick(&rule);
//! // Let a function handle event.json(), with AWS_ENDPOINT_URL_CONFIG_SERVICE=config.url(); then:
//! assert!(config.results(&rule).is_empty() && config.puts().is_empty());
//! # assert_eq!(event.invoking_event()["messageType"], json!("ScheduledNotification"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! One instance serves all accounts and Regions: a request belongs to the Region in the scope of
//! its signature, and to the account that its access key was given to. Signatures are not checked.
//! Time stands still until [`Config::advance`].

mod aggregate;
mod aggregator;
mod call;
mod crowd;
mod desk;
mod evaluation;
mod event;
mod fault;
mod item;
mod options;
mod pack;
mod page;
mod put;
mod read;
mod recorder;
mod refusal;
mod rule;
mod rules;
mod service;
mod shape;
mod store;
mod time;

pub use aggregator::{AggregatedSource, Aggregator};
pub use call::{Call, Put};
pub use crowd::Crowd;
pub use evaluation::{Compliance, Evaluation, Shown};
pub use event::{Event, TEST_TOKEN};
pub use fault::Fault;
pub use item::item;
pub use options::Options;
pub use pack::Pack;
pub use recorder::{LastRun, Recorder};
pub use refusal::Refusal;
pub use rule::{Frequency, Registered, Rule};
pub use service::Config;
