//! The AWS SDK for Python judges what the services of web edges answer in the place of moto.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use testbed::edges::{Edges, Member, Tenant, VpcOrigin};
use testbed::{moto::Moto, python};

#[test]
fn boto3_understands_what_moto_lacks() {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let moto = Moto::start(parent).unwrap();
    let edges = Edges::before(moto.url()).unwrap();
    edges.add_vpc_origin(VpcOrigin {
        id: "vo_1".to_owned(),
        domain: "private.internal".to_owned(),
        endpoint: "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc1234".to_owned(),
    });
    let web_acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/own/1";
    for (name, web_acl) in [
        ("inherits", None),
        ("disables", Some(("disable".to_owned(), None))),
        (
            "overrides",
            Some(("override".to_owned(), Some(web_acl.to_owned()))),
        ),
    ] {
        edges.add_tenant(Tenant {
            distribution: "E1".to_owned(),
            name: name.to_owned(),
            enabled: name != "inherits",
            web_acl,
        });
    }
    add_findings(&edges);
    add_members(&edges);
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let python = python::environment(parent, &[&files.join("boto3.txt")]).unwrap();
    let mut judge = Command::new(python);
    let judge = judge.arg(files.join("edges_client.py")).arg(edges.url());
    let output = judge.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");

    let understood: Value = serde_json::from_slice(&output.stdout).unwrap();
    let arns = understood["resources"]["ResourceArns"].as_array().unwrap();
    assert_eq!(arns.len(), 2);
    let origin = &understood["origins"]["VpcOriginList"]["Items"][0];
    assert_eq!(origin["Id"], "vo_1");
    assert!(
        origin["OriginEndpointArn"]
            .as_str()
            .unwrap()
            .ends_with("i-0abc1234")
    );
    let tenants = understood["tenants"]["DistributionTenantList"]
        .as_array()
        .unwrap();
    let web_acls: Vec<&Value> = tenants
        .iter()
        .map(|each| &each["Customizations"]["WebAcl"])
        .collect();
    assert_eq!(
        web_acls,
        [
            &Value::Null,
            &json!({"Action": "disable"}),
            &json!({"Action": "override", "Arn": web_acl}),
        ]
    );
    assert_eq!(tenants[0]["Enabled"], false);
    assert_eq!(edges.calls()["cloudfront:ListVpcOrigins"], 1);
    for (service, list, id) in [
        ("guardduty", "Findings", "Id"),
        ("macie", "findings", "id"),
        ("inspector", "findings", "findingArn"),
    ] {
        let found = understood[service][list].as_array().unwrap();
        assert_eq!(found.len(), 2, "{service}");
        assert!(found.iter().all(|finding| finding[id].is_string()));
    }
    for (service, names) in [
        ("AccountId", "RelationshipStatus"),
        ("accountId", "relationshipStatus"),
        ("accountId", "relationshipStatus"),
    ]
    .into_iter()
    .enumerate()
    {
        let pages = understood["members"][service].as_array().unwrap();
        let read = |page: &Value| {
            let page = page.as_array().unwrap();
            assert_eq!(page.len(), 1, "{pages:?}");
            (page[0][names.0].clone(), page[0][names.1].clone())
        };
        let read: Vec<(Value, Value)> = pages.iter().map(read).collect();
        assert_eq!(read[0].0, "444455556666");
        assert_eq!(read[1].0, "555566667777");
        let word = read[0].1.as_str().unwrap();
        assert_eq!(word.to_lowercase(), "enabled");
    }
}

/// Two members of each service, in one Region; and another in another.
fn add_members(edges: &Edges) {
    for (service, status) in [
        ("guardduty", "Enabled"),
        ("macie2", "Enabled"),
        ("inspector2", "ENABLED"),
    ] {
        for (region, account) in [
            ("us-east-1", "444455556666"),
            ("us-east-1", "555566667777"),
            ("eu-west-1", "666677778888"),
        ] {
            edges.add_member(Member {
                service,
                region: region.to_owned(),
                account: account.to_owned(),
                status: status.to_owned(),
                times: None,
            });
        }
    }
}

/// Three findings of each service, from the events that Deepgrade is tested with. The service still
/// stands by two of them.
fn add_findings(edges: &Edges) {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/findings/events");
    for name in [
        "guardduty/dns-query",
        "guardduty/attack-sequence-of-instances",
        "guardduty/archived",
        "macie/classification",
        "macie/policy",
        "macie/archived",
        "inspector/advisory",
        "inspector/reachable-port",
        "inspector/closed",
    ] {
        let file = events.join(name).with_extension("json");
        let event: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let mut finding = event["detail"].clone();
        match name.split_once('/').unwrap().0 {
            "guardduty" => edges.add_guardduty_finding(finding),
            "macie" => edges.add_macie_finding(finding),
            _ => {
                for time in [
                    "/firstObservedAt",
                    "/lastObservedAt",
                    "/updatedAt",
                    "/packageVulnerabilityDetails/vendorCreatedAt",
                    "/resources/0/details/awsEc2Instance/launchedAt",
                ] {
                    if let Some(time) = finding.pointer_mut(time) {
                        *time = json!(1_795_168_860.677);
                    }
                }
                edges.add_inspector_finding(finding);
            }
        }
    }
}
