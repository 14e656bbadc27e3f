//! A program, run to its end, and what it used.

use std::{
    env, fs,
    io::{Error, Result},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How often a running program's use is read.
const INTERVAL: Duration = Duration::from_millis(2);

/// What a program used.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processors, in steps of the kernel's clock.
    pub(crate) cpu: f64,
    /// Most memory at one time.
    pub(crate) peak_mib: f64,
}

/// The command line, grading the files into a file.
pub(crate) fn deepgrade(files: &[PathBuf], result: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deepgrade"));
    let [instances, policies, computers @ ..] = files else {
        return command;
    };
    command
        .args([
            "evaluate",
            "--output",
            "jsonl",
            "--complete",
            "--output-file",
        ])
        .arg(result);
    command
        .arg("--instances")
        .arg(instances)
        .arg("--policies")
        .arg(policies);
    command.arg("--computers").args(computers);
    command
}

/// The floor, on the same files.
pub(crate) fn floor(files: &[PathBuf]) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("floor").args(files);
    Ok(command)
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Result<Usage> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let mut usage = Usage::default();
    loop {
        read(&child, &mut usage);
        if let Some(status) = child.try_wait()? {
            usage.wall = start.elapsed().as_secs_f64();
            // 4 says that something could not be judged, as in any large fleet.
            return match status.code() {
                Some(0 | 4) => Ok(usage),
                _ => Err(Error::other(format!("{command:?} ended with {status}"))),
            };
        }
        std::thread::sleep(INTERVAL);
    }
}

/// Reads what the kernel says of a running program; of one that has just ended it says less.
fn read(child: &Child, usage: &mut Usage) {
    const TICKS_A_SECOND: f64 = 100.0;
    let of = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id()));
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    if let Ok(status) = of("status") {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = number(peak.and_then(|peak| peak.split_whitespace().next()));
        usage.peak_mib = usage.peak_mib.max(kib.unwrap_or(0.0) / 1024.0);
    }
    if let Ok(stat) = of("stat") {
        // The name of the program, which may hold anything, ends at the last bracket.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let mut times = fields.split_whitespace().skip(11);
        let ticks = number(times.next()).zip(number(times.next()));
        let seconds = ticks.map_or(0.0, |(user, system)| (user + system) / TICKS_A_SECOND);
        usage.cpu = usage.cpu.max(seconds);
    }
}
