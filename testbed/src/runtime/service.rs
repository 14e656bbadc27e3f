//! A running Runtime API, as a test holds it.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use super::desk::{Desk, News};
use super::outcome::Outcome;
use super::process::{Bootstrap, Process};
use crate::server::Host;

const ARN: &str = "arn:aws:lambda:us-east-1:111122223333:function:deepgrade-rule";
/// How long a function may take from its start to its first poll, on a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// The Runtime API of one function on 127.0.0.1, on a thread of its own. Dropping it ends it.
#[derive(Debug)]
pub struct Runtime {
    desk: Arc<Desk>,
    host: Host,
}

impl Runtime {
    /// Starts for a function of some name.
    ///
    /// # Errors
    /// A port or a thread could not be had.
    pub fn start() -> io::Result<Self> {
        Self::for_function(ARN)
    }

    /// Starts for the function with this ARN.
    ///
    /// # Errors
    /// A port or a thread could not be had.
    pub fn for_function(arn: &str) -> io::Result<Self> {
        let desk = Arc::new(Desk::new(arn));
        let host = Host::start("runtime", 0, Arc::clone(&desk), None)?;
        Ok(Self { desk, host })
    }

    /// For `AWS_LAMBDA_RUNTIME_API`: `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.host.port())
    }

    /// Invokes the function and waits for what becomes of it. The deadline runs from the moment
    /// at which the function takes the event.
    #[must_use]
    pub fn invoke(&self, event: &Value, deadline: Duration) -> Outcome {
        self.begin(event, deadline).outcome()
    }

    /// Invokes the function and does not wait.
    #[must_use]
    pub fn begin(&self, event: &Value, deadline: Duration) -> Invocation {
        let (sender, news) = channel();
        let id = self.desk.invoke(event, deadline, sender);
        Invocation {
            desk: Arc::clone(&self.desk),
            id,
            deadline,
            news,
        }
    }

    /// Starts a process that polls this API.
    ///
    /// # Errors
    /// The program could not be started.
    pub fn spawn(&self, bootstrap: &Bootstrap) -> io::Result<Process> {
        Process::start(bootstrap, &self.address(), Arc::clone(&self.desk))
    }
}

/// An invocation that was begun.
#[derive(Debug)]
pub struct Invocation {
    desk: Arc<Desk>,
    id: String,
    deadline: Duration,
    news: Receiver<News>,
}

impl Invocation {
    /// The request id that the function sees.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Waits for what becomes of it.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        let mut patience = PATIENCE;
        loop {
            match self.news.recv_timeout(patience) {
                Ok(News::Taken) => patience = self.deadline,
                Ok(News::Over(outcome)) => return outcome,
                Err(_) => return Outcome::TimedOut,
            }
        }
    }
}

impl Drop for Invocation {
    fn drop(&mut self) {
        self.desk.forget(&self.id);
    }
}
