//! Faults that a test puts on a Manager, each on the requests that it names.

use std::time::Duration;

use serde_json::Value;

use crate::clock;

/// What a refused or broken answer holds.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultBody {
    /// `{"message": …}`
    Message(String),
    /// An HTML page, as a proxy in between would send.
    Html,
    /// Nothing.
    Empty,
}

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Another status and body. The request has no effect, unless [`Injection::after_effect`].
    Status(u16, FaultBody),
    /// 429; with `Retry-After` if a text is given.
    RateLimited(Option<String>),
    /// So long nothing comes, not even headers; then the answer as it would have been. The request
    /// has its effect when the time is over, or with [`Injection::after_effect`] before it begins.
    Delay(Duration),
    /// Half a body under the length of the whole; then the connection is cut.
    Cut,
    /// Half a body under its own length.
    Truncated,
    /// Headers, and never a body.
    Silent,
    /// A body that never ends.
    Endless,
    /// So many bytes after each pause.
    Slow(usize, Duration),
    /// 200 with the HTML page of a sign-in form.
    SignInPage,
    /// A redirect: status and target.
    Redirect(u16, String),
    /// The connection is reset without an answer.
    Reset,
    /// 200 with a body that is not JSON, though its header says so.
    MalformedJson,
    /// Puts a value at a slash path of the answer, where `*` is every entry: such as
    /// `computers/*/computerStatus/agentStatus`.
    Replace(String, Value),
    /// Every object of the answer has fields that no version knows.
    ExtraFields,
    /// Every number of the answer is a string of digits.
    NumericStrings,
    /// The items of a list come in falling order of their numbers.
    FallingIds,
    /// A page after the first begins with the last item of the one before.
    RepeatedIds,
    /// Every page is full and goes on from the last number asked for, for ever.
    EndlessPages,
    /// A page after the first is empty.
    EmptyPage,
    /// No `Date` header.
    NoDate,
    /// A `Date` header that is off by so many ms.
    WrongDate(i64),
    /// Display texts in Japanese, whatever the key's locale.
    Japanese,
    /// Pages of more than so many items meet another fault.
    PageAbove(usize, Box<Fault>),
}

impl Fault {
    /// Lets the time pass that an answer is late.
    pub(crate) async fn delay(&self) {
        if let Self::Delay(duration) = self {
            clock::wait(*duration).await;
        }
    }
}

/// A fault, with the requests that meet it.
#[derive(Debug, Clone, PartialEq)]
pub struct Injection<F = Fault> {
    method: Option<String>,
    path: String,
    fault: F,
    from: u64,
    times: Option<u64>,
    after_effect: bool,
    seen: u64,
}

impl<F: Clone> Injection<F> {
    /// A fault on every request that fits `pattern`, in which `*` is any run of characters. For a
    /// Manager a pattern is a path below `/api`, with or without a method before it (`POST
    /// /computers/search`, `/policies/*`, `*`); for AWS Config it is the name of an operation.
    #[must_use]
    pub fn on(pattern: &str, fault: F) -> Self {
        let (method, path) = match pattern.split_once(' ') {
            Some((method, path)) => (Some(method.to_owned()), path),
            None => (None, pattern),
        };
        let path = path.to_owned();
        Self {
            method,
            path,
            fault,
            from: 1,
            times: None,
            after_effect: false,
            seen: 0,
        }
    }

    /// Spares the requests before the `n`-th that fits (from 1).
    #[must_use]
    pub fn from(mut self, n: u64) -> Self {
        self.from = n;
        self
    }

    /// Meets so many requests, then no more.
    #[must_use]
    pub fn times(mut self, n: u64) -> Self {
        self.times = Some(n);
        self
    }

    /// Lets the request have its effect first, so that only the answer is lost.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    pub(crate) fn fits(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method) && glob(&self.path, path)
    }

    /// Counts a request and says what it meets.
    fn count(&mut self, fault: F) -> Option<Met<F>> {
        self.seen += 1;
        let last = self.times.map(|times| self.from.saturating_add(times));
        let in_turn = self.seen >= self.from && last.is_none_or(|last| self.seen < last);
        let after_effect = self.after_effect;
        in_turn.then_some(Met {
            fault,
            after_effect,
        })
    }

    /// Counts a call of the operation and says what it meets.
    pub(crate) fn meet_operation(&mut self, operation: &str) -> Option<Met<F>> {
        if !self.fits("", operation) {
            return None;
        }
        self.count(self.fault.clone())
    }
}

impl Injection {
    /// Counts a request that fits and says what it meets.
    pub(crate) fn meet(&mut self, method: &str, path: &str, page: Option<usize>) -> Option<Met> {
        if !self.fits(method, path) {
            return None;
        }
        let fault = match &self.fault {
            Fault::PageAbove(items, fault) if page.is_some_and(|page| page > *items) => &**fault,
            Fault::PageAbove(..) => return None,
            fault => fault,
        };
        self.count(fault.clone())
    }
}

/// A fault that a request meets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Met<F = Fault> {
    pub(crate) fault: F,
    pub(crate) after_effect: bool,
}

fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices()
                .map(|(place, _)| place)
                .chain([rest.len()])
                .any(|place| rest.get(place..).is_some_and(|rest| glob(tail, rest)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Injection, glob};

    #[test]
    fn a_pattern_fits_runs_of_characters() {
        assert!(glob("/computers/*", "/computers/12"));
        assert!(glob(
            "*/assignments",
            "/computers/12/intrusionprevention/assignments"
        ));
        assert!(glob("*", ""));
        assert!(!glob("/computers", "/computers/12"));
        assert!(!glob("/computers/*/x", "/computers/12"));
    }

    #[test]
    fn a_fault_begins_and_ends_where_it_is_told_to() {
        let mut injection = Injection::on("GET /a", Fault::Cut).from(2).times(2);
        let mut meets = |method, path| injection.meet(method, path, None).is_some();
        assert!(
            !meets("POST", "/a") && !meets("GET", "/b"),
            "others are not counted"
        );
        let row: Vec<bool> = (0..5).map(|_| meets("GET", "/a")).collect();
        assert_eq!(row, [false, true, true, false, false]);
    }

    #[test]
    fn a_small_page_escapes_a_fault_on_large_ones() {
        let fault = Fault::PageAbove(1000, Box::new(Fault::Reset));
        let mut injection = Injection::on("*", fault);
        assert!(
            injection
                .meet("POST", "/computers/search", Some(1000))
                .is_none()
        );
        assert!(
            injection
                .meet("POST", "/computers/search", Some(1001))
                .is_some()
        );
        assert!(injection.meet("GET", "/computers/1", None).is_none());
    }
}
