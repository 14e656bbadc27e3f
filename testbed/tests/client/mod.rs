//! The smallest HTTP client that shows what is on the wire, good or broken.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use testbed::{Manager, SECRET};

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn ids(&self) -> Vec<i64> {
        let answer = self.json();
        let items = answer
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .as_array()
            .unwrap();
        items
            .iter()
            .map(|item| item["ID"].as_i64().unwrap())
            .collect()
    }

    fn parse(raw: &[u8]) -> io::Result<Self> {
        let end = raw.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let pairs = lines.map(|line| line.split_once(": ").unwrap());
        let headers = pairs
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Ok(Self {
            status,
            headers,
            body: raw[end + 4..].to_vec(),
        })
    }
}

/// A request as text. Headers are lines without their ends.
pub(crate) fn text(method: &str, path: &str, headers: &[&str], body: Option<&Value>) -> String {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut lines = vec![
        format!("{method} /api{path} HTTP/1.1"),
        "host: 127.0.0.1".to_owned(),
        "connection: close".to_owned(),
        format!("content-length: {}", body.len()),
    ];
    lines.extend(headers.iter().map(|header| (*header).to_owned()));
    format!("{}\r\n\r\n{body}", lines.join("\r\n"))
}

/// The headers that every sound request has.
pub(crate) fn sound_headers() -> [String; 2] {
    [
        "api-version: v1".to_owned(),
        format!("api-secret-key: {SECRET}"),
    ]
}

/// How long a machine under load may take for a sound answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a client waits that knows that nothing will come.
const IMPATIENCE: Duration = Duration::from_millis(200);

/// Sends text and reads until the server closes.
pub(crate) fn exchange(manager: &Manager, request: &str) -> io::Result<Answer> {
    exchange_with(manager, request, PATIENCE, PATIENCE)
}

/// Sends text, waits so long for headers and so long for more of the body.
fn exchange_with(
    manager: &Manager,
    request: &str,
    headers: Duration,
    body: Duration,
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", manager.port()))?;
    stream.set_read_timeout(Some(headers))?;
    stream.write_all(request.as_bytes())?;
    let mut raw = vec![0; 64 << 10];
    let read = stream.read(&mut raw)?;
    raw.truncate(read);
    stream.set_read_timeout(Some(body))?;
    // Whatever ends the body: what came of it counts.
    let _ = stream.read_to_end(&mut raw);
    Answer::parse(&raw)
}

fn sound(name: &str, body: Option<&Value>) -> String {
    let (method, path) = name.split_once(' ').unwrap();
    let headers = sound_headers();
    text(method, path, &headers.each_ref().map(String::as_str), body)
}

/// A sound request that may fail.
pub(crate) fn try_ask(manager: &Manager, name: &str) -> io::Result<Answer> {
    exchange(manager, &sound(name, None))
}

/// A sound request that is expected to get no answer.
pub(crate) fn ask_in_vain(manager: &Manager, name: &str) -> io::Result<Answer> {
    exchange_with(manager, &sound(name, None), IMPATIENCE, IMPATIENCE)
}

/// A sound request that is expected to get headers and no whole body.
pub(crate) fn ask_for_headers(manager: &Manager, name: &str) -> Answer {
    exchange_with(manager, &sound(name, None), PATIENCE, IMPATIENCE)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A sound request that must be answered.
pub(crate) fn ask(manager: &Manager, name: &str, body: Option<&Value>) -> Answer {
    exchange(manager, &sound(name, body)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
