//! An answer on its way, and the body that sends it as a fault wants it sent.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::{Body, Frame, SizeHint};
use hyper::Response;
use hyper::header::{CONTENT_LENGTH, HeaderValue};

use crate::clock;
use crate::fault::Fault;

/// How the body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// At once.
    Whole,
    /// Half of it; then the connection is cut.
    Cut,
    /// Headers only, for ever.
    Silent,
    /// The body, then blanks for ever.
    Endless,
    /// A few bytes at a time.
    Slow { bytes: usize, every: Duration },
}

/// Status, headers and body, before they go out.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    sending: Sending,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self {
            status,
            headers,
            body,
            sending: Sending::Whole,
        }
    }

    pub(crate) fn json(status: u16, body: Vec<u8>) -> Self {
        Self::new(status, "application/json", body)
    }

    pub(crate) fn set_header(&mut self, name: &'static str, value: String) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
    }

    /// Breaks the body, or how it is sent, if the fault is one that does.
    pub(crate) fn spoil(&mut self, fault: &Fault) {
        match fault {
            Fault::MalformedJson => {
                self.body.pop();
                self.body.extend_from_slice(b",,}");
            }
            Fault::Truncated => self.body.truncate(self.body.len() / 2),
            Fault::Cut => self.sending = Sending::Cut,
            Fault::Silent => self.sending = Sending::Silent,
            Fault::Endless => self.sending = Sending::Endless,
            Fault::Slow(bytes, every) => {
                self.sending = Sending::Slow {
                    bytes: *bytes,
                    every: *every,
                };
            }
            _ => {}
        }
    }

    pub(crate) fn compress(&mut self) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let compressed = encoder
            .write_all(&self.body)
            .and_then(|()| encoder.finish());
        if let Ok(compressed) = compressed {
            self.body = compressed;
            self.set_header("content-encoding", "gzip".to_owned());
        }
    }

    pub(crate) fn into_response(self) -> Response<Sent> {
        let length = self.body.len();
        let mut response = Response::new(Sent {
            rest: Bytes::from(self.body),
            whole: length,
            sending: self.sending,
            flushed: false,
            pause: None,
        });
        if let Ok(status) = hyper::StatusCode::from_u16(self.status) {
            *response.status_mut() = status;
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        // The promise that a cut or silent body breaks; the one of an endless body is never made.
        if self.sending != Sending::Endless {
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        response
    }
}

/// The body as it goes out.
pub(crate) struct Sent {
    rest: Bytes,
    whole: usize,
    sending: Sending,
    flushed: bool,
    pause: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Sent {
    fn take(&mut self, bytes: usize) -> Option<Result<Frame<Bytes>, io::Error>> {
        let bytes = bytes.min(self.rest.len());
        (bytes > 0).then(|| Ok(Frame::data(self.rest.split_to(bytes))))
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        const BLANKS: &[u8] = &[b' '; 16 * 1024];
        let this = &mut *self;
        match this.sending {
            Sending::Whole => Poll::Ready(this.take(usize::MAX)),
            // Dropping the connection ends it: nothing ever wakes this.
            Sending::Silent => Poll::Pending,
            Sending::Cut if this.rest.len() == this.whole && this.whole > 1 => {
                Poll::Ready(this.take(this.whole / 2))
            }
            Sending::Cut if !this.flushed => {
                // Asked once more, so that the first half leaves before the end.
                this.flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Sending::Cut => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
            Sending::Endless => {
                let all_but_the_end = this.rest.len().saturating_sub(1);
                let frame = this.take(all_but_the_end);
                Poll::Ready(frame.or(Some(Ok(Frame::data(Bytes::from_static(BLANKS))))))
            }
            Sending::Slow { bytes, every } => {
                let pause = this
                    .pause
                    .get_or_insert_with(|| Box::pin(clock::wait(every)));
                match pause.as_mut().poll(context) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(()) => {
                        this.pause = None;
                        Poll::Ready(this.take(bytes.max(1)))
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.sending == Sending::Whole && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.sending {
            Sending::Whole => SizeHint::with_exact(self.rest.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
