//! A policy for a computer without one, and a module that is off.

use deepgrade::deep_security::{
    Problem,
    operator::{Enabled, PolicyAssigned},
};
use rules::module::{Module, ModuleState};
use serde_json::json;
use testbed::{
    Fault, FaultBody, Injection, Manager,
    estate::{Computer, Condition, Module as Kind, Protection, State, policy_ids},
};

use crate::bench::{
    computer, half_replies, line, lost_replies, manager, number, operator, wait_for, writes,
};

const POLICY: u64 = policy_ids::LINUX_WEB as u64;

fn state_of(manager: &Manager, id: u64) -> Computer {
    manager.estate(|estate| estate.computers[&number(id)].clone())
}

#[test]
fn a_policy_is_given_to_a_computer_that_has_none() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    let change = format!("POST /computers/{id}");
    let assigned = wait_for(operator.assign_policy(id, POLICY)).unwrap();
    assert_eq!(assigned, PolicyAssigned::Assigned);
    assert_eq!(writes(&manager), [change.as_str()]);
    let call = manager.calls().pop().unwrap();
    assert_eq!(call.body, Some(json!({ "policyID": POLICY })));
    assert_eq!(
        state_of(&manager, id).policy_id,
        Some(policy_ids::LINUX_WEB)
    );
    let again = wait_for(operator.assign_policy(id, POLICY)).unwrap();
    assert_eq!(again, PolicyAssigned::Already);
    assert_eq!(writes(&manager).len(), 1);
}

#[test]
fn a_policy_is_never_replaced() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    manager.estate(|estate| {
        let computer = estate.computers.get_mut(&number(id)).unwrap();
        computer.policy_id = Some(policy_ids::LINUX_BASTION);
    });
    let kept = PolicyAssigned::KeepsAnother(policy_ids::LINUX_BASTION as u64);
    assert_eq!(wait_for(operator.assign_policy(id, POLICY)).unwrap(), kept);
    assert_eq!(writes(&manager), [""; 0]);
}

/// The call had no effect, and an administrator was faster than the next try.
#[test]
fn a_policy_that_came_meanwhile_is_left_alone_and_said() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    let change = format!("POST /computers/{id}");
    manager.inject(Injection::on(&change, Fault::Status(504, FaultBody::Html)).times(1));
    manager.before_next(&change, move |estate| {
        let computer = estate.computers.get_mut(&number(id)).unwrap();
        computer.policy_id = Some(policy_ids::LINUX_BASTION);
    });
    let kept = PolicyAssigned::KeepsAnother(policy_ids::LINUX_BASTION as u64);
    assert_eq!(wait_for(operator.assign_policy(id, POLICY)).unwrap(), kept);
    assert_eq!(writes(&manager), [change.as_str()]);
}

#[test]
fn a_change_whose_reply_is_lost_is_seen_and_not_made_again() {
    for fault in lost_replies().into_iter().chain(half_replies()) {
        let manager = manager();
        let operator = operator(&manager);
        let id = computer(&manager, Condition::NoPolicy);
        let change = format!("POST /computers/{id}");
        manager.inject(
            Injection::on(&change, fault.clone())
                .times(1)
                .after_effect(),
        );
        let assigned = wait_for(operator.assign_policy(id, POLICY)).unwrap();
        assert_eq!(assigned, PolicyAssigned::Assigned, "{fault:?}");
        let enabled = operator.enable_module(id, Module::IntegrityMonitoring, ModuleState::On);
        manager.estate(|estate| {
            let computer = estate.computers.get_mut(&number(id)).unwrap();
            computer.policy_id = None;
            computer.own = Protection::default();
        });
        manager.heal();
        manager.inject(
            Injection::on(&change, fault.clone())
                .times(1)
                .after_effect(),
        );
        assert_eq!(wait_for(enabled).unwrap(), Enabled::Enabled, "{fault:?}");
        assert_eq!(writes(&manager), [change.as_str(); 2], "{fault:?}");
    }
}

#[test]
fn a_computer_of_which_it_cannot_be_told_is_left_alone() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    manager.estate(|estate| {
        let unknown = json!({"policyID": "none", "antiMalware": {"state": "sleeping"},
            "logInspection": null});
        estate.overlay(number(id), unknown);
    });
    let error = wait_for(operator.assign_policy(id, POLICY)).unwrap_err();
    assert!(line(&error).contains("\"none\""), "{}", line(&error));
    for module in [Module::AntiMalware, Module::LogInspection] {
        let enabled = operator.enable_module(id, module, ModuleState::On);
        let error = wait_for(enabled).unwrap_err();
        assert!(matches!(error.problem(), Problem::Unexpected(_)));
        assert!(line(&error).contains(module.name()), "{}", line(&error));
    }
    assert_eq!(writes(&manager), [""; 0]);
}

#[test]
fn a_policy_that_does_not_stay_is_an_error() {
    let manager = manager();
    let id = computer(&manager, Condition::NoPolicy);
    manager.estate(|estate| estate.overlay(number(id), json!({ "policyID": null })));
    let error = wait_for(operator(&manager).assign_policy(id, POLICY)).unwrap_err();
    assert!(matches!(error.problem(), Problem::NotDone(_)));
    assert!(
        line(&error).ends_with("carries no policy"),
        "{}",
        line(&error)
    );
}

#[test]
fn a_policy_that_does_not_exist_is_refused_in_the_words_of_the_manager() {
    let manager = manager();
    let id = computer(&manager, Condition::NoPolicy);
    let error = wait_for(operator(&manager).assign_policy(id, 99_999)).unwrap_err();
    assert!(!error.is_retryable() && !error.is_gone());
    assert!(
        line(&error).contains("it says \"Invalid value"),
        "{}",
        line(&error)
    );
}

#[test]
fn a_module_that_is_off_is_switched_on_on_the_computer_alone() {
    for (module, kind, state, word) in [
        (
            Module::AntiMalware,
            Kind::AntiMalware,
            ModuleState::On,
            State::On,
        ),
        (
            Module::IntrusionPrevention,
            Kind::IntrusionPrevention,
            ModuleState::Prevent,
            State::Prevent,
        ),
        (
            Module::IntegrityMonitoring,
            Kind::IntegrityMonitoring,
            ModuleState::RealTime,
            State::RealTime,
        ),
        (
            Module::LogInspection,
            Kind::LogInspection,
            ModuleState::On,
            State::On,
        ),
    ] {
        let manager = manager();
        let operator = operator(&manager);
        let id = computer(&manager, Condition::Healthy);
        manager.estate(|estate| {
            let computer = estate.computers.get_mut(&number(id)).unwrap();
            computer.own = std::mem::take(&mut computer.own).with_state(kind, State::Off);
        });
        let policies = manager.estate(|estate| estate.policies.clone());
        let before = state_of(&manager, id);
        let enabled = wait_for(operator.enable_module(id, module, state)).unwrap();
        assert_eq!(enabled, Enabled::Enabled, "{module}");
        assert_eq!(writes(&manager), [format!("POST /computers/{id}")]);
        let body = manager.calls().pop().unwrap().body.unwrap();
        assert_eq!(body, json!({ module.word(): { "state": state.word() } }));
        let after = state_of(&manager, id);
        assert_eq!(after.own, before.own.with_state(kind, word), "{module}");
        assert_eq!(after.policy_id, before.policy_id);
        assert_eq!(manager.estate(|estate| estate.policies.clone()), policies);
        let again = wait_for(operator.enable_module(id, module, state)).unwrap();
        assert_eq!(again, Enabled::Already(state));
        assert_eq!(writes(&manager).len(), 1);
    }
}

#[test]
fn a_module_that_is_on_in_a_weaker_state_keeps_it() {
    let manager = manager();
    let id = computer(&manager, Condition::DetectOnly);
    let module = Module::IntrusionPrevention;
    let operator = operator(&manager);
    let enabled = operator.enable_module(id, module, ModuleState::Prevent);
    let enabled = wait_for(enabled).unwrap();
    assert_eq!(enabled, Enabled::Already(ModuleState::Detect));
    assert_eq!(writes(&manager), [""; 0]);
}

#[test]
fn a_module_is_never_switched_off_or_to_a_state_that_it_has_not() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    for (module, state) in [
        (Module::AntiMalware, ModuleState::Off),
        (Module::AntiMalware, ModuleState::Prevent),
        (Module::IntrusionPrevention, ModuleState::On),
        (Module::IntegrityMonitoring, ModuleState::Detect),
    ] {
        let error = wait_for(operator.enable_module(id, module, state)).unwrap_err();
        assert!(matches!(error.problem(), Problem::Improper(_)));
        assert!(
            line(&error).contains("cannot be switched on as"),
            "{}",
            line(&error)
        );
    }
    assert_eq!(manager.calls(), []);
}

#[test]
fn a_computer_that_was_deleted_is_gone_for_every_change() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::NoPolicy);
    let change = format!("POST /computers/{id}");
    manager.before_next(&change, move |estate| {
        estate.computers.remove(&number(id));
    });
    assert!(
        wait_for(operator.assign_policy(id, POLICY))
            .unwrap_err()
            .is_gone()
    );
    let module = Module::AntiMalware;
    let enabled = operator.enable_module(id, module, ModuleState::On);
    assert!(wait_for(enabled).unwrap_err().is_gone());
}
