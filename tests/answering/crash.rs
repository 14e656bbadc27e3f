//! A process that dies at one call of its ports, right before the call or right after it; or one
//! whose calls fail now and then, before they have their effect or after it.

use std::sync::{Arc, Mutex};

use deepgrade::ports::{Error, Passing};
use tokio::sync::Notify;

/// Where a process dies. Its clones die together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crash(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// How many moments are left: two for each call.
    left: Mutex<Option<u32>>,
    /// What decides at which moments a call fails, one in a hundred.
    faults: Mutex<Option<fastrand::Rng>>,
    dead: Notify,
}

impl Crash {
    /// Lets the process live through so many moments, and die at the next one.
    pub(crate) fn after(&self, moments: Option<u32>) {
        *self.0.left.lock().unwrap() = moments;
    }

    /// Lets one moment in a hundred fail, or none.
    pub(crate) fn fail(&self, seed: Option<u64>) {
        *self.0.faults.lock().unwrap() = seed.map(fastrand::Rng::with_seed);
    }

    /// Makes a call.
    pub(crate) async fn around<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.moment().await?;
        let given = call.await;
        self.moment().await?;
        given
    }

    async fn moment(&self) -> Result<(), Error> {
        let is_over = match &mut *self.0.left.lock().unwrap() {
            None => false,
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
        };
        if is_over {
            self.0.dead.notify_one();
            std::future::pending::<()>().await;
        }
        let mut faults = self.0.faults.lock().unwrap();
        if faults.as_mut().is_some_and(|random| random.u8(..100) == 0) {
            let line = "this call is lost".to_owned();
            return Err(Error::Retryable(Passing::Unheard, line));
        }
        Ok(())
    }

    /// Runs a process; `None` when it died.
    pub(crate) async fn run<T>(&self, process: impl Future<Output = T>) -> Option<T> {
        let process = std::pin::pin!(process);
        let dead = std::pin::pin!(self.0.dead.notified());
        match futures_util::future::select(process, dead).await {
            futures_util::future::Either::Left((given, _)) => Some(given),
            futures_util::future::Either::Right(_) => None,
        }
    }
}
