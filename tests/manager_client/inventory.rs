//! What a sound Manager gives.

use std::cell::RefCell;

use deepgrade::deep_security::{Access, ApiKey, Limits, Progress, Scheme};
use rules::{
    fact::Fact,
    inventory::{Completeness, Inventory},
    module::EngineMode,
};
use serde_json::json;
use testbed::{
    Fault, Injection, Key, Options, Right, SECRET,
    estate::{Condition, Estate, Module, NETWORK_ENGINE_MODE, Protection, policy_ids},
};

use crate::bench::{
    APPLICATION_TYPES, COMPUTERS, IPS_RULES, KEY, POLICIES, access, as_of, counts, manager,
    patient, read, reader, wait_for,
};

#[test]
fn n_computers_take_a_call_per_page_up_to_a_short_one_and_those_for_key_policies_and_rules() {
    const PAGE: usize = 50;
    for computers in [0, 1, 49, 50, 51, 100, 120] {
        let manager = manager(computers);
        let limits = Limits {
            largest_page: 50,
            smallest_page: 5,
            ..patient()
        };
        let (reader, time) = reader(&manager, limits);
        let reading = read(&reader).unwrap();
        let pages = |items: usize| items / PAGE + 1;
        let (policies, rules, types) = manager.estate(|estate| {
            (
                estate.policies.len(),
                estate.intrusion_prevention_rules.len(),
                estate.application_types.len(),
            )
        });
        let expected = [
            (KEY, 1),
            (POLICIES, pages(policies)),
            (COMPUTERS, pages(usize::try_from(computers).unwrap())),
            (IPS_RULES, pages(rules)),
            (APPLICATION_TYPES, pages(types)),
        ];
        assert_eq!(
            counts(&manager),
            expected.map(|(name, count)| (name.to_owned(), count))
        );
        let calls: usize = expected.iter().map(|(_, count)| count).sum();
        assert_eq!(usize::try_from(reading.calls).unwrap(), calls);
        assert!(
            time.sleeps().is_empty(),
            "a sound Manager is not waited for"
        );
    }
}

#[test]
fn a_fleet_of_less_than_a_page_takes_five_calls() {
    let manager = manager(300);
    let (reader, _) = reader(&manager, patient());
    assert_eq!(read(&reader).unwrap().calls, 5);
    assert_eq!(manager.calls().len(), 5);
}

#[test]
fn calls_ask_for_what_is_needed_and_no_more() {
    let manager = manager(3);
    let (reader, _) = reader(&manager, patient());
    read(&reader).unwrap();
    for call in manager.calls() {
        for header in [
            "api-version",
            "api-secret-key",
            "accept",
            "accept-encoding",
            "user-agent",
        ] {
            assert!(
                call.headers.iter().any(|name| name == header),
                "{header} of {}",
                call.name()
            );
        }
        assert!(!call.headers.iter().any(|name| name == "authorization"));
        if call.name() == COMPUTERS {
            let expand = [
                "computerStatus",
                "securityUpdates",
                "allSecurityModules",
                "ec2VirtualMachineSummary",
                "noConnectorVirtualMachineSummary",
                "computerSettings",
            ];
            assert_eq!(call.expand(), expand);
            assert!(
                call.query
                    .contains(&("overrides".to_owned(), "false".to_owned()))
            );
            let body = json!({
                "maxItems": 5000,
                "sortByObjectID": true,
                "searchCriteria": [{"idTest": "greater-than", "idValue": 0}]
            });
            assert_eq!(call.body, Some(body));
        }
    }
}

#[test]
fn the_inventory_is_the_estate_and_is_dated_by_the_manager() {
    let manager = manager(120);
    let access = Access {
        name: Some("production".to_owned()),
        ..access(&manager, patient())
    };
    let (reader, _) = crate::bench::reader_of(access);
    let reading = read(&reader).unwrap();
    let inventory = &reading.inventory;
    assert_eq!(inventory.manager(), "production");
    assert_eq!(inventory.taken_at(), as_of());
    assert_eq!(inventory.completeness(), Completeness::Complete);
    assert_eq!(&*reading.key.unwrap().name, "deepgrade");
    assert!(reading.version.unwrap().starts_with("Deep Security/20"));
    manager.estate(|estate| agree(estate, inventory));
}

fn agree(estate: &Estate, inventory: &Inventory) {
    assert_eq!(inventory.computers().len(), estate.computers.len());
    for (read, known) in inventory.computers().iter().zip(estate.computers.values()) {
        assert_eq!(read.id, u64::try_from(known.id).unwrap());
        let instance = read
            .instance
            .as_ref()
            .map(|link| link.id.get("id").unwrap().to_string());
        assert_eq!(instance.as_deref(), known.instance_id(), "{}", known.id);
        assert_eq!(
            read.policy().unwrap(),
            known.policy_id.map(|id| u64::try_from(id).unwrap())
        );
        assert_eq!(read.agent.activated, known.is_activated());
    }
    let unconnected = estate.with_condition(Condition::NoConnector);
    assert!(!unconnected.is_empty());
    assert_eq!(
        inventory.policies().unwrap().iter().count(),
        estate.policies.len()
    );
    let known = inventory.intrusion_prevention().unwrap();
    let rules = known.rules();
    assert_eq!(rules.len(), estate.intrusion_prevention_rules.len());
    assert!(
        rules
            .iter()
            .any(|rule| !rule.cve.is_empty() && !rule.depends_on.is_empty())
    );
    let names = rules
        .iter()
        .map(|rule| known.application_type(rule).unwrap());
    assert!(names.flatten().any(|name| name == "Web Server Common"));
}

#[test]
fn a_computers_own_engine_mode_is_read() {
    let manager = manager(2);
    manager.estate(|estate| {
        let tap = Protection::default().with_setting(NETWORK_ENGINE_MODE, "Tap");
        let mut computer = estate.example(9_000);
        computer.own = tap;
        estate.add(computer);
    });
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    let computer = inventory
        .computers()
        .iter()
        .find(|computer| computer.id == 9_000)
        .unwrap();
    assert_eq!(computer.engine_mode, Fact::Known(EngineMode::Tap));
}

#[test]
fn computers_without_settings_leave_the_engine_mode_to_the_policy() {
    let manager = manager(30);
    let gone = Fault::Replace(
        "computers/*/computerSettings".to_owned(),
        serde_json::Value::Null,
    );
    manager.inject(Injection::on(COMPUTERS, gone));
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    assert!(
        inventory
            .computers()
            .iter()
            .all(|computer| computer.engine_mode.is_missing())
    );
    assert!(
        inventory
            .policies()
            .unwrap()
            .iter()
            .any(|policy| !policy.engine_mode.is_missing())
    );
}

#[test]
fn progress_is_told_page_by_page() {
    let manager = manager(120);
    let limits = Limits {
        largest_page: 50,
        smallest_page: 5,
        ..patient()
    };
    let (reader, _) = reader(&manager, limits);
    let seen = RefCell::new(Vec::new());
    wait_for(reader.inventory(&|progress| seen.borrow_mut().push(progress))).unwrap();
    let seen = seen.into_inner();
    let computers = seen
        .iter()
        .filter(|progress| matches!(progress, Progress::Computers(_)));
    let expected = [50, 100, 120].map(Progress::Computers);
    assert!(computers.eq(&expected), "{seen:?}");
}

#[test]
fn the_other_scheme_presents_the_key_in_the_other_header() {
    let manager = manager(1);
    let key = ApiKey::new(Scheme::ApiKey, SECRET).unwrap();
    let (reader, _) = crate::bench::reader_of(Access {
        key,
        ..access(&manager, patient())
    });
    read(&reader).unwrap();
    for call in manager.calls() {
        assert!(call.headers.iter().any(|name| name == "authorization"));
        assert!(!call.headers.iter().any(|name| name == "api-secret-key"));
    }
}

#[test]
fn a_key_that_may_not_see_itself_is_good_enough() {
    let key = Key::reader(SECRET).without(Right::ViewApiKeys);
    let options = Options {
        keys: vec![key],
        ..Options::default()
    };
    let manager = testbed::Manager::start(Estate::seeded(1, 20), options).unwrap();
    let (reader, _) = reader(&manager, patient());
    let reading = read(&reader).unwrap();
    assert_eq!(reading.key, None);
    assert_eq!(reading.inventory.taken_at(), as_of());
    assert_eq!(reading.inventory.computers().len(), 20);
}

#[test]
fn numbers_as_texts_unknown_fields_and_compression_change_nothing() {
    let plain = manager(120);
    let expected = read(&reader(&plain, patient()).0).unwrap().inventory;
    for fault in [Fault::NumericStrings, Fault::ExtraFields] {
        let manager = manager(120);
        manager.options(|options| options.gzip = true);
        manager.inject(Injection::on("*", fault.clone()));
        let (reader, _) = crate::bench::reader_of(Access {
            name: Some(plain.url()),
            ..access(&manager, patient())
        });
        assert_eq!(read(&reader).unwrap().inventory, expected, "{fault:?}");
    }
}

#[test]
fn an_unknown_word_is_a_standing_gap_of_its_fact_and_no_error() {
    let manager = manager(40);
    let word = "computers/*/computerStatus/agentStatus".to_owned();
    manager.inject(Injection::on(
        COMPUTERS,
        Fault::Replace(word, json!("hibernating")),
    ));
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    assert_eq!(inventory.computers().len(), 40);
    for computer in inventory.computers() {
        assert_eq!(
            computer.agent.status,
            Fact::Unrecognised("hibernating".into())
        );
    }
}

#[test]
fn an_odd_computer_among_others_keeps_its_place() {
    let manager = manager(40);
    let (odd, policy) = manager.estate(|estate| {
        let odd = *estate.computers.keys().nth(7).unwrap();
        let policy = estate.computers[&odd].policy_id;
        let patch = json!({"intrusionPrevention": "on", "lastAgentCommunication": {"at": 1}});
        estate.overlay(odd, patch);
        (odd, policy)
    });
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    let computer = &inventory.computers()[7];
    assert_eq!(computer.id, u64::try_from(odd).unwrap());
    assert_eq!(
        computer.policy().unwrap(),
        policy.map(|id| u64::try_from(id).unwrap())
    );
    let module = computer
        .modules
        .get(rules::module::Module::IntrusionPrevention)
        .unwrap();
    assert!(
        module
            .state_of(rules::module::Module::IntrusionPrevention)
            .is_err()
    );
    assert!(matches!(
        computer.agent.last_communication,
        Fact::Unrecognised(_)
    ));
}

/// What is in force, as the Manager answers about assignments, which a reading does not ask for.
async fn in_force(manager: &testbed::Manager, of: &str, id: u64) -> Vec<u64> {
    let url = format!(
        "{}/{of}/{id}/intrusionprevention/assignments",
        manager.url()
    );
    let asked = reqwest::Client::new().get(url);
    let asked = asked
        .header("api-version", "v1")
        .header("api-secret-key", SECRET);
    let answer = asked.send().await.unwrap().bytes().await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    let ids = answer["assignedRuleIDs"].as_array().unwrap().iter();
    ids.map(|id| id.as_u64().unwrap()).collect()
}

/// A computer that has more rules than its policy.
fn with_rules_of_its_own(manager: &testbed::Manager) -> u64 {
    manager.estate(|estate| {
        let mut computer = estate.example(9_000);
        let module = computer.own.modules.entry(Module::IntrusionPrevention);
        module.or_default().rule_ids = [1190, 1150].into();
        estate.add(computer);
    });
    9_000
}

#[test]
fn the_rules_of_computers_and_policies_are_those_in_force() {
    let manager = manager(60);
    let own = with_rules_of_its_own(&manager);
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    let known = inventory.intrusion_prevention().unwrap();
    let computers = inventory.computers().iter().map(|computer| computer.id);
    let policies = inventory.policies().unwrap().iter().map(|policy| policy.id);
    wait_for(async {
        for id in computers {
            let assigned = known.assigned_to_computer(id).unwrap();
            assert_eq!(
                assigned.as_slice(),
                in_force(&manager, "computers", id).await,
                "{id}"
            );
        }
        for id in policies {
            let assigned = known.assigned_to_policy(id).unwrap();
            assert_eq!(
                assigned.as_slice(),
                in_force(&manager, "policies", id).await,
                "{id}"
            );
        }
    });
    let own = known.assigned_to_computer(own).unwrap();
    assert!(own.contains(1150) && own.contains(1190) && own.as_slice().len() > 2);
}

#[test]
fn rules_that_are_not_understood_are_a_gap_where_they_matter_and_nowhere_else() {
    let lists = [
        json!("many"),
        json!({"0": 1001}),
        json!([1001, "every"]),
        json!([0]),
    ];
    for list in lists {
        let manager = manager(3);
        let computer = with_rules_of_its_own(&manager);
        for (call, envelope) in [(COMPUTERS, "computers"), (POLICIES, "policies")] {
            let at = format!("{envelope}/*/intrusionPrevention/ruleIDs");
            manager.inject(Injection::on(call, Fault::Replace(at, list.clone())));
        }
        let (reader, _) = reader(&manager, patient());
        let inventory = read(&reader).unwrap().inventory;
        let known = inventory.intrusion_prevention().unwrap();
        let policy = policy_ids::WINDOWS_WEB;
        let gaps = [
            known.assigned_to_computer(computer),
            known.assigned_to_policy(policy.try_into().unwrap()),
        ];
        for gap in gaps {
            assert_eq!(gap.unwrap_err().reason().code().id, "DS-GAP-021", "{list}");
        }
    }
}

#[test]
fn a_key_that_may_not_see_application_types_holds_up_nothing_else() {
    let manager = manager(3);
    let forbidden = Fault::Status(403, testbed::FaultBody::Empty);
    manager.inject(Injection::on(APPLICATION_TYPES, forbidden));
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    let known = inventory.intrusion_prevention().unwrap();
    let gap = known.application_type(&known.rules()[0]).unwrap_err();
    assert_eq!(gap.reason().code().id, "DS-GAP-020");
}

#[test]
fn a_saved_inventory_holds_what_is_assigned_where() {
    let manager = manager(30);
    let (reader, _) = reader(&manager, patient());
    let inventory = read(&reader).unwrap().inventory;
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("assigned-inventory.json");
    std::fs::write(&path, serde_json::to_vec(&inventory).unwrap()).unwrap();
    let saved = deepgrade::files::read_inventory(&path).unwrap();
    assert_eq!(
        saved.intrusion_prevention(),
        inventory.intrusion_prevention()
    );
    let known = saved.intrusion_prevention().unwrap();
    let ids = saved.computers().iter().map(|computer| computer.id);
    let all = ids.map(|id| known.assigned_to_computer(id).unwrap().as_slice().len());
    assert!(all.sum::<usize>() > 100);
}
