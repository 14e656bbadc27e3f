//! How long grading a large fleet from files takes, and how much memory, against a floor: a
//! program that parses only the used fields of the same bytes.
//!
//! `cargo bench` writes a fleet of 100,000 computers and as many instances, runs both programs in
//! turn, and prints the ratio of each pair. These figures are of whole processes: the machine may
//! be noisy, the ratio drifts with it less.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints what the clock and the environment say"
)]

mod floor;
mod process;

use std::{
    env, fs,
    io::{Error, Result},
    path::{Path, PathBuf},
};

use process::Usage;

/// When the fleet is graded: 2026-11-24 12:00 UTC, in milliseconds since 1970.
const AS_OF: i64 = 1_795_521_600_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "floor") {
        return floor::parse(arguments.get(1..).unwrap_or_default());
    }
    let set = |name: &str, default| {
        env::var(name).map_or(Ok(default), |text| text.parse().map_err(Error::other))
    };
    let computers = set("COMPUTERS", 100_000_u64)?;
    let rounds = set("ROUNDS", 7_u64)?;
    let files = fleet(computers)?;
    let result = env::temp_dir().join(format!("deepgrade-bench-{}.jsonl", std::process::id()));
    println!("{computers} computers, {rounds} rounds, after one of each that does not count");
    println!(
        "                 wall s   CPU s   MiB  |  floor: wall s   CPU s  |  ratio: wall   CPU"
    );
    let mut ratios = Vec::new();
    for round in 0..=rounds {
        let graded = process::run(&mut process::deepgrade(&files, &result))?;
        let parsed = process::run(&mut process::floor(&files)?)?;
        let ratio = (graded.wall / parsed.wall, graded.cpu / parsed.cpu);
        if round > 0 {
            print(&graded, &parsed, ratio);
            ratios.push((ratio, graded.peak_mib));
        }
    }
    let rows = fs::read(&result)?
        .iter()
        .filter(|byte| **byte == b'\n')
        .count();
    fs::remove_file(&result)?;
    let median = |of: fn(&((f64, f64), f64)) -> f64| {
        let mut values: Vec<f64> = ratios.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    println!(
        "{rows} results; median ratio: wall {:.2}, CPU {:.2}; median peak {:.0} MiB",
        median(|(ratio, _)| ratio.0),
        median(|(ratio, _)| ratio.1),
        median(|(_, peak)| *peak),
    );
    Ok(())
}

fn print(graded: &Usage, parsed: &Usage, ratio: (f64, f64)) {
    println!(
        "deepgrade      {:8.2}{:8.2}{:6.0}  |       {:8.2}{:8.2}  |      {:6.2}{:6.2}",
        graded.wall, graded.cpu, graded.peak_mib, parsed.wall, parsed.cpu, ratio.0, ratio.1
    );
}

/// The files of the fleet, written when they are not there: instances, policies, pages.
fn fleet(computers: u64) -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fleet-{computers}"));
    let whole = folder.join("whole");
    if !whole.exists() {
        println!("writing the fleet to {}", folder.display());
        testbed::files::write_fleet(&folder, 1, computers, AS_OF)?;
        fs::write(&whole, "")?;
    }
    let mut files = vec![folder.join("instances.json"), folder.join("policies.json")];
    let pages = computers.div_ceil(5_000).max(1);
    files.extend((1..=pages).map(|page| folder.join(format!("computers-{page}.json"))));
    Ok(files)
}
