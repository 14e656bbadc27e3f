//! The rules against the case files in `tests/cases/rules`: what is given, and what follows.
//!
//! A case states only what differs from a healthy instance, or from a healthy Deepgrade; `null`
//! takes a member away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod world;

use std::{collections::BTreeMap, fs, path::PathBuf};

use rules::{CATALOGUE, Prepared, Rule, Verdict, parameter::BadParameter, rule::Subject};
use serde::{Deserialize, de::DeserializeOwned};
use world::{Given, World, health::GivenHealth};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile<G> {
    rule: String,
    cases: Vec<Case<G>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case<G> {
    name: String,
    given: G,
    then: Then,
}

/// A case, and what the rule said.
struct Tried {
    name: String,
    wanted: Then,
    seen: Then,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Then {
    verdict: String,
    annotation: String,
}

/// Every case of a rule.
fn tried(rule: &'static Rule) -> Vec<Tried> {
    match rule.subject {
        Subject::Instance(_) => each_case(rule, of_instance),
        Subject::Account(_) => each_case(rule, of_account),
    }
}

fn each_case<G: DeserializeOwned>(
    rule: &'static Rule,
    outcome: fn(&'static Rule, &G) -> Result<Then, BadParameter>,
) -> Vec<Tried> {
    let file: CaseFile<G> = case_file(rule);
    assert_eq!(file.rule, rule.id);
    let tried = |case: Case<G>| Tried {
        seen: outcome(rule, &case.given).unwrap_or_else(|refused| Then {
            verdict: "refused".to_owned(),
            annotation: refused.to_string(),
        }),
        name: case.name,
        wanted: case.then,
    };
    file.cases.into_iter().map(tried).collect()
}

fn case_file<G: DeserializeOwned>(rule: &Rule) -> CaseFile<G> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/cases/rules")
        .join(format!("{}.yaml", rule.id));
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no cases: {}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn of_instance(rule: &'static Rule, given: &Given) -> Result<Then, BadParameter> {
    let world = World::of(given);
    let rule = rule.of_instances().unwrap();
    let grader = rule.with(given.parameters.clone())?;
    grader.check_policy_names(&world.inventories)?;
    Ok(match grader.grade(&world.facts(&grader)) {
        Ok(verdict) => Then::from(&verdict),
        Err(gap) => Then {
            verdict: format!("{:?} gap", gap.lasting()).to_lowercase(),
            annotation: gap.to_string(),
        },
    })
}

fn of_account(rule: &'static Rule, given: &GivenHealth) -> Result<Then, BadParameter> {
    let Prepared::Account(grader) = rule.with(given.parameters.clone())? else {
        panic!("{} is not about the account", rule.id);
    };
    Ok(Then::from(&grader.grade(&given.into())))
}

impl From<&Verdict> for Then {
    fn from(verdict: &Verdict) -> Self {
        Self {
            verdict: verdict.compliance().word().to_owned(),
            annotation: verdict.reason().to_string(),
        }
    }
}

#[test]
fn every_case_follows() {
    let mut wrong = Vec::new();
    for rule in CATALOGUE {
        for Tried { name, wanted, seen } in tried(rule) {
            if seen != wanted {
                let id = rule.id;
                wrong.push(format!(
                    "{id}: {name}\n  wanted {wanted:?}\n  saw    {seen:?}"
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
        let cases = tried(rule);
        let mut names = BTreeMap::new();
        for case in &cases {
            assert!(
                names.insert(&case.name, ()).is_none(),
                "{}: {} twice",
                rule.id,
                case.name
            );
        }
        let annotations: Vec<&str> = cases
            .iter()
            .map(|case| case.wanted.annotation.as_str())
            .collect();
        for code in rule.codes {
            let covered = annotations.iter().any(|line| line.starts_with(code.id));
            assert!(covered, "{}: no case gives {}", rule.id, code.id);
        }
        let of_instances: &[&str] = &["NOT_APPLICABLE", "retryable gap", "standing gap"];
        let more = rule.of_instances().map_or(&[][..], |_| of_instances);
        for verdict in ["COMPLIANT", "NON_COMPLIANT"].iter().chain(more) {
            let covered = cases.iter().any(|case| case.wanted.verdict == *verdict);
            assert!(covered, "{}: no case for {verdict}", rule.id);
        }
    }
}
