//! The documents of SSM, and the conformance pack that starts them.

use std::collections::BTreeSet;

use deepgrade::{
    event::request,
    pack::{Handover, INSTANCE_ID, MODULES, POLICY, lint},
};
use remediations::{
    CATALOGUE,
    remediation::{Answers, Asks},
};
use serde_json::Value;

use crate::template::{HUB, MEMBER, REGION, Stack, text};

fn stack() -> Stack {
    Stack::new(
        "account",
        MEMBER,
        &[
            ("HubAccountId", HUB),
            ("HubRegion", "us-east-1"),
            ("Prefix", "audit"),
        ],
    )
}

/// The document of every remediation that somebody asks for, with what it has to be told.
fn documents() -> Vec<(&'static str, Asks, Value)> {
    let documents = stack().resources("AWS::SSM::Document");
    let asked = CATALOGUE
        .iter()
        .filter_map(|remediation| match &remediation.answers {
            Answers::Requests(_, offer) => Some((remediation.id, offer.asks)),
            _ => None,
        });
    let asked: Vec<_> = asked
        .map(|(id, asks)| {
            let is_own = |document: &&Value| document["Name"] == format!("audit-{id}");
            let document = documents.values().find(is_own).unwrap();
            assert_eq!(document["DocumentType"], "Automation");
            let content = serde_json::from_str(&text(&document["Content"])).unwrap();
            (id, asks, content)
        })
        .collect();
    assert_eq!(asked.len(), documents.len());
    asked
}

fn parameter(asks: Asks) -> Option<&'static str> {
    match asks {
        Asks::Nothing => None,
        Asks::Policy => Some(POLICY),
        Asks::Modules => Some(MODULES),
    }
}

#[test]
fn documents_send_what_the_function_understands() {
    for (id, asks, document) in documents() {
        assert_eq!(document["schemaVersion"], "0.3");
        assert_eq!(document["assumeRole"], "{{ AutomationAssumeRole }}");
        let role = &document["parameters"]["AutomationAssumeRole"]["default"];
        assert_eq!(role, "the AutomationRole.Arn", "{id}");
        let step = &document["mainSteps"][0];
        let mut request = step["inputs"]["InputPayload"].clone();
        let members = request.as_object_mut().unwrap();
        let function = members.remove("function").unwrap();
        assert_eq!(
            function,
            format!("arn:aws:lambda:us-east-1:{HUB}:function:audit-operate")
        );
        assert_eq!(members.remove("hubRegion").unwrap(), "us-east-1");
        let filled = request
            .to_string()
            .replace("{{ InstanceId }}", "i-0123456789abcdef0")
            .replace("{{ Policy }}", "Linux Server")
            .replace("{{ Modules }}", "antiMalware,firewall")
            .replace(
                "{{ automation:EXECUTION_ID }}",
                "0f7c9c2e-0000-4000-8000-000000000000",
            )
            .replace("{{ global:ACCOUNT_ID }}", MEMBER)
            .replace("{{ global:REGION }}", REGION);
        let asked = request::read(filled.as_bytes()).unwrap();
        assert_eq!(asked.word, id);
        assert_eq!(asked.account.to_string(), MEMBER);
        let parameters = document["parameters"].as_object().unwrap().keys();
        let parameters: BTreeSet<&str> = parameters.map(String::as_str).collect();
        let wanted = [
            Some(INSTANCE_ID),
            Some("AutomationAssumeRole"),
            parameter(asks),
        ];
        assert_eq!(parameters, wanted.into_iter().flatten().collect(), "{id}");
    }
}

#[test]
fn the_pack_in_the_stack_is_sound_and_starts_these_documents() {
    let pack = stack().resource("ConformancePack");
    let body = text(&pack["TemplateBody"]);
    let objections = lint(&body, Handover::Inline).unwrap();
    assert!(objections.is_empty(), "{objections:?}");
    let values = pack["ConformancePackInputParameters"].as_array().unwrap();
    let names: BTreeSet<String> = values
        .iter()
        .map(|value| text(&value["ParameterName"]))
        .collect();
    let own = deepgrade::pack::Variant::default().parameters();
    assert_eq!(
        names,
        own.into_iter().map(|parameter| parameter.name).collect()
    );
    assert_eq!(values[0]["ParameterValue"], "RuleFunction.Arn");
    let targets = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("TargetId: "));
    let targets: BTreeSet<&str> = targets.collect();
    let ids = documents();
    let ids: BTreeSet<String> = ids.iter().map(|(id, ..)| format!("audit-{id}")).collect();
    assert_eq!(targets, ids.iter().map(String::as_str).collect());
}
