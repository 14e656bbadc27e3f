//! What the rules have in common that show what became of the findings of a source.

use jiff::SignedDuration;

use crate::{
    facts::Facts,
    gap::Gap,
    ledger::{Entry, Listing, Source, Standing, line},
    parameter::{BadParameter, Kind, Parameter},
    reason::{ANNOTATION_LIMIT, Code, Reason},
    rule::Check,
    values::Values,
    verdict::{Ground, Verdict},
};

/// For how long it may be that a source was listed last.
pub(crate) static MAX_FINDING_LIST_AGE_HOURS: Parameter = Parameter {
    name: "maxFindingListAgeHours",
    summary: "for how long it may be that the findings of the source were listed last",
    kind: Kind::Integer { min: 1, max: 168 },
    default: "24",
};

/// A rule that shows what became of the findings of a source.
pub(crate) struct Response {
    /// The source.
    pub(crate) source: Source,
    /// No finding is open.
    pub(crate) answered: &'static Code,
    /// A finding is open.
    pub(crate) open: &'static Code,
    /// The source is off.
    pub(crate) off: &'static Code,
}

impl Response {
    /// The decision, from checked parameters.
    pub(crate) fn prepare(&'static self, values: &Values) -> Result<Check, BadParameter> {
        let max_age = values.hours(&MAX_FINDING_LIST_AGE_HOURS)?;
        Ok(Box::new(move |facts| self.check(facts, max_age)))
    }

    fn check(&self, facts: &Facts<'_>, max_age: SignedDuration) -> Result<Verdict, Gap> {
        let (ledger, instance) = (facts.ledger()?, facts.instance().id);
        let known: Vec<&Entry> = ledger.entries(instance, self.source).collect();
        // What is open is certain, however long ago the source was listed, and also where somebody
        // has switched it off since.
        if known.iter().any(|entry| entry.standing == Standing::Open) {
            let text = line(&known, room(self.open));
            return Verdict::weigh_without_evidence(None, vec![Ground::fails(self.open, text)]);
        }
        match ledger.listing(instance, self.source, facts.now(), max_age)? {
            Listing::Off => {
                let text = format!("{} is off", self.source);
                Ok(Verdict::not_applicable(Reason::new(self.off, text)))
            }
            Listing::On(answers) => {
                let text = match answers.entries() {
                    [] => format!("no finding of {}", self.source),
                    entries => line(entries, room(self.answered)),
                };
                let ground = Ground::holds(self.open, text);
                Verdict::weigh(&answers, vec![ground], self.answered)
            }
        }
    }
}

/// How long a text may be after a code.
fn room(code: &Code) -> usize {
    ANNOTATION_LIMIT.saturating_sub(code.id.len() + 1)
}
