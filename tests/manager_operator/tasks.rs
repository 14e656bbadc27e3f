//! One-off scheduled tasks.

use std::time::Duration;

use deepgrade::deep_security::{
    Problem,
    operator::{DeletedTask, Operator, OwnTask, TaskKind},
};
use remediations::action::Scan;
use rules::fact::Fact;
use serde_json::{Value, json};
use testbed::{Fault, FaultBody, Injection, Manager, clock::MINUTE, estate::Condition};

use crate::bench::{
    access, computer, half_replies, line, lost_replies, manager, names, operator, task_name, timed,
    wait_for, writes,
};

const CREATE: &str = "POST /scheduledtasks";
const SEARCH: &str = "POST /scheduledtasks/search";
const MALWARE: TaskKind = TaskKind::Scan(Scan::Malware);

/// The names of our own tasks.
fn own(operator: &Operator) -> Vec<String> {
    let tasks = wait_for(operator.own_tasks()).unwrap();
    tasks.iter().map(|own| own.name.to_string()).collect()
}

/// Lets somebody else make a task that stays.
fn foreign(manager: &Manager, name: &str) {
    let task = json!({"name": name, "type": "send-policy", "enabled": true,
        "scheduleDetails": {"timeZone": "UTC", "recurrenceType": "none", "recurrenceCount": 0,
            "onceOnlyScheduleParameters": {"startTime": 0}},
        "sendPolicyTaskParameters": {"computerFilter": {"type": "all-computers"}}});
    let client = reqwest_client();
    let url = format!("{}/scheduledtasks", manager.url());
    let request = client
        .post(url)
        .header("api-version", "v1")
        .header("api-secret-key", testbed::SECRET)
        .header("content-type", "application/json")
        .body(task.to_string());
    let status = wait_for(async { request.send().await.unwrap().status() });
    assert!(status.is_success());
    manager.forget_calls();
}

fn reqwest_client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap()
}

#[test]
fn a_task_is_made_once_runs_now_and_deletes_itself() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    for (kind, word, member) in [
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
        (MALWARE, "scan-for-malware", "scanForMalwareTaskParameters"),
        (
            TaskKind::PolicySend,
            "send-policy",
            "sendPolicyTaskParameters",
        ),
    ] {
        let name = task_name(id, kind);
        let created = wait_for(operator.create_task(&name, id, kind)).unwrap();
        assert!(!created.existed);
        assert_eq!(&*created.task.name, name.as_str());
        let call = manager.calls().pop().unwrap();
        assert_eq!(call.name(), CREATE);
        assert_eq!(
            call.body.unwrap(),
            json!({"name": name.as_str(), "type": word, "enabled": true, "runNow": true,
                "scheduleDetails": {"timeZone": "UTC", "recurrenceType": "none",
                    "recurrenceCount": 1, "onceOnlyScheduleParameters": {"startTime": 0}},
                member: {"computerFilter": {"type": "computer", "computerID": id}}})
        );
        let found = wait_for(operator.task_named(&name)).unwrap().unwrap();
        assert_eq!(found.id, created.task.id);
        assert!(matches!(found.last_run, Fact::Known(_)), "it runs now");
        manager.advance(20 * MINUTE);
        assert!(wait_for(operator.task_named(&name)).unwrap().is_none());
    }
}

#[test]
fn case_37_a_task_that_is_asked_for_five_times_is_made_once() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    let existed: Vec<bool> = (0..5)
        .map(|_| {
            wait_for(operator.create_task(&name, id, MALWARE))
                .unwrap()
                .existed
        })
        .collect();
    assert_eq!(existed, [false, true, true, true, true]);
    assert_eq!(writes(&manager), [CREATE]);
}

#[test]
fn a_task_that_another_run_makes_meanwhile_is_not_made_again() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    let (first, second) = wait_for(async {
        let first = operator.create_task(&name, id, MALWARE);
        let second = operator.create_task(&name, id, MALWARE);
        futures_util::future::join(first, second).await
    });
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.task.id, second.task.id);
    assert_eq!(own(&operator), [name.to_string()]);
}

#[test]
fn case_44_a_task_whose_creation_was_not_heard_of_is_found_by_name_and_not_made_twice() {
    for fault in lost_replies().into_iter().chain(half_replies()) {
        let manager = manager();
        let operator = operator(&manager);
        let id = computer(&manager, Condition::Healthy);
        let name = task_name(id, MALWARE);
        manager.inject(Injection::on(CREATE, fault.clone()).times(1).after_effect());
        let created = wait_for(operator.create_task(&name, id, MALWARE)).unwrap();
        assert_eq!(&*created.task.name, name.as_str());
        assert_eq!(writes(&manager), [CREATE], "{fault:?}");
        assert_eq!(names(&manager), [SEARCH, CREATE, SEARCH], "{fault:?}");
        assert_eq!(own(&operator), [name.to_string()], "{fault:?}");
    }
}

#[test]
fn case_44_a_call_that_had_no_effect_is_made_again() {
    let at_once = |fault: &Fault| !matches!(fault, Fault::Status(504 | 200, _));
    for fault in lost_replies().into_iter().filter(at_once) {
        let manager = manager();
        let operator = operator(&manager);
        let id = computer(&manager, Condition::Healthy);
        let name = task_name(id, MALWARE);
        manager.inject(Injection::on(CREATE, fault.clone()).times(2));
        let created = wait_for(operator.create_task(&name, id, MALWARE)).unwrap();
        assert!(!created.existed, "{fault:?}");
        assert_eq!(writes(&manager), [CREATE; 3], "{fault:?}");
        assert_eq!(own(&operator), [name.to_string()], "{fault:?}");
    }
}

/// A gateway gives up where the Manager may still be at it, and what answers that all is well and
/// nothing else has made the task.
#[test]
fn case_44_a_call_that_may_have_had_its_effect_is_not_made_again() {
    for fault in [
        Fault::Status(504, FaultBody::Html),
        Fault::Status(200, FaultBody::Empty),
    ] {
        let manager = manager();
        let operator = operator(&manager);
        let id = computer(&manager, Condition::Healthy);
        let name = task_name(id, MALWARE);
        manager.inject(Injection::on(CREATE, fault.clone()).times(1));
        let error = wait_for(operator.create_task(&name, id, MALWARE)).unwrap_err();
        assert!(
            matches!(error.problem(), Problem::Unheard(_)),
            "{fault:?}: {}",
            line(&error)
        );
        assert_eq!(names(&manager), [SEARCH, CREATE, SEARCH], "{fault:?}");
    }
}

/// The task of the first attempt has the name, and is on its way before anybody looks.
#[test]
fn case_44_a_name_that_is_taken_after_a_lost_reply_is_not_asked_for_again() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    let hidden = Fault::Replace("scheduledTasks".to_owned(), json!([]));
    manager.inject(Injection::on(SEARCH, hidden));
    manager.inject(
        Injection::on(CREATE, Fault::Status(502, FaultBody::Html))
            .times(1)
            .after_effect(),
    );
    let error = wait_for(operator.create_task(&name, id, MALWARE)).unwrap_err();
    let line = line(&error);
    assert!(matches!(error.problem(), Problem::Unheard(_)), "{line}");
    assert_eq!(writes(&manager), [CREATE; 2], "{line}");
}

/// Such a Manager may be at it for a minute, and have sent the task on its way by then: to ask once
/// more would be to ask for it twice.
#[test]
fn case_44_a_manager_that_is_silent_is_asked_for_the_task_and_not_to_make_another_one() {
    for has_effect in [true, false] {
        let manager = manager();
        let mut access = access(&manager);
        access.limits.idle = Duration::from_millis(300);
        let (operator, _) = timed(access);
        let id = computer(&manager, Condition::Healthy);
        let name = task_name(id, MALWARE);
        let late = Injection::on(CREATE, Fault::Delay(Duration::from_secs(5))).times(1);
        manager.inject(match has_effect {
            true => late.after_effect(),
            false => late,
        });
        let created = wait_for(operator.create_task(&name, id, MALWARE));
        assert_eq!(names(&manager), [SEARCH, CREATE, SEARCH], "{has_effect}");
        if has_effect {
            assert_eq!(*created.unwrap().task.name, *name.as_str());
        } else {
            let error = created.unwrap_err();
            assert!(error.is_retryable(), "{}", line(&error));
            let line = line(&error);
            assert!(line.contains("silent for"), "{line}");
            assert!(line.contains("whether it has it is not known"), "{line}");
            assert!(matches!(error.problem(), Problem::Unheard(_)), "{line}");
            // The same task, once it is known that nothing came of it.
            wait_for(operator.create_task(&name, id, MALWARE)).unwrap();
        }
        assert_eq!(own(&operator), [name.to_string()], "{has_effect}");
    }
}

#[test]
fn case_45_a_run_that_ends_after_the_creation_is_taken_up_by_the_next_one() {
    let manager = manager();
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    // The reply is lost, and then nothing can be asked any more.
    manager.inject(Injection::on(CREATE, Fault::Reset).after_effect());
    manager.inject(Injection::on(SEARCH, Fault::Reset).from(2));
    let error = wait_for(operator(&manager).create_task(&name, id, MALWARE)).unwrap_err();
    assert!(error.is_retryable(), "{}", line(&error));
    manager.heal();
    manager.forget_calls();
    let created = wait_for(operator(&manager).create_task(&name, id, MALWARE)).unwrap();
    assert!(created.existed);
    assert_eq!(names(&manager), [SEARCH]);
    // A task that stays behind is found and deleted by a run that knows nothing of it.
    let operator = operator(&manager);
    for own in wait_for(operator.own_tasks()).unwrap() {
        assert_eq!(own.name, name);
        let deleted = wait_for(operator.delete_own_task(&own)).unwrap();
        assert_eq!(deleted, DeletedTask::Deleted);
    }
    assert_eq!(own(&operator), [""; 0]);
}

#[test]
fn a_name_is_found_exactly_though_underscore_and_percent_are_wildcards() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    foreign(&manager, &name.as_str().to_uppercase());
    foreign(&manager, &format!("{name}0"));
    assert!(wait_for(operator.task_named(&name)).unwrap().is_none());
    let search = manager.calls().pop().unwrap().body.unwrap();
    let criterion = &search["searchCriteria"][1];
    assert_eq!(criterion["stringWildcards"], Value::Bool(false));
    // A Manager that compares in its own way does not make another task pass for ours.
    manager.inject(Injection::on(
        SEARCH,
        Fault::Replace("scheduledTasks/*/name".to_owned(), "Nightly scan".into()),
    ));
    assert_eq!(own(&operator), [""; 0]);
}

#[test]
fn own_tasks_are_listed_by_pages_and_those_of_others_are_not() {
    let manager = manager();
    let mut access = access(&manager);
    access.limits.largest_page = 3;
    let (operator, _) = timed(access);
    foreign(&manager, "Nightly scan");
    foreign(&manager, "Deepgrade-lookalike");
    foreign(&manager, "my deepgrade-task");
    let mut expected = Vec::new();
    for id in manager.estate(|estate| estate.with_condition(Condition::Healthy)) {
        let id = u64::try_from(id).unwrap();
        let name = task_name(id, MALWARE);
        wait_for(operator.create_task(&name, id, MALWARE)).unwrap();
        expected.push(name.to_string());
        if expected.len() == 7 {
            break;
        }
    }
    assert_eq!(own(&operator), expected);
}

#[test]
fn a_task_of_somebody_else_is_never_deleted() {
    let manager = manager();
    let operator = operator(&manager);
    for name in [
        "Nightly scan",
        "Deepgrade-lookalike",
        " deepgrade-x",
        "deepgrade-nightly-scan",
    ] {
        foreign(&manager, name);
    }
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    let made = wait_for(operator.create_task(&name, id, MALWARE)).unwrap();
    manager.forget_calls();
    for id in 1..=4 {
        // Whoever listed it under a name of ours meant another one.
        let mut own = OwnTask {
            name: name.clone(),
            task: made.task.clone(),
        };
        own.task.id = id;
        let error = wait_for(operator.delete_own_task(&own)).unwrap_err();
        assert!(matches!(error.problem(), Problem::Improper(_)));
        let line = line(&error);
        assert!(line.contains("Deepgrade did not make it"), "{line}");
    }
    assert_eq!(writes(&manager), [""; 0]);
}

#[test]
fn a_task_that_is_gone_is_as_good_as_deleted() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let delete = |lost: Option<Fault>| {
        let name = task_name(id, MALWARE);
        let created = wait_for(operator.create_task(&name, id, MALWARE)).unwrap();
        if let Some(fault) = lost {
            let lost = Injection::on("DELETE *", fault).times(1).after_effect();
            manager.inject(lost);
        }
        let task = created.task;
        let own = OwnTask { name, task };
        let deleted = wait_for(operator.delete_own_task(&own)).unwrap();
        (own, deleted)
    };
    let (task, first) = delete(None);
    assert_eq!(first, DeletedTask::Deleted);
    let again = wait_for(operator.delete_own_task(&task)).unwrap();
    assert_eq!(again, DeletedTask::Gone);
    let (_, lost) = delete(Some(Fault::Status(504, FaultBody::Html)));
    assert_eq!(lost, DeletedTask::Gone);
    assert_eq!(own(&operator), [""; 0]);
    let (_, sound) = delete(Some(Fault::Reset));
    assert_eq!(sound, DeletedTask::Gone);
}

#[test]
fn a_sign_in_page_is_no_deletion_and_no_creation() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let name = task_name(id, MALWARE);
    manager.inject(Injection::on(CREATE, Fault::SignInPage).times(1));
    let error = wait_for(operator.create_task(&name, id, MALWARE)).unwrap_err();
    assert!(line(&error).contains("text/html"), "{}", line(&error));
    let task = wait_for(operator.create_task(&name, id, MALWARE))
        .unwrap()
        .task;
    manager.inject(Injection::on("DELETE *", Fault::SignInPage));
    let error = wait_for(operator.delete_own_task(&OwnTask { name, task })).unwrap_err();
    assert!(line(&error).contains("text/html"), "{}", line(&error));
}
