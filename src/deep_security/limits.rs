//! How long the client waits, and how much it takes.

use std::time::Duration;

/// Every bound of the client. The defaults are for a real Manager; tests use milliseconds.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For name look-up, connection and TLS handshake together.
    pub connect: Duration,
    /// The longest silence while an answer is awaited or read.
    pub idle: Duration,
    /// For everything that belongs to one reading or examination, waiting included.
    pub deadline: Duration,
    /// The largest answer in bytes, after decompression.
    pub answer_bytes: usize,
    /// Items asked for in the first page. 5,000 is the Manager's own most (SDK reference of
    /// `maxItems`).
    pub largest_page: u32,
    /// Items below which a page is not halved any further.
    pub smallest_page: u32,
    /// Items of one kind after which a list is taken for endless.
    pub items: usize,
    /// How often one call is tried.
    pub tries: u32,
    /// How often one call is tried whose answer cannot be read.
    pub tries_of_bad_answers: u32,
    /// The longest first wait; it doubles from try to try.
    pub first_wait: Duration,
    /// The longest wait between two tries.
    pub longest_wait: Duration,
    /// The longest wait that a Manager can ask for with `Retry-After`.
    pub longest_retry_after: Duration,
    /// How long one call goes on while it is refused for too many calls. The Manager counts over
    /// the trailing minute (Deep Security rate limits guide).
    pub throttled: Duration,
    /// Calls in any minute. The Manager's limit is 500 a minute and key (Deep Security rate
    /// limits guide); the client stays at 80% of it.
    pub calls_a_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            idle: Duration::from_secs(60),
            deadline: Duration::from_secs(600),
            answer_bytes: 512 << 20,
            largest_page: 5_000,
            smallest_page: 250,
            items: 2_000_000,
            tries: 8,
            tries_of_bad_answers: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            longest_retry_after: Duration::from_secs(60),
            throttled: Duration::from_secs(65),
            calls_a_minute: 400,
        }
    }
}
