//! The exceptions that results were found with, and how many results each is made for.

use std::collections::HashMap;

use rules::{Grader, exceptions::Standing, text::clean};

use super::ExceptionShown;
use crate::evaluation::Fleet;

/// How many results each exception is made for, by its id.
#[must_use]
pub fn results_by_exception(fleet: &Fleet, graders: &[Grader]) -> HashMap<String, usize> {
    let mut results = HashMap::new();
    let excepting = graders.iter().filter(|grader| {
        let exceptions = grader.exceptions();
        exceptions.is_some_and(|exceptions| exceptions.iter().len() > 0)
    });
    for grader in excepting {
        for instance in &fleet.instances {
            let evaluation = fleet.evaluate(grader, instance);
            if let Some(id) = evaluation.exception() {
                match results.get_mut(id) {
                    Some(count) => *count += 1,
                    None => drop(results.insert(id.to_owned(), 1)),
                }
            }
        }
    }
    results
}

/// The exceptions, in the order in which they were written; `None` where there is none.
#[must_use]
pub fn exceptions(fleet: &Fleet, graders: &[Grader]) -> Option<Vec<ExceptionShown>> {
    // All graders of a run have the same.
    let exceptions = graders.first()?.exceptions()?;
    if exceptions.iter().len() == 0 {
        return None;
    }
    let results = results_by_exception(fleet, graders);
    let shown = exceptions.iter().map(|exception| {
        let standing = exceptions.standing(exception, fleet.as_of);
        ExceptionShown {
            id: exception.id().to_owned(),
            scope: clean(&format!("{}: {}", exception.scope(), exception.rules())),
            reason: exception.reason().to_owned(),
            owner: exception.owner().to_owned(),
            ticket: exception.ticket().to_owned(),
            expires: exception.last_second(),
            is_active: matches!(standing, Standing::Active | Standing::ExpiresSoon(_)),
            results: results.get(exception.id()).copied().unwrap_or(0),
        }
    });
    Some(shown.collect())
}
