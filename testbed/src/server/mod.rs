//! HTTP on loopback: takes connections, reads requests, sends what a service answers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

pub(crate) mod alter;
mod ask;
mod door;
mod host;
pub(crate) mod replace;
mod reply;

pub(crate) use ask::{Ask, ROOT};
pub(crate) use host::Host;
pub(crate) use reply::Reply;

/// What stands behind a port.
pub(crate) trait Service: Send + Sync + 'static {
    /// Answers a request; `None` resets the connection.
    fn answer(&self, ask: Ask) -> impl Future<Output = Option<Reply>> + Send;
}

/// A test that panicked while it held the lock has failed already; the rest need not.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve<S: Service>(stream: TcpStream, service: Arc<S>, acceptor: Option<TlsAcceptor>) {
    match acceptor {
        None => {
            let stream = converse(stream, service).await;
            reset(stream.as_ref());
        }
        // A client that refuses the certificate is what a test waits for, and no error here.
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                let stream = converse(stream, service).await;
                reset(stream.as_ref().map(|stream| stream.get_ref().0));
            }
        }
    }
}

/// Gives the stream back when a fault wants it reset.
async fn converse<T: AsyncRead + AsyncWrite + Unpin + 'static, S: Service>(
    stream: T,
    service: Arc<S>,
) -> Option<T> {
    let hung_up = AtomicBool::new(false);
    let service = service_fn(|request| answer(request, &*service, &hung_up));
    // The date is the service's, not the machine's.
    let mut connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    match (&mut connection).await {
        Err(_) if hung_up.load(Ordering::Relaxed) => Some(connection.into_parts().io.into_inner()),
        _ => None,
    }
}

fn reset(stream: Option<&TcpStream>) {
    if let Some(stream) = stream {
        // Without it the reset is an orderly end, which a client also takes for a broken answer.
        let _ = stream.set_zero_linger();
    }
}

async fn answer<S: Service>(
    request: Request<Incoming>,
    service: &S,
    hung_up: &AtomicBool,
) -> Result<Response<reply::Sent>, Box<dyn std::error::Error + Send + Sync>> {
    let ask = Ask::read(request).await?;
    let reply = service.answer(ask).await;
    hung_up.store(reply.is_none(), Ordering::Relaxed);
    Ok(reply.ok_or("connection reset on purpose")?.into_response())
}
