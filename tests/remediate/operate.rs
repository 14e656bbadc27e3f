//! The function `operate`.

use serde_json::json;
use testbed::moto;

use super::{
    scene::Scene,
    stage::{refusal, summary},
};

#[test]
fn what_an_operator_asks_for_is_done_once_by_execution() {
    let scene = Scene::new();
    let asked = json!({
        "source": "config-remediation", "instanceId": scene.stage.id(0), "action": "run-scans",
        "executionId": "0b1d4e1c-6f2a-4f77-9a59-0f6c7b1b6f0e", "accountId": moto::ACCOUNT,
        "region": "us-east-1", "policy": "", "modules": "",
    });
    let function = scene.start("operate");
    let first = summary(&function.invoke(&asked));
    assert_eq!(first["state"], "pending", "{first}");
    assert!(
        first["line"].as_str().unwrap().contains("scan requested"),
        "{first}"
    );
    let writes = scene.writes();
    assert!(!writes.is_empty());
    assert_eq!(summary(&scene.start("operate").invoke(&asked)), first);
    assert_eq!(scene.writes(), writes);
    assert_eq!(scene.records().len(), 1);

    let mut other = asked.clone();
    other["action"] = "enable-modules".into();
    let (kind, message) = refusal(&function.invoke(&other));
    assert_eq!(kind, "Deepgrade.Refused");
    assert!(message.contains("something else before"), "{message}");
    for (member, value) in [
        ("instanceId", "i-xyz"),
        ("action", "delete-agent"),
        ("x", "y"),
    ] {
        let mut bad = asked.clone();
        bad[member] = value.into();
        let (kind, message) = refusal(&function.invoke(&bad));
        assert_eq!(kind, "Deepgrade.Refused");
        assert!(message.contains(member), "{message}");
    }
    assert_eq!(scene.writes(), writes);
}
