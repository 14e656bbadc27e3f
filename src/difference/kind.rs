//! In which way a result changed.

use serde::Serialize;

use crate::report::{Group, Row, Word};

/// What a run said before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Before<'a, 'r> {
    /// This.
    Said(&'a Row<'r>),
    /// Nothing: the instance is new, or the rule is.
    Nothing,
    /// Nothing that was read.
    LeftOut,
}

/// In which way a result changed, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// It is non-compliant, and was not, or its instance is new; and no exception is made for it.
    New,
    /// It is non-compliant, and the exception that was made for it holds no longer.
    NoLongerExcepted,
    /// It is non-compliant, and before it could not be told or was not read: nobody knows since when.
    NowTold,
    /// It cannot be told any more, or of a new instance.
    Undetermined,
    /// Nothing is said any more of an instance that is still there, and the rule is too.
    Silent,
    /// It could not be told, and is compliant or not applicable.
    DeterminedAgain,
    /// An exception is made for it, and was not.
    Excepted,
    /// It was non-compliant, with an exception or without one, and is compliant.
    Fixed,
    /// The rule had something to say of the instance, and has nothing to say now.
    OutOfScope,
    /// The rule had nothing to say of the instance, and it is compliant now.
    InScope,
    /// The verdict is the same, and its reason another: another code, or another text.
    Reason,
}

impl Kind {
    /// Every kind, the most urgent first.
    pub const ALL: [Self; 11] = [
        Self::New,
        Self::NoLongerExcepted,
        Self::NowTold,
        Self::Undetermined,
        Self::Silent,
        Self::DeterminedAgain,
        Self::Excepted,
        Self::Fixed,
        Self::OutOfScope,
        Self::InScope,
        Self::Reason,
    ];

    /// What it is called over a list.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::New => "newly non-compliant",
            Self::NoLongerExcepted => "no longer excepted",
            Self::NowTold => "non-compliant, and not told before",
            Self::Undetermined => "no longer determined",
            Self::Silent => "no longer reported",
            Self::DeterminedAgain => "determined again",
            Self::Excepted => "newly excepted",
            Self::Fixed => "fixed",
            Self::OutOfScope => "no longer applicable",
            Self::InScope => "newly applicable and compliant",
            Self::Reason => "changed reason",
        }
    }

    /// Whether something got worse, as far as anybody knows. What was not told before may have.
    #[must_use]
    pub const fn is_worse(self) -> bool {
        matches!(self, Self::New | Self::NoLongerExcepted | Self::NowTold)
    }

    /// In which way a result changed; `None` where it did not. A compliant result of a new instance
    /// is no change.
    pub(super) fn of(before: Before<'_, '_>, after: &Row<'_>) -> Option<Self> {
        use Group::{Excepted, Of};
        use Word::{Compliant, NonCompliant, NotApplicable, Undetermined};
        let before = match before {
            Before::Said(row) => Some(row),
            Before::Nothing => None,
            Before::LeftOut => {
                let is_failing = after.known_group() == Of(NonCompliant);
                return is_failing.then_some(Self::NowTold);
            }
        };
        let was = before.map(Row::known_group);
        match (was, after.known_group()) {
            (Some(was), now) if was == now => Self::of_reason(before?, after),
            (_, Excepted) => Some(Self::Excepted),
            (Some(Excepted), Of(NonCompliant)) => Some(Self::NoLongerExcepted),
            (Some(Of(Undetermined)), Of(NonCompliant)) => Some(Self::NowTold),
            (_, Of(NonCompliant)) => Some(Self::New),
            (_, Of(Undetermined)) => Some(Self::Undetermined),
            (Some(Of(Undetermined)), _) => Some(Self::DeterminedAgain),
            (Some(Excepted | Of(NonCompliant)), Of(Compliant)) => Some(Self::Fixed),
            (Some(_), Of(NotApplicable)) => Some(Self::OutOfScope),
            (Some(_), Of(Compliant)) => Some(Self::InScope),
            (None, Of(NotApplicable | Compliant)) => None,
        }
    }

    fn of_reason(before: &Row<'_>, after: &Row<'_>) -> Option<Self> {
        let is_same = before.code == after.code && before.reason == after.reason;
        (!is_same).then_some(Self::Reason)
    }
}
