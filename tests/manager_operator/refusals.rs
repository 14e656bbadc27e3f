//! Rights, limits, and what is told of a call.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use deepgrade::{
    deep_security::{
        Error, Problem,
        operator::{Operator, OwnTask, TaskKind, TaskName},
    },
    ports::{self, Fault as Whose, Passing},
};
use remediations::action::{Scan, Target};
use rules::module::{Module, ModuleState};
use testbed::{
    Fault, FaultBody, Injection, Limits, Right, SECRET,
    estate::{Condition, policy_ids},
};

use crate::bench::{
    access, computer, line, manager, names, operator, set, task_name, timed, wait_for, without,
    writes,
};

const KIND: TaskKind = TaskKind::Scan(Scan::Malware);
const IPS: Module = Module::IntrusionPrevention;

fn name(computer: u64) -> TaskName {
    task_name(computer, KIND)
}

async fn assign(operator: &Operator, target: Target) -> Result<(), Error> {
    let rules = set([1001]);
    operator.assign(target, IPS, &rules).await.map(drop)
}

/// Everything that needs a right, with the right's name in a role.
async fn try_it(operator: &Operator, right: Right, computer: u64) -> Vec<Error> {
    let mut errors = Vec::new();
    match right {
        Right::EditComputers => {
            errors.extend(assign(operator, Target::Computer(computer)).await.err());
            errors.extend(operator.assign_policy(computer, 6).await.err());
            let state = ModuleState::On;
            let module = Module::LogInspection;
            errors.extend(operator.enable_module(computer, module, state).await.err());
        }
        Right::EditPolicies => {
            let policy = Target::Policy(policy_ids::NO_RULES as u64);
            errors.extend(assign(operator, policy).await.err());
        }
        Right::DeleteTasks => {
            let name = name(computer);
            let made = operator.create_task(&name, computer, KIND).await.unwrap();
            let task = made.task;
            errors.extend(
                operator
                    .delete_own_task(&OwnTask { name, task })
                    .await
                    .err(),
            );
        }
        _ => {
            let name = name(computer);
            let made = operator.create_task(&name, computer, KIND).await;
            errors.extend(made.err());
        }
    }
    errors
}

#[test]
fn a_right_that_is_missing_is_named_as_in_a_role_and_not_tried_again() {
    for (right, tried, name) in [
        (
            Right::EditComputers,
            3,
            "computerRights.canEditComputerProperties",
        ),
        (
            Right::EditPolicies,
            1,
            "policyRights.canEditPolicyProperties",
        ),
        (
            Right::ViewTasks,
            1,
            "scheduledTaskRights.canViewScheduledTasks",
        ),
        (Right::CreateTasks, 1, "canCreateNewScheduledTasks"),
        (Right::ExecuteTasks, 1, "canExecuteScheduledTasks"),
        (
            Right::DeleteTasks,
            1,
            "scheduledTaskRights.canDeleteScheduledTasks",
        ),
    ] {
        let manager = without(right);
        let (operator, time) = timed(access(&manager));
        let computer = computer(&manager, Condition::NoPolicy);
        let errors = wait_for(try_it(&operator, right, computer));
        assert_eq!(errors.len(), tried, "{right:?}");
        for error in errors {
            assert!(matches!(error.problem(), Problem::Forbidden(_)));
            let line = line(&error);
            assert!(
                line.contains("lacks a right (403); its role must"),
                "{line}"
            );
            assert!(line.contains(name), "{line}");
            assert!(line.contains("it says \"Not authorized to"), "{line}");
        }
        assert!(time.sleeps().is_empty(), "{right:?}");
    }
}

#[test]
fn a_key_that_is_rejected_is_tried_once_so_that_it_is_not_locked() {
    let manager = manager();
    let computer = computer(&manager, Condition::Healthy);
    manager.options(|options| options.keys.clear());
    let error = wait_for(operator(&manager).create_task(&name(computer), computer, KIND));
    let error = error.unwrap_err();
    assert!(line(&error).contains("the API key was rejected (401)"));
    assert_eq!(names(&manager).len(), 1);
    let ours = ports::Error::from(error);
    assert!(matches!(
        ours,
        ports::Error::Permanent(Whose::Deployment, _)
    ));
}

#[test]
fn errors_say_at_the_port_whether_they_pass_and_whose_fault_they_are() {
    let message = || FaultBody::Message("no".to_owned());
    for (fault, expected) in [
        (Fault::RateLimited(None), Ok(Passing::Throttled)),
        (
            Fault::Status(504, FaultBody::Html),
            Ok(Passing::Unavailable),
        ),
        (Fault::Reset, Ok(Passing::Unavailable)),
        (Fault::Truncated, Ok(Passing::Unavailable)),
        (Fault::Status(403, message()), Err(Whose::Deployment)),
        (Fault::Status(400, message()), Err(Whose::Refused)),
    ] {
        let manager = manager();
        let id = computer(&manager, Condition::Healthy);
        manager.inject(Injection::on("*", fault.clone()));
        let error = wait_for(operator(&manager).assign_policy(id, 6)).unwrap_err();
        let told = line(&error);
        let expected = match expected {
            Ok(passing) => ports::Error::Retryable(passing, told),
            Err(whose) => ports::Error::Permanent(whose, told),
        };
        assert_eq!(ports::Error::from(error), expected, "{fault:?}");
    }
    let error = wait_for(operator(&manager()).assign_policy(99_999, 6)).unwrap_err();
    let gone = ports::Error::Permanent(Whose::Gone, line(&error));
    assert_eq!(ports::Error::from(error), gone);
}

#[test]
fn too_many_calls_are_waited_out() {
    let manager = manager();
    let computer = computer(&manager, Condition::Healthy);
    manager.inject(Injection::on("*", Fault::RateLimited(Some("7".to_owned()))).times(3));
    let (operator, time) = timed(access(&manager));
    let made = wait_for(operator.create_task(&name(computer), computer, KIND));
    assert!(!made.unwrap().existed);
    assert_eq!(time.sleeps(), [Duration::from_secs(7); 3]);
}

#[test]
fn calls_stay_below_the_rate_limit_of_the_manager_whatever_is_asked_for_at_once() {
    let manager = manager();
    // The Manager's clock stands still, so that all calls fall into one of its minutes.
    manager.options(|options| options.limits = Limits::none());
    let (operator, time) = timed(access(&manager));
    let policies = [6, 7, 8, 11].map(Target::Policy);
    wait_for(async {
        for rule in 1001..1060 {
            let rules = set([rule]);
            let all = policies.map(|policy| operator.assign(policy, IPS, &rules));
            for assigned in futures_util::future::join_all(all).await {
                assigned.unwrap();
            }
        }
    });
    let calls = f64::from(u32::try_from(manager.calls().len()).unwrap());
    assert!(
        calls > 240.0,
        "{calls} calls are too few for the limit to matter"
    );
    let waited: Duration = time.sleeps().iter().sum();
    let at_most = 40.0 + waited.as_secs_f64() * 6.0 + 1.0;
    assert!(calls <= at_most, "{calls} calls in {waited:?}");
}

#[test]
fn a_deadline_ends_the_waiting() {
    let manager = manager();
    let computer = computer(&manager, Condition::Healthy);
    manager.inject(Injection::on(
        "*",
        Fault::RateLimited(Some("50".to_owned())),
    ));
    let (mut operator, time) = timed(access(&manager));
    operator.set_deadline(Duration::from_secs(30));
    let made = wait_for(operator.create_task(&name(computer), computer, KIND));
    assert!(line(&made.unwrap_err()).contains("(429)"));
    assert_eq!(time.sleeps(), [Duration::ZERO; 0]);
}

/// A place for everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_change_is_logged_by_method_and_path_and_no_log_holds_the_key_or_a_body() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // While there is only one subscriber, tests of other threads switch its lines off: a place that
    // they come to first is asked of their thread's subscriber, which is none.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    let name = name(id);
    tracing::subscriber::with_default(subscriber, || {
        let task = wait_for(operator.create_task(&name, id, KIND))
            .unwrap()
            .task;
        let own = OwnTask {
            name: name.clone(),
            task,
        };
        wait_for(operator.delete_own_task(&own)).unwrap();
        wait_for(operator.assign_policy(id, 6)).unwrap();
        wait_for(assign(&operator, Target::Policy(11))).unwrap();
        let refused = Fault::Status(400, FaultBody::Message("told by the Manager".to_owned()));
        manager.inject(Injection::on("POST *assignments", refused));
        wait_for(assign(&operator, Target::Policy(8))).unwrap_err();
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("deepgrade::"))
        .collect();
    assert_eq!(ours.len(), manager.calls().len(), "a line for each call");
    let changes: Vec<&&str> = ours.iter().filter(|line| line.contains(" INFO ")).collect();
    let expected = writes(&manager);
    assert_eq!(changes.len(), expected.len(), "{changes:#?}");
    for (line, call) in changes.iter().zip(&expected) {
        let (method, path) = call.split_once(' ').unwrap();
        let named = format!("method={method} path=\"{path}\" status=");
        assert!(line.contains(&named), "{line}");
    }
    for secret in [SECRET, name.as_str(), "told by the Manager", "ruleIDs"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[test]
fn an_operator_does_not_print_its_key() {
    let manager = manager();
    assert!(!format!("{:?}", operator(&manager)).contains(SECRET));
}

/// Whatever it is asked for, the operator adds. It could not even replace.
#[test]
fn no_call_replaces_anything() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    let rights = [
        Right::EditComputers,
        Right::EditPolicies,
        Right::CreateTasks,
        Right::DeleteTasks,
    ];
    for right in rights {
        assert!(
            wait_for(try_it(&operator, right, id)).is_empty(),
            "{right:?}"
        );
    }
    for call in manager.calls() {
        let name = call.name();
        let task = name.starts_with("DELETE /scheduledtasks/");
        assert!(["GET", "POST"].contains(&&*call.method) || task, "{name}");
        let body = call.body.unwrap_or_default();
        assert_ne!(body.get("ruleIDs"), Some(&serde_json::json!([])), "{name}");
        assert_ne!(body.get("policyID"), Some(&serde_json::json!(0)), "{name}");
    }
}

/// Others ask from several tasks at once.
#[test]
fn what_the_operator_does_can_be_sent_to_another_thread() {
    fn sent<T: Send>(_: &T) {}
    let manager = manager();
    let operator = operator(&manager);
    let name = name(1);
    let rules = set([1001]);
    sent(&operator.computers_of("i-0123456789abcdef0".parse().unwrap()));
    sent(&operator.scan_times(1));
    sent(&operator.computer_times(&rules));
    sent(&operator.assign(Target::Computer(1), IPS, &rules));
    sent(&operator.create_task(&name, 1, KIND));
    sent(&operator.own_tasks());
    let own = OwnTask {
        task: wait_for(operator.create_task(&name, 1, KIND)).unwrap().task,
        name,
    };
    sent(&operator.delete_own_task(&own));
    sent(&operator.assign_policy(1, 6));
    sent(&operator.enable_module(1, IPS, ModuleState::Prevent));
}
