//! The three sources as they are asked, with findings in the shape of their answers.

use std::collections::BTreeSet;

use aws_sdk_inspector2::types::ResourceScanType;
use aws_sdk_macie2::types::MacieStatus;
use deepgrade::{
    aws::findings::{Findings, Presence},
    event::finding::{self, Reading},
    ports::{Error, Fault, Passing},
};
use remediations::finding::{Finding, FindingId, Life};
use rules::ledger::Source;
use serde_json::{Value, json};
use testbed::{
    edges::Refusal,
    moto::{self},
};

use crate::events::events;

use crate::account::{World, answered, detail, id};

#[test]
fn a_source_is_on_where_it_is_switched_on() {
    let world = World::empty();
    assert!(!world.is_on(Source::GuardDuty));
    // moto begins with a session, and is without one only once it was ended.
    world.run(async {
        let call = world.clients.macie2().disable_macie();
        call.send().await.unwrap();
    });
    assert!(!world.is_on(Source::Macie));
    // moto knows nothing of an account for which nothing was ever switched on.
    let unknown = world.asked(Source::Inspector).unwrap_err();
    assert!(
        matches!(&unknown, Error::Permanent(Fault::Deployment, line)
            if line.starts_with("inspector2:BatchGetAccountStatus: ")),
        "{unknown}"
    );
    drop(world);

    let world = World::new();
    for source in Source::ALL {
        assert!(world.is_on(*source), "{source}");
    }
    world.run(async {
        let guardduty = world.clients.guardduty();
        let detectors = guardduty.list_detectors().send().await.unwrap();
        let call = guardduty.update_detector().enable(false);
        let call = call.detector_id(&detectors.detector_ids()[0]);
        call.send().await.unwrap();
        let macie = world.clients.macie2();
        macie.disable_macie().send().await.unwrap();
        let call = macie.enable_macie().status(MacieStatus::Paused);
        call.send().await.unwrap();
        let call = world.clients.inspector2().disable();
        let call = call.account_ids(moto::ACCOUNT);
        let call = call.resource_types(ResourceScanType::Ec2);
        call.send().await.unwrap();
    });
    for source in Source::ALL {
        assert!(!world.is_on(*source), "{source}");
    }
}

#[test]
fn macie_that_was_never_on_is_off_and_a_missing_right_is_no_answer() {
    let world = World::new();
    let refusal = |message: &str| Refusal {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: message.to_owned(),
    };
    world
        .edges
        .refuse("macie2:GetMacieSession", refusal("Macie is not enabled"));
    assert!(!world.is_on(Source::Macie));
    world.edges.heal();
    world
        .edges
        .refuse("macie2:GetMacieSession", refusal("User is not authorized"));
    let error = world.asked(Source::Macie).unwrap_err();
    assert!(!error.is_retryable(), "{error}");
    assert!(error.to_string().contains("macie2:GetMacieSession"));
}

#[test]
fn a_finding_means_the_same_when_it_is_asked_for_as_when_it_was_sent() {
    let world = World::new();
    // What only people or the past wrote, and the model of the answers has not.
    let only_sent = [
        "guardduty/as-the-command-line-prints-it",
        "guardduty/port-probe-of-2017",
        "guardduty/sample-by-a-member",
        "inspector/times-of-2023",
        "inspector/times-of-iso-8601",
        "inspector/time-that-nobody-can-read",
    ];
    let mut sent = Vec::new();
    for (name, text) in events() {
        let event: Value = serde_json::from_slice(&text).unwrap();
        if only_sent.contains(&name.as_str()) || event.get("detail").is_none() {
            continue;
        }
        if let Reading::Finding(finding) = finding::read(&text).unwrap() {
            world.add(finding.source, event["detail"].clone());
            sent.push(*finding);
        }
    }
    assert!(sent.len() > 35, "{}", sent.len());
    for source in Source::ALL {
        let sent: Vec<&Finding> = sent.iter().filter(|it| it.source == *source).collect();
        let mut ids: Vec<FindingId> = sent.iter().map(|it| it.id.clone()).collect();
        ids.push(id("deadbeef"));
        // The Region of the World is not that of Inspector's findings, which name their own.
        let present = world.run(world.source(*source).present(&ids)).unwrap();
        assert_eq!(present.len(), ids.len());
        assert_eq!(present[&id("deadbeef")], Presence::Gone);
        for finding in sent {
            let Presence::Known(known) = &present[&finding.id] else {
                panic!("{:?}", present[&finding.id]);
            };
            assert_eq!(**known, *finding);
        }
    }
}

#[test]
fn everything_open_is_listed_page_by_page_newest_first_that_of_members_too() {
    let world = World::new();
    let names = [
        (Source::GuardDuty, "guardduty/dns-query", 120, 3),
        (Source::Macie, "macie/classification", 120, 3),
        (Source::Inspector, "inspector/times-of-2024", 120, 2),
    ];
    for (source, name, count, _) in names {
        for number in 0..count {
            let mut finding = detail(name, &format!("f{number:03}"));
            if source != Source::Inspector {
                finding["updatedAt"] =
                    format!("2026-11-20T10:{:02}:{:02}Z", number / 60, number % 60).into();
            }
            world.add(source, finding);
        }
        let mut other = detail(name, "of-another-account");
        for member in ["accountId", "awsAccountId"] {
            if other.get(member).is_some() {
                other[member] = "444455556666".into();
            }
        }
        world.add(source, other);
    }
    let mut archived = detail("guardduty/archived", "archived");
    world.add(Source::GuardDuty, archived);
    archived = detail("macie/archived", "archived");
    world.add(Source::Macie, archived);
    for name in ["closed", "suppressed", "image"] {
        let finding = detail(&format!("inspector/{name}"), name);
        world.add(Source::Inspector, finding);
    }
    for (source, _, count, pages) in names {
        world.edges.forget_calls();
        let (found, odd) = world.everything(source);
        assert_eq!(odd, Vec::<String>::new());
        let ids: BTreeSet<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!((found.len(), ids.len()), (count + 1, count + 1), "{source}");
        assert!(found.iter().all(|finding| finding.life == Life::Active));
        let others: Vec<&str> = found
            .iter()
            .filter(|finding| finding.account != world.account)
            .map(|finding| finding.id.as_str())
            .collect();
        assert_eq!(others, ["of-another-account"], "{source}");
        let service = match source {
            Source::GuardDuty => "guardduty",
            Source::Macie => "macie2",
            Source::Inspector => "inspector2",
            Source::Operator => panic!("an operator is no source"),
        };
        let calls = world.edges.calls();
        assert_eq!(
            calls[&format!("{service}:ListFindings")],
            pages,
            "{calls:?}"
        );
        if source != Source::Inspector {
            let first = found
                .chunks(50)
                .map(|page| page.iter().map(|it| it.version.updated_at).min());
            let first: Vec<_> = first.collect();
            assert!(first.is_sorted_by(|left, right| left > right), "{first:?}");
            assert_eq!(calls[&format!("{service}:GetFindings")], pages, "{calls:?}");
        }
    }
}

#[test]
fn what_became_of_a_finding_is_told_from_its_absence() {
    let world = World::new();
    world.add(Source::GuardDuty, detail("guardduty/archived", "a"));
    world.add(Source::Macie, detail("macie/archived", "a"));
    world.add(Source::Inspector, detail("inspector/closed", "a"));
    world.add(Source::Inspector, detail("inspector/suppressed", "b"));
    for (source, name, life) in [
        (Source::GuardDuty, "a", Life::Archived),
        (Source::Macie, "a", Life::Archived),
        (Source::Inspector, "a", Life::Closed),
        (Source::Inspector, "b", Life::Archived),
    ] {
        let asked = [id(name), id("gone")];
        let present = world.run(world.source(source).present(&asked)).unwrap();
        let Presence::Known(finding) = &present[&asked[0]] else {
            panic!("{present:?}");
        };
        assert_eq!(finding.life, life);
        assert_eq!(present[&asked[1]], Presence::Gone);
        assert_eq!(
            world.run(world.source(source).present(&[])).unwrap().len(),
            0
        );
    }
}

#[test]
fn one_that_nobody_understands_hides_no_other() {
    let world = World::new();
    for (source, name, member, value) in [
        (
            Source::GuardDuty,
            "guardduty/dns-query",
            "severity",
            json!(1e308),
        ),
        (
            Source::Macie,
            "macie/classification",
            "severity",
            json!({"description": "Enormous"}),
        ),
        (
            Source::Inspector,
            "inspector/times-of-2024",
            "severity",
            json!("ENORMOUS"),
        ),
    ] {
        let mut odd = detail(name, "odd");
        odd[member] = value;
        world.add(source, odd);
        world.add(source, detail(name, "good"));
        let (found, odd) = world.everything(source);
        assert_eq!(found.len(), 1, "{source}");
        assert_eq!(found[0].id, id("good"));
        assert_eq!(odd.len(), 1);
        assert!(
            odd[0].starts_with(&format!("finding \"odd\" of {source}: ")),
            "{odd:?}"
        );
        let present = world
            .run(world.source(source).present(&[id("odd")]))
            .unwrap();
        assert!(
            matches!(present[&id("odd")], Presence::Malformed(_)),
            "{present:?}"
        );
    }
}

#[test]
fn a_refusal_is_told_from_an_empty_list() {
    let world = World::new();
    for (source, action) in [
        (Source::GuardDuty, "guardduty:ListFindings"),
        (Source::GuardDuty, "guardduty:GetFindings"),
        (Source::Macie, "macie2:ListFindings"),
        (Source::Macie, "macie2:GetFindings"),
        (Source::Inspector, "inspector2:ListFindings"),
    ] {
        world.edges.heal();
        let name = match source {
            Source::GuardDuty => "guardduty/dns-query",
            Source::Macie => "macie/classification",
            Source::Inspector => "inspector/times-of-2024",
            Source::Operator => panic!("an operator is no source"),
        };
        world.add(source, detail(name, action));
        let findings = world.source(source);
        world.edges.refuse(action, Refusal::throttled());
        let error = world.run(findings.page(None)).unwrap_err();
        assert!(
            error.is_throttling() && error.to_string().contains(action),
            "{error}"
        );
        world.edges.heal();
        world.edges.refuse(action, Refusal::denied());
        let error = world.run(findings.page(None)).unwrap_err();
        assert!(
            !error.is_retryable() && error.to_string().contains(action),
            "{error}"
        );
        if action != "guardduty:ListFindings" && action != "macie2:ListFindings" {
            assert!(world.run(findings.present(&[id("x")])).is_err());
        }
    }
    world.edges.heal();
    drop(world.moto);
    let error = world.runtime.block_on(Findings::of(
        &world.clients,
        world.account,
        &world.region,
        Source::GuardDuty,
    ));
    assert!(
        matches!(error, Err(Error::Retryable(Passing::Unavailable, _))),
        "{error:?}"
    );
}

/// moto hands out what it was given, whatever is asked.
#[test]
fn inspector_is_read_from_moto_as_well() {
    let world = World::new();
    let mut finding = detail("inspector/times-of-2024", "from-moto");
    answered(&mut finding);
    let body = json!({"results": [[finding]], "account_id": moto::ACCOUNT, "region": "us-east-1"});
    let url = format!(
        "{}/moto-api/static/inspector2/findings-results",
        world.moto.url()
    );
    let sent = world.run(async {
        let call = reqwest::Client::new().post(url).body(body.to_string());
        call.send().await.unwrap().status()
    });
    assert_eq!(sent, 201);
    let (found, odd) = world.everything(Source::Inspector);
    assert_eq!((found.len(), odd.len()), (1, 0), "{odd:?}");
    assert_eq!(found[0].id, id("from-moto"));
    assert_eq!(
        found[0].version.updated_at.to_string(),
        "2024-09-04T17:00:36.951Z"
    );
}
