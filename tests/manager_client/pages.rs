//! Pages that cannot be trusted, or cannot be delivered.

use std::time::Duration;

use deepgrade::deep_security::Limits;
use serde_json::json;
use testbed::{Fault, FaultBody, Injection};

use crate::bench::{
    COMPUTERS, counts, fail, impatient, manager, page_sizes, patient, read, reader, with,
};

fn small_pages() -> Limits {
    Limits {
        largest_page: 10,
        smallest_page: 5,
        ..patient()
    }
}

#[test]
fn case_25_ids_that_do_not_rise_are_an_error() {
    for fault in [Fault::FallingIds, Fault::RepeatedIds] {
        let manager = with(COMPUTERS, fault.clone());
        let line = fail(&manager, small_pages());
        assert!(
            line.contains("POST /computers/search: the answer is not understood"),
            "{line}"
        );
        assert!(
            line.contains("the IDs do not rise: computer "),
            "{fault:?}: {line}"
        );
    }
    let manager = with(
        COMPUTERS,
        Fault::Replace("computers/*/ID".to_owned(), json!(7)),
    );
    assert!(fail(&manager, patient()).contains("computer 7 comes after 7"));
}

#[test]
fn a_computer_without_a_usable_id_is_an_error_that_names_its_place() {
    for id in [json!(null), json!(-4), json!("x"), json!([])] {
        let manager = manager(5);
        manager.estate(|estate| {
            let third = *estate.computers.keys().nth(2).unwrap();
            estate.overlay(third, json!({ "ID": id }));
        });
        let line = fail(&manager, patient());
        assert!(
            line.contains("computer 3 of the list: its ID is missing or not usable"),
            "{line}"
        );
    }
}

#[test]
fn a_list_that_never_ends_is_an_error() {
    let manager = with(COMPUTERS, Fault::EndlessPages);
    let line = fail(
        &manager,
        Limits {
            items: 60,
            ..small_pages()
        },
    );
    assert!(
        line.contains("the list does not end: 60 items were read"),
        "{line}"
    );
    assert_eq!(page_sizes(&manager, COMPUTERS).len(), 6);
}

#[test]
fn more_items_than_asked_for_are_an_error() {
    let manager = manager(40);
    let many: Vec<_> = (1..=11).map(|id| json!({"ID": id})).collect();
    manager.inject(Injection::on(
        COMPUTERS,
        Fault::Replace("computers".to_owned(), json!(many)),
    ));
    let line = fail(&manager, small_pages());
    assert!(
        line.contains("more than the 10 elements asked for"),
        "{line}"
    );
}

#[test]
fn a_full_last_page_is_followed_by_another_call() {
    let manager = manager(20);
    let (reader, _) = reader(&manager, small_pages());
    assert_eq!(read(&reader).unwrap().inventory.computers().len(), 20);
    assert_eq!(page_sizes(&manager, COMPUTERS), [10, 10, 10]);
}

#[test]
fn a_page_that_the_manager_cannot_deliver_is_halved_and_stays_so() {
    let unable = [
        Fault::Status(503, FaultBody::Html),
        Fault::Status(500, FaultBody::Message("out of memory".to_owned())),
    ];
    for fault in unable {
        let manager = manager(40);
        manager.inject(Injection::on(
            COMPUTERS,
            Fault::PageAbove(300, Box::new(fault)),
        ));
        let limits = Limits {
            largest_page: 1_000,
            smallest_page: 20,
            ..patient()
        };
        let (reader, time) = reader(&manager, limits);
        assert_eq!(read(&reader).unwrap().inventory.computers().len(), 40);
        assert_eq!(page_sizes(&manager, COMPUTERS), [1_000, 500, 250]);
        assert_eq!(time.sleeps().len(), 2);
    }
}

#[test]
fn a_page_that_takes_too_long_is_halved() {
    let manager = manager(40);
    let silent = Fault::PageAbove(30, Box::new(Fault::Silent));
    manager.inject(Injection::on(COMPUTERS, silent));
    let (reader, _) = reader(
        &manager,
        Limits {
            largest_page: 50,
            smallest_page: 5,
            ..impatient()
        },
    );
    assert_eq!(read(&reader).unwrap().inventory.computers().len(), 40);
    assert_eq!(page_sizes(&manager, COMPUTERS), [50, 25, 25]);
}

#[test]
fn pages_shrink_to_the_smallest_and_no_further() {
    let manager = with(COMPUTERS, Fault::Status(500, FaultBody::Empty));
    let line = fail(&manager, patient());
    assert!(
        line.contains("answers with status 500 (after 8 tries in "),
        "{line}"
    );
    assert_eq!(
        page_sizes(&manager, COMPUTERS),
        [
            5_000, 2_500, 1_250, 625, 312, 250, 250, 250, 250, 250, 250, 250
        ]
    );
}

#[test]
fn case_22_half_a_body_is_asked_for_again_and_never_taken_for_a_whole() {
    for fault in [Fault::Cut, Fault::Truncated, Fault::MalformedJson] {
        let manager = manager(40);
        manager.inject(Injection::on(COMPUTERS, fault.clone()).times(1));
        let (reader, _) = reader(&manager, patient());
        assert_eq!(
            read(&reader).unwrap().inventory.computers().len(),
            40,
            "{fault:?}"
        );
        assert_eq!(page_sizes(&manager, COMPUTERS), [5_000, 5_000]);
    }
    let line = fail(&with(COMPUTERS, Fault::Truncated), patient());
    assert!(
        line.contains("the answer is damaged: it ends in the middle (after 3 tries"),
        "{line}"
    );
    let line = fail(&with(COMPUTERS, Fault::MalformedJson), patient());
    assert!(line.contains("the answer is damaged: "), "{line}");
    let line = fail(&with(COMPUTERS, Fault::Cut), patient());
    assert!(
        line.contains("the connection was cut before the answer was complete"),
        "{line}"
    );
}

#[test]
fn a_body_that_never_ends_is_cut_off() {
    let manager = with(COMPUTERS, Fault::Endless);
    let line = fail(
        &manager,
        Limits {
            answer_bytes: 1 << 20,
            ..patient()
        },
    );
    assert!(line.contains("the answer is larger than 1 MiB"), "{line}");
}

#[test]
fn a_compressed_body_is_measured_after_decompression() {
    let manager = manager(40);
    manager.options(|options| options.gzip = true);
    let bomb = json!("x".repeat(64 << 10));
    manager.inject(Injection::on(
        COMPUTERS,
        Fault::Replace("computers/*/description".to_owned(), bomb),
    ));
    let line = fail(
        &manager,
        Limits {
            answer_bytes: 1 << 20,
            ..patient()
        },
    );
    assert!(line.contains("the answer is larger than 1 MiB"), "{line}");
}

#[test]
fn computers_that_come_and_go_meanwhile_do_not_disturb_the_others() {
    let manager = manager(40);
    let manager = &manager;
    let (reader, _) = reader(manager, small_pages());
    let ids: Vec<i32> = manager.estate(|estate| estate.computers.keys().copied().collect());
    let (gone, kept) = (ids[35], ids[36]);
    let reading = crate::bench::wait_for(reader.inventory(&|progress| {
        if progress == deepgrade::deep_security::Progress::Computers(10) {
            manager.estate(|estate| {
                estate.computers.remove(&gone);
                estate.computers.remove(&ids[3]);
                let added = estate.example(ids[39] + 1_000);
                estate.add(added);
            });
        }
    }));
    let inventory = reading.unwrap().inventory;
    let read: Vec<u64> = inventory
        .computers()
        .iter()
        .map(|computer| computer.id)
        .collect();
    assert!(read.contains(&u64::try_from(kept).unwrap()));
    assert!(!read.contains(&u64::try_from(gone).unwrap()));
    assert_eq!(
        read.len(),
        40,
        "one gone after it was read, one gone, one added"
    );
}

#[test]
fn case_21_a_body_that_trickles_is_cut_off_at_the_deadline() {
    let manager = with(COMPUTERS, Fault::Slow(1, Duration::from_millis(20)));
    let limits = Limits {
        deadline: Duration::from_millis(1_500),
        ..patient()
    };
    let access = crate::bench::access(&manager, limits);
    let time = std::sync::Arc::new(deepgrade::time::RealTime::start());
    let clock = std::sync::Arc::clone(&time);
    let reader = deepgrade::deep_security::Reader::new(access, time).unwrap();
    let line = crate::bench::line(&read(&reader).map(|reading| reading.inventory).unwrap_err());
    assert!(line.ends_with("it took longer than 1 s"), "{line}");
    let took = deepgrade::time::Time::elapsed(&*clock);
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert!(
        counts(&manager).len() <= 3,
        "nothing is asked for after the deadline"
    );
}
