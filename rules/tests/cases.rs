//! The rules against the case files in `tests/cases/rules`: what is given, and what follows.
//!
//! A case states only what differs from a healthy instance; `null` takes a member away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod world;

use std::{collections::BTreeMap, fs, path::PathBuf};

use rules::{CATALOGUE, Rule, parameter::BadParameter};
use serde::Deserialize;
use world::{Given, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    rule: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    given: Given,
    then: Then,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Then {
    verdict: String,
    annotation: String,
}

fn case_file(rule: &Rule) -> CaseFile {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/cases/rules")
        .join(format!("{}.yaml", rule.id));
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no cases: {}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn outcome(rule: &'static Rule, given: &Given) -> Then {
    let world = World::of(given);
    let graded: Result<Then, BadParameter> =
        rule.with(given.parameters.clone()).and_then(|grader| {
            grader.check_policy_names(&world.inventories)?;
            let facts = grader
                .facts(world.now, &world.instance, &world.inventories)
                .with_web_edges(&world.web_edges);
            Ok(match grader.grade(&facts) {
                Ok(verdict) => Then {
                    verdict: verdict.compliance().word().to_owned(),
                    annotation: verdict.reason().to_string(),
                },
                Err(gap) => Then {
                    verdict: format!("{:?} gap", gap.lasting()).to_lowercase(),
                    annotation: gap.to_string(),
                },
            })
        });
    graded.unwrap_or_else(|refused| Then {
        verdict: "refused".to_owned(),
        annotation: refused.to_string(),
    })
}

#[test]
fn every_case_follows() {
    let mut wrong = Vec::new();
    for rule in CATALOGUE {
        let file = case_file(rule);
        assert_eq!(file.rule, rule.id);
        for case in file.cases {
            let seen = outcome(rule, &case.given);
            if seen != case.then {
                wrong.push(format!(
                    "{}: {}\n  wanted {:?}\n  saw    {seen:?}",
                    rule.id, case.name, case.then
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each code of each rule, and each verdict, has a case; and no case is written twice.
#[test]
fn every_code_has_a_case() {
    for rule in CATALOGUE {
        let file = case_file(rule);
        let mut names = BTreeMap::new();
        for case in &file.cases {
            assert!(
                names.insert(&case.name, ()).is_none(),
                "{}: {} twice",
                rule.id,
                case.name
            );
        }
        let annotations: Vec<&str> = file
            .cases
            .iter()
            .map(|case| case.then.annotation.as_str())
            .collect();
        for code in rule.codes {
            let covered = annotations.iter().any(|line| line.starts_with(code.id));
            assert!(covered, "{}: no case gives {}", rule.id, code.id);
        }
        for verdict in [
            "COMPLIANT",
            "NON_COMPLIANT",
            "NOT_APPLICABLE",
            "retryable gap",
            "standing gap",
        ] {
            let covered = file.cases.iter().any(|case| case.then.verdict == verdict);
            assert!(covered, "{}: no case for {verdict}", rule.id);
        }
    }
}
