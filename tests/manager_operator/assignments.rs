//! Rules that are assigned in addition.

use std::collections::BTreeSet;

use deepgrade::deep_security::{Problem, operator::ScanStatus};
use remediations::action::Target;
use rules::{fact::Fact, module::Module};
use serde_json::json;
use testbed::{
    Fault, FaultBody, Injection, Manager,
    estate::{Condition, Module as Kind, policy_ids},
};

use crate::bench::{
    computer, half_replies, line, lost_replies, manager, names, number, operator, set, wait_for,
    writes,
};

const IPS: Module = Module::IntrusionPrevention;
/// A policy without rules of its own or inherited ones.
const POLICY: Target = Target::Policy(policy_ids::NO_RULES as u64);
const ASSIGN: &str = "POST /policies/11/intrusionprevention/assignments";

/// What is set on the policy itself.
fn on_policy(manager: &Manager) -> BTreeSet<u64> {
    manager.estate(|estate| {
        let policy = estate.policies.get_mut(&policy_ids::NO_RULES).unwrap();
        let rules = &policy.own.module(Kind::IntrusionPrevention).rule_ids;
        rules.iter().map(|id| u64::try_from(*id).unwrap()).collect()
    })
}

/// An administrator changes the rules of the policy right before a call.
fn admin(manager: &Manager, call: &str, change: impl FnOnce(&mut BTreeSet<i32>) + Send + 'static) {
    manager.before_next(call, |estate| {
        let policy = estate.policies.get_mut(&policy_ids::NO_RULES).unwrap();
        change(&mut policy.own.module(Kind::IntrusionPrevention).rule_ids);
    });
}

#[test]
fn rules_of_each_module_are_added_to_computers_and_policies() {
    let manager = manager();
    let operator = operator(&manager);
    let computer = computer(&manager, Condition::NoPolicy);
    for target in [Target::Computer(computer), POLICY] {
        for (module, kind, path) in [
            (IPS, Kind::IntrusionPrevention, "intrusionprevention"),
            (
                Module::IntegrityMonitoring,
                Kind::IntegrityMonitoring,
                "integritymonitoring",
            ),
            (Module::LogInspection, Kind::LogInspection, "loginspection"),
        ] {
            let before = wait_for(operator.assignments(target, module)).unwrap();
            let known: Vec<u64> = manager.estate(|estate| {
                let rules = match kind {
                    Kind::IntegrityMonitoring => &estate.integrity_monitoring_rules,
                    Kind::LogInspection => &estate.log_inspection_rules,
                    _ => &estate.intrusion_prevention_rules,
                };
                rules.keys().map(|id| u64::try_from(*id).unwrap()).collect()
            });
            let new: BTreeSet<u64> = known
                .into_iter()
                .filter(|id| !before.assigned.contains(id))
                .take(3)
                .collect();
            assert_eq!(new.len(), 3);
            names(&manager);
            let assigned = wait_for(operator.assign(target, module, &new)).unwrap();
            let (folder, id) = match target {
                Target::Computer(id) => ("computers", id),
                Target::Policy(id) => ("policies", id),
            };
            let path = format!("/{folder}/{id}/{path}/assignments");
            assert_eq!(
                names(&manager),
                [format!("GET {path}"), format!("POST {path}")]
            );
            assert_eq!(assigned.added, new);
            assert_eq!(assigned.again, set([]));
            assert!(assigned.now.assigned.is_superset(&new));
            assert!(assigned.now.assigned.is_superset(&before.assigned));
            let after = wait_for(operator.assignments(target, module)).unwrap();
            assert_eq!(after, assigned.now);
        }
    }
}

#[test]
fn what_a_rule_depends_on_comes_with_it_and_is_no_error() {
    let manager = manager();
    let dependent = manager.estate(|estate| {
        let rules = estate.intrusion_prevention_rules.iter();
        let mut dependent = rules.filter(|(_, rule)| rule.get("dependsOnRuleIDs").is_some());
        *dependent.next().unwrap().0
    });
    let rules = set([u64::try_from(dependent).unwrap()]);
    let assigned = wait_for(operator(&manager).assign(POLICY, IPS, &rules)).unwrap();
    assert_eq!(assigned.added, rules);
    assert!(assigned.now.assigned.len() > 1, "{:?}", assigned.now);
}

#[test]
fn rules_that_are_there_already_are_not_written_again() {
    let manager = manager();
    let operator = operator(&manager);
    let rules = set([1001, 1002]);
    wait_for(operator.assign(POLICY, IPS, &rules)).unwrap();
    names(&manager);
    let again = wait_for(operator.assign(POLICY, IPS, &rules)).unwrap();
    assert_eq!((again.added, again.again), (set([]), set([])));
    assert_eq!(writes(&manager), [""; 0]);
    // What a computer inherits from its policy is there as well.
    let healthy = computer(&manager, Condition::Healthy);
    let inherited = wait_for(operator.assignments(Target::Computer(healthy), IPS)).unwrap();
    assert!(!inherited.assigned.is_empty());
    let target = Target::Computer(healthy);
    wait_for(operator.assign(target, IPS, &inherited.assigned)).unwrap();
    assert_eq!(writes(&manager), [""; 0]);
}

#[test]
fn recommendations_and_their_scan_are_read() {
    let manager = manager();
    let id = computer(&manager, Condition::Healthy);
    manager.estate(|estate| {
        let computer = estate.computers.get_mut(&number(id)).unwrap();
        computer.scans.recommendation = Some(1_785_000_000_000);
        computer.recommended = [(Kind::IntrusionPrevention, [1001, 1003].into())].into();
        computer.own.module(Kind::IntrusionPrevention).rule_ids = [1001, 1005].into();
    });
    let target = Target::Computer(id);
    let found = wait_for(operator(&manager).assignments(target, IPS)).unwrap();
    assert_eq!(found.scan.status, Fact::Known(ScanStatus::Valid));
    assert_eq!(found.scan.last(), Ok(Some(1_785_000_000_000)));
    assert!(found.recommended_to_unassign.contains(&1005));
    assert!(found.recommended_to_assign.is_subset(&set([1003])));
    assert!(found.assigned.is_superset(&set([1001, 1005])));
}

#[test]
fn case_42_rules_that_are_assigned_at_once_are_all_there_in_the_end() {
    let manager = manager();
    let operator = operator(&manager);
    let (first, second) = (set([1001]), set([1003]));
    let (first, second) = wait_for(async {
        let first = operator.assign(POLICY, IPS, &first);
        let second = operator.assign(POLICY, IPS, &second);
        futures_util::future::join(first, second).await
    });
    assert!(first.unwrap().now.assigned.contains(&1001));
    assert!(second.unwrap().now.assigned.contains(&1003));
    assert!(on_policy(&manager).is_superset(&set([1001, 1003])));
    // Also when each has read before the other writes.
    manager.before_next(ASSIGN, |estate| {
        let policy = estate.policies.get_mut(&policy_ids::NO_RULES).unwrap();
        let rules = &mut policy.own.module(Kind::IntrusionPrevention).rule_ids;
        rules.insert(1005);
    });
    wait_for(operator.assign(POLICY, IPS, &set([1007]))).unwrap();
    assert!(on_policy(&manager).is_superset(&set([1001, 1003, 1005, 1007])));
}

#[test]
fn case_43_a_rule_that_an_administrator_takes_away_meanwhile_is_added_once_more_and_told() {
    let manager = manager();
    let operator = operator(&manager);
    wait_for(operator.assign(POLICY, IPS, &set([1001]))).unwrap();
    admin(&manager, ASSIGN, |rules| {
        rules.remove(&1001);
    });
    names(&manager);
    let assigned = wait_for(operator.assign(POLICY, IPS, &set([1001, 1003]))).unwrap();
    assert_eq!(assigned.added, set([1003]));
    assert_eq!(assigned.again, set([1001]));
    assert_eq!(writes(&manager), [ASSIGN; 2]);
    assert!(on_policy(&manager).is_superset(&set([1001, 1003])));
}

#[test]
fn case_43_a_rule_that_an_administrator_adds_first_is_no_change() {
    let manager = manager();
    let operator = operator(&manager);
    admin(&manager, ASSIGN, |rules| {
        rules.insert(1001);
    });
    let assigned = wait_for(operator.assign(POLICY, IPS, &set([1001]))).unwrap();
    assert_eq!(assigned.now.assigned, on_policy(&manager));
    names(&manager);
    let again = wait_for(operator.assign(POLICY, IPS, &set([1001]))).unwrap();
    assert_eq!(again.added, set([]));
    assert_eq!(writes(&manager), [""; 0]);
}

#[test]
fn a_manager_that_does_not_take_rules_is_an_error_that_names_them() {
    let manager = manager();
    manager.inject(Injection::on(
        ASSIGN,
        Fault::Replace("assignedRuleIDs".to_owned(), json!([1001])),
    ));
    let rules = set([1001, 1003, 1005]);
    let error = wait_for(operator(&manager).assign(POLICY, IPS, &rules)).unwrap_err();
    assert!(matches!(error.problem(), Problem::NotDone(_)));
    assert!(!error.is_retryable());
    let line = line(&error);
    assert!(line.contains(&format!("{ASSIGN}: ")), "{line}");
    assert!(
        line.ends_with("rules missing on the policy: 1003, 1005"),
        "{line}"
    );
    assert_eq!(writes(&manager).len(), 2, "once, and once more");
}

#[test]
fn a_reply_that_is_lost_leads_to_every_rule_once() {
    for fault in lost_replies().into_iter().chain(half_replies()) {
        for after_effect in [false, true] {
            let manager = manager();
            let mut lost = Injection::on(ASSIGN, fault.clone()).times(2);
            if after_effect {
                lost = lost.after_effect();
            }
            manager.inject(lost);
            let rules = set([1001, 1003]);
            let assigned = wait_for(operator(&manager).assign(POLICY, IPS, &rules));
            assert!(
                assigned.unwrap().now.assigned.is_superset(&rules),
                "{fault:?}"
            );
            assert!(on_policy(&manager).is_superset(&rules), "{fault:?}");
        }
    }
}

#[test]
fn a_rule_that_does_not_exist_is_told_apart_from_a_policy_that_does_not() {
    let manager = manager();
    let operator = operator(&manager);
    let error = wait_for(operator.assign(POLICY, IPS, &set([1001, 99_999]))).unwrap_err();
    assert!(matches!(error.problem(), Problem::UnknownRule(_)));
    let told = line(&error);
    assert!(told.contains("one of the rules does not exist"), "{told}");
    assert_eq!(on_policy(&manager), set([]));
    manager.before_next(ASSIGN, |estate| {
        estate.policies.remove(&policy_ids::NO_RULES);
    });
    let error = wait_for(operator.assign(POLICY, IPS, &set([1001]))).unwrap_err();
    assert!(error.is_gone());
    let told = line(&error);
    assert!(
        told.contains("the policy does not exist in the Manager any more"),
        "{told}"
    );
}

#[test]
fn half_an_assignment_document_is_no_document() {
    for (member, value) in [
        ("assignedRuleIDs", json!(null)),
        ("assignedRuleIDs", json!({"1001": true})),
        ("assignedRuleIDs", json!([1001, -4])),
        ("assignedRuleIDs", json!([1001, "x"])),
        ("recommendedToAssignRuleIDs", json!(null)),
        ("recommendedToUnassignRuleIDs", json!("1001")),
    ] {
        let manager = manager();
        let id = computer(&manager, Condition::Healthy);
        manager.estate(|estate| {
            let computer = estate.computers.get_mut(&number(id)).unwrap();
            computer.scans.recommendation = Some(1_785_000_000_000);
        });
        let fault = Fault::Replace(member.to_owned(), value.clone());
        manager.inject(Injection::on("GET *assignments", fault));
        let operator = operator(&manager);
        let rules = set([1001]);
        let assigned = wait_for(operator.assign(Target::Computer(id), IPS, &rules));
        let line = line(&assigned.unwrap_err());
        assert!(line.contains(member), "{member} {value}: {line}");
        assert_eq!(writes(&manager), [""; 0], "{member} {value}");
    }
}

#[test]
fn numbers_as_texts_and_unknown_members_are_read() {
    let manager = manager();
    let operator = operator(&manager);
    wait_for(operator.assign(POLICY, IPS, &set([1001]))).unwrap();
    let sound = wait_for(operator.assignments(POLICY, IPS)).unwrap();
    manager.inject(Injection::on("*", Fault::NumericStrings));
    manager.inject(Injection::on("*", Fault::ExtraFields));
    assert_eq!(wait_for(operator.assignments(POLICY, IPS)).unwrap(), sound);
}

#[test]
fn a_module_without_such_rules_is_refused_before_anything_is_sent() {
    let manager = manager();
    let operator = operator(&manager);
    for module in Module::ALL {
        let takes_rules = [IPS, Module::IntegrityMonitoring, Module::LogInspection];
        if takes_rules.contains(module) {
            continue;
        }
        let error = wait_for(operator.assign(POLICY, *module, &set([1]))).unwrap_err();
        let line = line(&error);
        let expected = format!("no rules can be assigned for {}", module.name());
        assert_eq!(line, format!("Manager ds: {expected}"));
    }
    assert_eq!(names(&manager), [""; 0]);
}

#[test]
fn a_manager_that_is_down_is_an_error_that_passes() {
    let manager = manager();
    manager.inject(Injection::on("*", Fault::Status(504, FaultBody::Html)));
    let error = wait_for(operator(&manager).assign(POLICY, IPS, &set([1001]))).unwrap_err();
    assert!(error.is_retryable());
    let line = line(&error);
    assert!(
        line.contains("answers with status 504 (after 8 tries"),
        "{line}"
    );
}
