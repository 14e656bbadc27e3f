//! The vendor's own Python SDK reads back what the operator wrote.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use deepgrade::deep_security::operator::{Enabled, PolicyAssigned, TaskKind};
use remediations::action::{Scan, Target};
use rules::module::{Module, ModuleState};
use serde_json::{Value, json};
use testbed::{
    SECRET,
    estate::{Condition, Module as Kind, Protection, State, policy_ids},
    python,
};

use crate::bench::{computer, manager, number, operator, set, task_name, wait_for};

/// Rules that the seeded Manager has of every module.
const RULES: [u64; 3] = [1001, 1002, 1004];

#[test]
fn the_official_sdk_reads_back_assignments_tasks_policy_and_module() {
    let manager = manager();
    let operator = operator(&manager);
    let computer = computer(&manager, Condition::NoPolicy);
    manager.estate(|estate| {
        let computer = estate.computers.get_mut(&number(computer)).unwrap();
        computer.own = Protection::default().with_state(Kind::IntrusionPrevention, State::Off);
    });

    let mut assignments = Vec::new();
    for (module, camel, snake) in [
        (
            Module::IntrusionPrevention,
            "IntrusionPrevention",
            "intrusion_prevention",
        ),
        (
            Module::IntegrityMonitoring,
            "IntegrityMonitoring",
            "integrity_monitoring",
        ),
        (Module::LogInspection, "LogInspection", "log_inspection"),
    ] {
        let policy = policy_ids::NO_RULES as u64;
        for (target, kind, id) in [
            (Target::Computer(computer), "Computer", computer),
            (Target::Policy(policy), "Policy", policy),
        ] {
            wait_for(operator.assign(target, module, &set(RULES))).unwrap();
            let on = kind.to_lowercase();
            assignments.push(json!({
                "api": format!("{kind}{camel}RuleAssignmentsRecommendationsApi"),
                "method": format!("list_{snake}_rule_ids_on_{on}"),
                "id": id,
                "rules": RULES,
            }));
        }
    }

    let tasks: Vec<Value> = [
        (
            TaskKind::Scan(Scan::Recommendation),
            "scan-for-recommendations",
            "scanForRecommendationsTaskParameters",
        ),
        (
            TaskKind::Scan(Scan::Integrity),
            "scan-for-integrity-changes",
            "scanForIntegrityChangesTaskParameters",
        ),
        (
            TaskKind::Scan(Scan::Malware),
            "scan-for-malware",
            "scanForMalwareTaskParameters",
        ),
        (
            TaskKind::PolicySend,
            "send-policy",
            "sendPolicyTaskParameters",
        ),
    ]
    .into_iter()
    .map(|(kind, word, member)| {
        let name = task_name(computer, kind);
        let created = wait_for(operator.create_task(&name, computer, kind)).unwrap();
        json!({
            "ID": created.task.id,
            "name": name.as_str(),
            "type": word,
            "enabled": true,
            "scheduleDetails": {
                "timeZone": "UTC",
                "recurrenceType": "none",
                "recurrenceCount": 1,
                "onceOnlyScheduleParameters": {"startTime": 0},
            },
            member: {"computerFilter": {"type": "computer", "computerID": computer}},
        })
    })
    .collect();

    let policy = policy_ids::LINUX_WEB as u64;
    let assigned = wait_for(operator.assign_policy(computer, policy)).unwrap();
    assert_eq!(assigned, PolicyAssigned::Assigned);
    let module = Module::IntrusionPrevention;
    let enabled = operator.enable_module(computer, module, ModuleState::Prevent);
    assert_eq!(wait_for(enabled).unwrap(), Enabled::Enabled);

    let plan = json!({
        "url": manager.url(),
        "key": SECRET,
        "assignments": assignments,
        "tasks": tasks,
        "computers": [{
            "ID": computer,
            "policyID": policy,
            "intrusionPrevention": {"state": "prevent"},
        }],
    });
    let said = judged(&plan);
    assert!(said.contains("61 values arrived as written"), "{said}");
}

/// What the SDK's program says of a plan that it finds fulfilled.
fn judged(plan: &Value) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let requirements =
        ["build.txt", "requirements.txt"].map(|file| root.join("testbed/tests/python").join(file));
    let [build, sdk] = requirements.each_ref().map(|file| file.as_path());
    let python = python::environment(Path::new(env!("CARGO_TARGET_TMPDIR")), &[build, sdk])
        .unwrap_or_else(|error| panic!("no Python environment: {error}"));
    let mut judge = Command::new(python)
        .arg(root.join("tests/manager_operator/read_back.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = judge.stdin.take().unwrap();
    input.write_all(plan.to_string().as_bytes()).unwrap();
    drop(input);
    let verdict = judge.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&verdict.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&verdict.stderr);
    assert!(verdict.status.success(), "{said}{complaint}");
    said
}
