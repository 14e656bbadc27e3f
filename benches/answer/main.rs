//! What it costs to plan and record one finding when the inventory is large, against reading the
//! account's part of the published inventory, which is the floor.
//!
//! `cargo bench --bench answer` publishes an inventory (`COMPUTERS`, 300,000 by default, of which
//! one account has about a third) to a store in memory, and prints the ratio of each pair.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::unimplemented,
    reason = "a benchmark prints what the clock and the environment say"
)]

mod stage;

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use deepgrade::{
    inventory::Library,
    ledger::Memory,
    ports::Extract,
    remediate::{Limits, Mode, Remediate},
    time::{ManualTime, Time},
};
use remediations::{Finding, Options};
use serde_json::json;
use stage::{Shelf, World, as_of};

const ROUNDS: usize = 7;

fn main() {
    let computers = env::var("COMPUTERS").map_or(300_000, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shelf = Shelf::published(&runtime, computers);
    let (account, instance) = shelf.someone();
    let all = Extract {
        intrusion_prevention: true,
        ..Extract::default()
    };
    let finding: Finding = serde_json::from_value(json!({
        "source": "inspector", "id": "f1", "account": account, "region": "eu-west-1",
        "version": {"updatedAt": as_of()}, "life": "active", "severity": {"word": "high"},
        "kind": "PACKAGE_VULNERABILITY",
        "about": {"vulnerability": {"instances": [instance], "cves": ["CVE-2021-44228"]}},
    }))
    .unwrap();
    println!("{computers} computers; read s, answered s, ratio");
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let library = Library::new(shelf.clone(), account);
        let began = Instant::now();
        let read = runtime.block_on(library.extract(all)).unwrap();
        let floor = began.elapsed();
        let known: usize = read
            .readable()
            .map(|inventory| inventory.computers().len())
            .sum();
        drop((read, library));
        let time: Arc<dyn Time> = Arc::new(ManualTime::at(as_of()));
        let world = World(Arc::new(Library::new(shelf.clone(), account)));
        let table = Memory::default();
        let (options, limits) = (Options::default(), Limits::default());
        let remediate = Remediate::new(world.clone(), world, table, options, limits, time);
        let began = Instant::now();
        let answered = runtime.block_on(remediate.respond(&finding, Mode::DryRun));
        let took = began.elapsed();
        assert_eq!(answered.unwrap().len(), 1);
        if round > 0 {
            print(known, floor, took);
            ratios.push(took.as_secs_f64() / floor.as_secs_f64());
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios.get(ROUNDS / 2).unwrap());
}

fn print(known: usize, floor: Duration, took: Duration) {
    let (floor, took) = (floor.as_secs_f64(), took.as_secs_f64());
    println!(
        "{known} of the account: {floor:.3} {took:.3} {:.2}",
        took / floor
    );
}
