//! How many batches are under way at a time.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use deepgrade::{
    event::config::ConfigEvent,
    grade::{Flow, Summary},
    ports::{Error, Page, Passing, Report},
    posting::{Posting, Present, Resource, ResultToken},
    time::RealTime,
};

use super::{
    message::Message,
    recorder::Recorder,
    stage::{Stage, start},
};

/// Config, which bears only so many batches at a time.
struct Narrow {
    config: Recorder,
    bears: usize,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl Report for Narrow {
    async fn results_of_rule(
        &self,
        rule_name: &str,
        page: Option<&str>,
    ) -> Result<Page<Present>, Error> {
        self.config.results_of_rule(rule_name, page).await
    }

    async fn result_of_resource(
        &self,
        rule_name: &str,
        resource: &Resource,
    ) -> Result<Option<Present>, Error> {
        self.config.result_of_resource(rule_name, resource).await
    }

    async fn put(&self, batch: &[Posting], token: &ResultToken) -> Result<Vec<Resource>, Error> {
        let under_way = self.under_way.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(under_way, Relaxed);
        tokio::task::yield_now().await;
        self.under_way.fetch_sub(1, Relaxed);
        if under_way > self.bears {
            let complaint = "ThrottlingException".to_owned();
            return Err(Error::Retryable(Passing::Throttled, complaint));
        }
        self.config.put(batch, token).await
    }
}

/// Puts the results of so many instances, and tells the most that was under way at a time.
fn put(instances: u64, bears: usize) -> (Summary, usize) {
    let stage = Stage::with(instances);
    // What is fresh depends on the clock of the machine here; every instance gets a result anyhow.
    let message = Message::scheduled(start()).with_parameter("undetermined", "non-compliant");
    let event = ConfigEvent::read(&message.bytes()).unwrap();
    let report = Narrow {
        config: Recorder::default(),
        bears,
        under_way: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    };
    let flow = Flow {
        gather: &stage.gather,
        report: &report,
        time: &RealTime::start(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let outcome = runtime
        .unwrap()
        .block_on(flow.run(&event, Duration::from_secs(60)));
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(report.config.shown().len() as u64, instances);
    (outcome.summary, report.most.into_inner())
}

#[test]
fn one_batch_more_is_under_way_after_every_success_and_never_more_than_eight() {
    assert_eq!(put(1_000, 100).1, 4); // 1 + 2 + 3 + 4 are ten batches
    let (summary, most) = put(10_000, 100);
    assert_eq!((summary.throttled, most), (0, 8));
}

#[test]
fn half_as_many_are_under_way_after_throttling() {
    let (summary, most) = put(3_000, 3);
    assert_eq!(most, 4, "one more than Config bears");
    assert!(
        (1..10).contains(&summary.throttled),
        "{}",
        summary.throttled
    );
}
