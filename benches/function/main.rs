//! The function `rule`, as Lambda runs it: how much memory a scheduled run over a large account
//! takes, and how long one change event takes in a new process, against a bare program that makes
//! the same calls.
//!
//! `cargo bench --features aws --bench function -- --instances 100000`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark"
)]

mod bare;
mod pages;
mod stage;

use std::time::{Duration, Instant};

use stage::Stage;

/// How often a new process is started.
const ROUNDS: usize = 15;

fn main() {
    if std::env::var("_HANDLER").is_ok() {
        bare::serve();
        return;
    }
    let arguments: Vec<String> = std::env::args().collect();
    let named = arguments.iter().position(|each| each == "--instances");
    let instances = named.map_or(100_000, |place| arguments[place + 1].parse().unwrap());
    let stage = Stage::new(instances);
    memory(&stage);
    cold(&stage);
}

/// A run that puts everything, and one that finds nothing changed.
fn memory(stage: &Stage) {
    let rule = stage.rule("modules-are-active");
    let function = stage.start(env!("CARGO_BIN_EXE_evaluate"));
    for run in ["everything is put", "nothing changed"] {
        stage.config.forget_calls();
        let began = Instant::now();
        let answer = function.invoke(stage.config.tick(&rule).json());
        let took = began.elapsed();
        println!(
            "{run}: put {}, unchanged {}, {} calls of Config, {:.1} s, peak {} MiB",
            answer["put"],
            answer["unchanged"],
            stage.config.calls().len(),
            took.as_secs_f64(),
            function.peak() >> 20
        );
        stage.config.advance(1_000);
    }
}

/// One change event in a new process, one program after the other.
fn cold(stage: &Stage) {
    let rule = stage.rule("instance-has-policy");
    let event = stage.config.change(&rule, &stage.item());
    let bare = std::env::current_exe().unwrap();
    let mut ratios = Vec::new();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let programs = [env!("CARGO_BIN_EXE_evaluate"), bare.to_str().unwrap()];
        let took = programs.map(|program| {
            let began = Instant::now();
            stage.start(program).invoke(event.json());
            began.elapsed()
        });
        ratios.push(took[0].as_secs_f64() / took[1].as_secs_f64());
        times[0].push(took[0]);
        times[1].push(took[1]);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "one change event, cold: {:.1?}, bare {:.1?}, ratio {:.2} ({:.2} to {:.2})",
        median(&mut times[0]),
        median(&mut times[1]),
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]
    );
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
