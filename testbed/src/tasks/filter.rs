//! Which computers a task is for.

use serde_json::Value;

use crate::estate::Estate;

/// The computers of the task's filter. Groups have no subgroups here.
pub(super) fn computers(task: &Value, estate: &Estate) -> Vec<i32> {
    let parameters = task.as_object().into_iter().flatten();
    let mut filters = parameters
        .filter(|(name, _)| name.ends_with("TaskParameters"))
        .filter_map(|(_, parameters)| parameters.get("computerFilter"));
    let Some(filter) = filters.next() else {
        return Vec::new();
    };
    let id = |name: &str| {
        let id = filter
            .get(name)
            .and_then(Value::as_i64)
            .and_then(|id| i32::try_from(id).ok());
        id.unwrap_or(0)
    };
    let all = estate.computers.values();
    match filter.get("type").and_then(Value::as_str) {
        Some("all-computers") => all.map(|computer| computer.id).collect(),
        Some("computer") => vec![id("computerID")],
        Some("computers-in-group" | "computers-in-group-or-subgroup") => {
            let group = id("computerGroupID");
            all.filter(|computer| computer.group_id == group)
                .map(|computer| computer.id)
                .collect()
        }
        Some("computers-using-policy") => {
            let policy = Some(id("policyID"));
            all.filter(|computer| computer.policy_id == policy)
                .map(|computer| computer.id)
                .collect()
        }
        Some("computers-using-policy-or-subpolicy") => estate.under_policy(id("policyID")),
        _ => Vec::new(),
    }
}
