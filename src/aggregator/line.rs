//! What one rule says of one instance, on its way from what AWS Config shows to a row.

use std::io;

use jiff::Timestamp;
use rules::{Rule, gap, instance::InstanceId, text::quoted};

use super::annotation::Annotation;
use crate::{
    posting::{INSTANCE, Present},
    report::{Row, Word},
    results::Builder,
};

/// What one rule says of one instance.
pub(super) struct Line<'a> {
    pub(super) instance: &'a str,
    /// The place of the rule in the catalogue.
    pub(super) place: usize,
    rule: &'static Rule,
    pub(super) word: Word,
    shown: Shown<'a>,
}

/// A result, as far as it is understood.
enum Shown<'a> {
    Read(Annotation),
    /// What AWS Config shows, with an annotation of somebody else's.
    Foreign(&'a Present),
}

impl<'a> Line<'a> {
    /// What a rule says in a result, at its place in the catalogue. A result with an annotation of
    /// somebody else's is no verdict.
    pub(super) fn of(rule: &'static Rule, place: usize, result: &'a Present) -> Self {
        let annotation = result.annotation.as_deref().and_then(Annotation::read);
        let (word, shown) = match annotation {
            Some(annotation) => (result.compliance.into(), Shown::Read(annotation)),
            None => (Word::Undetermined, Shown::Foreign(result)),
        };
        Self {
            instance: result.resource.id(),
            place,
            rule,
            word,
            shown,
        }
    }

    /// How urgent it is, the most urgent first: what is excepted is less so than what is not known.
    pub(super) fn urgency(&self, now: Timestamp) -> (bool, Word) {
        let is_excepted = match &self.shown {
            Shown::Read(Annotation { exception, .. }) => {
                let excepted = exception.as_ref();
                excepted.is_some_and(|excepted| excepted.ticket_at(now).is_some())
            }
            Shown::Foreign(_) => false,
        };
        let comes_later = is_excepted || self.word > Word::Undetermined;
        (comes_later, self.word)
    }

    /// Adds the row, as of a time.
    ///
    /// # Errors
    /// When there are too many to be held.
    pub(super) fn add_to(
        &self,
        builder: &mut Builder,
        account: &str,
        region: &str,
        now: Timestamp,
    ) -> io::Result<()> {
        let foreign;
        let (code, reason, exception) = match &self.shown {
            Shown::Read(annotation) => {
                let excepted = annotation.exception.as_ref();
                let exception = excepted.and_then(|excepted| excepted.ticket_at(now));
                (&*annotation.code, &*annotation.reason, exception)
            }
            Shown::Foreign(result) => {
                let shown = result.compliance.word();
                foreign = match &result.annotation {
                    Some(annotation) => format!(
                        "AWS Config shows {shown}, with an annotation that is not Deepgrade's: {}",
                        quoted(annotation)
                    ),
                    None => format!("AWS Config shows {shown}, and no annotation"),
                };
                (gap::UNRECOGNISED.id, &*foreign, None)
            }
        };
        let row = Row {
            instance: self.instance,
            account: Some(account),
            region: Some(region),
            name: None,
            computer: None,
            computer_id: None,
            manager: None,
            rule: self.rule.id,
            severity: self.rule.severity.word(),
            verdict: self.word,
            code,
            reason,
            retryable: (self.word == Word::Undetermined).then_some(false),
            exception,
        };
        builder.add(&row).map_err(io::Error::other)
    }
}

/// Whether a result is about an instance.
pub(super) fn is_instance(result: &Present) -> bool {
    let is_id = result.resource.id().parse::<InstanceId>().is_ok();
    result.resource.kind() == INSTANCE && is_id
}
