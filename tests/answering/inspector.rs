//! Vulnerabilities, from the finding to rules on a policy.

use std::collections::BTreeSet;

use deepgrade::{
    ledger::{Key, Table as _},
    time::Time as _,
};
use remediations::{
    Options,
    options::Scope,
    record::{Record, State},
};
use rules::cve::Cve;
use testbed::estate::Condition;

use super::{
    findings::{later, vulnerability},
    stage::Stage,
};

/// Two CVEs of which one has a rule in the simulator's catalogue.
pub(crate) fn some_cves() -> Vec<Cve> {
    let stage = Stage::new();
    vec![covered(&stage), "CVE-1999-99999".parse().unwrap()]
}

/// A CVE that a rule which can block shields from, and that is not on any policy of the computer.
pub(crate) fn covered(stage: &Stage) -> Cve {
    covered_all(stage)[0]
}

pub(crate) fn covered_all(stage: &Stage) -> Vec<Cve> {
    let (computer, _) = stage.computer(Condition::Healthy);
    let published = stage.world.scene.lock().unwrap().published.clone().unwrap();
    let inventory = published.readable().next().unwrap();
    let ips = inventory.intrusion_prevention().unwrap();
    let computer = inventory
        .computers()
        .iter()
        .find(|each| each.id == computer)
        .unwrap();
    let policy = computer.policy().unwrap().unwrap();
    let assigned = ips.assigned_to_policy(policy).unwrap();
    let mut cves = Vec::new();
    for rule in ips.rules() {
        for cve in rule.cves() {
            let all = ips.rules_for(cve).collect::<Vec<_>>();
            let fits = all.iter().all(|rule| {
                !rule.detect_only
                    && !assigned.contains(rule.id)
                    && rules::intrusion_prevention::too_old_for(computer, rule) == Ok(None)
                    && (rule.can_be_assigned_alone != Some(false) || !rule.depends_on.is_empty())
            });
            if fits && !cves.contains(&cve) {
                cves.push(cve);
            }
        }
    }
    assert!(cves.len() > 3, "{}", cves.len());
    cves
}

#[test]
fn the_rules_for_a_cve_are_assigned_to_the_policy_of_the_computer() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    let cve = covered(&stage);
    stage
        .answer(&vulnerability("f1", instance, &[cve]))
        .unwrap();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
    let policy = stage.at_manager(computer, |computer| computer.policy_id.unwrap());
    assert!(
        stage
            .line()
            .contains(&format!("assigned to policy {policy}")),
        "{}",
        stage.line()
    );
    let writes = stage.writes();
    assert_eq!(
        writes,
        [format!(
            "POST /policies/{policy}/intrusionprevention/assignments"
        )]
    );
    stage.publish();
    let published = stage.world.scene.lock().unwrap().published.clone().unwrap();
    let inventory = published.readable().next().unwrap();
    let ips = inventory.intrusion_prevention().unwrap();
    let assigned = ips
        .assigned_to_policy(u64::try_from(policy).unwrap())
        .unwrap();
    assert!(ips.rules_for(cve).all(|rule| assigned.contains(rule.id)));
}

#[test]
fn a_policy_that_is_not_listed_is_left_alone_and_said() {
    let mut stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.options.policies_that_may_change.clear();
    let cve = covered(&stage);
    stage
        .answer(&vulnerability("f1", instance, &[cve]))
        .unwrap();
    assert_eq!(stage.writes(), [""; 0]);
    assert_eq!(stage.record().state, State::Failed);
    assert!(
        stage.line().contains("policiesThatMayChange"),
        "{}",
        stage.line()
    );
    // Once the deployer lists it, nobody has to send the finding again.
    stage.options.policies_that_may_change.push("*".into());
    stage.pass(10);
    stage.follow_up();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
}

#[test]
fn the_rules_can_be_assigned_to_the_computer_alone() {
    let mut stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.options = Options {
        scope: Scope::Computer,
        ..Options::default()
    };
    let cve = covered(&stage);
    stage
        .answer(&vulnerability("f1", instance, &[cve]))
        .unwrap();
    let path = format!("POST /computers/{computer}/intrusionprevention/assignments");
    assert!(stage.writes().contains(&path), "{:?}", stage.writes());
}

#[test]
fn case_42_two_cves_of_one_policy_are_both_there_in_the_end() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    let cves = covered_all(&stage);
    let (first, second) = (stage.process(), stage.process());
    let one = vulnerability("f1", instance, &cves[..1]);
    let two = vulnerability("f2", instance, &cves[1..2]);
    let acting = deepgrade::remediate::Mode::Acting;
    let both =
        futures_util::future::join(first.respond(&one, acting), second.respond(&two, acting));
    let (one, two) = stage.wait_for(both);
    one.unwrap();
    two.unwrap();
    let policy = stage.at_manager(computer, |computer| computer.policy_id.unwrap());
    stage.publish();
    let published = stage.world.scene.lock().unwrap().published.clone().unwrap();
    let inventory = published.readable().next().unwrap();
    let ips = inventory.intrusion_prevention().unwrap();
    let assigned = ips
        .assigned_to_policy(u64::try_from(policy).unwrap())
        .unwrap();
    for cve in &cves[..2] {
        assert!(
            ips.rules_for(*cve).all(|rule| assigned.contains(rule.id)),
            "{cve}"
        );
    }
}

#[test]
fn a_cve_without_a_rule_is_said_and_planned_again_when_there_is_one() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let unknown: Cve = "CVE-2031-12345".parse().unwrap();
    stage
        .answer(&vulnerability("f1", instance, &[unknown]))
        .unwrap();
    assert_eq!(stage.record().state, State::Answered);
    assert!(stage.line().contains("no rule exists"), "{}", stage.line());
    stage.pass(10);
    stage.publish();
    assert_eq!(stage.follow_up().looked_at, 1);
    assert_eq!(stage.writes(), [""; 0]);
    stage.manager.estate(|estate| {
        let (id, mut rule) = estate
            .intrusion_prevention_rules
            .iter()
            .next_back()
            .map(|(id, rule)| (id + 1, rule.clone()))
            .unwrap();
        rule["ID"] = id.into();
        rule["CVE"] = serde_json::json!(["CVE-2031-12345"]);
        rule["detectOnly"] = false.into();
        rule["dependsOnRuleIDs"] = serde_json::json!([]);
        rule["canBeAssignedAlone"] = true.into();
        rule["minimumAgentVersion"] = "0.0.0.0".into();
        estate.intrusion_prevention_rules.insert(id, rule);
    });
    stage.publish();
    stage.pass(10);
    stage.follow_up();
    assert_eq!(stage.writes().len(), 1, "{}", stage.line());
    assert!(
        stage.line().contains("assigned to policy"),
        "{}",
        stage.line()
    );
}

#[test]
fn bad_input_27_a_finding_with_no_cve_does_nothing_and_one_with_500_needs_an_operator() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.answer(&vulnerability("none", instance, &[])).unwrap();
    assert_eq!(stage.writes(), [""; 0]);
    assert_eq!(stage.record().state, State::Answered);
    let stage = Stage::new();
    let all = covered_all(&stage);
    stage
        .answer(&vulnerability("many", instance, &all))
        .unwrap();
    assert_eq!(stage.record().state, State::Failed);
    assert!(stage.line().contains("mostRules"), "{}", stage.line());
    assert_eq!(stage.writes(), [""; 0]);
}

#[test]
fn a_closed_finding_closes_its_row_and_unassigns_nothing() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = vulnerability("f1", instance, &[covered(&stage)]);
    stage.answer(&finding).unwrap();
    let writes = stage.writes();
    let closed = remediations::Finding {
        life: remediations::finding::Life::Closed,
        ..later(&finding, 60)
    };
    stage.answer(&closed).unwrap();
    assert_eq!(stage.record().state, State::Closed);
    assert_eq!(stage.writes(), writes);
}

/// What one cap holds back is tried by every run, and must not use up the other one by that.
#[test]
fn what_a_cap_holds_back_uses_up_no_other_cap() {
    let spent = |of_policy, of_manager| {
        let mut stage = Stage::new();
        stage.limits.assignments_an_hour_to_a_policy = of_policy;
        stage.limits.assignments_an_hour = of_manager;
        let (computer, instance) = stage.computer(Condition::Healthy);
        let policy = stage.at_manager(computer, |computer| computer.policy_id.unwrap());
        let cves = covered_all(&stage);
        // The first and the last have no rule in common.
        for (id, cve) in [("f0", cves[0]), ("f1", cves[cves.len() - 1])] {
            let finding = vulnerability(id, instance, &[cve]);
            stage.answer(&finding).unwrap();
        }
        for _ in 0..3 {
            stage.follow_up();
        }
        let lines: Vec<String> = stage.records().iter().map(Record::line).collect();
        assert!(lines[1].contains("waiting: 1 assignments"), "{lines:?}");
        let count = |what: &str| {
            let key = Key::hour("ds", stage.time.now(), what);
            let row = stage.wait_for(stage.ledger.read(&key)).unwrap();
            row.unwrap().document
        };
        [
            count(&format!("assignments#{policy}")),
            count("assignments"),
        ]
    };
    let once = || ["{\"count\":1}".to_owned(), "{\"count\":1}".to_owned()];
    assert_eq!(spent(1, 10), once());
    assert_eq!(spent(10, 1), once());
}

#[test]
fn case_47_a_storm_of_findings_is_few_writes_and_few_calls() {
    const FINDINGS: usize = 10_000;
    let stage = Stage::new();
    let cves = covered_all(&stage);
    let scene = || stage.world.scene.lock().unwrap();
    let instances: Vec<_> = scene().instances.keys().copied().collect();
    let flow = stage.process();
    let acting = deepgrade::remediate::Mode::Acting;
    for number in 0..FINDINGS {
        let instance = instances[number % instances.len()];
        let cve = cves[number / instances.len() % 3];
        let finding = vulnerability(&format!("f{number}"), instance, &[cve]);
        let answered = stage.answer_in(&flow, &finding, acting).unwrap();
        assert_eq!(answered.len(), 1);
    }
    let policies: BTreeSet<_> = stage.manager.estate(|estate| {
        let computers = estate.computers.values();
        computers
            .filter_map(|computer| computer.policy_id)
            .collect()
    });
    let writes = stage.writes();
    assert!(!writes.is_empty());
    assert!(
        writes.len() <= 3 * policies.len(),
        "{} writes",
        writes.len()
    );
    let rows = stage.ledger.all();
    let findings = rows.iter().filter(|row| row.state.is_some());
    assert_eq!(findings.clone().count(), FINDINGS);
    assert!(
        findings.map(|row| row.revision).max().unwrap() <= 2,
        "two writes a finding"
    );
    // The clock is moved by nothing but the pauses between calls.
    let minutes = stage.time.elapsed().as_secs() / 60 + 1;
    let calls = stage.manager.calls().len();
    assert!(
        calls <= 400 * usize::try_from(minutes).unwrap(),
        "{calls} calls in {minutes} minutes"
    );
}
