//! Plans that are saved, approved and carried out.

use serde_json::Value;
use testbed::estate::Condition;

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
