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

use std::{process::ExitCode, sync::Arc};

use jiff::Timestamp;
use rules::text::{clean, listed, quoted};

use super::{Invocation, Refused, answer};
use crate::{
    aws::{
        clients::Clients,
        function_settings::{LEDGER, ledger_table},
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

/// Accounts and Regions in the order of a run: whatever takes all the time today is not the first
/// one the next time.
fn in_turn(mut partitions: Vec<Partition>, now: Timestamp) -> Vec<Partition> {
    let minute = usize::try_from(now.as_second().rem_euclid(86_400) / 60).unwrap_or(0);
    if let Some(first) = minute.checked_rem(partitions.len()) {
        partitions.rotate_left(first);
    }
    partitions
}

/// What a run could not do, in one line; `None` where it did everything.
fn unfinished(done: &str, problems: &[String]) -> Option<String> {
    let problems = problems.iter().map(|problem| clean(problem));
    let problems = listed(problems, 1);
    (!problems.is_empty()).then(|| format!("not everything was {done}: {problems}"))
}

/// The table of the ledger that the environment names.
fn table(clients: &Arc<Clients>) -> Result<DynamoTable, String> {
    let name = ledger_table().ok_or_else(|| format!("{LEDGER} is not set"))?;
    Ok(DynamoTable::new(Arc::clone(clients), name))
}
