//! What could not be obtained, while a document is put together.

use std::fmt;

use jiff::Timestamp;
use rules::{Gap, gap};

/// What could not be obtained, by its place.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<(guard::Path, Gap)>);

impl Gaps {
    /// Notes that there may be something at a place.
    pub(super) fn note(&mut self, place: &str, gap: Gap) {
        let Ok(path) = place.parse::<guard::Path>();
        if !self.0.iter().any(|(known, _)| known.holds(&path)) {
            self.0.push((path, gap));
        }
    }

    /// A fact, or none and the gap in its place.
    pub(super) fn fact<T>(&mut self, place: &str, fact: Result<T, Gap>) -> Option<T> {
        fact.map_err(|gap| self.note(place, gap)).ok()
    }

    /// A fact that a source leaves out where it is not set.
    pub(super) fn optional<T>(&mut self, place: &str, fact: Result<Option<T>, Gap>) -> Option<T> {
        self.fact(place, fact).flatten()
    }

    /// A text that has to be reported.
    pub(super) fn reported(
        &mut self,
        place: &str,
        name: &str,
        value: Option<&impl fmt::Display>,
    ) -> Option<String> {
        if value.is_none() {
            let text = format!("{name} is not reported");
            self.note(place, Gap::standing(&gap::NOT_REPORTED, text));
        }
        value.map(ToString::to_string)
    }

    /// For how many whole hours something has been so. A time that lies after `now` has no age.
    pub(super) fn age(
        &mut self,
        place: &str,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<i64> {
        let hours = since.map(|since| now.duration_since(since).as_hours());
        if hours.is_none_or(|hours| hours < 0) {
            let text = "the time that it is counted from is not known, or lies ahead";
            self.note(place, Gap::standing(&gap::NOT_REPORTED, text));
        }
        hours.filter(|hours| *hours >= 0)
    }

    pub(super) fn into_list(self) -> Vec<(guard::Path, Gap)> {
        self.0
    }
}
