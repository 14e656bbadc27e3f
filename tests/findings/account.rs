//! An account in which findings can be asked for: moto behind, and what it lacks before it.

use std::path::Path;

use aws_sdk_inspector2::types::ResourceScanType;
use deepgrade::{
    aws::{
        clients::{Clients, defaults},
        findings::Findings,
    },
    ports::Error,
};
use remediations::finding::{Finding, FindingId};
use rules::{
    instance::{AccountId, Region},
    ledger::Source,
};
use serde_json::{Value, json};
use testbed::{
    edges::Edges,
    moto::{self, Moto},
};
use tokio::runtime::Runtime;

use crate::events::event;

/// An account in which every source is switched on.
pub(crate) struct World {
    pub(crate) edges: Edges,
    pub(crate) clients: Clients,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) runtime: Runtime,
    pub(crate) moto: Moto,
}

impl World {
    pub(crate) fn empty() -> Self {
        let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let edges = Edges::before(moto.url()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let settings = defaults()
            .test_credentials()
            .region("us-east-1")
            .retry_config(aws_config::retry::RetryConfig::disabled())
            .endpoint_url(edges.url());
        let clients = Clients::new(runtime.block_on(settings.load()));
        Self {
            edges,
            clients,
            account: moto::ACCOUNT.parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            runtime,
            moto,
        }
    }

    pub(crate) fn new() -> Self {
        let world = Self::empty();
        world.run(async {
            let call = world.clients.guardduty().create_detector();
            call.enable(true).send().await.unwrap();
            world.clients.macie2().enable_macie().send().await.unwrap();
            let call = world.clients.inspector2().enable();
            let call = call.account_ids(moto::ACCOUNT);
            let call = call.resource_types(ResourceScanType::Ec2);
            call.send().await.unwrap();
        });
        world
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn asked(&self, source: Source) -> Result<Option<Findings<'_>>, Error> {
        self.run(Findings::of(
            &self.clients,
            self.account,
            &self.region,
            source,
        ))
    }

    pub(crate) fn source(&self, source: Source) -> Findings<'_> {
        self.asked(source).unwrap().unwrap()
    }

    pub(crate) fn is_on(&self, source: Source) -> bool {
        self.asked(source).unwrap().is_some()
    }

    /// Adds what an event says, as the source would answer it.
    pub(crate) fn add(&self, source: Source, mut finding: Value) {
        match source {
            Source::GuardDuty => self.edges.add_guardduty_finding(finding),
            Source::Macie => self.edges.add_macie_finding(finding),
            Source::Inspector => {
                answered(&mut finding);
                self.edges.add_inspector_finding(finding);
            }
            Source::Operator => panic!("an operator is no source"),
        }
    }

    pub(crate) fn everything(&self, source: Source) -> (Vec<Finding>, Vec<String>) {
        let source = self.source(source);
        let (mut found, mut odd, mut next) = (Vec::new(), Vec::new(), None);
        loop {
            let page = self.run(source.page(next.as_deref())).unwrap();
            for item in page.items {
                match item {
                    Ok(finding) => found.push(finding),
                    Err(malformed) => odd.push(malformed.to_string()),
                }
            }
            next = page.next;
            if next.is_none() {
                return (found, odd);
            }
        }
    }
}

/// Gives a finding of Inspector the times of its answers, which are seconds since 1970.
pub(crate) fn answered(finding: &mut Value) {
    for place in [
        "/firstObservedAt",
        "/lastObservedAt",
        "/updatedAt",
        "/packageVulnerabilityDetails/vendorCreatedAt",
    ] {
        if let Some(time) = finding.pointer_mut(place) {
            *time = seconds(time.as_str().unwrap());
        }
    }
    for resource in finding["resources"].as_array_mut().unwrap() {
        if let Some(time) = resource.pointer_mut("/details/awsEc2Instance/launchedAt") {
            *time = seconds(time.as_str().unwrap());
        }
    }
}

pub(crate) fn seconds(time: &str) -> Value {
    let time = match time {
        "Wed Sep 04 16:59:44.356 UTC 2024" => 1_725_469_184.356,
        "Wed Sep 04 17:00:36.951 UTC 2024" => 1_725_469_236.951,
        _ => 1_795_168_860.677,
    };
    json!(time)
}

/// A finding, with another id.
pub(crate) fn detail(name: &str, id: &str) -> Value {
    let mut detail = event(name)["detail"].clone();
    let member = if name.starts_with("inspector") {
        "findingArn"
    } else {
        "id"
    };
    detail[member] = id.into();
    for member in ["accountId", "awsAccountId"] {
        if let Some(account) = detail.get_mut(member) {
            *account = moto::ACCOUNT.into();
        }
    }
    detail
}

pub(crate) fn id(text: &str) -> FindingId {
    text.parse().unwrap()
}
