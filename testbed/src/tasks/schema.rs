//! The shape of a scheduled task, checked as the Manager checks it.

use serde_json::{Map, Value, json};

/// Types, each with the property that holds its parameters.
const TYPES: [(&str, Option<&str>); 16] = [
    (
        "scan-for-recommendations",
        Some("scanForRecommendationsTaskParameters"),
    ),
    (
        "scan-for-integrity-changes",
        Some("scanForIntegrityChangesTaskParameters"),
    ),
    ("scan-for-malware", Some("scanForMalwareTaskParameters")),
    ("send-policy", Some("sendPolicyTaskParameters")),
    (
        "check-for-security-updates",
        Some("checkForSecurityUpdatesTaskParameters"),
    ),
    (
        "scan-for-open-ports",
        Some("scanForOpenPortsTaskParameters"),
    ),
    (
        "synchronize-cloud-account",
        Some("synchronizeCloudAccountTaskParameters"),
    ),
    ("run-script", Some("runScriptTaskParameters")),
    (
        "discover-computers",
        Some("discoverComputersTaskParameters"),
    ),
    ("generate-report", Some("generateReportTaskParameters")),
    ("send-alert-summary", Some("sendAlertSummaryTaskParameters")),
    (
        "synchronize-directory",
        Some("synchronizeDirectoryTaskParameters"),
    ),
    (
        "synchronize-vcenter",
        Some("synchronizeVCenterTaskParameters"),
    ),
    (
        "update-suspicious-objects-list",
        Some("updateSuspiciousObjectsListTaskParameters"),
    ),
    ("synchronize-users", None),
    ("check-for-software-updates", None),
];

/// The property that holds the schedule of each recurrence.
const RECURRENCES: [(&str, &str); 5] = [
    ("none", "onceOnlyScheduleParameters"),
    ("hourly", "hourlyScheduleParameters"),
    ("daily", "dailyScheduleParameters"),
    ("weekly", "weeklyScheduleParameters"),
    ("monthly", "monthlyScheduleParameters"),
];

/// Filters, each with the property that must hold its number.
const FILTERS: [(&str, Option<&str>); 7] = [
    ("all-computers", None),
    ("computer", Some("computerID")),
    ("computers-in-group", Some("computerGroupID")),
    ("computers-in-group-or-subgroup", Some("computerGroupID")),
    ("computers-using-policy", Some("policyID")),
    ("computers-using-policy-or-subpolicy", Some("policyID")),
    ("computers-in-smart-folder", Some("smartFolderID")),
];

/// Checks a whole task.
///
/// # Errors
/// What is wrong, as the Manager's message.
pub(crate) fn check(task: &Map<String, Value>) -> Result<(), String> {
    const SIMPLE: [&str; 7] = [
        "name",
        "enabled",
        "runNow",
        "lastRunTime",
        "nextRunTime",
        "ID",
        "scheduleDetails",
    ];
    let name = task.get("name").and_then(Value::as_str);
    if name.is_none_or(str::is_empty) {
        return Err("The name of a scheduled task is required.".to_owned());
    }
    let task_type = task.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some((_, parameters)) = TYPES.iter().find(|(known, _)| *known == task_type) else {
        return Err(format!("Invalid value for type: {task_type}."));
    };
    let unknown = |name: &&String| {
        let name = name.as_str();
        name != "type" && !SIMPLE.contains(&name) && Some(name) != *parameters
    };
    if let Some(name) = task.keys().find(unknown) {
        return Err(format!(
            "Unrecognized property \"{name}\" for a task of type {task_type}."
        ));
    }
    for flag in ["enabled", "runNow"] {
        if task.get(flag).is_some_and(|value| !value.is_boolean()) {
            return Err(format!("Invalid value for {flag}."));
        }
    }
    if let Some(parameters) = parameters {
        let Some(content) = task.get(*parameters).and_then(Value::as_object) else {
            return Err(format!("{parameters} is required."));
        };
        if let Some(filter) = content.get("computerFilter") {
            check_filter(filter)?;
        }
    }
    check_schedule(task.get("scheduleDetails").unwrap_or(&Value::Null))
}

fn check_filter(filter: &Value) -> Result<(), String> {
    let word = filter
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some((_, id)) = FILTERS.iter().find(|(known, _)| *known == word) else {
        return Err(format!("Invalid value for computerFilter.type: {word}."));
    };
    match id {
        Some(id) if filter.get(*id).and_then(Value::as_i64).is_none() => {
            Err(format!("{id} is required for computers of type {word}."))
        }
        _ => Ok(()),
    }
}

fn check_schedule(details: &Value) -> Result<(), String> {
    let recurrence = details
        .get("recurrenceType")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some((_, parameters)) = RECURRENCES.iter().find(|(known, _)| *known == recurrence) else {
        return Err(format!("Invalid value for recurrenceType: {recurrence}."));
    };
    if details
        .get("recurrenceCount")
        .is_some_and(|count| !count.is_i64())
    {
        return Err("Invalid value for recurrenceCount.".to_owned());
    }
    let Some(schedule) = details.get(*parameters) else {
        return Err(format!("{parameters} is required."));
    };
    let minutes: Vec<Value> = (0..12).map(|step| json!((step * 5).to_string())).collect();
    match recurrence {
        "hourly"
            if !schedule
                .get("minutesPastTheHour")
                .is_some_and(|m| minutes.contains(m)) =>
        {
            Err("Invalid value for minutesPastTheHour.".to_owned())
        }
        "none" if schedule.get("startTime").and_then(Value::as_i64).is_none() => {
            Err("startTime is required.".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use serde_json::{Value, json};

    fn sound() -> Value {
        json!({"name": "a", "type": "scan-for-malware", "enabled": true, "runNow": true,
            "scheduleDetails": {"timeZone": "UTC", "recurrenceType": "none", "recurrenceCount": 1,
                "onceOnlyScheduleParameters": {"startTime": 0}},
            "scanForMalwareTaskParameters": {"computerFilter": {"type": "computer", "computerID": 3}}})
    }

    #[test]
    fn a_sound_task_passes_and_each_flaw_is_named() {
        assert_eq!(check(sound().as_object().unwrap()), Ok(()));
        for (path, value, named) in [
            ("/name", json!(""), "name"),
            ("/type", json!("scan-for-fun"), "type"),
            (
                "/type",
                json!("send-policy"),
                "scanForMalwareTaskParameters",
            ),
            ("/enabled", json!("yes"), "enabled"),
            (
                "/scheduleDetails/recurrenceType",
                json!("never"),
                "recurrenceType",
            ),
            (
                "/scheduleDetails/recurrenceType",
                json!("daily"),
                "dailyScheduleParameters",
            ),
            (
                "/scheduleDetails/onceOnlyScheduleParameters/startTime",
                json!("0"),
                "startTime",
            ),
            (
                "/scanForMalwareTaskParameters/computerFilter/type",
                json!("some"),
                "computerFilter",
            ),
            (
                "/scanForMalwareTaskParameters/computerFilter/computerID",
                json!(null),
                "computerID",
            ),
        ] {
            let mut task = sound();
            *task.pointer_mut(path).unwrap() = value;
            let message = check(task.as_object().unwrap()).unwrap_err();
            assert!(message.contains(named), "{path}: {message}");
        }
    }
}
