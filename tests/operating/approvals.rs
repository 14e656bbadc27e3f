//! Plans that are saved, approved and carried out.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::Value;
use testbed::{Fault, Injection, estate::Condition};

use crate::stage::{OPERATOR, READER, Stage, guardduty, inspector};

const ACT: &str = "respond --act plan.json --ledger ledger.jsonl";

fn saved(stage: &Stage) -> (i32, String) {
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.event(&guardduty(
        "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        &instance,
    ));
    let run = stage.run("respond event.json --save plan.json");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(stage.writes(), [""; 0]);
    (computer, instance)
}

#[test]
fn what_was_approved_is_carried_out_and_the_ledger_has_it() {
    let stage = Stage::new();
    saved(&stage);
    let run = stage.run(ACT);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains("recommendation scan: requested"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("run the same command again"),
        "{}",
        run.stderr
    );
    let writes = stage.writes();
    assert!(
        !writes.is_empty() && writes.iter().all(|call| call == "POST /scheduledtasks"),
        "{writes:?}"
    );
    let listed = stage.world.words("ledger list --ledger ledger.jsonl");
    assert!(listed.stdout.contains("pending"), "{}", listed.stdout);
    // Once more is to go on with it, and tells the computer nothing twice.
    let again = stage.run(ACT);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(stage.writes(), writes);
    for run in [run, again] {
        for key in [READER, OPERATOR] {
            assert!(!run.stdout.contains(key) && !run.stderr.contains(key));
        }
    }
}

#[test]
fn a_situation_that_has_drifted_is_refused_and_nothing_is_done() {
    let stage = Stage::new();
    let (computer, _) = saved(&stage);
    stage.manager.estate(|estate| {
        estate.computers.get_mut(&computer).unwrap().agent.speaks = false;
        estate.computers.get_mut(&computer).unwrap().agent.status = testbed::estate::Status::Error;
    });
    let run = stage.run(ACT);
    run.fails(
        5,
        &[
            "the situation has drifted",
            "the agent was active, and is not active",
        ],
    );
    assert_eq!(stage.writes(), [""; 0]);
    assert!(!stage.world.path("ledger.jsonl").exists());
}

#[test]
fn a_plan_that_is_not_allowed_any_more_is_refused_by_its_step() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let cve = stage.uncovered(&instance);
    stage.event(&inspector(&[&cve], &instance));
    let run = stage.run("respond event.json --scope computer --save plan.json");
    assert_eq!(run.code, 0, "{run:?}");
    stage
        .run(ACT)
        .fails(5, &["step 1 was", "policiesThatMayChange"]);
    assert_eq!(stage.writes(), [""; 0]);
    let run = stage.run(&format!("{ACT} --scope computer"));
    assert!(!stage.writes().is_empty(), "{run:?}");
}

#[test]
fn a_plan_that_was_changed_or_is_none_is_refused() {
    let stage = Stage::new();
    saved(&stage);
    let text = std::fs::read_to_string(stage.world.path("plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    for (member, value) in [
        ("/parts/0/facts/the policy", "999"),
        ("/finding/id", "another"),
        ("/finding/title", "another"),
        ("/asOf", "2020-01-01T00:00:00Z"),
        ("/parts/0/plan/steps/0/reason", "another"),
    ] {
        let mut plan = plan.clone();
        *plan.pointer_mut(member).expect(member) = value.into();
        stage.world.write("plan.json", plan.to_string());
        stage.run(ACT).fails(2, &["changed by hand"]);
    }
    stage.world.write("plan.json", "{}");
    stage.run(ACT).fails(2, &["plan.json", "no saved plan"]);
    assert_eq!(stage.writes(), [""; 0]);
}

const CREATE: &str = "POST /scheduledtasks";

/// A Manager that makes a task at once, and says so only much later.
#[test]
fn a_manager_that_does_not_answer_is_waited_for_as_long_as_is_said_and_never_asked_twice() {
    let stage = Stage::new();
    let (computer, _) = saved(&stage);
    let late = Injection::on(CREATE, Fault::Delay(Duration::from_secs(60)));
    stage.manager.inject(late.after_effect().times(1));
    let run = stage.run(&format!("{ACT} --timeout 2"));
    assert_eq!(run.code, 4, "{run:?}");
    let waiting = format!("waiting for Manager \"ds\": recommendation scan of computer {computer}");
    assert!(run.stderr.contains(&waiting), "{}", run.stderr);
    for said in [
        "not answered within the 2 s that acting may take (--timeout)",
        "not asked for within the 2 s",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    assert_eq!(stage.writes(), [CREATE]);
    // The next run finds the task that was made, and makes the others.
    let again = stage.run(ACT);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(!again.stdout.contains("not answered"), "{}", again.stdout);
    let calls = stage.manager.calls();
    let made = calls.iter().filter(|call| call.name() == CREATE);
    let names: Vec<String> = made
        .map(|call| call.body.as_ref().unwrap()["name"].to_string())
        .collect();
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!((names.len(), distinct.len()), (3, 3), "{names:?}");
}

#[test]
fn a_manager_that_answers_soon_is_not_told_of() {
    let stage = Stage::new();
    saved(&stage);
    let run = stage.run(ACT);
    assert!(!run.stderr.contains("waiting for"), "{}", run.stderr);
}

#[test]
fn a_plan_from_a_saved_inventory_is_acted_on_in_the_managers_of_the_settings() {
    const FROM_FILE: &str = "respond --act plan.json --inventory inventory.json";
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let event = guardduty("CryptoCurrency:EC2/BitcoinTool.B!DNS", &instance);
    stage.event(&event);
    let run = stage.run("inventory fetch --output-file inventory.json");
    assert_eq!(run.code, 0, "{run:?}");
    stage.manager.forget_calls();
    let run = stage.run("respond event.json --inventory inventory.json --save plan.json");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(stage.manager.calls().len(), 0);
    // A file says the same for ever: an old one is no reason to act.
    stage.run(FROM_FILE).fails(
        5,
        &[
            "inventory of Manager \"ds\"",
            "120 minutes",
            "nothing was done",
        ],
    );
    assert_eq!(stage.manager.calls().len(), 0);
    let text = std::fs::read_to_string(stage.world.path("inventory.json")).unwrap();
    let mut inventory: Value = serde_json::from_str(&text).unwrap();
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let now = Timestamp::from_second(i64::try_from(since.as_secs()).unwrap()).unwrap();
    inventory["takenAt"] = now.to_string().into();
    stage.world.write("inventory.json", inventory.to_string());
    let run = stage.run(FROM_FILE);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(stage.writes(), [CREATE; 3]);
    let calls = stage.manager.calls();
    let reads_all = |call: &testbed::Call| call.name() == "POST /computers/search";
    assert!(!calls.iter().any(reads_all), "the file stands for it");
    // The Manager that is read instead says the same.
    let run = stage.run("respond --act plan.json");
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_manager_of_the_plan_that_the_settings_do_not_name_is_refused() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.event(&guardduty("Recon:EC2/Portscan", &instance));
    let fetch = format!(
        "inventory fetch --manager {} --key-file reader.key --output-file inventory.json",
        stage.manager.url()
    );
    assert_eq!(stage.world.words(&fetch).code, 0);
    let run = stage.run("respond event.json --inventory inventory.json --save plan.json");
    assert_eq!(run.code, 0, "{run:?}");
    stage
        .run("respond --act plan.json --inventory inventory.json")
        .fails(
            2,
            &[
                "the settings do not name Manager",
                &stage.manager.url(),
                "they name \"ds\"",
            ],
        );
    assert_eq!(stage.writes(), [""; 0]);
    // A Manager that is named with the file is one too many.
    let both = format!(
        "respond event.json --inventory inventory.json --manager {} --key-file reader.key",
        stage.manager.url()
    );
    stage.run(&both).fails(2, &["not both"]);
}

#[test]
fn a_plan_of_which_a_fact_is_missing_is_not_saved_and_ends_like_one_that_is_printed() {
    let stage = Stage::new();
    stage.event(&crate::stage::macie());
    let run = stage.run("respond event.json --save plan.json");
    assert_eq!(run.code, 4, "{run:?}");
    assert!(
        run.stderr
            .contains("plan.json: not saved: a fact is missing")
    );
    assert!(!stage.world.path("plan.json").exists());
}

#[test]
fn a_policy_that_no_manager_knows_is_refused_among_the_arguments_and_told_of_in_the_settings() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let cve = stage.uncovered(&instance);
    stage.event(&inspector(&[&cve], &instance));
    let misspelt = ["respond", "event.json", "--settings", "settings.yaml"];
    let misspelt = [&misspelt[..], &["--policy-may-change", "Linux Sever"]].concat();
    let said = "no Manager has a policy \"Linux Sever\"; did you mean \"Linux Server\"?";
    stage
        .world
        .run(&misspelt)
        .fails(2, &["--policy-may-change", said]);
    let settings = std::fs::read_to_string(stage.world.path("settings.yaml")).unwrap();
    let settings = format!("{settings}remediation: {{policiesThatMayChange: [Linux Sever]}}\n");
    stage.world.write("settings.yaml", settings);
    let run = stage.run("respond event.json");
    assert_eq!(run.code, 0, "{run:?}");
    let told = format!("policiesThatMayChange: {said}");
    assert_eq!(run.stderr.matches(&told).count(), 1, "{}", run.stderr);
}

#[test]
fn acting_needs_the_key_of_an_operator() {
    let stage = Stage::new();
    saved(&stage);
    let settings = format!(
        "managers:\n- {{name: ds, url: '{}', keyFile: reader.key}}\n",
        stage.manager.url()
    );
    stage.world.write("settings.yaml", settings);
    stage.run(ACT).fails(2, &["operatorKeyFile"]);
    assert_eq!(stage.writes(), [""; 0]);
}

#[test]
fn the_kill_switch_of_the_ledger_stops_an_approved_plan() {
    let stage = Stage::new();
    saved(&stage);
    let table = deepgrade::ledger::FileTable::new(&stage.world.path("ledger.jsonl"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let now = "2026-08-01T12:00:00Z".parse().unwrap();
    let thrown = runtime.block_on(deepgrade::remediate::throw(&table, true, now));
    thrown.unwrap();
    stage.run(ACT).fails(5, &["kill switch"]);
    assert_eq!(stage.writes(), [""; 0]);
}
