//! A verdict: what a rule says of one instance.

use std::borrow::Cow;

use crate::{
    gap::Gap,
    inventories::Sighting,
    reason::{Code, Reason},
};

/// What a rule says of one instance, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    compliance: Compliance,
    reason: Reason,
    grounds: Vec<Ground>,
}

/// The three verdicts that AWS Config takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compliance {
    /// What the rule requires holds.
    Compliant,
    /// What the rule requires does not hold.
    NonCompliant,
    /// The rule has nothing to say of the instance.
    NotApplicable,
}

impl Compliance {
    /// AWS Config's word (AWS Config API reference, `Evaluation.ComplianceType`).
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Compliant => "COMPLIANT",
            Self::NonCompliant => "NON_COMPLIANT",
            Self::NotApplicable => "NOT_APPLICABLE",
        }
    }
}

/// What a verdict may rest on when it says "compliant". Only what was gathered fresh and complete
/// is evidence; nothing outside this crate can make any.
pub trait Evidence: sealed::Sealed {}

impl Evidence for Sighting<'_> {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::inventories::Sighting<'_> {}
}

/// One requirement of a rule: whether it holds, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The code of the verdict when the requirement does not hold.
    pub code: &'static Code,
    /// Whether the requirement holds, or why that cannot be told.
    pub holds: Result<bool, Gap>,
    /// What was seen.
    pub seen: Cow<'static, str>,
}

impl Ground {
    /// A requirement that holds.
    #[must_use]
    pub fn holds(code: &'static Code, seen: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            holds: Ok(true),
            seen: seen.into(),
        }
    }

    /// A requirement that does not hold.
    #[must_use]
    pub fn fails(code: &'static Code, seen: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            holds: Ok(false),
            seen: seen.into(),
        }
    }

    /// A requirement that cannot be judged.
    #[must_use]
    pub fn unknown(code: &'static Code, gap: Gap) -> Self {
        let seen = gap.reason().text().to_owned().into();
        Self {
            code,
            holds: Err(gap),
            seen,
        }
    }
}

impl Verdict {
    /// What the rule requires holds, on this evidence.
    #[must_use]
    pub fn compliant(_evidence: &impl Evidence, reason: Reason) -> Self {
        Self {
            compliance: Compliance::Compliant,
            reason,
            grounds: Vec::new(),
        }
    }

    /// What the rule requires does not hold.
    #[must_use]
    pub fn non_compliant(reason: Reason) -> Self {
        Self {
            compliance: Compliance::NonCompliant,
            reason,
            grounds: Vec::new(),
        }
    }

    /// The rule has nothing to say.
    #[must_use]
    pub fn not_applicable(reason: Reason) -> Self {
        Self {
            compliance: Compliance::NotApplicable,
            reason,
            grounds: Vec::new(),
        }
    }

    /// Weighs requirements that must all hold: one that fails decides, whatever is unknown of the
    /// others; one that is unknown leaves a gap; otherwise the verdict is compliant, on the
    /// sighting as evidence. An annotation says when several computers name the instance.
    ///
    /// # Errors
    /// The gap of the first requirement that cannot be judged, when none fails.
    pub fn weigh(
        sighting: &Sighting<'_>,
        grounds: Vec<Ground>,
        compliant: &'static Code,
    ) -> Result<Self, Gap> {
        let failing = || grounds.iter().filter(|ground| ground.holds == Ok(false));
        let mut verdict = if let Some(first) = failing().next() {
            Self::non_compliant(Reason::new(first.code, joined(failing(), sighting)))
        } else if let Some(gap) = grounds
            .iter()
            .find_map(|ground| ground.holds.as_ref().err())
        {
            return Err(gap.clone());
        } else {
            Self::compliant(
                sighting,
                Reason::new(compliant, joined(grounds.iter(), sighting)),
            )
        };
        verdict.grounds = grounds;
        Ok(verdict)
    }

    /// The word for Config.
    #[must_use]
    pub fn compliance(&self) -> Compliance {
        self.compliance
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The requirements that were weighed, where the verdict came from weighing some.
    #[must_use]
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }
}

fn joined<'a>(grounds: impl Iterator<Item = &'a Ground>, sighting: &Sighting<'_>) -> String {
    let mut text = String::with_capacity(96);
    // The count stands first where it matters most: at the end it could be cut off.
    if sighting.records() > 1 {
        text = format!("{} computers, newest counts; ", sighting.records());
    }
    for (position, ground) in grounds.enumerate() {
        if position > 0 {
            text.push_str("; ");
        }
        text.push_str(&ground.seen);
    }
    text
}
