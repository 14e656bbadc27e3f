//! Bad input: one clear line that names what is wrong, exit code 2, and nothing printed.

use serde_json::{Value, json};

use crate::world::{COMPUTERS, World};

#[test]
fn bad_input_40_files_that_cannot_be_read() {
    let world = World::new();
    std::fs::create_dir(world.path("folder")).unwrap();
    let cases: [(&str, &[u8], &str); 9] = [
        ("empty.json", b"", "is empty"),
        ("blank.json", b" \n ", "is empty"),
        ("binary.json", &[0, 159, 146, 150], "is not a JSON object"),
        ("list.json", b"[]", "is not a JSON object"),
        (
            "page.json",
            b"<!DOCTYPE html><html></html>",
            "is not a JSON object",
        ),
        (
            "cut.json",
            b"{\"computers\": [{\"ID\": 1, \"hostName\": \"a",
            "ends in the middle",
        ),
        (
            "short.json",
            b"{\"computers\": [{\"ID\": 1}",
            "ends in the middle",
        ),
        ("other.json", b"{\"policies\": []}", "no `computers`"),
        (
            "cut.json.gz",
            &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1],
            "is not a complete gzip file",
        ),
    ];
    for (name, content, complaint) in cases {
        world.write(name, content);
        world
            .run(&[
                "evaluate",
                "--instances",
                "instances.json",
                "--computers",
                name,
            ])
            .fails(2, &[name, complaint]);
        if name != "other.json" {
            let complaint = if name.starts_with("cut.json") || name == "short.json" {
                ""
            } else {
                complaint
            };
            world
                .run(&[
                    "evaluate",
                    "--instances",
                    name,
                    "--computers",
                    "computers.json",
                ])
                .fails(2, &[name, complaint]);
        }
    }
    // Nobody gives anything on standard input.
    world
        .run(&[
            "evaluate",
            "--instances",
            "instances.json",
            "--computers",
            "-",
        ])
        .fails(2, &["standard input", "is empty"]);
    for (name, complaint) in [
        ("missing.json", "there is no such file"),
        ("folder", "is a directory"),
    ] {
        world
            .run(&[
                "evaluate",
                "--instances",
                "instances.json",
                "--computers",
                name,
            ])
            .fails(2, &[name, complaint]);
        world
            .run(&[
                "evaluate",
                "--instances",
                "instances.json",
                "--inventory",
                name,
            ])
            .fails(2, &[name, complaint]);
        world
            .run(&["evaluate", "--settings", name])
            .fails(2, &[name]);
    }
}

#[test]
fn json_that_is_a_hundred_thousand_deep() {
    let world = World::new();
    let deep = [
        "[",
        "{\"computers\":",
        "{\"computers\":[{\"ID\":",
        "{\"computers\":[{\"antiMalware\":{\"state\":",
    ]
    .map(|start| start.repeat(100_000));
    for text in deep {
        world.write("deep.json", text);
        let run = world.words("evaluate --instances instances.json --computers deep.json");
        run.fails(2, &["deep.json"]);
        world
            .words("evaluate --instances deep.json --computers computers.json")
            .fails(2, &["deep.json"]);
        world
            .words("evaluate --instances instances.json --inventory deep.json")
            .fails(2, &["deep.json"]);
    }
}

#[test]
fn a_document_of_the_wrong_type() {
    let world = World::new();
    world
        .words("evaluate --instances computers.json --computers computers.json")
        .fails(
            2,
            &["computers.json", "`Reservations`", "`configurationItems`"],
        );
    world
        .words("evaluate --instances instances.json --computers instances.json")
        .fails(2, &["instances.json", "no `computers`"]);
    world
        .words("evaluate --instances instances.json --computers computers.json --policies computers.json")
        .fails(2, &["computers.json", "no `policies`"]);
    world
        .words("evaluate --instances instances.json --inventory computers.json")
        .fails(2, &["computers.json", "deepgrade inventory fetch"]);
}

#[test]
fn ids_that_occur_twice_or_are_none() {
    let world = World::new();
    world
        .words("evaluate --instances instances.json --computers computers.json computers.json")
        .fails(2, &["computers.json, line", "two computers have the ID 31"]);
    world
        .words("evaluate --instances instances.json --computers computers.json --policies policies.json policies.json")
        .fails(2, &["policies.json, line", "two policies have the ID 1"]);
    world
        .words("evaluate --instances instances.json instances.json --computers computers.json")
        .fails(2, &["instances.json", "is described twice"]);
    let mut computers: Value = serde_json::from_str(COMPUTERS).unwrap();
    for id in [json!(-4), json!(null), json!("x"), json!({}), json!(1.5)] {
        computers["computers"][3]["ID"] = id;
        world.write("computers.json", computers.to_string());
        world.evaluate(&[]).fails(2, &["computers.json", "ID"]);
    }
    world.write(
        "instances.json",
        json!({"Reservations": [{"Instances": [{"InstanceId": "i-xyz"}]}]}).to_string(),
    );
    world.write("computers.json", COMPUTERS);
    world.evaluate(&[]).fails(
        2,
        &["instances.json", "\"i-xyz\" is not an EC2 instance id"],
    );
}

#[test]
fn rules_and_parameters_that_are_refused() {
    let world = World::new();
    world.words("evaluate --rule instance-has-polcy").fails(
        2,
        &["instance-has-polcy", "did you mean `instance-has-policy`?"],
    );
    world
        .words("rules show agent-is-fersh")
        .fails(2, &["did you mean `agent-is-fresh`?"]);
    let cases = [
        (
            "instance-has-policy.policyNmaes=A",
            "did you mean `policyNames`?",
        ),
        ("instance-has-policy.policyNames=", "is empty"),
        (
            "instance-has-policy.policyNames=Lnux",
            "did you mean \"Linux\"?",
        ),
        (
            "agent-is-fresh.maxAgentAgeHours=0",
            "a whole number from 1 to 8760",
        ),
        (
            "agent-is-fresh.maxAgentAgeHours=1e9",
            "a whole number from 1 to 8760",
        ),
        (
            "modules-are-active.modules=antiMalwar",
            "did you mean `antiMalware`?",
        ),
        (
            "modules-are-active.dsPassword=hunter2",
            "`--key-file` or `--key-env`",
        ),
        ("modules-are-active.dsIgnoreSslValidation=0", "`--ca-file`"),
        ("modules-are-active.dsHostname=dsm", "`--manager`"),
        ("agent-is-fresh", "ID.NAME=VALUE"),
        ("agent-is-fresh.x", "ID.NAME=VALUE"),
        ("dsPassword=hunter2", "ID.NAME=VALUE"),
    ];
    for (param, complaint) in cases {
        let run = world.run(&["evaluate", "--param", param]);
        run.fails(2, &[complaint]);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
    let twice = [
        "evaluate",
        "--param",
        "agent-is-fresh.undetermined=no-result",
        "--param",
        "agent-is-fresh.undetermined=non-compliant",
    ];
    world.run(&twice).fails(2, &["twice"]);
    let other = [
        "evaluate",
        "--rule",
        "agent-is-fresh",
        "--param",
        "modules-are-active.strictness=on",
    ];
    world
        .run(&other)
        .fails(2, &["modules-are-active", "not graded by"]);
}

#[test]
fn settings_that_are_refused() {
    let world = World::new();
    let cases = [
        ("rules: [", "settings.yaml"),
        ("rulez: {}", "rulez"),
        (
            "rules: {agent-is-fersh: {}}",
            "did you mean `agent-is-fresh`?",
        ),
        (
            "rules: {agent-is-fresh: {maxAgentAgeHours: 0}}",
            "maxAgentAgeHours",
        ),
        (
            "rules: {agent-is-fresh: {maxAgentAgeHours: [1]}}",
            "a single value for a parameter",
        ),
        (
            "managers: [{name: a, url: 'https://a/api', key: secret}]",
            "key",
        ),
        (
            "managers: [{name: a, url: 'https://a/api'}, {name: a, url: 'https://b/api'}]",
            "two Managers have the name or URL \"a\"",
        ),
    ];
    for (text, complaint) in cases {
        world.write("settings.yaml", text);
        world
            .words("evaluate --settings settings.yaml")
            .fails(2, &[complaint]);
    }
}

#[test]
fn settings_of_answering_that_are_refused_by_name_with_what_they_can_be() {
    let world = World::new();
    for (text, complaints) in [
        (
            "mostRules: 0",
            ["mostRules is \"0\"", "a whole number from 1 to 300"],
        ),
        (
            "patienceHours: x",
            ["patienceHours is \"x\"", "a whole number from 1 to 720"],
        ),
        ("ownerTag: ''", ["ownerTag is empty", "the name of a tag"]),
        (
            "policiesThatMayChange: ['']",
            ["policiesThatMayChange: name 1", "is empty"],
        ),
        ("enableModules: 3", ["line 1", "not true or false"]),
        ("scope: all", ["unknown word `all`", "policy, computer"]),
    ] {
        world.write("settings.yaml", format!("remediation: {{{text}}}\n"));
        let run = world.words("evaluate --settings settings.yaml");
        run.fails(2, &complaints);
        for leaked in ["u64", "usize", "u16", "bool"] {
            assert!(!run.stderr.contains(leaked), "{}", run.stderr);
        }
    }
}

#[test]
fn arguments_that_would_be_ignored() {
    let world = World::new();
    world.write("event.json", "{}");
    world.write("ledger.jsonl", "");
    let id = "i-0123456789abcdef0";
    let request = |more: &str| format!("respond --request {more} --on {id} --inventory i.json");
    for (line, parts) in [
        ("doctor --key-file key.txt", ["--key-file", "--manager"]),
        ("evaluate --ca-file ca.pem", ["--ca-file", "--manager"]),
        (
            "evaluate --authentication api-key",
            ["--authentication", "--manager"],
        ),
        ("evaluate --output json --rows 3", ["--rows", "table"]),
        (
            "respond event.json --inventory i.json --web w.json",
            ["--web", "means nothing"],
        ),
        (
            "coverage --findings f.json --inventory i.json --web w.json",
            ["--web", "means nothing"],
        ),
        (
            "ledger list --ledger ledger.jsonl --region eu-west-1",
            ["--region", "--table"],
        ),
        (
            "ledger stop --ledger ledger.jsonl --region eu-west-1",
            ["--region", "--table"],
        ),
    ] {
        world.words(line).fails(2, &parts);
    }
    world.write("i.json", inventory_of(id).to_string());
    for (more, part) in [
        ("run-scans --policy X", "--request assign-policy"),
        (
            "assign-policy --policy X --module antiMalware",
            "--request enable-modules",
        ),
    ] {
        world.words(&request(more)).fails(2, &[part]);
    }
    for more in [
        "--scope computer",
        "--policy-may-change *",
        "--enable-modules",
    ] {
        let run = world.words(&request(&format!("run-scans {more}")));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{more}: {run:?}");
    }
    // What stands in the environment may be for other commands.
    let run = world.run_with(&["evaluate"], &[("DEEPGRADE_KEY_FILE", "key.txt")]);
    assert_eq!(run.code, 0, "{run:?}");
}

/// An inventory of a Manager that knows one instance.
fn inventory_of(instance: &str) -> Value {
    json!({
        "schemaVersion": "1", "manager": "ds", "takenAt": "2026-11-24T11:58:00Z",
        "completeness": "complete", "policies": [],
        "computers": [{"id": 1, "name": "web", "instance": {
            "id": instance, "account": "111122223333", "region": "eu-west-1",
            "source": "connector",
        }}],
    })
}

#[test]
fn a_secret_of_the_functions_is_no_key_of_the_command_line() {
    let world = World::new();
    let settings = "managers: [{name: a, url: 'https://a.example/api', keySecret: k}]";
    world.write("settings.yaml", settings);
    world.words("doctor --settings settings.yaml").fails(
        2,
        &["keySecret of https://a.example/api is for functions on AWS"],
    );
}

#[test]
fn arguments_that_do_not_fit_each_other() {
    let world = World::new();
    world
        .words("evaluate --instances instances.json")
        .fails(2, &["--computers FILE", "--manager URL"]);
    let clap = |line: &str| {
        let run = world.words(line);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{line}: {}",
            run.stderr
        );
    };
    world.write(
        "settings.yaml",
        "managers: [{name: a, url: 'https://127.0.0.1/api'}]",
    );
    world
        .words("evaluate --settings settings.yaml")
        .fails(2, &["--instances FILE"]);
    let both = ["--settings", "settings.yaml"];
    world.evaluate(&both).fails(2, &["not both"]);
    world
        .words("evaluate --instances - --computers -")
        .fails(2, &["standard input"]);
    clap("evaluate --computers computers.json");
    clap("evaluate --no-such-argument");
    clap("evaluate --instances instances.json --computers computers.json --inventory i.json");
    clap("evaluate --as-of yesterday");
    clap("evaluate --output xml");
    clap("explain");
    clap("");
    world
        .words("explain i-xyz")
        .fails(2, &["\"i-xyz\" is not an EC2 instance id"]);
    world
        .words("explain i-0123456789abcdef0")
        .fails(2, &["i-0123456789abcdef0", "is not among the 40"]);
}

#[test]
fn files_without_any_time() {
    let world = World::new();
    world.write("instances.json", json!({"Reservations": []}).to_string());
    world.write("computers.json", json!({"computers": []}).to_string());
    world.evaluate(&[]).fails(2, &["--as-of"]);
    let run = world.evaluate(&["--as-of", "2026-11-24T12:00:00Z"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("0 instances"), "{}", run.stdout);
}

/// A device that never ends is not read until memory does.
#[test]
fn small_files_that_are_not_small() {
    let world = World::new();
    let manager = ["--manager", "http://127.0.0.1:1/api"];
    for [option, file] in [["--key-file", "/dev/zero"], ["--settings", "/dev/zero"]] {
        let run = world.run(&["doctor", manager[0], manager[1], option, file]);
        run.fails(2, &["/dev/zero", "1 MiB"]);
    }
}
