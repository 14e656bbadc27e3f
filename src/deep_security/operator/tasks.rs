//! One-off scheduled tasks: the only way to let an agent scan or take its policy (the REST API has
//! no action for it), and the only thing that is ever deleted.

use jiff::Timestamp;
use remediations::action::Scan;
use rules::{computer::ComputerId, fact::Fact, text::quoted};
use serde_json::{Value, json};

use super::{
    Operator,
    calls::{self, COMPUTER, TASK},
    look_up::expect_id,
    task_name::{PREFIX, TaskKind, TaskName},
};
use crate::deep_security::{
    call::{Call, Reply},
    error::{Error, Problem},
    pages::{self, Searched},
    run::{Run, unreadable},
    wire,
};

/// A scheduled task's id in its Manager.
pub type TaskId = u64;

/// A scheduled task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The id in its Manager.
    pub id: TaskId,
    /// The name. Foreign text, unless Deepgrade made the task.
    pub name: Box<str>,
    /// When the Manager last handed it out to the agents, by its own clock. It says nothing of what
    /// the agents did.
    pub last_run: Fact<Timestamp>,
    /// When it is due next.
    pub next_run: Fact<Timestamp>,
}

/// A task that is named as Deepgrade names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTask {
    /// Its name, which tells who asked for it and when.
    pub name: TaskName,
    /// The task.
    pub task: Task,
}

/// A task that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedTask {
    /// The task.
    pub task: Task,
    /// Whether it was there before.
    pub existed: bool,
}

/// What became of deleting a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletedTask {
    /// It was deleted.
    Deleted,
    /// It was gone: a one-off task deletes itself after it ran.
    Gone,
}

impl Searched for Task {
    fn call() -> &'static Call {
        &calls::TASKS
    }
}

impl Operator {
    /// The task with that name; the oldest of them, where several have it.
    ///
    /// # Errors
    /// When it cannot be said whether there is one.
    pub async fn task_named(&self, name: &TaskName) -> Result<Option<Task>, Error> {
        find(&self.run(), name).await
    }

    /// Makes a one-off task that runs now, unless one with its name is there. A task that was made
    /// deletes itself after it ran. After a reply that was lost it is looked for by its name before
    /// it is asked for again.
    ///
    /// # Errors
    /// When there is none in the end; [`Problem::Unheard`] when nobody can say whether there was
    /// one, so that to ask again may be to ask for it twice.
    pub async fn create_task(
        &self,
        name: &TaskName,
        computer: ComputerId,
        kind: TaskKind,
    ) -> Result<CreatedTask, Error> {
        let run = self.run();
        let call = &calls::CREATE_TASK;
        let body = one_off(name, computer, kind).to_string();
        let mut tries = run.tries();
        // What was heard of the last attempt that left open whether there is a task.
        let mut left_open: Option<Problem> = None;
        loop {
            match (find(&run, name).await, left_open.take()) {
                (Ok(Some(task)), _) => {
                    let existed = tries.made() == 0;
                    return Ok(CreatedTask { task, existed });
                }
                (Err(_), Some(problem)) => return Err(unheard(&run, problem)),
                (Err(error), None) => return Err(error),
                (Ok(None), open) => left_open = open,
            }
            let made = run.attempt(call, Some(body.clone()), |reply| {
                let task: Task =
                    wire::object(reply.json_of(COMPUTER)?).map_err(|error| unreadable(&error))?;
                if *task.name != *name.as_str() {
                    let what = format!("it is about a task named {}", quoted(&task.name));
                    return Err(Problem::Unexpected(what));
                }
                Ok((task, 1))
            });
            let problem = match made.await {
                Ok(task) => {
                    let existed = false;
                    return Ok(CreatedTask { task, existed });
                }
                Err(problem) => problem,
            };
            // A name is taken: somebody who was asked for the same was faster.
            if let Problem::Status(400, ..) = problem {
                return match (find(&run, name).await, left_open) {
                    (Ok(Some(task)), _) => {
                        let existed = true;
                        Ok(CreatedTask { task, existed })
                    }
                    // It may be the one that was asked for before, and be on its way.
                    (_, Some(problem)) => Err(unheard(&run, problem)),
                    (Ok(None), None) => Err(run.error(Some(call), problem)),
                    (Err(error), None) => Err(error),
                };
            }
            if problem.leaves_open_what_was_done() {
                match find(&run, name).await {
                    Ok(Some(task)) => {
                        let existed = false;
                        return Ok(CreatedTask { task, existed });
                    }
                    // No task is made, sent on its way and deleted in no time.
                    Ok(None) if !problem.may_be_under_way() => left_open = Some(problem.clone()),
                    // To ask once more would be to ask for it twice. Whoever comes later sees what
                    // became of it.
                    Ok(None) | Err(_) => return Err(unheard(&run, problem)),
                }
            }
            run.pause(&mut tries, call, problem).await?;
        }
    }

    /// Every task that Deepgrade made, for whatever ledger, and that is still there, by rising id.
    ///
    /// # Errors
    /// Whenever that cannot be said.
    pub async fn own_tasks(&self) -> Result<Vec<OwnTask>, Error> {
        let criteria = [pages::beginning("name", PREFIX)];
        let tasks: Vec<Task> = pages::matching(&self.run(), &criteria, |_| {}).await?;
        // How a Manager compares texts depends on its database; here it is equality.
        let own = tasks.into_iter().filter_map(|task| {
            let name = task.name.parse().ok()?;
            Some(OwnTask { name, task })
        });
        Ok(own.collect())
    }

    /// Deletes a task that Deepgrade made, if it still has the name that it was listed with.
    ///
    /// # Errors
    /// [`Problem::Improper`] for a task of another name, which is left alone; and whenever it is
    /// not known to be gone.
    pub async fn delete_own_task(&self, own: &OwnTask) -> Result<DeletedTask, Error> {
        let run = self.run();
        let id = own.task.id;
        let describe = calls::task(id);
        let task = match run.ask(&describe, None, |reply| in_reply(reply, id)).await {
            Ok(task) => task,
            Err(error) if error.is_gone() => return Ok(DeletedTask::Gone),
            Err(error) => return Err(error),
        };
        if *task.name != *own.name.as_str() {
            let what = format!(
                "it is named {}: Deepgrade did not make it and leaves it alone",
                quoted(&task.name)
            );
            return Err(run.error(Some(&describe), Problem::Improper(what)));
        }
        let call = calls::delete_task(id);
        let deleted = run.ask(&call, None, |reply| reply.deletion_of(TASK));
        match deleted.await {
            Ok(()) => Ok(DeletedTask::Deleted),
            Err(error) if error.is_gone() => Ok(DeletedTask::Gone),
            Err(error) => Err(error),
        }
    }
}

/// Nobody can say whether there is a task.
fn unheard(run: &Run<'_>, problem: Problem) -> Error {
    let unheard = Problem::Unheard(Box::new(problem));
    run.error(Some(&calls::CREATE_TASK), unheard)
}

async fn find(run: &Run<'_>, name: &TaskName) -> Result<Option<Task>, Error> {
    let criteria = [pages::exactly("name", name.as_str())];
    let tasks: Vec<Task> = pages::matching(run, &criteria, |_| {}).await?;
    let mut named = tasks
        .into_iter()
        .filter(|task| *task.name == *name.as_str());
    Ok(named.next())
}

fn in_reply(reply: &Reply, id: TaskId) -> Result<Task, Problem> {
    let task: Task = wire::object(reply.json_of(TASK)?).map_err(|error| unreadable(&error))?;
    expect_id(TASK, task.id, id)?;
    Ok(task)
}

/// A task that runs once, now, on one computer. A count of one makes the Manager delete it after
/// it ran (official SDK samples, "scheduled tasks").
fn one_off(name: &TaskName, computer: ComputerId, kind: TaskKind) -> Value {
    let filter = json!({ "type": "computer", "computerID": computer });
    let (word, member, parameters) = match kind {
        TaskKind::Scan(Scan::Recommendation) => (
            "scan-for-recommendations",
            "scanForRecommendationsTaskParameters",
            json!({ "computerFilter": filter }),
        ),
        TaskKind::Scan(Scan::Integrity) => (
            "scan-for-integrity-changes",
            "scanForIntegrityChangesTaskParameters",
            json!({ "computerFilter": filter }),
        ),
        TaskKind::Scan(Scan::Malware) => (
            "scan-for-malware",
            "scanForMalwareTaskParameters",
            json!({ "computerFilter": filter }),
        ),
        TaskKind::PolicySend => (
            "send-policy",
            "sendPolicyTaskParameters",
            json!({ "computerFilter": filter }),
        ),
    };
    json!({
        "name": name.as_str(),
        "type": word,
        "enabled": true,
        "runNow": true,
        "scheduleDetails": {
            "timeZone": "UTC",
            "recurrenceType": "none",
            "recurrenceCount": 1,
            "onceOnlyScheduleParameters": { "startTime": 0 },
        },
        member: parameters,
    })
}
