//! The AWS services other than Config: moto, on loopback. Resources are really created in it.
//!
//! What moto does not implement, it answers with status 500 and an HTML page; a test must not take
//! that for an answer of AWS.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::python;

/// The account of every access key that moto does not know from a role.
pub const ACCOUNT: &str = "123456789012";

/// A running moto server. Dropping it ends it.
#[derive(Debug)]
pub struct Moto {
    server: Child,
    url: String,
}

impl Moto {
    /// Starts one on a free port, without resources. Its Python environment is made below
    /// `parent`, best `env!("CARGO_TARGET_TMPDIR")`.
    ///
    /// # Errors
    /// The environment could not be made, or the server did not start; then the error ends with
    /// what it said.
    pub fn start(parent: &Path) -> io::Result<Self> {
        let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/moto.txt");
        let python = python::environment(parent, &[&requirements])?;
        let mut server = Command::new(python)
            .args(["-m", "moto.server", "--host", "127.0.0.1", "--port", "0"])
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = server.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(stderr);
        let mut said = String::new();
        loop {
            let from = said.len();
            if lines.read_line(&mut said)? == 0 {
                let _ = server.kill();
                let _ = server.wait();
                return Err(io::Error::other(format!("moto did not start\n{said}")));
            }
            let line = said.get(from..).unwrap_or_default();
            if let Some((_, url)) = line.split_once("Running on ") {
                let url = url.trim().to_owned();
                // Nobody reads its log, and a full pipe would stop it.
                thread::spawn(move || io::copy(&mut lines.by_ref(), &mut io::sink()));
                return Ok(Self { server, url });
            }
        }
    }

    /// For `AWS_ENDPOINT_URL`: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
