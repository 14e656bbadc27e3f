//! AWS services that run the zips of functions: ministack, on loopback. It invokes what its event
//! rules, queues and callers name, as a process of this machine.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::python;

/// The account of every access key.
pub const ACCOUNT: &str = "000000000000";

/// How often another port is tried.
const TRIES: u32 = 5;

/// A running ministack. Dropping it ends it, and the functions that it started.
#[derive(Debug)]
pub struct Ministack {
    server: Child,
    url: String,
    python: PathBuf,
    kept: PathBuf,
}

impl Ministack {
    /// Starts one on a free port, without resources. Its Python environment is made below `parent`,
    /// best `env!("CARGO_TARGET_TMPDIR")`; so is what it keeps.
    ///
    /// # Errors
    /// The environment could not be made, or the server did not start; then the error ends with what
    /// it said.
    pub fn start(parent: &Path) -> io::Result<Self> {
        let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/ministack.txt");
        let python = python::environment(parent, &[&requirements])?;
        let mut tries = 0;
        loop {
            tries += 1;
            // It takes no port of the system's choice; somebody may take this one first.
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            match Self::at(&python, parent, port) {
                Err(_) if tries < TRIES => {}
                started => return started,
            }
        }
    }

    fn at(python: &Path, parent: &Path, port: u16) -> io::Result<Self> {
        let kept = parent.join(format!("ministack-{port}"));
        std::fs::create_dir_all(&kept)?;
        let mut server = Command::new(python)
            .args(["-m", "ministack"])
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("TMPDIR", &kept)
            .env("PYTHONUNBUFFERED", "1")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = server.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(stderr);
        let mut said = String::new();
        let server = Self {
            server,
            url: format!("http://127.0.0.1:{port}"),
            python: python.to_owned(),
            kept,
        };
        loop {
            let from = said.len();
            if lines.read_line(&mut said)? == 0 {
                return Err(io::Error::other(format!("ministack did not start\n{said}")));
            }
            if said
                .get(from..)
                .is_some_and(|line| line.contains("Running on "))
            {
                // Nobody reads its log, and a full pipe would stop it.
                thread::spawn(move || io::copy(&mut lines.by_ref(), &mut io::sink()));
                return Ok(server);
            }
        }
    }

    /// For `AWS_ENDPOINT_URL`: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An interpreter that has boto3.
    #[must_use]
    pub fn python(&self) -> &Path {
        &self.python
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        // The functions are of its group, and would outlive it.
        let group = format!("-{}", self.server.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.kept);
    }
}
