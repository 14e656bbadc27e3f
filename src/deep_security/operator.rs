//! Changes a Manager. Whoever grades does not link this: nothing that reads leads here.
//!
//! Every change adds something: rules to a computer or a policy, a policy to a computer that has
//! none, a module that was off, a one-off task. Nothing is replaced (no `PUT`), and nothing is
//! deleted but a scheduled task that Deepgrade made. A change is made after a look at what is
//! there, and after a reply that was lost there is another look, so that nothing is made twice.
//!
//! ```text
//! look_up       computers as they are now              times        what the Manager did, and when
//! assignments   what is assigned and recommended       tasks        one-off scheduled tasks
//! protection    a policy, a module                     task_name    names by which they are found again
//! calls         every call, with the right it needs
//! ```

use std::{sync::Arc, time::Duration};

use super::{
    error::Error,
    reader::Access,
    run::{Manager, Run},
};
use crate::time::Time;

mod assignments;
mod calls;
mod look_up;
mod protection;
mod task_name;
mod tasks;
mod times;

pub use assignments::{Assigned, Assignments, RecommendationScan, ScanStatus};
pub use look_up::LookUp;
pub use protection::{Enabled, PolicyAssigned};
pub use task_name::{NotOurTask, TaskKind, TaskName};
pub use tasks::{CreatedTask, DeletedTask, OwnTask, Task, TaskId};
pub use times::{ComputerTimes, ScanTimes};

/// A Manager, entered with the operator's key. It makes no call before it is asked for something.
/// Calls are paced across everything that one operator is asked for, so keep it as long as the
/// Manager is used; it may be asked for several things at once.
#[derive(Debug)]
pub struct Operator {
    manager: Manager,
}

impl Operator {
    /// Sets an operator up.
    ///
    /// # Errors
    /// When the key cannot be sent, or when there are no authorities to verify certificates with.
    pub fn new(access: Access, time: Arc<dyn Time>) -> Result<Self, Error> {
        let manager = Manager::new(access, time)?;
        Ok(Self { manager })
    }

    /// What the Manager is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manager.name
    }

    /// Bounds everything that belongs to one thing that the operator is asked for, from the next
    /// one on.
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.manager.limits.deadline = deadline;
    }

    fn run(&self) -> Run<'_> {
        Run::new(&self.manager)
    }
}
