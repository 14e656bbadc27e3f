//! Throttling, pages that go, rights that are missing, and a collection that is interrupted.

use std::fs;

use deepgrade::ports::Fault as Whose;
use tempfile::TempDir;
use testbed::{
    Fault as HttpFault, FaultBody, Injection,
    config::{Fault, Refusal},
};

use crate::world::{DETAILS, HOME, HOUR, NOW, World, kept, omissions, wanted};

const OTHER: &str = "444455556666";

fn world() -> World {
    let world = World::new();
    for account in [HOME, OTHER] {
        world.deploy(account, 120);
    }
    world.aggregate([HOME, OTHER]);
    world
}

fn rows(results: &deepgrade::results::Results) -> Vec<String> {
    results.rows().map(|row| format!("{row:?}")).collect()
}

#[test]
fn what_passes_is_waited_for_and_a_list_that_went_is_read_anew() {
    let world = world();
    let sound = world.collect();
    for fault in [
        Fault::Throttled,
        Fault::Http(HttpFault::Status(503, FaultBody::Html)),
        Fault::Http(HttpFault::Reset),
        Fault::Refused(Refusal::new("InvalidNextTokenException", "expired")),
    ] {
        world.config.heal();
        world
            .config
            .inject(Injection::on(DETAILS, fault.clone()).from(4).times(2));
        let results = world.collect();
        assert_eq!(rows(&results), rows(&sound), "{fault:?}");
        assert_eq!(omissions(&results), Vec::<String>::new(), "{fault:?}");
    }
}

#[test]
fn a_missing_right_ends_it_in_one_line_and_an_outage_is_told() {
    let world = world();
    let denied = Fault::Refused(Refusal::new("AccessDeniedException", "not you"));
    for operation in [
        DETAILS,
        "DescribeAggregateComplianceByConfigRules",
        "DescribeConfigurationAggregatorSourcesStatus",
    ] {
        world.config.heal();
        world
            .config
            .inject(Injection::on(operation, denied.clone()));
        let error = world.try_to_collect(&wanted(), None).unwrap_err();
        let line = error.to_string();
        assert!(
            line.contains(&format!("the right config:{operation} is missing")),
            "{line}"
        );
        assert!(matches!(
            error,
            deepgrade::ports::Error::Permanent(Whose::Deployment, _)
        ));
    }
    world.config.heal();
    world.config.inject(Injection::on(
        "DescribeAggregateComplianceByConformancePacks",
        denied,
    ));
    let results = world.collect();
    let told = omissions(&results);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("PacksUnread - -: the conformance packs could not be read"),
        "{told:?}"
    );
    world.config.heal();
    let outage = Fault::Http(HttpFault::Status(500, FaultBody::Empty));
    world.config.inject(Injection::on(DETAILS, outage));
    let results = world.collect();
    assert!(results.is_empty());
    let told = omissions(&results);
    let unread = told
        .iter()
        .filter(|line| line.contains("the results could not be read"));
    assert_eq!(unread.count(), 2 * rules::CATALOGUE.len(), "{told:#?}");
    // Of what was not read nothing else is said.
    assert_eq!(told.len(), 2 * rules::CATALOGUE.len(), "{told:#?}");
}

#[test]
fn an_interrupted_collection_goes_on_and_reads_nothing_twice() {
    let world = world();
    let sound = world.collect();
    let folder = TempDir::new().unwrap();
    let folder = folder.path().join("kept");
    world.config.forget_calls();
    let denied = Fault::Refused(Refusal::new("AccessDeniedException", "not now"));
    world.config.inject(Injection::on(DETAILS, denied).from(20));
    let kept_once = kept(&folder, NOW).unwrap();
    world
        .try_to_collect(&wanted(), Some(&kept_once))
        .unwrap_err();
    let parts = |folder: &std::path::Path| {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let parts = names.filter(|name| name.starts_with("part-1") || name.starts_with("part-4"));
        parts.collect::<Vec<_>>()
    };
    let whole = parts(&folder);
    assert!(whole.len() > 4, "{whole:?}");

    // One of them is damaged meanwhile, and half of another was being written.
    fs::write(folder.join(&whole[0]), "{\"schemaVersion\":\"1\",\"resul").unwrap();
    fs::write(folder.join("part-partial-state.json"), "{").unwrap();
    world.config.heal();
    world.config.forget_calls();
    let kept_again = kept(&folder, NOW + 2 * HOUR).unwrap();
    let results = world
        .try_to_collect(&wanted(), Some(&kept_again))
        .unwrap()
        .results;
    assert_eq!(rows(&results), rows(&sound));
    // Two pages of a rule with 120 instances, one of a rule about the account.
    let pages = |parts: &[String]| -> usize {
        let pages = |name: &String| if name.contains("healthy") { 1 } else { 2 };
        parts.iter().map(pages).sum()
    };
    let all = pages(&parts(&folder));
    assert_eq!(world.calls(DETAILS), all - pages(&whole[1..]));
    let progress = world.told.get();
    assert_eq!(
        (progress.parts, progress.of),
        (2 * rules::CATALOGUE.len(), progress.parts)
    );
    kept_again.remove().unwrap();
    assert!(!folder.exists());
}

#[test]
fn a_folder_of_something_else_or_of_long_ago_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let refused = kept(folder.path(), NOW).unwrap_err();
    assert!(refused.ends_with("holds other files: name a folder that is empty, or not there"));
    fs::remove_file(folder.path().join("notes.txt")).unwrap();
    // What a run left that was killed at once is no obstacle.
    fs::write(folder.path().join("part-partial-state.json"), "{").unwrap();
    kept(folder.path(), NOW).unwrap();
    kept(folder.path(), NOW + 6 * HOUR).unwrap();
    let refused = kept(folder.path(), NOW + 6 * HOUR + 1_000).unwrap_err();
    assert!(refused.contains("was begun 2026-11-20 10:01Z"), "{refused}");
    let file = folder.path().join("state.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("organization", "other")).unwrap();
    let refused = kept(folder.path(), NOW).unwrap_err();
    assert!(
        refused.contains("belongs to the aggregator \"other\""),
        "{refused}"
    );
    fs::write(&file, "{").unwrap();
    let refused = kept(folder.path(), NOW).unwrap_err();
    assert!(refused.contains("remove the folder"), "{refused}");
}
