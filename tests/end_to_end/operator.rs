//! Somebody starts the remediations that the pack offers, by the documents of SSM.

use serde_json::{Value, json};
use testbed::runtime::Outcome;

use crate::{deployment::Deployment, estate::Estate, rules_of_the_pack::Pack, world::World};

/// For an instance that a rule finds non-compliant: what it says of the remediation's state.
const STARTED: [(&str, &str, &str); 3] = [
    ("instance-has-policy", "bare", "answered"),
    ("modules-are-active", "idle", "answered"),
    ("threats-are-answered", "ailing", "pending"),
];

pub(crate) fn remediate(world: &World, deployment: &Deployment, pack: &Pack<'_>, estate: &Estate) {
    for (number, (rule, instance, state)) in STARTED.into_iter().enumerate() {
        let [remediation] = pack.remediations(rule) else {
            panic!("{rule}: {:?}", pack.remediations(rule));
        };
        let mut document = world.begin(
            "operate",
            json!({
                "name": remediation.document,
                "parameters": remediation.parameters,
                "instance": estate.id(instance),
                "execution": format!("0b1d4e1c-6f2a-4f77-9a59-0f6c7b1b6f0{number}"),
            }),
            None,
        );
        let asked = document.hear();
        assert_eq!(asked["function"], deployment.function("operate").arn());
        let answer = match deployment.invoke("operate", &asked["payload"]) {
            Outcome::Response(payload) => json!({"failed": false, "payload": payload}),
            Outcome::Error { message, .. } => {
                json!({"failed": true, "payload": {"errorMessage": message}})
            }
            other => panic!("{other:?}"),
        };
        document.tell(&answer);
        let outcome: Value = document.end();
        assert_eq!(outcome["operate.state"], state, "{rule} {outcome}");
    }
}
