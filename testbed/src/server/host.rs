//! A service that listens, as its owner holds it.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsAcceptor;

use super::Service;
use super::door::{Door, run};

/// A service on 127.0.0.1, on a thread of its own. Dropping it ends it, whatever it is sending.
#[derive(Debug)]
pub(crate) struct Host {
    port: u16,
    orders: mpsc::UnboundedSender<Door>,
    thread: Option<JoinHandle<()>>,
}

impl Host {
    /// Listens on the port; 0 takes a free one.
    ///
    /// # Errors
    /// The port is taken, or a thread could not be made.
    pub(crate) fn start<S: Service>(
        name: &str,
        port: u16,
        service: Arc<S>,
        acceptor: Option<TlsAcceptor>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (orders, inbox) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new()
            .name(format!("{name}-{port}"))
            .spawn(move || {
                // A port that cannot be taken again shows itself in the test: it stays refused.
                let _ = runtime.block_on(run(listener, service, acceptor, inbox));
            })?;
        Ok(Self {
            port,
            orders,
            thread: Some(thread),
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends all connections and refuses new ones. Returns when it holds.
    pub(crate) fn refuse_connections(&self) {
        self.order(Door::Shut);
    }

    /// Takes connections again, on the same port. Returns when it holds.
    pub(crate) fn accept_connections(&self) {
        self.order(Door::Open);
    }

    fn order(&self, order: impl FnOnce(oneshot::Sender<()>) -> Door) {
        let (done, waits) = oneshot::channel();
        if self.orders.send(order(done)).is_ok() {
            // An error means that the thread is gone, and with it every connection.
            let _ = waits.blocking_recv();
        }
    }

    /// Serves until the process ends.
    pub(crate) fn serve_for_ever(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.orders.send(Door::Leave);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
