//! What `backfill` leaves out where something cannot be listed or read, and what that holds up.

use deepgrade::ledger::{Key, note_region};
use rules::ledger::Source;
use serde_json::json;
use testbed::{edges::Refusal, moto};

use super::{
    administrator::{HOME, INSTANCE, MEMBER, OTHER, SECOND, own_problem, place},
    scene::Scene,
    stage::{refusal, summary},
};

#[test]
fn a_finding_that_nobody_understands_leaves_out_the_account_that_it_names() {
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    scene.join(HOME, SECOND);
    scene.found("a01", SECOND, HOME);
    let mut odd = scene.threat("odd", "i-nonsense")["detail"].take();
    odd["accountId"] = MEMBER.into();
    scene.edges.add_guardduty_finding_in(HOME, odd.clone());
    let (_, line) = refusal(&scene.backfill_of(HOME).invoke(&json!({})));
    own_problem(
        &line,
        &[
            "GuardDuty in us-east-1",
            "not all are understood",
            MEMBER,
            "odd",
        ],
    );
    assert_eq!(
        scene.all_listed(MEMBER, HOME),
        [None, Some(true), Some(true)]
    );
    assert_eq!(scene.all_listed(SECOND, HOME), [Some(true); 3]);
    assert_eq!(scene.all_listed(moto::ACCOUNT, HOME), [Some(true); 3]);
    assert_eq!(scene.take(&scene.quarantine).len(), 1);
    assert_eq!(scene.records_of(SECOND, HOME).len(), 1);

    // One that names none that can be read may be of any.
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    odd["accountId"] = "nobody's".into();
    scene.edges.add_guardduty_finding_in(HOME, odd);
    refusal(&scene.backfill_of(HOME).invoke(&json!({})));
    for account in [moto::ACCOUNT, MEMBER] {
        let all = scene.all_listed(account, HOME);
        assert_eq!(all, [None, Some(true), Some(true)], "{account}");
    }
}

#[test]
fn members_that_cannot_be_listed_hold_up_neither_the_account_nor_other_regions() {
    let scene = Scene::of_an_administrator();
    for region in [HOME, OTHER] {
        scene.join(region, MEMBER);
    }
    let actions = [
        "guardduty:ListMembers",
        "macie2:ListMembers",
        "inspector2:ListMembers",
    ];
    let function = scene.backfill_of("us-east-1,eu-west-1");
    // It administers nothing for anybody, as the services put it.
    for action in actions {
        let denied = Refusal {
            status: 403,
            code: "AccessDeniedException".to_owned(),
            message: "Invoking account does not have access to this".to_owned(),
        };
        scene.edges.refuse_in(OTHER, action, denied);
    }
    summary(&function.invoke(&json!({})));
    assert_eq!(scene.all_listed(moto::ACCOUNT, OTHER), [Some(true); 3]);
    assert_eq!(scene.all_listed(MEMBER, OTHER), [None; 3]);
    assert_eq!(scene.all_listed(MEMBER, HOME), [Some(true); 3]);
    scene.edges.heal();

    // A right is missing: that is told.
    let scene = Scene::of_an_administrator();
    for region in [HOME, OTHER] {
        scene.join(region, MEMBER);
    }
    for action in actions {
        scene.edges.refuse_in(OTHER, action, Refusal::denied());
    }
    let function = scene.backfill_of("us-east-1,eu-west-1");
    let (kind, line) = refusal(&function.invoke(&json!({})));
    assert_eq!(kind, "Deepgrade.Unfinished");
    own_problem(
        &line,
        &["eu-west-1: the members are unknown", "ListMembers"],
    );
    assert_eq!(scene.all_listed(moto::ACCOUNT, OTHER), [Some(true); 3]);
    assert_eq!(scene.all_listed(moto::ACCOUNT, HOME), [Some(true); 3]);
    assert_eq!(scene.all_listed(MEMBER, OTHER), [None; 3]);
    // Macie may report of the member from the other Region, and nobody would know.
    assert_eq!(
        scene.all_listed(MEMBER, HOME),
        [Some(true), None, Some(true)]
    );
    // Once that is written down, the rule itself waits for it.
    let (table, there) = (scene.table(), place(MEMBER, OTHER));
    scene.stage.block_on(note_region(&table, &there)).unwrap();
    refusal(&function.invoke(&json!({})));
    assert_eq!(scene.all_listed(MEMBER, HOME), [Some(true); 3]);
    let ledger = scene.ledger_of(MEMBER, HOME);
    assert!(ledger.watermark(Source::Macie).is_err());
    scene.edges.heal();
    summary(&function.invoke(&json!({})));
    assert_eq!(scene.all_listed(MEMBER, OTHER), [Some(true); 3]);
}

#[test]
fn a_region_or_source_that_cannot_be_listed_holds_up_no_other() {
    let scene = Scene::of_an_administrator();
    for region in [HOME, OTHER] {
        scene.join(region, MEMBER);
    }
    scene
        .edges
        .refuse_in(HOME, "guardduty:ListFindings", Refusal::denied());
    scene
        .edges
        .refuse_in(OTHER, "inspector2:BatchGetAccountStatus", Refusal::denied());
    let function = scene.backfill_of("us-east-1,eu-west-1");
    let (_, line) = refusal(&function.invoke(&json!({})));
    own_problem(&line, &["and 1 more"]);
    for account in [moto::ACCOUNT, MEMBER] {
        assert_eq!(
            scene.all_listed(account, HOME),
            [None, Some(true), Some(true)]
        );
        assert_eq!(
            scene.all_listed(account, OTHER),
            [Some(true), Some(true), None]
        );
    }
}

#[test]
fn a_row_that_cannot_be_read_leaves_out_its_account_alone() {
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    scene.found("a01", MEMBER, HOME);
    scene.found("a02", moto::ACCOUNT, HOME);
    let key = Key::record(
        &place(MEMBER, HOME),
        INSTANCE.parse().ok(),
        Source::GuardDuty,
        &"a01".parse().unwrap(),
    );
    let row = deepgrade::ledger::Row::new(key, &json!({"edited": true})).unwrap();
    use deepgrade::ledger::Table as _;
    scene.stage.block_on(scene.table().write(&row)).unwrap();
    let (_, line) = refusal(&scene.backfill_of(HOME).invoke(&json!({})));
    own_problem(&line, &["GuardDuty in us-east-1", "a01"]);
    assert_eq!(
        scene.all_listed(MEMBER, HOME),
        [None, Some(true), Some(true)]
    );
    assert_eq!(scene.all_listed(moto::ACCOUNT, HOME), [Some(true); 3]);
    assert_eq!(scene.records_of(moto::ACCOUNT, HOME).len(), 1);
}

#[test]
fn regions_that_are_none_are_named() {
    let scene = Scene::new();
    let function = scene.backfill_of("us-east-1,Ireland");
    function.invoke(&json!({}));
    let output = function.last_words().stdout;
    assert!(
        output.contains("DEEPGRADE_REGIONS") && output.contains("Ireland"),
        "{output}"
    );
}
