//! The function `follow-up`: looks at what is open again, and clears up. A schedule invokes it; what
//! the event says does not matter.

use jiff::{SignedDuration, Timestamp};
use rules::fact::Fact;
use serde::Serialize;

use super::{
    Invocation, Refused,
    crew::{Crew, Crews},
    in_turn, unfinished,
};
use crate::{
    deep_security::operator::OwnTask,
    ledger::{Partition, read_partitions},
    managers::Enter as _,
    patience::Deadline,
    ports::Error,
    remediate::Mode,
    telemetry,
};

/// How old a scheduled task of ours may get at least: a Manager deletes it once it ran. As long as a
/// computer may take to do what it was told, a task is left alone in any case.
const OLDEST_TASK: SignedDuration = SignedDuration::from_hours(24);
/// The part of the time for findings. The rest is for clearing up.
const FOR_FINDINGS: f64 = 0.85;

/// The function, as long as Lambda keeps its process.
pub(super) struct FollowUpFunction {
    crews: Crews,
}

/// What one run looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Whether anything was done, or only looked at.
    acting: bool,
    /// How many accounts and Regions were looked at.
    partitions: usize,
    /// How many findings were looked at.
    looked_at: usize,
    /// How many findings are open after it.
    open: usize,
    /// How many rows hold no finding that can be read.
    unreadable: usize,
    /// How many scheduled tasks were deleted that had been left over.
    tasks_deleted: usize,
    /// What could not be done, in one line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

impl FollowUpFunction {
    pub(super) fn new(crews: Crews) -> Self {
        Self { crews }
    }

    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Summary, Refused> {
        let time = self.crews.time.as_ref();
        let began = time.elapsed();
        let whole = Deadline::new(time, invocation.ends(time));
        let crew = self.crews.crew(&invocation).await?;
        let mode = crew.mode().await?;
        let mut summary = Summary {
            acting: mode == Mode::Acting,
            ..Summary::default()
        };
        let findings = whole.first_part(FOR_FINDINGS);
        let partitions = read_partitions(crew.remediate.table()).await?;
        let partitions = in_turn(partitions, time.now());
        for partition in &partitions {
            let looked = findings.limit(look(&crew, partition, mode, &mut summary));
            match looked.await {
                Some(Ok(())) => summary.partitions += 1,
                Some(Err(error)) => summary.problems.push(format!("{partition}: {error}")),
                None => summary
                    .problems
                    .push(format!("{partition}: the time was over")),
            }
        }
        if mode == Mode::Acting
            && whole
                .limit(sweep(&crew, time.now(), &mut summary))
                .await
                .is_none()
        {
            summary
                .problems
                .push("not all Managers were cleared up: the time was over".to_owned());
        }
        let failed = unfinished("looked at", &summary.problems);
        let took = time.elapsed().saturating_sub(began);
        telemetry::write(&telemetry::counted(
            "follow-up",
            &[
                ("Partitions", summary.partitions),
                ("LookedAt", summary.looked_at),
                ("Open", summary.open),
                ("Unreadable", summary.unreadable),
                ("TasksDeleted", summary.tasks_deleted),
                ("Problems", summary.problems.len()),
            ],
            failed.as_deref(),
            took,
            time.now(),
        ));
        failed.map_or(Ok(summary), |line| Err(Refused::Unfinished(line)))
    }
}

/// Looks at what is open in an account and Region, and has its response rules run.
async fn look(
    crew: &Crew,
    partition: &Partition,
    mode: Mode,
    summary: &mut Summary,
) -> Result<(), Error> {
    let followed = crew.remediate.follow_up(partition, mode).await?;
    for line in &followed.unreadable {
        tracing::error!(%partition, "{line}");
    }
    summary.looked_at += followed.looked_at;
    summary.open += followed.open;
    summary.unreadable += followed.unreadable.len();
    if mode == Mode::DryRun {
        return Ok(());
    }
    if followed.changed {
        crew.remediate.kick(partition).await
    } else {
        crew.remediate.kick_if_due(partition).await
    }
}

/// Deletes the scheduled tasks that this ledger asked for and that were left over.
async fn sweep(crew: &Crew, now: Timestamp, summary: &mut Summary) {
    for manager in crew.world.managers().0.names() {
        if let Err(error) = crew.remediate.look_at_errands(&manager).await {
            // They count as under way until then.
            tracing::warn!("which errands are done is not known: {error}");
        }
        if let Err(error) = sweep_one(crew, &manager, now, &mut summary.tasks_deleted).await {
            // Nothing but order depends on it.
            tracing::warn!("the scheduled tasks are not cleared up: {error}");
        }
    }
}

async fn sweep_one(
    crew: &Crew,
    manager: &str,
    now: Timestamp,
    deleted: &mut usize,
) -> Result<(), Error> {
    let managers = crew.world.managers();
    let tasks = managers.own_tasks(manager).await?;
    if tasks.is_empty() {
        return Ok(());
    }
    let ledger = crew.remediate.ledger_id().await?;
    let age = crew.remediation.limits().patience.max(OLDEST_TASK);
    let since = now.checked_sub(age).unwrap_or(Timestamp::MIN);
    for own in tasks {
        // What another ledger asked for is cleared up by whoever follows that one up.
        if own.name.ledger() == ledger && is_over(&own, since) {
            managers.delete_own_task(manager, &own).await?;
            *deleted += 1;
        }
    }
    Ok(())
}

/// Whether a task was asked for before a time, and the Manager does not say that it ran since then,
/// or is still to run.
fn is_over(own: &OwnTask, since: Timestamp) -> bool {
    let is_later = |time: &Fact<Timestamp>| matches!(time, Fact::Known(time) if *time >= since);
    own.name.asked_at() < since && !is_later(&own.task.last_run) && !is_later(&own.task.next_run)
}
