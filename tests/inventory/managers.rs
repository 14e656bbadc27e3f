//! Managers that are sound, and that are not: what of it is published.

use std::time::Duration;

use deepgrade::inventory::{KeyEnd, Kind, Library};
use deepgrade::time::Time;
use testbed::{
    Fault, FaultBody, Injection,
    estate::{ACCOUNTS, AS_OF},
};

use crate::{
    desk::Desk,
    memory::finish,
    pictures::{account, gap},
};

const COMPUTERS: &str = "POST /computers/search";

#[test]
fn one_run_reads_every_page_once_and_publishes_every_account() {
    let mut desk = Desk::new(&[120]);
    let summary = desk.run().unwrap().managers.remove(0);
    let (policies, rules, types) = desk.managers[0].estate(|estate| {
        (
            estate.policies.len(),
            estate.intrusion_prevention_rules.len(),
            estate.application_types.len(),
        )
    });
    let pages = |items: usize| items / 50 + 1;
    let calls = 1 + pages(policies) + pages(120) + pages(rules) + pages(types);
    assert_eq!(desk.managers[0].calls().len(), calls);
    assert_eq!((summary.calls as usize, summary.computers), (calls, 120));
    assert_eq!(summary.accounts, ACCOUNTS.len());
    // Pointer, accounts with the rules of their computers, common, index, rules, manifest, pointer.
    assert_eq!(desk.store.calls().len(), 6 + 2 * ACCOUNTS.len());
    let mut computers = Vec::new();
    for (id, _) in ACCOUNTS {
        let library = Library::new(desk.store.clone(), account(id));
        let inventories = finish(library.inventories()).unwrap();
        assert_eq!(gap(&inventories, id, desk.time.now()), None);
        let inventory = inventories.readable().next().unwrap();
        inventory
            .computers()
            .iter()
            .for_each(|computer| computers.push(computer.id));
    }
    computers.sort_unstable();
    computers.dedup();
    let linked = desk.managers[0].estate(|estate| {
        let all = estate.computers.values();
        all.filter(|computer| computer.instance_id().is_some())
            .count()
    });
    assert_eq!(computers.len(), linked);
    // A warm run presents the same key without asking for it again.
    desk.vault.asked();
    desk.quarter_of_an_hour();
    desk.run().unwrap();
    assert!(desk.vault.asked().is_empty());
    let status = desk.status(0);
    assert_eq!(status.checked_at, desk.time.now());
    assert!(matches!(status.key_expires, KeyEnd::At(_)));
    assert!(status.version.unwrap().starts_with("Deep Security/20"));
    assert_eq!(status.clock_skew_seconds, Some(0));
}

/// Reads once soundly and once with these faults, and gives the kind of the problem and its line.
fn second_run_with(faults: &[(&str, Fault)]) -> (Kind, String) {
    let mut desk = Desk::new(&[120]);
    desk.run().unwrap();
    let taken = desk.taken(0);
    desk.quarter_of_an_hour();
    for (pattern, fault) in faults {
        desk.managers[0].inject(Injection::on(pattern, fault.clone()));
    }
    let keys = desk.store.keys();
    let complaint = desk.fail();
    assert_eq!(
        (desk.taken(0), desk.store.keys()),
        (taken, keys),
        "nothing is published"
    );
    let status = desk.status(0);
    assert_eq!(
        (status.checked_at, status.computers),
        (desk.time.now(), Some(120))
    );
    desk.managers[0].heal();
    desk.quarter_of_an_hour();
    desk.run().unwrap();
    assert!(desk.taken(0) > taken && desk.status(0).problem.is_none());
    (complaint.kind, complaint.line)
}

#[test]
fn cases_19_to_25_and_31_leave_the_version_as_it_is_and_say_why() {
    let server_error = Fault::Status(503, FaultBody::Html);
    let cases = [
        (19, server_error, Kind::BadAnswer, "status 503"),
        (20, Fault::RateLimited(None), Kind::Throttled, "429"),
        (21, Fault::Silent, Kind::Unreachable, "silent"),
        (22, Fault::Truncated, Kind::BadAnswer, "damaged"),
        (22, Fault::Cut, Kind::Unreachable, "cut"),
        (23, Fault::SignInPage, Kind::BadAnswer, "text/html"),
        (25, Fault::FallingIds, Kind::BadAnswer, ""),
        (25, Fault::RepeatedIds, Kind::BadAnswer, ""),
        (
            31,
            Fault::Status(403, FaultBody::Empty),
            Kind::RightMissing,
            "view computers",
        ),
    ];
    for (case, fault, kind, word) in cases {
        let (found, line) = second_run_with(&[(COMPUTERS, fault)]);
        assert_eq!(found, kind, "case {case}: {line}");
        assert!(line.contains(word), "case {case}: {line}");
    }
}

#[test]
fn case_17_a_manager_that_refuses_connections_holds_up_no_other() {
    let mut desk = Desk::new(&[40, 60]);
    desk.run().unwrap();
    let before = (desk.taken(0), desk.taken(1));
    desk.quarter_of_an_hour();
    desk.managers[0].refuse_connections();
    let complaint = desk.fail();
    assert_eq!(complaint.kind, Kind::Unreachable);
    assert_eq!(desk.taken(0), before.0);
    assert!(desk.taken(1) > before.1 && desk.status(1).problem.is_none());
    // The reader: one Manager turns stale, the other does not.
    let (id, _) = ACCOUNTS[0];
    let library = Library::new(desk.store.clone(), account(id));
    let inventories = finish(library.inventories()).unwrap();
    assert_eq!(gap(&inventories, id, desk.time.now()), None);
    desk.time.advance(Duration::from_secs(106 * 60));
    let stale = gap(&inventories, id, desk.time.now()).unwrap();
    assert!(stale.to_string().contains("\"first\""), "{stale}");
    desk.managers[0].accept_connections();
}

#[test]
fn case_19_a_page_that_is_too_large_is_halved_and_published() {
    let mut desk = Desk::new(&[120]);
    let fault = Fault::PageAbove(25, Box::new(Fault::Status(502, FaultBody::Empty)));
    desk.managers[0].inject(Injection::on(COMPUTERS, fault));
    assert_eq!(desk.run().unwrap().managers[0].computers, 120);
}

#[test]
fn case_26_what_changes_between_two_runs_is_in_the_second() {
    let mut desk = Desk::new(&[120]);
    desk.run().unwrap();
    desk.quarter_of_an_hour();
    desk.managers[0].estate(|estate| {
        let gone = *estate.computers.keys().next().unwrap();
        estate.computers.remove(&gone);
        let new = estate.example(900_000);
        estate.add(new);
        estate.add(estate.example(900_001));
    });
    assert_eq!(desk.run().unwrap().managers[0].computers, 121);
}

#[test]
fn case_33_a_clock_that_is_off_is_in_the_status_and_dates_the_picture() {
    let mut desk = Desk::new(&[40]);
    desk.managers[0].options(|options| options.date_skew = -600_000);
    desk.run().unwrap();
    assert_eq!(desk.status(0).clock_skew_seconds, Some(-600));
    assert_eq!(desk.taken(0).unwrap().as_millisecond(), AS_OF - 600_000);
}

#[test]
fn case_34_a_manager_that_shows_nothing_takes_nothing_away() {
    let mut desk = Desk::new(&[2_000]);
    let before = desk.run().unwrap().managers.remove(0);
    assert_eq!(before.accounts, ACCOUNTS.len());
    desk.quarter_of_an_hour();
    desk.managers[0].estate(|estate| estate.computers.clear());
    let summary = desk.run().unwrap().managers.remove(0);
    assert_eq!(summary.kept.accounts as usize, ACCOUNTS.len());
    let (id, _) = ACCOUNTS[0];
    let library = Library::new(desk.store.clone(), account(id));
    let inventories = finish(library.inventories()).unwrap();
    let inventory = inventories.readable().next().unwrap();
    assert_eq!(inventory.taken_at().as_millisecond(), AS_OF);
    assert!(inventory.computers().len() > 20);
}

/// An empty page after a full one is how every list ends that is a multiple of the page. So what is
/// cut there is not seen by the client; the breaker is what stands against it.
#[test]
fn case_24_a_list_that_ends_after_its_first_page_takes_nothing_away() {
    let mut desk = Desk::new(&[2_000]);
    desk.run().unwrap();
    desk.quarter_of_an_hour();
    desk.managers[0].inject(Injection::on(COMPUTERS, Fault::EmptyPage));
    let summary = desk.run().unwrap().managers.remove(0);
    assert_eq!(summary.computers, 50);
    assert_eq!(summary.kept.accounts as usize, ACCOUNTS.len());
    desk.managers[0].heal();
    desk.quarter_of_an_hour();
    assert!(desk.run().unwrap().managers[0].kept.is_empty());
}

#[test]
fn a_reading_is_given_up_while_there_is_time_to_publish_another() {
    let mut desk = Desk::new(&[10]);
    let ask_later = Fault::RateLimited(Some("10".to_owned()));
    desk.managers[0].inject(Injection::on("*", ask_later));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ends = desk.time.elapsed() + Duration::from_secs(24);
    let failed = runtime
        .unwrap()
        .block_on(desk.refresh.run(ends))
        .unwrap_err();
    let problem = failed.0.managers[0].problem.clone().unwrap();
    assert_eq!(problem.kind, Kind::Throttled);
    // Of 24 s a quarter is for publishing: a second wait would end after it began.
    let waited: Duration = desk.time.sleeps().iter().sum();
    assert!((10..18).contains(&waited.as_secs()), "{waited:?}");
}

#[test]
fn a_key_that_does_not_end_is_told_from_one_that_hides_its_end() {
    let mut desk = Desk::new(&[10]);
    desk.managers[0].estate(|estate| estate.api_key.expiry = None);
    desk.run().unwrap();
    assert_eq!(desk.status(0).key_expires, KeyEnd::Never);
    desk.quarter_of_an_hour();
    let hidden = Fault::Status(403, FaultBody::Empty);
    desk.managers[0].inject(Injection::on("GET /apikeys/current", hidden));
    desk.run().unwrap();
    assert_eq!(desk.status(0).key_expires, KeyEnd::Unknown);
}

#[test]
fn a_run_without_time_asks_nothing_and_says_so() {
    let mut desk = Desk::new(&[10]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ends = desk.time.elapsed();
    let failed = runtime
        .unwrap()
        .block_on(desk.refresh.run(ends))
        .unwrap_err();
    assert_eq!(
        failed.0.managers[0].problem.as_ref().unwrap().kind,
        Kind::Unreachable
    );
    assert!(desk.managers[0].calls().is_empty());
    desk.run().unwrap();
}

#[test]
fn a_store_that_is_out_of_order_is_said_to_be() {
    let mut desk = Desk::new(&[10]);
    desk.run().unwrap();
    desk.quarter_of_an_hour();
    desk.store.decide(|call| {
        if call.contains("common") {
            crate::memory::Fate::Refused
        } else {
            crate::memory::Fate::Sound
        }
    });
    let complaint = desk.fail();
    assert_eq!(complaint.kind, Kind::Store);
    assert!(
        complaint.line.contains("not published"),
        "{}",
        complaint.line
    );
}
