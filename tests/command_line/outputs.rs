//! What is printed, and where: every form, files, explanations, the catalogue, help, colours.

use serde_json::Value;

use crate::world::{INSTANCES, POLICIES, World};

#[test]
fn bad_input_24_hostile_text_is_inert_in_every_output() {
    let world = World::new();
    let hostile = "=cmd|' /C calc'!A0\u{202e}\u{0}\r\n<script>alert(1)</script>\u{1f600}";
    let mut instances: Value = serde_json::from_str(INSTANCES).unwrap();
    instances["Reservations"][0]["Instances"][0]["Tags"][0]["Value"] = hostile.into();
    world.write("instances.json", instances.to_string());
    let mut policies: Value = serde_json::from_str(POLICIES).unwrap();
    for policy in policies["policies"].as_array_mut().unwrap() {
        policy["name"] = format!("{hostile}{}", policy["ID"]).into();
    }
    world.write("policies.json", policies.to_string());
    for format in ["table", "json", "jsonl", "csv", "markdown"] {
        let run = world.evaluate(&["--output", format]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let unsafe_character = run.stdout.chars().find(|character| {
            (character.is_control() && !matches!(character, '\n' | '\r'))
                || matches!(character, '\u{202a}'..='\u{202e}')
        });
        assert_eq!(unsafe_character, None, "{format}");
        match format {
            "csv" => assert!(!run.stdout.contains(",=") && run.stdout.contains("'=cmd")),
            "markdown" => assert!(!run.stdout.contains("<script>")),
            _ => {}
        }
    }
}

#[test]
fn a_result_goes_to_a_file_and_nothing_to_standard_output() {
    let world = World::new();
    let run = world.words("evaluate --output csv --output-file result.csv");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let written = std::fs::read_to_string(world.path("result.csv")).unwrap();
    assert_eq!(written.lines().count(), 161);
    let arguments = ["evaluate", "--output-file", "result.txt"];
    world.run_with(&arguments, &[("CLICOLOR_FORCE", "1")]);
    let written = std::fs::read_to_string(world.path("result.txt")).unwrap();
    assert!(!written.contains('\u{1b}'), "colours in a file");
    let run = world.words("evaluate --output csv --output-file nowhere/result.csv");
    run.fails(1, &["nowhere/result.csv"]);
}

#[test]
fn an_instance_is_explained_fact_by_fact() {
    let world = World::new();
    let result = world.words("evaluate --output json").json();
    let row = result["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "web-9")
        .unwrap();
    let run = world.run(&["explain", row["instance"].as_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for part in [
        "web-9",
        "Tap",
        "DS-MOD-002 intrusion prevention cannot block: the network engine is in Tap mode",
        "anti-malware shields",
        "Base Policy/Linux/Linux Web Server",
    ] {
        assert!(run.stdout.contains(part), "no `{part}` in {}", run.stdout);
    }
}

#[test]
fn the_catalogue_is_listed_and_shown() {
    let world = World::new();
    for rule in rules::CATALOGUE {
        assert!(world.words("rules list").stdout.contains(rule.id));
        let page = world.run(&["rules", "show", rule.id]);
        assert_eq!(page.code, 0);
        assert!(
            page.stdout.contains("## When it cannot tell"),
            "{}",
            page.stdout
        );
        for code in rule.codes {
            assert!(page.stdout.contains(code.id), "{}", page.stdout);
        }
    }
    let list = world.words("rules list --output json").json();
    assert_eq!(
        list["rules"].as_array().unwrap().len(),
        rules::CATALOGUE.len()
    );
}

#[test]
fn help_version_and_completions_go_to_standard_output() {
    let world = World::new();
    for line in ["--help", "evaluate --help", "--version", "completions bash"] {
        let run = world.words(line);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{line}");
        assert!(run.stdout.contains("deepgrade"), "{line}");
    }
}

#[test]
fn colours_can_be_forced_and_refused() {
    let world = World::new();
    let forced = world.run_with(&["evaluate"], &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.stdout.contains('\u{1b}'));
    for (argument, variable) in [
        ("--no-color", "X"),
        ("--quiet", "NO_COLOR"),
        ("--quiet", "DEEPGRADE_NO_COLOR"),
    ] {
        let variables = [("CLICOLOR_FORCE", "1"), (variable, "1")];
        let plain = world.run_with(&["evaluate", argument], &variables);
        assert!(!plain.stdout.contains('\u{1b}'), "{argument} {variable}");
    }
}
