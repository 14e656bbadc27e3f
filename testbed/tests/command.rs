//! The command, as a newcomer runs it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod client;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if directory.exists() {
        std::fs::remove_dir_all(&directory).unwrap();
    }
    directory
}

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_manager_says_how_to_reach_it_and_answers() {
    let out = directory("command-manager");
    let mut child = Command::new(env!("CARGO_BIN_EXE_testbed"))
        .args([
            "manager",
            "--computers",
            "30",
            "--port",
            "0",
            "--key",
            "mine",
            "--out",
        ])
        .arg(&out)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines: std::io::Lines<BufReader<ChildStdout>> =
        BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = Running(child);
    let first = lines.next().unwrap().unwrap();
    let (_, url) = first.split_once(" with 30 computers at ").unwrap();
    let port: u16 = url.split([':', '/']).nth(4).unwrap().parse().unwrap();
    let last = lines
        .map_while(Result::ok)
        .find(|line| line.contains("--instances"))
        .unwrap();
    assert!(last.ends_with("instances.json"), "{last}");

    let key = std::fs::read_to_string(out.join("manager.key")).unwrap();
    let secret = format!("api-secret-key: {key}");
    let headers = ["api-version: v1", secret.as_str()];
    let request = client::text("GET", "/computers?expand=none", &headers, None);
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["computers"].as_array().unwrap().len(), 30);
    let instances: Value =
        serde_json::from_slice(&std::fs::read(out.join("instances.json")).unwrap()).unwrap();
    assert!(instances["Reservations"].as_array().unwrap().len() > 20);
}

fn files(name: &str, computers: &str, seed: &str) -> PathBuf {
    let out = directory(name);
    let status = Command::new(env!("CARGO_BIN_EXE_testbed"))
        .args(["files", "--computers", computers, "--seed", seed, "--out"])
        .arg(&out)
        .status()
        .unwrap();
    assert!(status.success());
    out
}

#[test]
fn files_are_the_same_for_one_seed() {
    let read = |name: &str, seed: &str| {
        let out = files(name, "60", seed);
        ["computers-1.json", "policies.json", "instances.json"]
            .map(|name| std::fs::read(out.join(name)).unwrap())
    };
    let one = read("command-files-a", "7");
    assert!(one == read("command-files-b", "7"));
    let other = read("command-files-c", "8");
    assert!(one[0] != other[0] && one[2] != other[2]);
}

#[test]
fn a_large_fleet_comes_in_pages() {
    let out = files("command-files-pages", "5001", "1");
    let last: Value =
        serde_json::from_slice(&std::fs::read(out.join("computers-2.json")).unwrap()).unwrap();
    assert_eq!(last["computers"].as_array().unwrap().len(), 1);
}
