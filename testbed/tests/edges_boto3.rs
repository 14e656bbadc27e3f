//! The AWS SDK for Python judges what the services of web edges answer in the place of moto.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use testbed::edges::{Edges, Tenant, VpcOrigin};
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
    let known = add_findings(&edges);
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
    for (service, id, [(all, active)]) in known {
        let found = understood[service][if service == "guardduty" {
            "Findings"
        } else {
            "findings"
        }]
        .as_array()
        .unwrap();
        assert!(all > active, "nothing to leave out");
        assert_eq!(found.len(), active, "{service}");
        assert!(found.iter().all(|finding| finding[id].is_string()));
    }
}

/// The findings of the events that Deepgrade is tested with: of each service how many there are,
/// and how many of them it still stands by.
fn add_findings(edges: &Edges) -> [(&'static str, &'static str, [(usize, usize); 1]); 3] {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/findings/events");
    let mut counts = [(0, 0); 3];
    for (place, (service, names)) in [
        (
            "guardduty",
            ["dns-query", "attack-sequence-of-instances", "archived"],
        ),
        ("macie", ["classification", "policy", "archived"]),
        ("inspector", ["advisory", "reachable-port", "closed"]),
    ]
    .into_iter()
    .enumerate()
    {
        for name in names {
            let file = events.join(service).join(name).with_extension("json");
            let event: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            let mut finding = event["detail"].clone();
            counts[place].0 += 1;
            counts[place].1 += usize::from(!["archived", "closed"].contains(&name));
            match service {
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
    let [guardduty, macie, inspector] = counts;
    [
        ("guardduty", "Id", [guardduty]),
        ("macie", "id", [macie]),
        ("inspector", "findingArn", [inspector]),
    ]
}
