//! What it takes to collect an aggregator: time against a bare program that makes the same calls, and
//! memory for what is held. One rule of 200 accounts with 5,000 instances each, then every rule of 200
//! accounts with 50.
//!
//! `cargo bench --features live --bench aggregator -- --accounts 200`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark"
)]

#[path = "../../tests/aggregator/world.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod world;

use std::{fs, time::Instant};

use futures_util::{StreamExt as _, stream};
use testbed::config::Compliance;
use world::{DETAILS, HOUR, NAME, NOW, World, omissions};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let named = arguments.iter().position(|each| each == "--accounts");
    let accounts = named.map_or(200, |place| arguments[place + 1].parse().unwrap());
    measure("one rule", accounts, 5_000, |world, account, instances| {
        world.crowd(account, "modules-are-active", instances);
        world.health(account, Compliance::Compliant, NOW - HOUR);
    });
    measure("every rule", accounts, 50, World::deploy);
}

fn measure(what: &str, count: u64, instances: u64, deploy: impl Fn(&World, &str, u64)) {
    let world = World::new();
    let accounts: Vec<String> = (0..count).map(|number| format!("2{number:011}")).collect();
    for account in &accounts {
        deploy(&world, account, instances);
    }
    world.aggregate(accounts.iter().map(String::as_str));
    let began = Instant::now();
    let read = read_bare(&world);
    let bare = began.elapsed();
    let before = resident();
    world.config.forget_calls();
    let began = Instant::now();
    let results = world.collect();
    let took = began.elapsed();
    assert_eq!(omissions(&results), Vec::<String>::new());
    assert!(results.len() <= read);
    let held = resident().saturating_sub(before);
    println!(
        "{what}: {} results of {count} accounts in {} calls, {:.1} s; bare {:.1} s, ratio {:.2}; \
         {} MiB more are held, {} bytes a result",
        results.len(),
        world.calls(DETAILS),
        took.as_secs_f64(),
        bare.as_secs_f64(),
        took.as_secs_f64() / bare.as_secs_f64(),
        held >> 20,
        held / results.len()
    );
    println!(
        "{what}: peak {} MiB, the AWS Config fake included",
        peak() >> 20
    );
}

/// Reads every result as a bare program does, as many lists at a time, and counts.
fn read_bare(world: &World) -> usize {
    const AT_A_TIME: usize = 8;
    let client = world.clients.config();
    world.tokio.block_on(async {
        let pages = client
            .describe_aggregate_compliance_by_config_rules()
            .configuration_aggregator_name(NAME)
            .into_paginator()
            .send();
        let pages: Vec<_> = pages.try_collect().await.unwrap();
        let rules = pages.into_iter().flat_map(|page| {
            page.aggregate_compliance_by_config_rules
                .unwrap_or_default()
        });
        let counts = stream::iter(rules).map(async |rule| {
            let mut pages = client
                .get_aggregate_compliance_details_by_config_rule()
                .configuration_aggregator_name(NAME)
                .set_config_rule_name(rule.config_rule_name)
                .set_account_id(rule.account_id)
                .set_aws_region(rule.aws_region)
                .limit(100)
                .into_paginator()
                .send();
            let mut count = 0;
            while let Some(page) = pages.next().await {
                count += page.unwrap().aggregate_evaluation_results().len();
            }
            count
        });
        let counts: Vec<usize> = counts.buffered(AT_A_TIME).collect().await;
        counts.iter().sum()
    })
}

/// The memory of this process, the AWS Config fake included, in bytes.
fn resident() -> usize {
    of_status("VmRSS:")
}

/// The most that it was.
fn peak() -> usize {
    of_status("VmHWM:")
}

fn of_status(member: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with(member))
        .unwrap();
    let kibibytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes << 10
}
