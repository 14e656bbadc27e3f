//! Every call of the operator, with the right that it needs, by the name that it has in a role
//! (REST API reference, "Role").

use std::borrow::Cow;

use remediations::action::Target;
use reqwest::Method;
use rules::{computer::ComputerId, module::Module};

use super::tasks::TaskId;
use crate::deep_security::{call::Call, pages};

/// What a 404 is about.
pub(super) const COMPUTER: &str = "computer";
pub(super) const POLICY: &str = "policy";
pub(super) const TASK: &str = "scheduled task";

const VIEW_COMPUTERS: &str = "use the web service API and view computers";
const VIEW_POLICIES: &str = "use the web service API and view policies";
const EDIT_COMPUTERS: &str = "edit computers (computerRights.canEditComputerProperties)";
const EDIT_POLICIES: &str = "edit policies (policyRights.canEditPolicyProperties)";
const VIEW_TASKS: &str = "view scheduled tasks (scheduledTaskRights.canViewScheduledTasks)";
const CREATE_TASKS: &str = "create and run scheduled tasks \
    (scheduledTaskRights.canCreateNewScheduledTasks and canExecuteScheduledTasks)";
const DELETE_TASKS: &str = "delete scheduled tasks (scheduledTaskRights.canDeleteScheduledTasks)";

/// Describes a computer, with everything that grading needs.
pub(super) fn computer(id: ComputerId) -> Call {
    Call {
        method: Method::GET,
        path: format!("/computers/{id}").into(),
        query: pages::COMPUTER,
        right: VIEW_COMPUTERS,
    }
}

/// Changes properties of a computer, and gives the computer as it is then.
pub(super) fn change_computer(id: ComputerId) -> Call {
    Call {
        method: Method::POST,
        right: EDIT_COMPUTERS,
        ..computer(id)
    }
}

/// Describes a computer with its scans.
pub(super) fn computer_times(id: ComputerId) -> Call {
    Call {
        query: TIMES,
        ..computer(id)
    }
}

const TIMES: &str = "expand=computerStatus&expand=tasks&expand=antiMalware\
    &expand=integrityMonitoring&overrides=false";

/// Searches for computers with their scans.
pub(super) static COMPUTERS_TIMES: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/computers/search"),
    query: TIMES,
    right: VIEW_COMPUTERS,
};

/// What a 404 on the target of rules is about.
pub(super) const fn noun(target: Target) -> &'static str {
    match target {
        Target::Computer(_) => COMPUTER,
        Target::Policy(_) => POLICY,
    }
}

/// Lists what is assigned; `None` for a module that takes no rules of that kind.
pub(super) fn assignments(target: Target, module: Module) -> Option<Call> {
    let module = match module {
        Module::IntrusionPrevention => "intrusionprevention",
        Module::IntegrityMonitoring => "integritymonitoring",
        Module::LogInspection => "loginspection",
        _ => return None,
    };
    let (path, right) = match target {
        Target::Computer(id) => (format!("/computers/{id}/{module}"), VIEW_COMPUTERS),
        Target::Policy(id) => (format!("/policies/{id}/{module}"), VIEW_POLICIES),
    };
    Some(Call {
        method: Method::GET,
        path: format!("{path}/assignments").into(),
        // What is inherited counts as assigned.
        query: "overrides=false",
        right,
    })
}

/// Adds to what is assigned, and leaves the rest as it is.
pub(super) fn assign(list: &Call, target: Target) -> Call {
    Call {
        method: Method::POST,
        right: match target {
            Target::Computer(_) => EDIT_COMPUTERS,
            Target::Policy(_) => EDIT_POLICIES,
        },
        ..list.clone()
    }
}

/// Searches for scheduled tasks.
pub(super) static TASKS: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/scheduledtasks/search"),
    query: "",
    right: VIEW_TASKS,
};

/// Creates a scheduled task.
pub(super) static CREATE_TASK: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/scheduledtasks"),
    query: "",
    right: CREATE_TASKS,
};

/// Describes a scheduled task.
pub(super) fn task(id: TaskId) -> Call {
    Call {
        method: Method::GET,
        path: format!("/scheduledtasks/{id}").into(),
        query: "",
        right: VIEW_TASKS,
    }
}

/// Deletes a scheduled task.
pub(super) fn delete_task(id: TaskId) -> Call {
    Call {
        method: Method::DELETE,
        right: DELETE_TASKS,
        ..task(id)
    }
}
