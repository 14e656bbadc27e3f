//! A scheduled task, as the Manager writes it.

use serde::Deserialize;

use super::{
    item::Item,
    raw::{Raw, cut},
};
use crate::deep_security::operator::Task;

/// A task. What it does is told by its name, where it is one of ours.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TaskWire<'a> {
    #[serde(borrow, rename = "ID")]
    id: Raw<'a>,
    name: Raw<'a>,
    last_run_time: Raw<'a>,
    next_run_time: Raw<'a>,
}

impl Item for Task {
    type Wire<'a> = TaskWire<'a>;
    const LIST: &'static str = "scheduledTasks";
    const NOUN: &'static str = "scheduled task";

    fn id(&self) -> u64 {
        self.id
    }

    fn read(wire: TaskWire<'_>) -> Result<Self, &'static str> {
        let Ok(Some(id)) = wire.id.id() else {
            return Err("its ID is missing or not usable");
        };
        let Ok(Some(name)) = wire.name.text() else {
            return Err("its name is missing or not usable");
        };
        Ok(Self {
            id,
            name: cut(&name),
            last_run: wire.last_run_time.fact(),
            next_run: wire.next_run_time.fact(),
        })
    }
}
