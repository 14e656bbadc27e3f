//! A function's process, started as Lambda starts it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;

use super::desk::Desk;
use crate::clock;
use crate::config::Config;
use crate::server::lock;

/// How long output may still come from a process that has ended: another one that it started may
/// hold its pipes for ever.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How to start a function's process.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: BTreeMap<String, String>,
}

impl Bootstrap {
    /// A program with the environment that Lambda gives it, and nothing of the environment of the
    /// test. Its credentials open nothing, and it looks for no others.
    #[must_use]
    pub fn new(program: impl AsRef<Path>) -> Self {
        let environment = [
            ("AWS_ACCESS_KEY_ID", "testbed"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_NAME", "deepgrade-rule"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/deepgrade-rule"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/20/[$LATEST]0"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_SECRET_ACCESS_KEY", "testbed"),
            ("AWS_SESSION_TOKEN", "testbed"),
            ("LANG", "en_US.UTF-8"),
            ("LAMBDA_TASK_ROOT", "/var/task"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
            ("TZ", ":UTC"),
            ("_HANDLER", "rule"),
        ];
        let owned = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: owned.into(),
        }
    }

    /// Adds an argument; Lambda gives none, an interpreter needs one.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets `_HANDLER`.
    #[must_use]
    pub fn handler(self, name: &str) -> Self {
        self.environment("_HANDLER", name)
    }

    /// Sets a variable.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Lets the program have so many MiB of memory of its own, and no more: whatever it asks for
    /// beyond is refused, as it is where Lambda grants that much.
    #[must_use]
    pub fn within(self, mebibytes: u32) -> Self {
        let limit = format!("ulimit -d {}; exec \"$0\" \"$@\"", 1_024 * mebibytes);
        let mut limited = Self {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), limit.into(), self.program.into()],
            environment: self.environment,
        };
        limited.arguments.extend(self.arguments);
        limited
    }

    /// Sends requests for AWS Config there.
    #[must_use]
    pub fn config(self, config: &Config) -> Self {
        self.environment("AWS_ENDPOINT_URL_CONFIG_SERVICE", &config.url())
    }
}

/// What a process wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// To its standard output.
    pub stdout: String,
    /// To its standard error.
    pub stderr: String,
}

type Text = Arc<Mutex<Vec<u8>>>;

/// A function's process. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    stdout: Text,
    stderr: Text,
    kill: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Process {
    pub(crate) fn start(bootstrap: &Bootstrap, address: &str, desk: Arc<Desk>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut command = Command::new(&bootstrap.program);
        command
            .args(&bootstrap.arguments)
            .env_clear()
            .envs(&bootstrap.environment)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let child = {
            let _entered = runtime.enter();
            command.spawn()?
        };
        desk.started();
        let (kill, killed) = oneshot::channel();
        let (stdout, stderr) = (Text::default(), Text::default());
        let texts = (Arc::clone(&stdout), Arc::clone(&stderr));
        let thread = std::thread::Builder::new()
            .name("function".to_owned())
            .spawn(move || {
                let code = runtime.block_on(attend(child, texts, killed));
                desk.exited(code);
            })?;
        Ok(Self {
            stdout,
            stderr,
            kill: Some(kill),
            thread: Some(thread),
        })
    }

    /// What it wrote up to now.
    #[must_use]
    pub fn output(&self) -> Output {
        let text = |text: &Text| String::from_utf8_lossy(&lock(text)).into_owned();
        Output {
            stdout: text(&self.stdout),
            stderr: text(&self.stderr),
        }
    }

    /// Kills it, and gives all that it wrote.
    #[must_use]
    pub fn stop(mut self) -> Output {
        self.kill = None;
        self.wait()
    }

    /// Waits until it ends by itself, and gives all that it wrote.
    #[must_use]
    pub fn wait(mut self) -> Output {
        self.join();
        self.output()
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill = None;
        self.join();
    }
}

/// Reads what a process writes until it ends, or until the sender of `killed` is gone; gives its
/// exit code.
async fn attend(
    mut child: Child,
    (stdout, stderr): (Text, Text),
    killed: oneshot::Receiver<()>,
) -> Option<i32> {
    let stdout = read(child.stdout.take(), stdout);
    let stderr = read(child.stderr.take(), stderr);
    let reading = async { tokio::join!(stdout, stderr) };
    tokio::pin!(reading);
    let mut read = false;
    let ended = async {
        tokio::select! {
            status = child.wait() => status,
            _ = killed => {
                let _ = child.start_kill();
                child.wait().await
            }
        }
    };
    tokio::pin!(ended);
    let status = loop {
        tokio::select! {
            status = &mut ended => break status,
            _ = &mut reading, if !read => read = true,
        }
    };
    if !read {
        tokio::select! {
            _ = &mut reading => {}
            () = clock::wait(LAST_WORDS) => {}
        }
    }
    status.ok()?.code()
}

async fn read(pipe: Option<impl AsyncRead + Unpin>, text: Text) {
    let Some(mut pipe) = pipe else { return };
    let mut chunk = [0; 4096];
    while let Ok(size @ 1..) = pipe.read(&mut chunk).await {
        lock(&text).extend(chunk.iter().take(size));
    }
}
