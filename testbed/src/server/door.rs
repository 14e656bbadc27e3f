//! The listening socket, which can be shut and opened again on the same port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::{Service, serve};

/// What the owner tells the listening thread.
#[derive(Debug)]
pub(crate) enum Door {
    /// All connections end, and new ones are refused.
    Shut(oneshot::Sender<()>),
    /// New connections are taken again.
    Open(oneshot::Sender<()>),
    /// Everything ends.
    Leave,
}

/// Takes connections until told to leave, or until the owner is gone.
///
/// # Errors
/// The port could not be taken again.
pub(crate) async fn run<S: Service>(
    first: std::net::TcpListener,
    service: Arc<S>,
    acceptor: Option<TlsAcceptor>,
    mut orders: mpsc::UnboundedReceiver<Door>,
) -> io::Result<()> {
    let port = first.local_addr()?.port();
    let mut listener = Some(TcpListener::from_std(first)?);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Door::Shut(done)) => {
                    listener = None;
                    connections.shutdown().await;
                    let _ = done.send(());
                }
                Some(Door::Open(done)) => {
                    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                    if listener.is_none() {
                        listener = Some(TcpListener::bind(address).await?);
                    }
                    let _ = done.send(());
                }
                Some(Door::Leave) | None => return Ok(()),
            },
            Some(_) = connections.join_next() => {}
            Ok((stream, _)) = accept(listener.as_ref()) => {
                connections.spawn(serve(stream, Arc::clone(&service), acceptor.clone()));
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<(tokio::net::TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}
