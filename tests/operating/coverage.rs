//! Virtual-patch coverage.

use remediations::record::State;
use rules::ledger::Source;
use serde_json::{Value, json};
use testbed::estate::Condition;

use crate::{
    findings::{record, row_of, write},
    stage::{Stage, guardduty, inspector},
};

/// Findings as `aws inspector2 list-findings` prints them: a CVE with a rule, one without.
fn listed(stage: &Stage, cve: &str, instance: &str) {
    let finding = |cve: &str, id: &str| {
        let mut finding = inspector(&[cve], instance)["detail"].clone();
        finding["findingArn"] =
            format!("arn:aws:inspector2:eu-west-1:111122223333:finding/{id}").into();
        finding
    };
    let findings = [finding(cve, "a"), finding("CVE-1999-99999", "b")];
    stage
        .world
        .write("findings.json", json!({"findings": findings}).to_string());
}

#[test]
fn a_cve_counts_as_covered_only_when_its_rules_are_assigned_and_block() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    let cve = stage.uncovered(&instance);
    listed(&stage, &cve, &instance);
    let before = stage.run("coverage --findings findings.json --output json");
    assert_eq!(before.code, 0, "{before:?}");
    let rows = before.json();
    assert_eq!(rows["rows"][0]["subject"], "CVE-1999-99999");
    assert_eq!(
        (&rows["rows"][0]["ruleExists"], &rows["rows"][0]["noRule"]),
        (&json!("no"), &json!(1))
    );
    assert_eq!(rows["rows"][1]["ruleExists"], "yes");
    assert_eq!(rows["rows"][1]["notAssigned"], 1, "{rows}");
    assert_eq!(rows["all"]["percent"], 0);
    stage.event(&inspector(&[&cve], &instance));
    let saved = stage.run("respond event.json --scope computer --save plan.json");
    assert_eq!(saved.code, 0, "{saved:?}");
    let acted = stage.run("respond --act plan.json --scope computer");
    assert_eq!(acted.code, 0, "{acted:?}");
    let after = stage
        .run("coverage --findings findings.json --output json")
        .json();
    assert_eq!(after["rows"][1]["covered"], 1, "{after}");
    assert_eq!(after["all"]["percent"], 50);
    let only = stage.run("coverage --findings findings.json --cve-only");
    assert_eq!(only.stdout, format!("{cve}\n"));
    let table = stage.run("coverage --findings findings.json --by instance");
    assert!(
        table.stdout.contains(&instance) && table.stdout.contains("50%"),
        "{}",
        table.stdout
    );
    // A computer that blocks nothing is not covered, whatever rules it has.
    stage.manager.estate(|estate| {
        let own = &mut estate.computers.get_mut(&computer).unwrap().own;
        own.modules
            .entry(testbed::estate::Module::IntrusionPrevention)
            .or_default()
            .state = Some(testbed::estate::State::Detect);
    });
    let detecting = stage.run("coverage --findings findings.json --output csv");
    assert!(
        detecting
            .stdout
            .contains(&format!("{cve},yes,1,0,0,0,0,1,0,0,0")),
        "{}",
        detecting.stdout
    );
}

#[test]
fn what_cannot_be_told_is_unknown_and_never_covered_or_uncovered() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let cve = stage.uncovered(&instance);
    listed(&stage, &cve, &instance);
    // The files of computers do not hold IPS rules.
    let search = stage.world.run(&[
        "inventory",
        "fetch",
        "--manager",
        &stage.manager.url(),
        "--key-file",
        "reader.key",
    ]);
    let mut inventory = search.json();
    inventory
        .as_object_mut()
        .unwrap()
        .remove("intrusionPreventionRules");
    stage.world.write("inventory.json", inventory.to_string());
    let run = stage
        .world
        .words("coverage --findings findings.json --inventory inventory.json --output json");
    assert_eq!(run.code, 4, "{run:?}");
    let all = &run.json()["all"];
    assert_eq!(
        (&all["unknown"], &all["covered"], &all["notAssigned"]),
        (&json!(2), &json!(0), &json!(0))
    );
    assert_eq!(all["percent"], json!(null));
    let table = stage
        .world
        .words("coverage --findings findings.json --inventory inventory.json");
    assert!(table.stdout.contains("unknown: "), "{}", table.stdout);
    stage
        .world
        .words("coverage --inventory inventory.json")
        .fails(2, &["--findings"]);
}

#[test]
fn what_is_none_of_inspector_is_left_out_and_a_file_of_nothing_else_is_refused() {
    const COVERAGE: &str = "coverage --findings findings.json";
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let threat = guardduty("Recon:EC2/Portscan", &instance);
    let found = inspector(&["CVE-1999-99999"], &instance);
    let mut unclear = inspector(&["CVE-1999-99998"], &instance);
    unclear["detail"]["findingArn"] = json!(7);
    let mut of_a_function = inspector(&["CVE-1999-99997"], &instance);
    of_a_function["detail"]["resources"][0]["type"] = "AWS_LAMBDA_FUNCTION".into();
    let with = |findings: &serde_json::Value| {
        stage.world.write("findings.json", findings.to_string());
        stage.run(COVERAGE)
    };
    for nothing in [&threat, &json!([threat]), &json!([{"a": 1}, 2])] {
        with(nothing).fails(
            2,
            &["findings.json: holds no finding of Inspector", "finding 1"],
        );
    }
    with(&json!([unclear])).fails(2, &["findingArn"]);
    let mixed = with(&json!([threat, found]));
    assert_eq!(mixed.code, 0, "{mixed:?}");
    assert!(mixed.stdout.contains("CVE-1999-99999"), "{}", mixed.stdout);
    assert!(
        mixed
            .stderr
            .contains("finding 1 is left out: it is one of GuardDuty")
    );
    let unread = with(&json!([unclear, found]));
    assert_eq!(unread.code, 4, "{unread:?}");
    assert!(
        unread.stdout.contains("CVE-1999-99999"),
        "{}",
        unread.stdout
    );
    assert!(unread.stderr.contains("finding 1 cannot be read"));
    // Inspector found nothing, or nothing on an instance.
    for (nothing, said) in [
        (json!({"findings": []}), ""),
        (json!([of_a_function]), "finding 1 is left out"),
    ] {
        let run = with(&nothing);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

/// What results tell of CVEs beside the verdicts is what the Manager knows of their rules.
#[test]
fn the_exposure_in_results_moves_when_a_rule_is_assigned() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let cve = stage.uncovered(&instance);
    let mut found = record(&instance, Source::Inspector, "f1", "PACKAGE", State::Failed);
    let about = json!({"instances": [instance], "cves": [cve, "CVE-1999-99999"]});
    found.finding.about = serde_json::from_value(json!({"vulnerability": about})).unwrap();
    write(&stage.world, &[row_of(&found)]);
    let own = json!({
        "InstanceId": instance,
        "LaunchTime": "2026-01-01T00:00:00Z",
        "State": {"Name": "running"},
        "Placement": {"AvailabilityZone": "eu-west-1a"},
    });
    let reservations = json!([{"OwnerId": "111122223333", "Instances": [own]}]);
    let instances = json!({"Reservations": reservations}).to_string();
    stage.world.write("own.json", instances);
    let exposed = || {
        let line = "evaluate --instances own.json --ledger ledger.jsonl --rule cves-are-shielded \
                    --output json";
        let exposed = stage.run(line).json()["details"]["cves"]["first"].clone();
        let exposed: Vec<Value> = serde_json::from_value(exposed).unwrap();
        let of = |name: &str| {
            let one = exposed.iter().find(|one| one["cve"] == name).unwrap();
            let counts = one["instances"].as_object().unwrap();
            let told = counts.iter().find(|(_, count)| **count == 1).unwrap();
            assert_eq!(counts.values().filter(|count| **count != 0).count(), 1);
            told.0.clone()
        };
        [of(&cve), of("CVE-1999-99999")]
    };
    assert_eq!(exposed(), ["notShielded", "noRule"]);
    stage.event(&inspector(&[&cve], &instance));
    let saved = stage.run("respond event.json --scope computer --save plan.json");
    assert_eq!(saved.code, 0, "{saved:?}");
    let acted = stage.run("respond --act plan.json --scope computer");
    assert_eq!(acted.code, 0, "{acted:?}");
    assert_eq!(exposed(), ["shielded", "noRule"]);
}
