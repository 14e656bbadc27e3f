//! How far something holds: three-valued logic, over requests that may be about many objects.

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    pub(super) fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// Over everything that a request may be about.
    pub(super) fn extent(self) -> Extent {
        match self {
            Self::False => Extent::None,
            Self::Unknown => Extent::Unsure,
            Self::True => Extent::Whole,
        }
    }
}

impl From<bool> for Truth {
    fn from(is_true: bool) -> Self {
        if is_true { Self::True } else { Self::False }
    }
}

/// For how much of what a request may be about something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// For nothing.
    None,
    /// For something or nothing: that is not known.
    Unsure,
    /// For some objects, and for others not.
    Part,
    /// For everything.
    Whole,
}

impl Extent {
    /// Both hold. Two parts may have nothing in common.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Part, Self::Part) => Self::Unsure,
            (left, right) => left.min(right),
        }
    }

    /// One of both holds, or both.
    pub(super) fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// What is left where `denied` is taken away. What is taken away in part may be all that
    /// there was.
    pub(super) fn without(self, denied: Self) -> Self {
        match denied {
            Self::None => self,
            Self::Unsure | Self::Part => self.min(Self::Unsure),
            Self::Whole => Self::None,
        }
    }
}
