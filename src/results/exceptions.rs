//! The exceptions that results were found with, and how many results each is made for.

use std::collections::HashMap;

use serde::Serialize;

use rules::{Grader, exceptions::Standing, text::clean};

use super::ExceptionShown;
use crate::{
    evaluation::Fleet,
    report::{Group, Word},
};

/// What of the results of a run an exception covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// How many non-compliant results it is made for.
    pub results: usize,
    /// How many it fits, and another one that holds longer is made for.
    pub outlasted: usize,
    /// How many it fits, of which it cannot be told whether they ask for one.
    pub undetermined: usize,
    /// Whether a rule that it is made for was graded by.
    pub is_graded: bool,
}

/// What each exception covers, by its id.
#[must_use]
pub fn coverage_of_exceptions(fleet: &Fleet, graders: &[Grader]) -> HashMap<String, Coverage> {
    let mut covered: HashMap<String, Coverage> = HashMap::new();
    for grader in graders {
        let Some(exceptions) = grader.exceptions().filter(|all| all.iter().len() > 0) else {
            continue;
        };
        let rule = grader.rule().id;
        for exception in exceptions.iter() {
            let of = covered.entry(exception.id().to_owned()).or_default();
            of.is_graded |= exception.rules().contain(rule);
        }
        for instance in &fleet.instances {
            let evaluation = fleet.evaluate(grader, instance);
            let made = evaluation.exception();
            if made.is_none() && !matches!(Group::of(&evaluation), Group::Of(Word::Undetermined)) {
                continue;
            }
            for exception in exceptions.fitting(rule, instance, fleet.as_of) {
                let of = covered.entry(exception.id().to_owned()).or_default();
                match made {
                    None => of.undetermined += 1,
                    Some(id) if id == exception.id() => of.results += 1,
                    Some(_) => of.outlasted += 1,
                }
            }
        }
    }
    covered
}

/// The exceptions, in the order in which they were written; `None` where there is none.
#[must_use]
pub fn exceptions(fleet: &Fleet, graders: &[Grader]) -> Option<Vec<ExceptionShown>> {
    // All graders of a run have the same.
    let exceptions = graders.first()?.exceptions()?;
    if exceptions.iter().len() == 0 {
        return None;
    }
    let covered = coverage_of_exceptions(fleet, graders);
    let shown = exceptions.iter().map(|exception| {
        let standing = exceptions.standing(exception, fleet.as_of);
        ExceptionShown {
            id: exception.id().to_owned(),
            scope: clean(&format!("{}: {}", exception.scope(), exception.rules())),
            reason: exception.reason().to_owned(),
            owner: exception.owner().to_owned(),
            ticket: exception.ticket().to_owned(),
            created: exception.created().to_string(),
            expires: exception.last_second(),
            is_active: matches!(standing, Standing::Active | Standing::ExpiresSoon(_)),
            results: covered.get(exception.id()).map_or(0, |of| of.results),
        }
    });
    Some(shown.collect())
}
