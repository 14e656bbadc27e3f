//! Rules that a deployer writes in Guard, on the command line.

use serde_json::Value;

use crate::world::World;

fn example(name: &str) -> String {
    format!("{}/examples/guard/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_example_is_checked_and_its_tests_pass() {
    let world = World::new();
    let folder = std::fs::read_dir(example("")).unwrap();
    let files = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let rules: Vec<_> = files.filter(|name| name.ends_with(".guard")).collect();
    assert!(!rules.is_empty());
    for rules in rules {
        let (file, tests) = (
            example(&rules),
            example(&rules.replace(".guard", ".test.yaml")),
        );
        let run = world.run(&["guard", "lint", &file]);
        assert_eq!(
            (run.code, run.stdout.contains(": good")),
            (0, true),
            "{}",
            run.stderr
        );
        let run = world.run(&["guard", "test", "--rules", &file, "--test-data", &tests]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.ends_with(" tests, 0 failed\n"), "{}", run.stdout);
    }
}

#[test]
fn a_test_that_fails_says_what_was_expected() {
    let world = World::new();
    world.write(
        "x.guard",
        "rule named { instance.name == 'a' <<call it a>> }",
    );
    let test = |input: &str, expected: &str| {
        let tests =
            format!("- name: one\n  input: {input}\n  expectations: {{rules: {expected}}}\n");
        world.write("x.yaml", tests);
        world.words("guard test --rules x.guard --test-data x.yaml")
    };
    let run = test("{instance: {name: b}}", "{named: PASS}");
    assert_eq!(run.code, 3, "{}", run.stderr);
    let wanted = "FAIL  one\n      named: expected PASS, said FAIL (call it a)\n1 test, 1 failed\n";
    assert_eq!(run.stdout, wanted);
    let gap = "{instance: {}, gaps: [{path: instance}]}";
    assert_eq!(test(gap, "{named: GAP}").code, 0);
    for (input, expected, said) in [
        (
            "{instanze: {}}",
            "{named: PASS}",
            "there is no fact `instanze`; did you mean `instance`?",
        ),
        (
            "{instance: {state: up}}",
            "{named: PASS}",
            "instance.state is never `up`",
        ),
        ("[]", "{named: PASS}", "the document is not an object"),
        (
            "{}",
            "{name: PASS}",
            "there is no rule \"name\"; did you mean `named`?",
        ),
        ("{}", "{named: MAYBE}", "x.yaml: "),
        ("{gaps: 1}", "{named: GAP}", "gaps is not a list"),
        (
            "{gaps: [{path: findings.guardduty.list}]}",
            "{named: GAP}",
            "gaps: there is no fact `findings.guardduty`; did you mean `guardDuty`?",
        ),
        (
            "{gaps: [{path: 'instance.id[*]'}]}",
            "{named: GAP}",
            "gaps: there is no fact `instance.id[*]`",
        ),
    ] {
        let run = test(input, expected);
        run.fails(2, &[said]);
    }
}

#[test]
fn rules_that_are_refused_grade_nothing() {
    let world = World::new();
    world.write("x.guard", "rule a {\n  a\n}\n");
    for line in [
        "guard lint x.guard",
        "evaluate --guard-rules x.guard",
        "explain i-0123456789abcdef0 --guard-rules x.guard",
    ] {
        let run = world.words(line);
        run.fails(2, &["x.guard:2: the rule `a` leads to itself"]);
    }
}

#[test]
fn rules_that_nothing_is_graded_by_are_refused() {
    let world = World::new();
    world.write("x.guard", "rule a { instance.id exists }");
    let run = world.words("evaluate --rule instance-is-clear --guard-rules x.guard");
    run.fails(2, &["--guard-rules means nothing here"]);
}

#[test]
fn the_example_fleet_is_graded_by_rules_of_ones_own() {
    let world = World::new();
    let text = "rule managed { computer.managed == true <<no managed agent>> }\n\
                rule unanswered { findings.guardDuty.list empty }\n";
    world.write("x.guard", text);
    let line = "evaluate --rule guard-policy-holds --guard-rules x.guard --output json";
    let result = world.words(line).json();
    let rows = result["verdicts"].as_array().unwrap();
    let of = |verdict: &str| rows.iter().filter(|row| row["verdict"] == verdict).count();
    // Nobody gave a ledger: what does not fail by the other rule is a gap.
    assert_eq!(of("COMPLIANT"), 0);
    assert!(
        of("NON_COMPLIANT") > 0 && of("UNDETERMINED") > 0,
        "{result:#}"
    );
    let failed = rows.iter().find(|row| row["code"] == "DS-GRD-002").unwrap();
    assert_eq!(failed["reason"], "managed: no managed agent");
}

#[test]
fn the_facts_of_an_instance_are_as_the_schema_says() {
    let world = World::new();
    let result = world.words("evaluate --output json").json();
    let schema: Value = serde_json::from_str(include_str!("../../docs/facts.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let rows = result["verdicts"].as_array().unwrap();
    let mut seen = Vec::new();
    for id in rows.iter().filter_map(|row| row["instance"].as_str()) {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if seen.len() > 8 {
            break;
        }
        let facts = world.run(&["facts", id]).json();
        let wrong: Vec<_> = schema
            .iter_errors(&facts)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{facts:#}");
        assert_eq!(facts["instance"]["id"], id);
        let gaps = facts["gaps"].as_array().unwrap();
        assert!(
            gaps.iter().any(|gap| gap["path"] == "findings"),
            "{facts:#}"
        );
    }
}
