//! What `backfill` lists for the accounts that the function's administers the sources for, and in
//! which Regions.

use deepgrade::ledger::Key;
use remediations::record::State;
use rules::ledger::Source;
use serde_json::{Value, json};
use testbed::{
    edges::{Member, Refusal},
    moto,
};

use super::{
    administrator::{HOME, MEMBER, OTHER, place},
    members::{ROLE, launch},
    scene::{Scene, recorded},
    stage::summary,
};

#[test]
fn an_administrator_lists_its_members_in_every_region() {
    let scene = Scene::of_an_administrator();
    for region in [HOME, OTHER] {
        scene.join(region, MEMBER);
    }
    scene.found("a01", MEMBER, OTHER);
    scene.found("a02", moto::ACCOUNT, HOME);
    let answer = summary(&scene.backfill_of("us-east-1, eu-west-1").invoke(&json!({})));
    let listed = &answer["regions"][OTHER]["guardduty"];
    assert_eq!(
        (&listed["findings"], &listed["sent"], &listed["accounts"]),
        (&json!(1), &json!(1), &json!(2)),
        "{answer}"
    );
    for account in [moto::ACCOUNT, MEMBER] {
        for region in [HOME, OTHER] {
            let all = scene.all_listed(account, region);
            assert_eq!(all, [Some(true); 3], "{account} {region}");
        }
    }
    // What is found is in the partition of its own account and Region.
    let records = scene.records_of(MEMBER, OTHER);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].state, State::Unplanned);
    assert_eq!(records[0].finding.account.to_string(), MEMBER);
    assert_eq!(scene.records_of(MEMBER, HOME), []);
    assert_eq!(scene.records_of(moto::ACCOUNT, HOME).len(), 1);
    assert_eq!(scene.records_of(moto::ACCOUNT, OTHER), []);
    // It is answered and followed up there.
    assert!(scene.row(&Key::partition(&place(MEMBER, OTHER))).is_some());
    assert_eq!(scene.take(&scene.queue).len(), 2);
    // Rules about buckets wait for every Region that Macie reports from.
    assert_eq!(scene.regions_of(MEMBER), [OTHER, HOME]);
    assert_eq!(scene.regions_of(moto::ACCOUNT), [OTHER, HOME]);
    let ledger = scene.ledger_of(MEMBER, HOME);
    assert!(ledger.watermark(Source::Macie).unwrap().unwrap().enabled);

    // Without the variable, the Region of the function is listed.
    let answer = summary(&scene.backfill_of("").invoke(&json!({})));
    let regions: Vec<&String> = answer["regions"].as_object().unwrap().keys().collect();
    assert_eq!(regions, [HOME]);
    assert_eq!(answer["regions"][HOME]["guardduty"]["accounts"], 2);
}

#[test]
fn a_member_counts_as_listed_only_where_its_findings_are_seen() {
    let scene = Scene::of_an_administrator();
    let words = |service: &'static str, words: &[&str]| -> Vec<String> {
        let accounts = words.iter().enumerate().map(|(number, word)| {
            let account = format!("{}", 200_000_000_000_u64 + number as u64);
            scene.relate(service, HOME, &account, word);
            account
        });
        accounts.collect()
    };
    // Amazon GuardDuty, Macie and Inspector API references, `Member`; and a word of tomorrow.
    let guardduty = words(
        "guardduty",
        &[
            "Enabled",
            "Disabled",
            "Removed",
            "Resigned",
            "AccountSuspended",
            "Tomorrow",
        ],
    );
    let macie = words(
        "macie2",
        &[
            "Enabled",
            "Paused",
            "Removed",
            "RegionDisabled",
            "AccountSuspended",
            "Tomorrow",
        ],
    );
    let inspector = words(
        "inspector2",
        &[
            "ENABLED",
            "ENABLED",
            "ENABLED",
            "DISABLED",
            "REMOVED",
            "ACCOUNT_SUSPENDED",
            "TOMORROW",
        ],
    );
    scene.scan(HOME, &inspector[0], true);
    scene.scan(HOME, &inspector[1], false);
    // Of the third nothing is told, and of the fourth everything but that it is a member.
    scene.scan(HOME, &inspector[3], true);
    let answer = summary(&scene.backfill_of(HOME).invoke(&json!({})));
    assert_eq!(
        answer["regions"][HOME]["inspector"]["accounts"], 3,
        "{answer}"
    );
    let listed = |accounts: &[String], source| -> Vec<Option<bool>> {
        let listed = accounts.iter().map(|each| scene.listed(each, HOME, source));
        listed.collect()
    };
    let mut expected = vec![None; 6];
    expected[0] = Some(true);
    assert_eq!(listed(&guardduty, Source::GuardDuty), expected);
    assert_eq!(listed(&macie, Source::Macie), expected);
    let expected = [Some(true), Some(false), None, None, None, None, None];
    assert_eq!(listed(&inspector, Source::Inspector), expected);
    // Where Macie is suspended, what it found before is still there.
    assert_eq!(scene.regions_of(&macie[0]), [HOME]);
    assert_eq!(scene.regions_of(&macie[1]), [HOME]);
    assert_eq!(scene.regions_of(&macie[3]), [""; 0]);
    // An account that is nobody's member any more keeps what was said of it, as long as that holds.
    let row = || {
        scene.row(&Key::watermark(
            &place(&guardduty[0], HOME),
            Source::GuardDuty,
        ))
    };
    let before = row();
    scene.edges.forget_members();
    summary(&scene.backfill_of(HOME).invoke(&json!({})));
    assert_eq!(row(), before);
}

#[test]
fn a_member_that_leaves_while_its_findings_are_listed_is_left_out() {
    let scene = Scene::of_an_administrator();
    for (service, status, times) in [
        ("guardduty", "Enabled", 1),
        // It is asked beforehand from where Macie reports.
        ("macie2", "Enabled", 2),
        ("inspector2", "ENABLED", 1),
    ] {
        scene.edges.add_member(Member {
            service,
            region: HOME.to_owned(),
            account: MEMBER.to_owned(),
            status: status.to_owned(),
            times: Some(times),
        });
    }
    scene.scan(HOME, MEMBER, true);
    scene.found("a01", MEMBER, HOME);
    summary(&scene.backfill_of(HOME).invoke(&json!({})));
    assert_eq!(scene.all_listed(MEMBER, HOME), [None; 3]);
    assert_eq!(scene.all_listed(moto::ACCOUNT, HOME), [Some(true); 3]);
    // What was found is written down all the same.
    assert_eq!(scene.records_of(MEMBER, HOME).len(), 1);
}

#[test]
fn what_a_job_of_a_member_found_is_listed_by_the_role_of_the_member() {
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    let mut finding = recorded("macie/classification")["detail"].take();
    finding["accountId"] = MEMBER.into();
    finding["region"] = HOME.into();
    let mut of_member = finding.clone();
    of_member["id"] = "of-a-job-of-the-member".into();
    scene.edges.add_macie_finding_of(MEMBER, of_member);
    // What both see is sent once.
    finding["id"] = "of-a-policy".into();
    scene.edges.add_macie_finding(finding);
    let answer = summary(&scene.backfill_of(HOME).invoke(&json!({})));
    let listed = &answer["regions"][HOME]["macie"];
    assert_eq!(
        (&listed["findings"], &listed["sent"]),
        (&json!(3), &json!(2)),
        "{answer}"
    );
    assert_eq!(scene.take(&scene.queue).len(), 2);
    assert_eq!(scene.listed(MEMBER, HOME, Source::Macie), Some(true));
    let records = scene.records_of(MEMBER, HOME);
    let mut ids: Vec<&str> = records
        .iter()
        .map(|record| record.finding.id.as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["of-a-job-of-the-member", "of-a-policy"]);

    // A member that cannot be asked may have found anything.
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    let answer = summary(&scene.start("backfill").invoke(&json!({})));
    assert_eq!(answer["regions"][HOME]["macie"]["unasked"], 1, "{answer}");
    assert_eq!(
        scene.all_listed(MEMBER, HOME),
        [Some(true), None, Some(true)]
    );
    assert_eq!(scene.all_listed(moto::ACCOUNT, HOME), [Some(true); 3]);
    scene.edges.refuse("sts:AssumeRole", Refusal::denied());
    let answer = summary(&scene.backfill_of(HOME).invoke(&json!({})));
    assert_eq!(answer["regions"][HOME]["macie"]["unasked"], 1, "{answer}");
    assert_eq!(
        scene.all_listed(MEMBER, HOME),
        [Some(true), None, Some(true)]
    );
}

#[test]
fn inspector_may_be_off_in_the_administrator_and_on_in_a_member() {
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    scene.scan(HOME, moto::ACCOUNT, false);
    let mut finding = recorded("inspector/advisory")["detail"].take();
    finding["awsAccountId"] = MEMBER.into();
    finding["resources"][0]["region"] = HOME.into();
    for time in ["firstObservedAt", "lastObservedAt", "updatedAt"] {
        finding[time] = json!(1_795_168_860.677);
    }
    for time in [
        "/packageVulnerabilityDetails/vendorCreatedAt",
        "/resources/0/details/awsEc2Instance/launchedAt",
    ] {
        if let Some(time) = finding.pointer_mut(time) {
            *time = json!(1_795_168_860.677);
        }
    }
    scene.edges.add_inspector_finding_in(HOME, finding);
    let answer = summary(&scene.backfill_of(HOME).invoke(&json!({})));
    let listed = &answer["regions"][HOME]["inspector"];
    assert_eq!(
        (&listed["enabled"], &listed["sent"]),
        (&json!(false), &json!(1))
    );
    let inspector = Source::Inspector;
    assert_eq!(scene.listed(moto::ACCOUNT, HOME, inspector), Some(false));
    assert_eq!(scene.listed(MEMBER, HOME, inspector), Some(true));
    assert_eq!(scene.records_of(MEMBER, HOME).len(), 1);
}

#[test]
fn what_the_ledger_knows_is_read_once_and_a_finding_is_written_once() {
    let scene = Scene::of_an_administrator();
    let accounts: Vec<String> = (0..5)
        .map(|n| format!("{}", 300_000_000_000_u64 + n))
        .collect();
    for account in &accounts {
        scene.relate("guardduty", HOME, account, "Enabled");
        for number in 0..24 {
            scene.found(&format!("{account}{number:02}"), account, HOME);
        }
    }
    let function = scene.backfill_of(HOME);
    scene.edges.forget_calls();
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(answer["regions"][HOME]["guardduty"]["sent"], 120);
    let calls = scene.edges.calls();
    // Each account's rows, in one page.
    assert_eq!(calls["dynamodb:Query"], 5, "{calls:?}");
    // Besides the findings: where there are some, from where Macie reports, when it was listed, and
    // that it was.
    let besides = 5 + 2 + (3 + 5) + 6;
    assert_eq!(calls["dynamodb:PutItem"], 120 + besides, "{calls:?}");
    assert_eq!(calls["guardduty:ListMembers"], 2);
}

#[test]
fn what_is_open_in_several_accounts_and_regions_is_looked_at_again() {
    let scene = Scene::of_an_administrator();
    let there = scene.stage.block_on(scene.stage.clients.with_role(
        &format!("arn:aws:iam::{MEMBER}:role/{ROLE}"),
        "test",
        &OTHER.parse().unwrap(),
    ));
    let instance = launch(&scene, &there);
    scene.join(OTHER, MEMBER);
    scene.found("a01", moto::ACCOUNT, HOME);
    let mut finding = scene.threat("a02", &instance)["detail"].take();
    finding["accountId"] = MEMBER.into();
    finding["region"] = OTHER.into();
    scene.edges.add_guardduty_finding_in(OTHER, finding);
    summary(&scene.backfill_of("us-east-1,eu-west-1").invoke(&json!({})));

    let bootstrap = scene.bootstrap("follow-up", "");
    let bootstrap = bootstrap
        .environment("DEEPGRADE_ACTING", "on")
        .environment("DEEPGRADE_MEMBER_ROLE", ROLE);
    let function = scene.stage.launch_function("follow-up", bootstrap);
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["partitions"], &answer["lookedAt"]),
        (&json!(3), &json!(2))
    );
    // The one of the member runs, and nothing protects it; the other one is no more.
    let states = |account, region| -> Vec<State> {
        let records = scene.records_of(account, region);
        records.iter().map(|record| record.state).collect()
    };
    assert_eq!(states(MEMBER, OTHER), [State::Unprotected]);
    assert_eq!(states(moto::ACCOUNT, HOME), [State::Gone]);
    let told = scene.take(&scene.told);
    assert_eq!(told.len(), 1, "{told:?}");
    let told: Value = serde_json::from_str(told[0].body().unwrap()).unwrap();
    assert_eq!(told["MessageAttributes"]["region"]["Value"], OTHER);
    assert_eq!(told["MessageAttributes"]["account"]["Value"], MEMBER);
    // Its response rules are started there.
    let started = scene.row(&Key::kick(&place(MEMBER, OTHER))).unwrap();
    let started: Value = started.read().unwrap();
    assert!(
        started["started"].is_string() && started["wanted"].is_null(),
        "{started}"
    );
    assert!(scene.edges.regions("ec2:DescribeInstances").contains(OTHER));
}

#[test]
fn what_a_job_of_the_administrator_found_ends_as_the_administrator_says() {
    let scene = Scene::of_an_administrator();
    scene.join(HOME, MEMBER);
    let mut finding = recorded("macie/classification")["detail"].take();
    finding["accountId"] = MEMBER.into();
    finding["region"] = HOME.into();
    scene
        .edges
        .add_macie_finding_of(moto::ACCOUNT, finding.clone());
    summary(&scene.backfill_of(HOME).invoke(&json!({})));
    let states = || -> Vec<State> {
        let records = scene.records_of(MEMBER, HOME).into_iter();
        records.map(|record| record.state).collect()
    };
    assert_eq!(states(), [State::Unplanned]);
    scene.edges.forget_macie_findings();
    finding["archived"] = true.into();
    scene.edges.add_macie_finding_of(moto::ACCOUNT, finding);
    let bootstrap = scene.bootstrap("follow-up", "");
    let bootstrap = bootstrap.environment("DEEPGRADE_MEMBER_ROLE", ROLE);
    let function = scene.stage.launch_function("follow-up", bootstrap);
    summary(&function.invoke(&json!({})));
    assert_eq!(states(), [State::Archived]);
}
