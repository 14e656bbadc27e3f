//! A running Manager, as a test holds it.

use std::io;
use std::sync::{Arc, Mutex};

use crate::calls::Call;
use crate::estate::Estate;
use crate::fault::Injection;
use crate::options::Options;
use crate::server::{Host, ROOT, lock};
use crate::tls::Identity;
use crate::world::{Interlude, World};

/// A Manager on 127.0.0.1, on a thread of its own. Dropping it ends it, whatever it is sending.
#[derive(Debug)]
pub struct Manager {
    world: Arc<Mutex<World>>,
    identity: Option<Identity>,
    host: Host,
}

impl Manager {
    /// Starts to answer from the estate.
    ///
    /// # Errors
    /// The port is taken, or a certificate or thread could not be made.
    pub fn start(estate: Estate, options: Options) -> io::Result<Self> {
        let identity = options.certificate.map(Identity::new).transpose()?;
        let acceptor = identity.as_ref().map(Identity::acceptor);
        let port = options.port;
        let world = Arc::new(Mutex::new(World::new(estate, options)));
        let host = Host::start("manager", port, Arc::clone(&world), acceptor)?;
        Ok(Self {
            world,
            identity,
            host,
        })
    }

    /// The base URL: `http://127.0.0.1:PORT/api`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.identity.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://127.0.0.1:{}{ROOT}", self.port())
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.host.port()
    }

    /// The certificate, in PEM, that a client must trust to talk with this Manager; `None` for
    /// plain HTTP.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.identity.as_ref().map(Identity::ca_pem)
    }

    /// What was asked so far, in the order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.world).calls.clone()
    }

    /// Starts the log anew.
    pub fn forget_calls(&self) {
        lock(&self.world).forget_calls();
    }

    /// Adds a fault. A request that fits several meets all of them.
    pub fn inject(&self, injection: Injection) {
        lock(&self.world).injections.push(injection);
    }

    /// Lets somebody else change what the Manager knows right before the next request that fits
    /// the pattern has its effect: between what a client read and what it then writes.
    pub fn before_next(&self, pattern: &str, act: impl FnOnce(&mut Estate) + Send + 'static) {
        let interlude = Interlude::new(pattern, act);
        lock(&self.world).interludes.push(interlude);
    }

    /// Takes all faults back.
    pub fn heal(&self) {
        lock(&self.world).injections.clear();
    }

    /// Reads or changes what the Manager knows. No request is answered meanwhile.
    pub fn estate<T>(&self, access: impl FnOnce(&mut Estate) -> T) -> T {
        access(&mut lock(&self.world).estate)
    }

    /// Reads or changes the options. No request is answered meanwhile.
    pub fn options<T>(&self, access: impl FnOnce(&mut Options) -> T) -> T {
        access(&mut lock(&self.world).options)
    }

    /// The Manager's time, in ms since the epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        lock(&self.world).clock.now()
    }

    /// Lets so many ms pass for the Manager, and all happen that falls into them.
    pub fn advance(&self, ms: i64) {
        let mut world = lock(&self.world);
        world.clock.advance(ms);
        world.catch_up();
    }

    /// Ends all connections and refuses new ones until [`Manager::accept_connections`]. Returns
    /// when it holds.
    pub fn refuse_connections(&self) {
        self.host.refuse_connections();
    }

    /// Takes connections again, on the same port. Returns when it holds.
    pub fn accept_connections(&self) {
        self.host.accept_connections();
    }

    /// Serves until the process ends.
    pub fn serve_for_ever(self) {
        self.host.serve_for_ever();
    }
}
