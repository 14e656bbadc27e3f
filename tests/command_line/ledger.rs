//! Findings from a file: `ledger list`, `ledger show`, and `--ledger`.

use deepgrade::ledger::{Key, Row};
use remediations::record::{Record, State};
use rules::ledger::Source;
use serde_json::json;

use crate::world::{Run, World};

use super::findings::{ids, list, listed, partition, record, row_of, world, write};

#[test]
fn findings_are_listed_with_what_became_of_them() {
    let world = world();
    let run = list(&world, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let [web, _] = ids();
    let lines: Vec<&str> = run.stdout.lines().collect();
    let first = format!("unprotected    sev 8          GuardDuty  0b52f7c1  {web}");
    assert_eq!(lines[1], first);
    assert_eq!(
        lines[2],
        "  Recon:EC2/Portscan, since 2026-11-19 08:00Z: not protected"
    );
    assert_eq!(lines.last(), Some(&"3 findings, 1 open"));
    assert!(
        run.stdout
            .contains("malware scan done 2026-11-20T10:04Z, integrity scan skipped")
    );
}

#[test]
fn findings_are_listed_by_state_instance_and_source() {
    let world = world();
    let [web, db] = ids();
    assert_eq!(listed(&world, &[]).len(), 3);
    assert_eq!(listed(&world, &["--state", "open"]), ["0b52f7c1aa"]);
    assert_eq!(listed(&world, &["--state", "closed"]).len(), 2);
    assert_eq!(listed(&world, &["--instance", &db]), ["64b917aabb"]);
    assert_eq!(
        listed(&world, &["--instance", &web, "--state", "closed"]),
        ["16afba5c77"]
    );
    assert_eq!(listed(&world, &["--source", "macie"]), ["64b917aabb"]);
    assert!(listed(&world, &["--source", "inspector"]).is_empty());
    let run = list(&world, &["--source", "inspector"]);
    assert_eq!(run.stdout, "0 findings, 0 open\n");
}

#[test]
fn a_finding_is_shown_with_its_plan_step_by_step() {
    let world = world();
    let show = |finding: &str, more: &[&str]| {
        let first = ["ledger", "show", finding, "--ledger", "ledger.jsonl"];
        world.run(&[&first, more].concat())
    };
    let run = show("16af", &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for part in [
        "GuardDuty finding 16afba5c77",
        "title       title[31m",
        "Plan of scan-and-verify",
        "because the finding names it",
        "1. malware scan: done 2026-11-20 10:04Z",
        "the kind says malware",
        "2. integrity scan: skipped",
        "the module is off",
    ] {
        assert!(run.stdout.contains(part), "no `{part}` in {}", run.stdout);
    }
    assert!(show("0b52", &[]).stdout.contains("There is no plan."));
    let json = show("16afba5c77", &["--output", "json"]);
    assert_eq!(
        json.json()["records"][0]["plan"]["remediation"],
        "scan-and-verify"
    );
    for text in [&run.stdout, &json.stdout] {
        assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
    }
    show("ffff", &[]).fails(2, &["no finding whose id begins with \"ffff\""]);
    show("", &[]).fails(2, &["no finding whose id begins with"]);
}

#[test]
fn an_ambiguous_beginning_names_the_findings() {
    let world = world();
    let [web, _] = ids();
    let other = record(&web, Source::Inspector, "16aaaaaa", "CVE", State::Unplanned);
    write(&world, &[row_of(&other)]);
    let run = world.run(&["ledger", "show", "16a", "--ledger", "ledger.jsonl"]);
    run.fails(2, &["2 findings", "16aaaaaa, 16afba5c77"]);
}

#[test]
fn bad_input_38_an_edited_row_is_named_and_the_others_are_listed() {
    let world = world();
    let path = world.path("ledger.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.replacen("\"state\":\"archived\"", "\"state\":\"answered\"", 1),
    )
    .unwrap();
    let run = list(&world, &["--output", "json"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("#macie#64b917aabb of the ledger: its state"),
        "{}",
        run.stderr
    );
    let result = run.json();
    assert_eq!(result["findings"].as_array().unwrap().len(), 2);
    assert_eq!(result["unreadable"].as_array().unwrap().len(), 1);
}

#[test]
fn a_ledger_that_is_not_there_is_refused() {
    let world = World::new();
    list(&world, &[]).fails(2, &["ledger.jsonl: there is no such file"]);
    world.write("ledger.jsonl", "{}\n");
    list(&world, &[]).fails(2, &["ledger.jsonl: line 1 is not a row of a ledger"]);
    world
        .run(&["ledger", "list"])
        .fails(2, &["which ledger? Give --ledger FILE"]);
}

fn verdict(run: &Run, name: &str, rule: &str) -> String {
    let result = run.json();
    let rows = result["verdicts"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["name"] == name && row["rule"] == rule);
    let row = row.unwrap();
    let word = row["verdict"].as_str().unwrap();
    format!(
        "{word} {} {}",
        row["code"].as_str().unwrap(),
        row["reason"].as_str().unwrap()
    )
}

#[test]
fn findings_are_graded_where_a_ledger_is_given() {
    let world = world();
    let run = world.evaluate(&["--output", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("threats-are-answered"));
    let run = world.evaluate(&["--ledger", "ledger.jsonl", "--output", "json"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let rule = "threats-are-answered";
    let open = verdict(&run, "web-1", rule);
    assert!(open.starts_with("NON_COMPLIANT DS-THR-002 GD "), "{open}");
    assert_eq!(
        verdict(&run, "db-1", rule),
        "COMPLIANT DS-THR-001 no finding of GuardDuty"
    );
    // Macie was never listed, and an account of which there are no rows was not looked at.
    let rule = "sensitive-data-is-shielded";
    let never = verdict(&run, "db-1", rule);
    assert!(never.starts_with("UNDETERMINED DS-GAP-032 "), "{never}");
    let other = verdict(&run, "dev-1", "threats-are-answered");
    assert!(other.starts_with("UNDETERMINED DS-GAP-030 "), "{other}");
    world
        .run(&["evaluate", "--ledger", "ledger.jsonl"])
        .fails(2, &["give the instances to grade"]);
    world
        .evaluate(&["--ledger", "none.jsonl"])
        .fails(2, &["none.jsonl: there is no such file"]);
}

#[test]
fn a_recorded_event_of_a_rule_about_findings_is_run_on_a_ledger() {
    let world = world();
    let event = json!({
        "version": "1.0", "resultToken": "token", "eventLeftScope": false,
        "ruleParameters": json!({"rule": "threats-are-answered"}).to_string(),
        "configRuleName": "ds-threats-are-answered", "configRuleId": "config-rule-ksup2m",
        "configRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-ksup2m",
        "accountId": "111122223333",
        "invokingEvent": json!({
            "awsAccountId": "111122223333", "messageType": "ScheduledNotification",
            "notificationCreationTime": "2026-11-24T12:00:00Z", "recordVersion": "1.0",
        }).to_string(),
    });
    world.write("event.json", event.to_string());
    let arguments = [
        "replay",
        "event.json",
        "--instances",
        "instances.json",
        "--computers",
        "computers.json",
        "--ledger",
        "ledger.jsonl",
        "--output",
        "json",
    ];
    let run = world.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let evaluations = run.json()["evaluations"].clone();
    let annotations: Vec<_> = evaluations.as_array().unwrap().iter().collect();
    let open = annotations
        .iter()
        .filter(|each| each["complianceType"] == "NON_COMPLIANT");
    assert_eq!(open.count(), 1, "{evaluations}");
}

#[test]
fn everything_that_acts_is_stopped_and_goes_on_again() {
    let world = world();
    for (command, said) in [
        ("stop", "nothing acts any more"),
        ("resume", "what may act does again"),
    ] {
        let run = world.run(&["ledger", command, "--ledger", "ledger.jsonl"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains(said), "{}", run.stdout);
        let text = std::fs::read_to_string(world.path("ledger.jsonl")).unwrap();
        let is_stopped = text.contains(r#""stopped":true"#);
        assert_eq!(is_stopped, command == "stop", "{text}");
    }
}

/// A row that says that a rule group was to be added to a web ACL, and what became of it.
fn web_acl(at: &str, became: &serde_json::Value) -> Row {
    let arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/prod/473e64fd";
    let mut change = json!({
        "schemaVersion": 1, "webAcl": arn, "begunAt": at,
        "ruleGroups": [{"vendor": "AWS", "name": "AWSManagedRulesPHPRuleSet"}],
    });
    if !became.is_null() {
        change["became"] = became.clone();
    }
    Row::new(
        Key::web_acl(&partition(), at.parse().unwrap(), arn),
        &change,
    )
    .unwrap()
}

#[test]
fn web_acls_that_were_changed_are_listed_with_what_became_of_it() {
    let world = world();
    let group = json!({"vendor": "AWS", "name": "AWSManagedRulesPHPRuleSet"});
    write(
        &world,
        &[
            web_acl(
                "2026-11-24T10:00:00Z",
                &json!({"added": {"ruleGroups": [group], "capacity": 703}}),
            ),
            web_acl(
                "2026-11-24T11:00:00Z",
                &json!({"refused": {"reason": "Firewall Manager\nmanages it"}}),
            ),
            web_acl("2026-11-24T12:00:00Z", &json!(null)),
        ],
    );
    let arguments = ["ledger", "web-acls", "--ledger", "ledger.jsonl"];
    let run = world.run(&arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "2026-11-24 10:00Z  web ACL prod: \
         arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/prod/473e64fd"
    );
    assert_eq!(
        lines[1],
        "  added in Count mode: AWSManagedRulesPHPRuleSet; it uses 703 WCU"
    );
    assert_eq!(
        lines[3],
        "  not added: AWSManagedRulesPHPRuleSet: Firewall Manager manages it"
    );
    assert_eq!(
        lines[5],
        "  it is not known whether these were added: AWSManagedRulesPHPRuleSet"
    );
    assert_eq!(lines[6], "3 changes of web ACLs");
    let run = world.run(&[&arguments[..], &["--output", "json"]].concat());
    assert_eq!(run.json()["changes"][0]["became"]["added"]["capacity"], 703);
    // Findings are listed as before.
    assert_eq!(listed(&world, &[]).len(), 3);

    let mut edited = web_acl("2026-11-24T13:00:00Z", &json!(null));
    edited.document = edited
        .document
        .replace("\"schemaVersion\":1", "\"schemaVersion\":2");
    write(&world, &[edited]);
    let run = world.run(&arguments);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(
        run.stderr.contains("its schemaVersion 2 cannot be read"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("3 changes"), "{}", run.stdout);
}

#[test]
fn the_findings_and_their_cves_are_told_beside_the_verdicts() {
    let world = world();
    let [web, db] = ids();
    let inspected = |instance: &str, id: &str, severity: &str, cves: &[&str]| {
        let mut record = record(instance, Source::Inspector, id, "PACKAGE", State::Failed);
        let about = json!({"vulnerability": {"instances": [instance], "cves": cves}});
        record.finding.about = serde_json::from_value(about).unwrap();
        record.finding.severity = serde_json::from_value(json!({"word": severity})).unwrap();
        record
    };
    let over = State::Closed;
    let closed = inspected(&db, "f4", "critical", &["CVE-2020-0001"]);
    write(
        &world,
        &[
            row_of(&inspected(
                &web,
                "f1",
                "medium",
                &["CVE-2021-44228", "CVE-2022-0001"],
            )),
            row_of(&inspected(&db, "f2", "high", &["CVE-2021-44228"])),
            row_of(&inspected(&db, "f3", "low", &["CVE-2019-0001"])),
            row_of(&Record {
                state: over,
                ..closed
            }),
        ],
    );
    let run = world.evaluate(&["--ledger", "ledger.jsonl", "--output", "json"]);
    let details = &run.json()["details"];
    // Files hold no IPS rules, so that of none it can be told.
    let exposed = |undetermined: usize| {
        json!({
            "shielded": 0, "notShielded": 0, "noRule": 0, "undetermined": undetermined,
        })
    };
    let since = "2026-11-19T08:00:00Z";
    assert_eq!(
        details["cves"],
        json!({"total": 3, "first": [
            {"cve": "CVE-2021-44228", "severity": "high", "since": since, "instances": exposed(2)},
            {"cve": "CVE-2022-0001", "severity": "medium", "since": since, "instances": exposed(1)},
            {"cve": "CVE-2019-0001", "severity": "low", "since": since, "instances": exposed(1)},
        ]})
    );
    let records = &details["records"];
    assert_eq!(records["total"], 7);
    let listed = list(&world, &["--output", "json"]).json();
    let listed = listed["findings"].as_array().unwrap();
    let told = records["first"].as_array().unwrap();
    for (told, listed) in told.iter().zip(listed) {
        assert_eq!(
            told["source"],
            listed["source"].as_str().unwrap().to_lowercase()
        );
        for member in [
            "finding", "account", "region", "instance", "state", "isOpen", "line",
        ] {
            assert_eq!(told[member], listed[member], "{member}");
        }
    }
    let without = world.evaluate(&["--output", "json"]).json();
    assert!(without["details"].get("records").is_none());
}
