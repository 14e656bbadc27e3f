//! Passes a request on.

use std::fmt::Write as _;
use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{Ask, Reply};

/// Headers that belong to one connection, or are written anew.
const OWN: [&str; 4] = [
    "connection",
    "content-length",
    "expect",
    "transfer-encoding",
];

/// Sends the request to `host:port` and gives the answer as it came.
///
/// # Errors
/// The connection broke, or the answer is not HTTP.
pub(super) async fn pass(upstream: &str, ask: &Ask) -> io::Result<Reply> {
    let query: Vec<String> = ask
        .query
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };
    // An answer to HTTP/1.0 ends with its connection, and is in one piece.
    let mut head = format!("{} {}{query} HTTP/1.0\r\n", ask.method, ask.path);
    for (name, value) in &ask.headers {
        if let (false, Ok(value)) = (OWN.contains(&name.as_str()), value.to_str()) {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    let _ = write!(head, "content-length: {}\r\n\r\n", ask.raw.len());
    let mut stream = TcpStream::connect(upstream).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&ask.raw).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    read(&answer).ok_or_else(|| io::Error::other("no answer of HTTP"))
}

fn read(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let (head, body) = answer.split_at_checked(end)?;
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let header = |name: &str| {
        let found = headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| (*value).to_owned())
    };
    let kind = header("content-type").unwrap_or_default();
    let mut reply = Reply::new(status, &kind, body.get(4..)?.to_vec());
    for name in ["etag", "location", "x-amzn-requestid"] {
        if let Some(value) = header(name) {
            reply.set_header(name, value);
        }
    }
    Some(reply)
}

fn encoded(text: &str) -> String {
    let mut made = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            made.push(byte.into());
        } else {
            let _ = write!(made, "%{byte:02X}");
        }
    }
    made
}
