//! Delivers results: in hundreds, as many at a time as Config bears, and what it did not take again.

use std::{collections::VecDeque, mem};

use futures_util::future::join_all;

use super::failure::Problem;
use crate::{
    patience::Deadline,
    patience::{Stop, TRIES, Waits},
    ports::{BATCH, Error, Report},
    posting::{Posting, ResultToken},
};

/// The most batches under way at a time.
const WIDEST: usize = 8;

/// Results on their way.
pub(super) struct Delivery<'a, R> {
    report: &'a R,
    token: &'a ResultToken,
    deadline: Deadline<'a>,
    next: Vec<Posting>,
    queue: VecDeque<Batch>,
    /// How many batches may be under way: one more after every success, half after throttling.
    width: usize,
    waits: Waits,
    stopped: bool,
    delivered: Delivered,
}

/// Results that are put together.
struct Batch {
    postings: Vec<Posting>,
    /// How often Config did not take them.
    failures: u32,
}

/// What became of the results.
#[derive(Default)]
pub(super) struct Delivered {
    pub(super) put: usize,
    pub(super) left: Vec<Posting>,
    pub(super) throttled: usize,
    pub(super) rule_gone: bool,
    why: Option<Stop>,
}

impl Delivered {
    pub(super) fn problem(self) -> Option<Problem> {
        let mut left = self.left;
        left.sort_by(|one, other| one.resource().cmp(other.resource()));
        let left: Vec<_> = left
            .iter()
            .map(|posting| posting.resource().clone())
            .collect();
        (!left.is_empty()).then_some(Problem::Undelivered(left, self.why))
    }
}

impl<'a, R: Report> Delivery<'a, R> {
    pub(super) fn new(report: &'a R, token: &'a ResultToken, deadline: Deadline<'a>) -> Self {
        Self {
            report,
            token,
            deadline,
            next: Vec::new(),
            queue: VecDeque::new(),
            width: 1,
            waits: Waits::default(),
            stopped: false,
            delivered: Delivered::default(),
        }
    }

    pub(super) fn add(&mut self, posting: Posting) {
        self.next.push(posting);
        if self.next.len() == BATCH {
            self.close();
        }
    }

    fn close(&mut self) {
        let postings = mem::take(&mut self.next);
        if !postings.is_empty() {
            self.queue.push_back(Batch {
                postings,
                failures: 0,
            });
        }
    }

    /// Delivers what fills batches.
    pub(super) async fn deliver_full_batches(&mut self) {
        while !self.stopped && !self.queue.is_empty() {
            if self.deadline.is_over() {
                self.stop(Stop::TimeOver(None));
                return;
            }
            self.round().await;
        }
    }

    /// Delivers everything.
    pub(super) async fn finish(mut self) -> Delivered {
        self.close();
        self.deliver_full_batches().await;
        let left = self.queue.drain(..).flat_map(|batch| batch.postings);
        self.delivered.left.extend(left);
        self.delivered
    }

    /// Puts as many batches as may be under way.
    async fn round(&mut self) {
        let width = self.width.min(self.queue.len());
        let batches: Vec<Batch> = self.queue.drain(..width).collect();
        let puts = batches.iter().map(|batch| {
            let put = self.report.put(&batch.postings, self.token);
            self.deadline.limit(put)
        });
        let answers = join_all(puts).await;
        let mut throttled = false;
        let mut trouble = None;
        for (batch, answer) in batches.into_iter().zip(answers) {
            match answer {
                None => {
                    self.stop(Stop::TimeOver(None));
                    self.delivered.left.extend(batch.postings);
                }
                Some(Ok(refused)) => {
                    let (refused, taken): (Vec<_>, Vec<_>) = batch
                        .postings
                        .into_iter()
                        .partition(|posting| refused.contains(posting.resource()));
                    self.delivered.put += taken.len();
                    if !refused.is_empty() {
                        trouble = trouble.or(Some(None));
                        self.again(refused, batch.failures + 1, None);
                    }
                }
                Some(Err(error)) => {
                    if error.is_throttling() {
                        throttled = true;
                        self.delivered.throttled += 1;
                        self.queue.push_front(batch);
                    } else if error.is_retryable() {
                        self.again(batch.postings, batch.failures + 1, Some(&error));
                    } else {
                        self.delivered.rule_gone |= error.is_rule_gone();
                        self.stopped |= error.is_rule_gone();
                        self.give_up(batch.postings, Some(&error));
                    }
                    trouble = Some(Some(error));
                }
            }
        }
        self.width = if throttled {
            (self.width / 2).max(1)
        } else {
            (self.width + 1).min(WIDEST)
        };
        match trouble {
            None => self.waits.reset(),
            Some(_) if self.queue.is_empty() => {}
            Some(error) => {
                if !self.deadline.pause(self.waits.next()).await {
                    self.stop(Stop::TimeOver(error));
                }
            }
        }
    }

    fn again(&mut self, postings: Vec<Posting>, failures: u32, error: Option<&Error>) {
        if failures < TRIES {
            self.queue.push_back(Batch { postings, failures });
        } else {
            self.give_up(postings, error);
        }
    }

    fn give_up(&mut self, postings: Vec<Posting>, error: Option<&Error>) {
        self.delivered.left.extend(postings);
        if let Some(error) = error {
            let why = Stop::Error(error.clone());
            self.delivered.why.get_or_insert(why);
        }
    }

    fn stop(&mut self, why: Stop) {
        self.stopped = true;
        self.delivered.why.get_or_insert(why);
    }
}
