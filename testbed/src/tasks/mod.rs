//! Scheduled tasks, and the work that they and policy changes give to the agents.
//!
//! A task that runs only dispatches: each agent takes its command at its next heartbeat, works,
//! and then the Manager's own time stamps move. Agents that do not speak never get there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::{DAY, HOUR};
use crate::estate::Estate;
use crate::options::Options;

mod filter;
mod schema;
mod work;

pub(crate) use schema::check;
use work::{Work, finish};

#[derive(Debug)]
enum Event {
    /// `asked`: run now, whatever the schedule says.
    Run {
        task: i32,
        asked: bool,
    },
    Finish {
        computer: i32,
        work: Work,
    },
    Remove {
        task: i32,
    },
}

/// All tasks, and what is still to happen.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    /// By number, as the JSON that is answered.
    pub(crate) all: BTreeMap<i32, Value>,
    last_id: i32,
    events: BTreeMap<(i64, u64), Event>,
    counter: u64,
    /// When the heartbeats were last seen to.
    beat: Option<i64>,
}

impl Tasks {
    /// Takes a checked task in; it runs at once with `run_now`, else when it is due.
    pub(crate) fn create(&mut self, mut task: Value, run_now: bool, now: i64) -> i32 {
        self.last_id += 1;
        let id = self.last_id;
        set(&mut task, "ID", json!(id));
        self.all.insert(id, task);
        self.schedule(id, now, run_now);
        id
    }

    /// Makes a changed task due anew.
    pub(crate) fn schedule(&mut self, id: i32, now: i64, run_now: bool) {
        let Some(task) = self.all.get_mut(&id) else {
            return;
        };
        let due = if run_now {
            Some(now)
        } else {
            next_run(task, now)
        };
        match due.filter(|due| *due > now) {
            Some(due) => set(task, "nextRunTime", json!(due)),
            None => unset(task, "nextRunTime"),
        }
        if let Some(due) = due {
            self.at(
                due,
                Event::Run {
                    task: id,
                    asked: run_now,
                },
            );
        }
    }

    fn at(&mut self, due: i64, event: Event) {
        self.counter += 1;
        self.events.insert((due, self.counter), event);
    }

    /// Lets everything happen that is due by `now`, each at its own time.
    pub(crate) fn run_until(&mut self, now: i64, estate: &mut Estate, options: &Options) {
        self.heartbeats(now, estate, options.heartbeat);
        while let Some(entry) = self.events.first_entry() {
            let (due, _) = *entry.key();
            if due > now {
                break;
            }
            match entry.remove() {
                Event::Run { task, asked } => {
                    let next = self.all.get(&task).and_then(|task| task.get("nextRunTime"));
                    if asked || next == Some(&json!(due)) {
                        self.dispatch(task, due, estate, options);
                    }
                }
                Event::Finish { computer, work } => {
                    if let Some(changed) = estate.computers.get(&computer).cloned() {
                        let changed = finish(changed, work, due, estate);
                        estate.add(changed);
                    }
                }
                Event::Remove { task } => {
                    self.all.remove(&task);
                }
            }
        }
    }

    fn heartbeats(&mut self, now: i64, estate: &mut Estate, every: i64) {
        let last = *self.beat.get_or_insert(estate.as_of);
        if every <= 0 || now - last < every {
            return;
        }
        self.beat = Some(now);
        for computer in estate
            .computers
            .values_mut()
            .filter(|computer| computer.agent.speaks)
        {
            if let Some(spoke) = &mut computer.agent.last_communication {
                *spoke += (now - *spoke).max(0) / every * every;
            }
        }
    }

    fn dispatch(&mut self, id: i32, now: i64, estate: &mut Estate, options: &Options) {
        let Some(task) = self.all.get_mut(&id) else {
            return;
        };
        if task.get("enabled") == Some(&json!(false)) {
            return;
        }
        set(task, "lastRunTime", json!(now));
        unset(task, "nextRunTime");
        let work = task.get("type").and_then(Value::as_str).and_then(Work::of);
        let computers = filter::computers(task, estate);
        let details = task.get("scheduleDetails");
        let once =
            details.and_then(|details| details.get("recurrenceType")) == Some(&json!("none"));
        let deletes_itself =
            once && details.and_then(|details| details.get("recurrenceCount")) == Some(&json!(1));
        if let Some(next) = next_run(task, now) {
            set(task, "nextRunTime", json!(next));
            self.at(
                next,
                Event::Run {
                    task: id,
                    asked: false,
                },
            );
        }
        if let Some(work) = work {
            self.give(work, &computers, now, estate, options);
        }
        if deletes_itself {
            self.at(
                now + options.heartbeat + options.scan_time,
                Event::Remove { task: id },
            );
        }
    }

    /// Asks for a policy send.
    pub(crate) fn send_policy(
        &mut self,
        computers: &[i32],
        now: i64,
        estate: &mut Estate,
        options: &Options,
    ) {
        self.give(Work::SendPolicy, computers, now, estate, options);
    }

    fn give(
        &mut self,
        work: Work,
        computers: &[i32],
        now: i64,
        estate: &mut Estate,
        options: &Options,
    ) {
        let takes = match work {
            Work::SendPolicy | Work::Updates => 0,
            Work::Recommendation | Work::Integrity | Work::Malware => options.scan_time,
        };
        for id in computers {
            let Some(computer) = estate.computers.get_mut(id) else {
                continue;
            };
            if !computer.is_activated() {
                continue;
            }
            if work == Work::SendPolicy {
                computer.policy_requested = Some(now);
            }
            let text = work.pending();
            if !computer.pending.iter().any(|pending| pending == text) {
                computer.pending.push(text.to_owned());
                if computer.agent.speaks {
                    let due = now + options.heartbeat + takes;
                    self.at(
                        due,
                        Event::Finish {
                            computer: *id,
                            work,
                        },
                    );
                }
            }
        }
    }
}

/// When a task is due after `now`; `None` for one that only runs when told to.
fn next_run(task: &Value, now: i64) -> Option<i64> {
    let details = task.get("scheduleDetails")?;
    match details.get("recurrenceType")?.as_str()? {
        "none" => {
            let start = details
                .get("onceOnlyScheduleParameters")?
                .get("startTime")?
                .as_i64()?;
            (start > now).then_some(start)
        }
        "hourly" => Some(now + HOUR),
        "daily" => Some(now + DAY),
        "weekly" => Some(now + 7 * DAY),
        "monthly" => Some(now + 30 * DAY),
        _ => None,
    }
}

fn set(task: &mut Value, name: &str, value: Value) {
    if let Some(map) = task.as_object_mut() {
        map.insert(name.to_owned(), value);
    }
}

fn unset(task: &mut Value, name: &str) {
    if let Some(map) = task.as_object_mut() {
        map.remove(name);
    }
}

#[cfg(test)]
mod tests;
