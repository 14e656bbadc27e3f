//! `/scheduledtasks`: list, search, create, describe, modify, delete.

use serde_json::{Map, Value, json};

use crate::json;
use crate::options::{Key, Right};
use crate::search;
use crate::server::Ask;
use crate::tasks::check;
use crate::world::World;

use super::refusal::{Outcome, Refusal};
use super::{bytes, number, object, objects, require};

const WHAT: &str = "The scheduled task";

pub(super) fn answer(world: &mut World, ask: &Ask, key: &Key, rest: &[&str]) -> Outcome {
    let ceiling = world.options.ceiling;
    match (ask.method.as_str(), rest) {
        ("GET", []) => {
            require(key, Right::ViewTasks)?;
            Ok(objects::list("scheduledTasks", &world.tasks.all, ceiling))
        }
        ("POST", []) => {
            require(key, Right::CreateTasks)?;
            create(world, key, object(ask)?)
        }
        ("POST", ["search"]) => {
            require(key, Right::ViewTasks)?;
            objects::found(
                ask,
                "scheduledTasks",
                &world.tasks.all,
                search::TASKS,
                ceiling,
            )
        }
        ("GET", [id]) => {
            require(key, Right::ViewTasks)?;
            one(world, number(id, WHAT)?)
        }
        ("POST", [id]) => modify(world, key, number(id, WHAT)?, object(ask)?),
        ("DELETE", [id]) => {
            require(key, Right::DeleteTasks)?;
            let id = number(id, WHAT)?;
            let removed = world.tasks.all.remove(&id);
            removed
                .map(|_| Vec::new())
                .ok_or_else(|| Refusal::not_found(WHAT))
        }
        (_, [] | [_]) => Err(Refusal::no_such_method()),
        _ => Err(Refusal::not_found("The resource")),
    }
}

fn one(world: &World, id: i32) -> Outcome {
    world
        .tasks
        .all
        .get(&id)
        .map(bytes)
        .ok_or_else(|| Refusal::not_found(WHAT))
}

fn checked(world: &World, id: Option<i32>, task: &Map<String, Value>) -> Result<(), Refusal> {
    check(task).map_err(Refusal::bad_request)?;
    let same_name = |(other, known): (&i32, &Value)| {
        Some(*other) != id && known.get("name") == task.get("name")
    };
    if world.tasks.all.iter().any(same_name) {
        let name = task.get("name").and_then(Value::as_str).unwrap_or_default();
        return Err(Refusal::bad_request(format!(
            "Scheduled task \"{name}\" already exists."
        )));
    }
    Ok(())
}

fn create(world: &mut World, key: &Key, body: &Map<String, Value>) -> Outcome {
    let run_now = runs_now(key, body)?;
    checked(world, None, body)?;
    let mut task = body.clone();
    for written in ["runNow", "lastRunTime", "nextRunTime"] {
        task.remove(written);
    }
    task.entry("enabled").or_insert(json!(true));
    let now = world.clock.now();
    let id = world.tasks.create(Value::Object(task), run_now, now);
    let answer = one(world, id);
    world.catch_up();
    answer
}

fn modify(world: &mut World, key: &Key, id: i32, body: &Map<String, Value>) -> Outcome {
    let run_now = runs_now(key, body)?;
    let only_runs = body.keys().all(|name| name == "runNow");
    require(
        key,
        if only_runs {
            Right::ExecuteTasks
        } else {
            Right::EditTasks
        },
    )?;
    let task = world
        .tasks
        .all
        .get(&id)
        .ok_or_else(|| Refusal::not_found(WHAT))?;
    let mut changed = task.clone();
    let mut patch = body.clone();
    for written in ["runNow", "ID", "lastRunTime", "nextRunTime"] {
        patch.remove(written);
    }
    json::merge(&mut changed, &Value::Object(patch));
    checked(world, Some(id), changed.as_object().unwrap_or(body))?;
    world.tasks.all.insert(id, changed);
    let now = world.clock.now();
    world.tasks.schedule(id, now, run_now);
    world.catch_up();
    one(world, id)
}

fn runs_now(key: &Key, body: &Map<String, Value>) -> Result<bool, Refusal> {
    let run_now = body.get("runNow") == Some(&json!(true));
    if run_now {
        require(key, Right::ExecuteTasks)?;
    }
    Ok(run_now)
}
