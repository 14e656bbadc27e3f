//! How long it takes to make the pages of a large fleet, and how much memory, against parsing the
//! results that they are made of.
//!
//! `cargo bench --bench page` writes the results of 100,000 instances by nine rules, and in every
//! round parses them and makes both pages, one after the other in one process: the machine may be
//! noisy, the ratio drifts with it less. `INSTANCES` and `ROUNDS` set other numbers.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints what the clock and the environment say"
)]

mod results;

use std::{
    env, fs,
    io::{Error, Result, Write},
    path::Path,
    process::Command,
    time::Instant,
};

use deepgrade::{
    report::page::{self, Audience, Subject},
    results::open,
};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, file] = arguments.as_slice()
        && mode == "round"
    {
        return round(Path::new(file));
    }
    let set = |name: &str, default| {
        env::var(name).map_or(Ok(default), |text| text.parse().map_err(Error::other))
    };
    let instances = set("INSTANCES", 100_000_usize)?;
    let rounds = set("ROUNDS", 5_usize)?;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("results-{instances}.json"));
    if !file.exists() {
        println!("writing the results to {}", file.display());
        let partial = file.with_extension("partial");
        results::write(instances, &partial)?;
        fs::rename(partial, &file)?;
    }
    let size = fs::metadata(&file)?.len() >> 20;
    println!("{instances} instances, {size} MiB of results; a process a round");
    println!("  parse s   auditor s  engineer s |  ratio  ratio | peak MiB parsed, with pages");
    for _ in 0..rounds {
        let ended = Command::new(env::current_exe()?)
            .arg("round")
            .arg(&file)
            .status()?;
        if !ended.success() {
            return Err(Error::other(format!("a round ended with {ended}")));
        }
    }
    Ok(())
}

fn round(file: &Path) -> Result<()> {
    let begin = Instant::now();
    let results = open(file).map_err(Error::other)?;
    let parse = begin.elapsed().as_secs_f64();
    let parsed = peak()?;
    let subject = Subject {
        results: &results,
        history: None,
        inputs: Some(&[]),
        csv: Some("report.csv"),
    };
    let make = |audience| -> Result<f64> {
        let begin = Instant::now();
        let mut out = Counted(0);
        page::write(&subject, audience, &mut out)?;
        if out.0 < 100_000 {
            return Err(Error::other("the page is empty"));
        }
        Ok(begin.elapsed().as_secs_f64())
    };
    let (auditor, engineer) = (make(Audience::Auditor)?, make(Audience::Engineer)?);
    println!(
        "{parse:9.2}{auditor:12.2}{engineer:12.2} | {:6.2} {:6.2} | {parsed:8} {:8}",
        auditor / parse,
        engineer / parse,
        peak()?
    );
    Ok(())
}

/// Takes what is written, and counts it.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The most memory that this process had at one time, in MiB.
fn peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.map(|kib| kib >> 10)
        .ok_or_else(|| Error::other("the kernel does not say how much memory was used"))
}
