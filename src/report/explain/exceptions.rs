//! Which exception is made for a result, and why others that concern the instance are not.

use rules::{Grader, exception::Miss, verdict::Compliance};

use crate::evaluation::Evaluation;

/// The exception that is made for a result with all that it says, and the others that are made for the
/// instance and not for the result. Those that are for other instances say nothing about this one.
pub(super) fn lines(
    grader: &Grader,
    evaluation: &Evaluation<'_>,
) -> impl Iterator<Item = (String, String)> {
    let instance = evaluation.facts.instance();
    let (rule, now) = (evaluation.rule.id, evaluation.facts.now());
    let asks = evaluation.outcome.as_ref().is_ok_and(|verdict| {
        verdict.exception().is_some() || verdict.compliance() == Compliance::NonCompliant
    });
    let exceptions = grader.exceptions().filter(|_| asks);
    exceptions.into_iter().flat_map(move |exceptions| {
        exceptions.iter().filter_map(move |exception| {
            let id = exception.id();
            let is_named = exception.scope().instance() == Some(instance.id);
            let days = format!("{} to {}", exception.created(), exception.expires());
            let line = match exceptions.miss(exception, rule, instance, now) {
                None if evaluation.exception() == Some(id) => {
                    let (ticket, owner) = (exception.ticket(), exception.owner());
                    let (scope, reason) = (exception.scope(), exception.reason());
                    format!("{id} for {scope}, {days}, {ticket}, {owner}: {reason}")
                }
                None => format!("{id} is made for it too, and another one holds longer"),
                Some(Miss::Instance | Miss::Account | Miss::Tag) if !is_named => return None,
                Some(miss @ (Miss::NotYet | Miss::Expired)) => {
                    format!("{id} {} ({days})", miss.words())
                }
                Some(miss) => format!("{id} {}", miss.words()),
            };
            Some(("exception".to_owned(), line))
        })
    })
}
