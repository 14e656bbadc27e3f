//! A verdict: what a rule says of one instance, or of the account.

use std::borrow::Cow;

use crate::{
    exception::Exception,
    exceptions::ExceptedAs,
    gap::{self, Gap},
    grader,
    health::Proof,
    inventories::Sighting,
    ledger::Answers,
    reason::{Code, Reason},
    web::Fronts,
};

/// What a rule says of one instance or of the account, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    compliance: Compliance,
    reason: Reason,
    grounds: Vec<Ground>,
    exception: Option<Box<str>>,
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
pub trait Evidence: sealed::Sealed {
    /// What an annotation says of the evidence itself, before anything else.
    fn note(&self) -> Option<String>;
}

impl Evidence for Sighting<'_> {
    /// How many computers name the instance, where that is not one.
    fn note(&self) -> Option<String> {
        let records = self.records();
        (records > 1).then(|| format!("{records} computers, newest counts"))
    }
}

/// What a verdict about web fronts rests on: without the fronts, the computer is no evidence.
impl Evidence for (Sighting<'_>, Fronts<'_>) {
    fn note(&self) -> Option<String> {
        self.0.note()
    }
}

/// What a verdict on Deepgrade itself rests on.
impl Evidence for Proof<'_> {
    fn note(&self) -> Option<String> {
        Some(self.tally().to_string())
    }
}

/// What a verdict about findings rests on.
impl Evidence for Answers<'_> {
    fn note(&self) -> Option<String> {
        None
    }
}

/// What a verdict rests on about findings that the computer's own protection answers.
impl Evidence for (Sighting<'_>, Answers<'_>) {
    fn note(&self) -> Option<String> {
        self.0.note()
    }
}

mod sealed {
    use crate::{health::Proof, inventories::Sighting, ledger::Answers, web::Fronts};

    pub trait Sealed {}
    impl Sealed for Sighting<'_> {}
    impl Sealed for (Sighting<'_>, Fronts<'_>) {}
    impl Sealed for Proof<'_> {}
    impl Sealed for Answers<'_> {}
    impl Sealed for (Sighting<'_>, Answers<'_>) {}
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
    fn compliant(_evidence: &impl Evidence, reason: Reason) -> Self {
        Self {
            compliance: Compliance::Compliant,
            reason,
            grounds: Vec::new(),
            exception: None,
        }
    }

    /// What the rule requires does not hold.
    #[must_use]
    pub fn non_compliant(reason: Reason) -> Self {
        Self {
            compliance: Compliance::NonCompliant,
            reason,
            grounds: Vec::new(),
            exception: None,
        }
    }

    /// The rule has nothing to say.
    #[must_use]
    pub fn not_applicable(reason: Reason) -> Self {
        Self {
            compliance: Compliance::NotApplicable,
            reason,
            grounds: Vec::new(),
            exception: None,
        }
    }

    /// Weighs requirements that must all hold: one that fails decides, whatever is unknown of the
    /// others; one that is unknown leaves a gap; otherwise the verdict is compliant, on the
    /// evidence. An annotation says when several computers name the instance.
    ///
    /// # Errors
    /// The gap of the first requirement that cannot be judged, when none fails; a standing gap when
    /// there is no requirement at all.
    pub fn weigh(
        evidence: &impl Evidence,
        grounds: Vec<Ground>,
        compliant: &'static Code,
    ) -> Result<Self, Gap> {
        let note = evidence.note();
        let mut verdict = if let Some(failed) = Self::failed(note.as_deref(), &grounds)? {
            failed
        } else if grounds.is_empty() {
            return Err(Gap::standing(
                &gap::NOT_REPORTED,
                "the rule required nothing",
            ));
        } else {
            let text = joined(note.as_deref(), grounds.iter());
            Self::compliant(evidence, Reason::new(compliant, text))
        };
        verdict.grounds = grounds;
        Ok(verdict)
    }

    /// Weighs requirements without evidence that they could all hold: this is never compliant. The
    /// note stands before anything else.
    ///
    /// # Errors
    /// A gap when none fails.
    pub fn weigh_without_evidence(note: Option<&str>, grounds: Vec<Ground>) -> Result<Self, Gap> {
        let mut verdict = Self::failed(note, &grounds)?
            .ok_or_else(|| Gap::standing(&gap::NOT_REPORTED, "there is no evidence"))?;
        verdict.grounds = grounds;
        Ok(verdict)
    }

    /// The verdict where a requirement fails.
    fn failed(note: Option<&str>, grounds: &[Ground]) -> Result<Option<Self>, Gap> {
        let failing = || grounds.iter().filter(|ground| ground.holds == Ok(false));
        if let Some(first) = failing().next() {
            let reason = Reason::new(first.code, joined(note, failing()));
            return Ok(Some(Self::non_compliant(reason)));
        }
        let unknown = grounds
            .iter()
            .find_map(|ground| ground.holds.as_ref().err());
        unknown.map_or(Ok(None), |gap| Err(gap.clone()))
    }

    /// The same with rule groups of AWS WAF that are recommended, in its annotation.
    pub(crate) fn recommending(self, names: &[&str]) -> Self {
        Self {
            reason: self.reason.with_list("recommended", names),
            ..self
        }
    }

    /// A verdict that is not compliant, with the exception that is made for it. What the rule found
    /// stays in its reason, as far as there is room.
    pub(crate) fn excepted(self, exception: &Exception, excepted_as: ExceptedAs) -> Self {
        let (until, ticket) = (exception.expires(), exception.ticket());
        let (why, found) = (exception.reason(), &self.reason);
        let text = format!("until {until} {ticket}: {why}; excepted: {found}");
        Self {
            compliance: excepted_as.compliance(),
            reason: Reason::new(&grader::EXCEPTED, text),
            grounds: self.grounds,
            exception: Some(exception.id().into()),
        }
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

    /// The id of the exception that is made for what the rule found, where one is.
    #[must_use]
    pub fn exception(&self) -> Option<&str> {
        self.exception.as_deref()
    }

    /// The requirements that were weighed, where the verdict came from weighing some.
    #[must_use]
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }
}

fn joined<'a>(note: Option<&str>, grounds: impl Iterator<Item = &'a Ground>) -> String {
    let mut text = String::with_capacity(96);
    // The note stands first where it matters most: at the end it could be cut off.
    text.push_str(note.unwrap_or_default());
    for ground in grounds {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(&ground.seen);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        instance::Instance,
        inventories::Inventories,
        inventory::{Inventory, InventoryDocument},
    };

    static CODE: Code = Code {
        id: "DS-TST-002",
        meaning: "a test",
        remedy: None,
    };

    /// A rule that forgot to look at anything must not find everything in order.
    #[test]
    fn nothing_weighed_is_not_compliant() {
        let now = "2026-11-24T12:00:00Z";
        let inventory = serde_json::json!({
            "schemaVersion": InventoryDocument::VERSION, "manager": "m", "takenAt": now,
            "completeness": "complete", "computers": [{
                "id": 1, "agent": {"activated": true},
                "instance": {"id": "i-0123456789abcdef0", "source": "connector"},
            }],
        });
        let inventory: Inventory = serde_json::from_value(inventory).unwrap();
        let instance = serde_json::json!({"id": "i-0123456789abcdef0"});
        let instance: Instance = serde_json::from_value(instance).unwrap();
        let inventories = Inventories::new(vec![Ok(inventory)]);
        let hour = jiff::SignedDuration::from_hours(1);
        let sighting = inventories.sighting(&instance, now.parse().unwrap(), hour);
        let sighting = sighting.unwrap().unwrap();
        assert!(Verdict::weigh(&sighting, Vec::new(), &CODE).is_err());
    }
}
