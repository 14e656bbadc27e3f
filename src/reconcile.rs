//! What to put, so that Config shows what is wanted: only what differs. Config bills what is put,
//! and its own results are the memory of what was.

use std::collections::HashMap;

use jiff::Timestamp;
use rules::{Verdict, grader, reason::Reason, verdict::Compliance};

use crate::posting::{Posting, Present, Resource};

/// What Config shows, as far as it is not yet accounted for.
#[derive(Clone, Debug, Default)]
pub struct Reconciliation {
    present: HashMap<Resource, Shown>,
}

#[derive(Clone, Debug)]
struct Shown {
    compliance: Compliance,
    annotation: Option<String>,
    at: Timestamp,
}

/// What is to be done about one result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Put it.
    Put(Posting),
    /// Config shows it already.
    Unchanged,
    /// Config shows the result of a later event.
    Superseded,
}

impl Reconciliation {
    /// Notes something that Config shows. Of two results of one resource the later counts.
    pub fn note(&mut self, present: Present) {
        let Present {
            resource,
            compliance,
            annotation,
            at,
        } = present;
        let shown = Shown {
            compliance,
            annotation,
            at,
        };
        let known = self
            .present
            .entry(resource)
            .or_insert_with(|| shown.clone());
        if known.at < shown.at {
            *known = shown;
        }
    }

    /// Compares what is wanted of a resource with what Config shows of it, which is then accounted
    /// for.
    pub fn wanted(&mut self, posting: Posting) -> Step {
        match self.present.remove(posting.resource()) {
            // Config purges what is not applicable, so that nothing shown means just that.
            None if posting.compliance() == Compliance::NotApplicable => Step::Unchanged,
            None => Step::Put(posting),
            Some(shown) => shown.replaced_by(posting),
        }
    }

    /// Leaves a resource as Config shows it: nobody can say what is wanted of it.
    pub fn leave(&mut self, resource: &Resource) {
        self.present.remove(resource);
    }

    /// What becomes of everything that was not accounted for: it is gone.
    pub fn rest(self, at: Timestamp) -> impl Iterator<Item = Step> {
        let verdict = gone();
        self.present
            .into_iter()
            .map(move |(resource, shown)| shown.replaced_by(Posting::new(resource, &verdict, at)))
    }
}

/// The verdict on an instance that is gone.
#[must_use]
pub fn gone() -> Verdict {
    Verdict::not_applicable(Reason::new(&grader::GONE, "the instance is gone"))
}

impl Shown {
    fn replaced_by(self, posting: Posting) -> Step {
        let same_verdict = self.compliance == posting.compliance();
        // The reason why something is not applicable is purged with it.
        let same_reason = posting.compliance() == Compliance::NotApplicable
            || self.annotation.as_deref() == Some(posting.annotation());
        if same_verdict && same_reason {
            Step::Unchanged
        } else if self.at > posting.at() {
            Step::Superseded
        } else {
            Step::Put(posting)
        }
    }
}
