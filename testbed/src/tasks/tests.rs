use serde_json::{Value, json};

use super::Tasks;
use crate::clock::{DAY, HOUR, MINUTE};
use crate::estate::{AUTO_APPLY_IPS, Condition, Estate, Module};
use crate::options::Options;

struct Scene {
    estate: Estate,
    tasks: Tasks,
    options: Options,
    now: i64,
}

impl Scene {
    fn new() -> Self {
        let estate = Estate::seeded(1, 60);
        let now = estate.as_of;
        Self {
            estate,
            tasks: Tasks::default(),
            options: Options::default(),
            now,
        }
    }

    fn pass(&mut self, ms: i64) {
        self.now += ms;
        self.tasks
            .run_until(self.now, &mut self.estate, &self.options);
    }

    fn first(&self, condition: Condition) -> i32 {
        self.estate.with_condition(condition)[0]
    }

    fn run(&mut self, kind: &str, parameters: &str, filter: &Value, count: i64) -> i32 {
        let mut task = json!({"name": kind, "type": kind, "enabled": true,
            "scheduleDetails": {"recurrenceType": "none", "recurrenceCount": count,
                "onceOnlyScheduleParameters": {"startTime": 0}}});
        task[parameters] = json!({"computerFilter": filter});
        let id = self.tasks.create(task, true, self.now);
        self.pass(0);
        id
    }
}

fn only(id: i32) -> Value {
    json!({"type": "computer", "computerID": id})
}

#[test]
fn a_scan_is_dispatched_waits_for_the_agent_and_then_moves_the_time_stamp() {
    let mut scene = Scene::new();
    let id = scene.first(Condition::Healthy);
    let scans = |scene: &Scene| scene.estate.computers[&id].scans.clone();
    let before = scans(&scene);
    let parameters = "scanForRecommendationsTaskParameters";
    let task = scene.run("scan-for-recommendations", parameters, &only(id), 1);
    assert_eq!(scene.tasks.all[&task]["lastRunTime"], scene.now);
    assert_eq!(
        scene.estate.computers[&id].pending,
        ["Recommendation Scan Pending"]
    );
    scene.pass(15 * MINUTE - 1);
    assert_eq!(scans(&scene), before);
    assert!(scene.tasks.all.contains_key(&task));
    scene.pass(1);
    assert_eq!(scans(&scene).recommendation, Some(scene.now));
    assert_eq!(scans(&scene).integrity, before.integrity);
    assert!(scene.estate.computers[&id].pending.is_empty());
    assert!(
        scene.tasks.all.is_empty(),
        "a task that runs once deletes itself"
    );
}

#[test]
fn each_kind_of_task_moves_its_own_time_stamp() {
    let mut scene = Scene::new();
    let id = scene.first(Condition::Healthy);
    for (kind, parameters) in [
        (
            "scan-for-integrity-changes",
            "scanForIntegrityChangesTaskParameters",
        ),
        ("scan-for-malware", "scanForMalwareTaskParameters"),
        ("send-policy", "sendPolicyTaskParameters"),
        (
            "check-for-security-updates",
            "checkForSecurityUpdatesTaskParameters",
        ),
    ] {
        scene.run(kind, parameters, &only(id), 0);
    }
    let requested = scene.now;
    scene.pass(HOUR);
    let computer = &scene.estate.computers[&id];
    assert_eq!(computer.scans.integrity, Some(requested + 15 * MINUTE));
    assert_eq!(
        computer.scans.scheduled_malware,
        Some(requested + 15 * MINUTE)
    );
    assert_eq!(computer.policy_requested, Some(requested));
    assert_eq!(computer.policy_sent, Some(requested + 10 * MINUTE));
    assert_eq!(computer.updates_changed, requested + 10 * MINUTE);
    assert_eq!(scene.tasks.all.len(), 4, "tasks without a count stay");
}

#[test]
fn an_agent_that_does_not_speak_never_scans() {
    let mut scene = Scene::new();
    for condition in [
        Condition::AgentOffline,
        Condition::StaleAgent,
        Condition::NeverActivated,
    ] {
        let id = scene.first(condition);
        let before = scene.estate.computers[&id].scans.clone();
        let parameters = "scanForMalwareTaskParameters";
        let task = scene.run("scan-for-malware", parameters, &only(id), 1);
        scene.pass(30 * DAY);
        assert_eq!(scene.estate.computers[&id].scans, before, "{condition:?}");
        assert!(!scene.tasks.all.contains_key(&task));
    }
}

#[test]
fn recommendations_are_assigned_only_where_the_setting_and_the_rule_allow() {
    let mut scene = Scene::new();
    let id = scene.first(Condition::Healthy);
    let computer = scene.estate.computers.get_mut(&id).unwrap();
    // 1014 is marked as not to be applied by machine; 1026 brings 1025 along.
    computer
        .recommended
        .insert(Module::IntrusionPrevention, [1014, 1026].into());
    let ips = |scene: &Scene| {
        let own = &scene.estate.computers[&id].own.modules;
        own.get(&Module::IntrusionPrevention)
            .map(|ips| ips.rule_ids.clone())
            .unwrap_or_default()
    };
    let parameters = "scanForRecommendationsTaskParameters";
    let scan = "scan-for-recommendations";
    scene.run(scan, parameters, &only(id), 1);
    scene.pass(HOUR);
    assert!(ips(&scene).is_empty());
    let computer = scene.estate.computers.get_mut(&id).unwrap();
    computer.own = computer.own.clone().with_setting(AUTO_APPLY_IPS, "Yes");
    scene.run(scan, parameters, &only(id), 1);
    scene.pass(HOUR);
    assert_eq!(ips(&scene).into_iter().collect::<Vec<_>>(), [1025, 1026]);
}

#[test]
fn a_task_for_a_policy_reaches_all_below_it() {
    let mut scene = Scene::new();
    let filter = json!({"type": "computers-using-policy-or-subpolicy", "policyID": 3});
    scene.run(
        "scan-for-malware",
        "scanForMalwareTaskParameters",
        &filter,
        1,
    );
    let waiting = scene
        .estate
        .computers
        .values()
        .filter(|computer| !computer.pending.is_empty());
    let policies: Vec<i32> = waiting.filter_map(|computer| computer.policy_id).collect();
    assert!(policies.contains(&6) && policies.contains(&9));
    assert!(
        !policies.contains(&4),
        "a Windows policy is not below Linux"
    );
}

#[test]
fn a_recurring_task_runs_again_and_a_disabled_one_does_not() {
    let mut scene = Scene::new();
    let task = json!({"name": "daily", "type": "synchronize-users", "enabled": true,
        "scheduleDetails": {"recurrenceType": "daily", "dailyScheduleParameters": {}}});
    let id = scene.tasks.create(task, false, scene.now);
    assert_eq!(scene.tasks.all[&id]["nextRunTime"], scene.now + DAY);
    scene.pass(3 * DAY);
    assert_eq!(scene.tasks.all[&id]["lastRunTime"], scene.now);
    let last = scene.now;
    scene.tasks.all.get_mut(&id).unwrap()["enabled"] = json!(false);
    scene.pass(3 * DAY);
    assert_eq!(scene.tasks.all[&id]["lastRunTime"], last);
}

#[test]
fn a_task_that_was_put_off_does_not_run_at_its_old_time() {
    let mut scene = Scene::new();
    let task = json!({"name": "once", "type": "synchronize-users", "scheduleDetails":
        {"recurrenceType": "none", "onceOnlyScheduleParameters": {"startTime": scene.now + HOUR}}});
    let id = scene.tasks.create(task, false, scene.now);
    let later = scene.now + 2 * DAY;
    let task = scene.tasks.all.get_mut(&id).unwrap();
    task["scheduleDetails"]["onceOnlyScheduleParameters"]["startTime"] = json!(later);
    scene.tasks.schedule(id, scene.now, false);
    scene.pass(DAY);
    assert!(scene.tasks.all[&id].get("lastRunTime").is_none());
    scene.pass(DAY);
    assert_eq!(scene.tasks.all[&id]["lastRunTime"], later);
}

#[test]
fn agents_that_speak_keep_speaking_and_the_others_grow_stale() {
    let mut scene = Scene::new();
    scene.pass(0);
    let (healthy, stale) = (
        scene.first(Condition::Healthy),
        scene.first(Condition::StaleAgent),
    );
    let spoke = |scene: &Scene, id: i32| scene.estate.computers[&id].agent.last_communication;
    let before = spoke(&scene, stale);
    scene.pass(20 * DAY);
    assert!(spoke(&scene, healthy).unwrap() > scene.now - 10 * MINUTE);
    assert_eq!(spoke(&scene, stale), before);
}
