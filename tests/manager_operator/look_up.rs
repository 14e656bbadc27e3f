//! Computers as they are now.

use deepgrade::deep_security::{Problem, Reader};
use rules::{
    computer::{Computer, LinkSource},
    fact::Fact,
    instance::InstanceId,
};
use testbed::{Fault, FaultBody, Injection, Manager, estate::Condition};

use crate::bench::{access, as_of, computer, line, manager, names, number, operator, wait_for};

/// The instance of a computer, as the Manager knows it.
fn instance(manager: &Manager, id: u64) -> InstanceId {
    let text = manager.estate(|estate| {
        let computer = &estate.computers[&number(id)];
        computer.instance_id().map(str::to_owned).unwrap()
    });
    text.parse().unwrap()
}

/// The computers of an instance, as an inventory shows them.
fn in_inventory(manager: &Manager, instance: InstanceId) -> Vec<Computer> {
    let time = std::sync::Arc::new(deepgrade::time::ManualTime::at(as_of()));
    let reader = Reader::new(access(manager), time).unwrap();
    let inventory = wait_for(reader.inventory(&|_| {})).unwrap().inventory;
    let is_it = |computer: &&Computer| {
        let link = computer.instance.as_ref();
        link.is_some_and(|link| link.id == Fact::Known(instance))
    };
    inventory
        .computers()
        .iter()
        .filter(is_it)
        .cloned()
        .collect()
}

#[test]
fn case_41_an_instance_is_looked_up_live_as_an_inventory_shows_it() {
    let manager = manager();
    let operator = operator(&manager);
    for (condition, source, records) in [
        (Condition::Healthy, LinkSource::Connector, 1),
        (Condition::NoConnector, LinkSource::Agent, 1),
        (Condition::Duplicate, LinkSource::Connector, 2),
    ] {
        let instance = instance(&manager, computer(&manager, condition));
        let expected = in_inventory(&manager, instance);
        names(&manager);
        let found = wait_for(operator.computers_of(instance)).unwrap();
        assert_eq!(names(&manager), ["POST /computers/search"; 2]);
        assert_eq!(found.taken_at, as_of(), "{condition:?}");
        assert_eq!(found.computers.len(), records, "{condition:?}");
        assert_eq!(found.computers, expected, "{condition:?}");
        let link = found.computers[0].instance.as_ref().unwrap();
        assert_eq!(link.source, source, "{condition:?}");
    }
}

#[test]
fn an_instance_that_the_manager_does_not_know_is_a_picture_without_computers() {
    let manager = manager();
    let unknown = "i-0123456789abcdef0".parse().unwrap();
    let found = wait_for(operator(&manager).computers_of(unknown)).unwrap();
    assert_eq!((found.taken_at, found.computers.len()), (as_of(), 0));
}

#[test]
fn a_look_up_that_is_half_or_cannot_be_dated_is_an_error_and_no_picture() {
    let manager = manager();
    let instance = instance(&manager, computer(&manager, Condition::NoConnector));
    let second = |fault| Injection::on("POST /computers/search", fault).from(2);
    manager.inject(second(Fault::Status(403, FaultBody::Empty)));
    let error = wait_for(operator(&manager).computers_of(instance)).unwrap_err();
    assert!(matches!(error.problem(), Problem::Forbidden(_)));
    manager.heal();
    manager.inject(Injection::on("*", Fault::NoDate));
    let error = wait_for(operator(&manager).computers_of(instance)).unwrap_err();
    assert_eq!(error.problem(), &Problem::NoDate);
}

/// A database may compare without regard to capitals, and a proxy may answer from its cache.
#[test]
fn a_computer_of_another_instance_is_not_taken_for_it() {
    let manager = manager();
    let instance = instance(&manager, computer(&manager, Condition::Healthy));
    manager.inject(Injection::on(
        "POST /computers/search",
        Fault::Replace(
            "computers/*/ec2VirtualMachineSummary/instanceID".to_owned(),
            "i-0fedcba9876543210".into(),
        ),
    ));
    let found = wait_for(operator(&manager).computers_of(instance)).unwrap();
    assert_eq!(found.computers, []);
}

#[test]
fn a_computer_is_read_alone_and_one_that_was_deleted_is_none() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let expected = in_inventory(&manager, instance(&manager, id));
    let found = wait_for(operator.computer(id)).unwrap();
    assert_eq!(found.as_ref(), expected.first());
    manager.estate(|estate| estate.computers.remove(&number(id)));
    assert_eq!(wait_for(operator.computer(id)).unwrap(), None);
}

#[test]
fn something_else_at_the_address_does_not_say_that_a_computer_is_gone() {
    let manager = manager();
    let id = computer(&manager, Condition::Healthy);
    manager.inject(Injection::on("*", Fault::Status(404, FaultBody::Html)));
    let error = wait_for(operator(&manager).computer(id)).unwrap_err();
    assert!(!error.is_gone());
    let line = line(&error);
    assert!(line.contains("check that the Manager URL"), "{line}");
}

#[test]
fn an_answer_about_another_computer_is_not_taken() {
    let manager = manager();
    let id = computer(&manager, Condition::Healthy);
    manager.inject(Injection::on(
        "GET /computers/*",
        Fault::Replace("ID".to_owned(), 99_999.into()),
    ));
    let error = wait_for(operator(&manager).computer(id)).unwrap_err();
    let line = line(&error);
    assert!(line.contains("it is about computer 99999"), "{line}");
}
