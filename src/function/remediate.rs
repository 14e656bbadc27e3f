//! The functions that answer findings.
//!
//! ```text
//! respond      a batch of messages of SQS, or an event
//! follow_up    looks at what is open again, and clears up: a schedule invokes it
//! operate      what an operator asks for, by a document of SSM
//! backfill     lists the sources, so that no finding is missing: a schedule invokes it
//! listed       writes down what a listing finds
//! waf          covers instances with rule groups of AWS WAF: a schedule invokes it
//! crew         what all but backfill work with, from the settings
//! world        the ports of answering, in AWS and the Managers
//! accounts     clients of other accounts and Regions
//! ```

use std::process::ExitCode;

use jiff::Timestamp;
use rules::text::{clean, listed, quoted};

use super::{Invocation, Refused, Start, answer};
use crate::{
    aws::{
        function_settings::{LEDGER, ledger},
        table::DynamoTable,
    },
    ledger::Partition,
};

mod accounts;
mod backfill;
mod crew;
mod follow_up;
mod listed;
mod operate;
mod respond;
mod waf;
mod world;

use backfill::BackfillFunction;
use crew::Crews;
use follow_up::FollowUpFunction;
use operate::OperateFunction;
use respond::RespondFunction;
use waf::WafFunction;

/// The functions of this binary.
const FUNCTIONS: &str = "`respond`, `follow-up`, `operate`, `backfill` and `waf`";

/// Serves invocations of the function that the handler's name says, until Lambda ends the process.
#[must_use]
pub fn run() -> ExitCode {
    super::run(async |start| match start.handler.as_str() {
        "respond" => {
            let function = RespondFunction::new(Crews::new(&start)?);
            answer(async |invocation| function.answer(invocation).await).await
        }
        "follow-up" => {
            let function = FollowUpFunction::new(Crews::new(&start)?);
            answer(async |invocation| function.answer(invocation).await).await
        }
        "operate" => {
            let function = OperateFunction::new(Crews::new(&start)?);
            answer(async |invocation| function.answer(invocation).await).await
        }
        "backfill" => {
            let function = BackfillFunction::new(&start)?;
            answer(async |invocation| function.answer(invocation).await).await
        }
        "waf" => {
            let function = WafFunction::new(Crews::new(&start)?);
            answer(async |invocation| function.answer(invocation).await).await
        }
        other => {
            let other = quoted(other);
            Err(format!(
                "the handler is {other}, and the functions of this binary are {FUNCTIONS}"
            ))
        }
    })
}

/// The account and Region of the function.
fn home(invocation: &Invocation) -> Result<Partition, Refused> {
    let home = invocation
        .home()
        .map(|(account, region)| Partition { account, region });
    home.ok_or_else(|| {
        Refused::Deployment("the ARN of the function names no account and Region".to_owned())
    })
}

/// What there is to do in the order of a run: whatever takes all the time today is not the first one
/// the next time. That is drawn, by the time: runs are a fixed time apart, and might always begin with
/// the same.
fn in_turn<T>(mut all: Vec<T>, now: Timestamp) -> Vec<T> {
    let minute = now.as_second().div_euclid(60).unsigned_abs();
    if !all.is_empty() {
        let first = fastrand::Rng::with_seed(minute).usize(..all.len());
        all.rotate_left(first);
    }
    all
}

/// What a run could not do, in one line; `None` where it did everything.
fn unfinished(done: &str, problems: &[String]) -> Option<String> {
    let problems = problems.iter().map(|problem| clean(problem));
    let problems = listed(problems, 1);
    (!problems.is_empty()).then(|| format!("not everything was {done}: {problems}"))
}

/// The table of the ledger that the environment names.
fn table(start: &Start) -> Result<DynamoTable, String> {
    ledger(&start.hub)?.ok_or_else(|| format!("{LEDGER} is not set"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whatever_a_run_is_about_is_its_first_one_on_some_day() {
        let began: Timestamp = "2026-11-20T03:15:00Z".parse().unwrap();
        // Once a day, and every 15 minutes.
        for (apart, count) in [(1_440, 24), (1_440, 30), (15, 4), (15, 96)] {
            let runs = 0..i64::from(count) * 20;
            let firsts: BTreeSet<i32> = runs
                .map(|run| {
                    let after = jiff::SignedDuration::from_mins(run * apart);
                    let now = began.checked_add(after).unwrap();
                    in_turn((0..count).collect(), now)[0]
                })
                .collect();
            assert_eq!(firsts.len(), usize::try_from(count).unwrap(), "{apart}");
        }
        assert!(in_turn(Vec::<u8>::new(), began).is_empty());
    }
}
