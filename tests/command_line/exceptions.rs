//! Exceptions on the command line.

use serde_json::Value;

use super::world::World;

/// The example is graded as of 2026-11-24. One exception is for all that `agent-is-fresh` finds, one
/// expires within two weeks, one has expired, one is for a tag, and one is for nothing that is there.
const FILE: &str = "
exceptions:
  - id: agents
    account: 444455556666
    rules: [agent-is-fresh]
    reason: |-
      the proxy is replaced | =1+1
    owner: team-proxy
    ticket: T-12
    created: 2026-11-01
    expires: 2027-01-31
  - id: soon
    instance: i-0d5a25e2876cd18ab
    rules: [instance-has-policy]
    reason: the worker goes
    owner: team-worker
    ticket: T-13
    created: 2026-11-01
    expires: 2026-12-01
  - id: over
    account: '444455556666'
    rules: all
    reason: was hoped for
    owner: team-hope
    ticket: T-14
    created: 2026-01-01
    expires: 2026-11-23
  - id: tagged
    tag: Name=dev-5
    rules: all
    reason: a laboratory
    owner: team-lab
    ticket: T-15
    created: 2026-11-01
    expires: 2027-01-31
  - id: nothing
    instance: i-0000000000000000f
    rules: all
    reason: nobody knows
    owner: team-none
    ticket: T-16
    created: 2026-11-01
    expires: 2027-01-31
";

fn world() -> World {
    let world = World::new();
    world.write("exceptions.yaml", FILE);
    world
}

fn counts(document: &Value, rule: &str) -> Value {
    let rules = document["summary"]["rules"].as_array().unwrap();
    let found = rules.iter().find(|each| each["rule"] == rule).unwrap();
    found["counts"].clone()
}

#[test]
fn excepted_results_stay_visible_and_are_counted_apart_in_every_output() {
    let world = world();
    let given = ["--exceptions", "exceptions.yaml"];
    let output = |form: &str| {
        let run = world.evaluate(&[&given[..], &["--output", form]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            run.stderr
                .contains("line 28: exception \"tagged\" is not honoured"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(
            "of 5 exceptions, 1 expiring within 14 days, 1 expired, 1 not honoured: see"
        ));
        run
    };
    let plain = world.evaluate(&["--output", "json"]).json();
    let document = output("json").json();
    let (before, after) = (
        counts(&plain, "agent-is-fresh"),
        counts(&document, "agent-is-fresh"),
    );
    assert_eq!(before["excepted"], 0);
    assert_eq!(
        (&before["nonCompliant"], &after["nonCompliant"]),
        (&5.into(), &1.into())
    );
    assert_eq!(after["excepted"], 4);
    assert_eq!(after["compliant"], before["compliant"]);
    assert_eq!(document["summary"]["all"]["excepted"], 5);
    let of = |document: &Value| document["verdicts"].as_array().unwrap().clone();
    let mut excepted = 0;
    for (before, after) in of(&plain).into_iter().zip(of(&document)) {
        assert_eq!(after["verdict"], before["verdict"]);
        if after["exception"].is_string() {
            excepted += 1;
            assert_eq!(after["verdict"], "NON_COMPLIANT");
            assert_eq!(after["code"], "DS-EXC");
            let was = format!("; excepted: {} ", before["code"].as_str().unwrap());
            assert!(after["reason"].as_str().unwrap().contains(&was), "{after}");
        } else {
            assert_eq!(after, before);
        }
    }
    assert_eq!(excepted, 5);
    let shown = document["details"]["exceptions"].as_array().unwrap();
    let shown: Vec<_> = shown
        .iter()
        .map(|each| {
            let results = each["results"].as_u64().unwrap();
            (
                each["id"].as_str().unwrap(),
                each["isActive"].as_bool().unwrap(),
                results,
            )
        })
        .collect();
    let wanted = [
        ("agents", true, 4),
        ("soon", true, 1),
        ("over", false, 0),
        ("tagged", false, 0),
        ("nothing", true, 0),
    ];
    assert_eq!(shown, wanted);

    let lines = output("jsonl").stdout;
    assert_eq!(lines.matches("\"exception\":\"agents\"").count(), 4);
    let csv = output("csv").stdout;
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .ends_with(",retryable,exception")
    );
    assert_eq!(csv.matches(",agents\r\n").count(), 4);
    let markdown = output("markdown").stdout;
    assert!(markdown.contains(" \\~ excepted |"), "{markdown}");
    assert!(
        markdown.contains("the proxy is replaced \\| =1+1; excepted"),
        "{markdown}"
    );
    let table = output("table").stdout;
    assert!(
        table.contains("agent-is-fresh  medium  █░░░░░░░░░  1 of 40 non-compliant, 4 excepted")
    );
    assert!(table.contains("\n~ excepted "), "{table}");
    assert!(
        table.contains(": 24 non-compliant, 5 excepted, 11 not applicable"),
        "{table}"
    );
}

#[test]
fn an_excepted_result_does_not_fail_and_another_does() {
    let world = world();
    let rule = ["--rule", "agent-is-fresh", "--fail-on", "low"];
    assert_eq!(world.evaluate(&rule).code, 3);
    let code = |expires: &str| {
        let made = ["111122223333", "444455556666"].map(|account| {
            format!(
                "- {{id: of-{account}, account: '{account}', rules: all, reason: x, owner: x, ticket: x, created: \
                 2026-11-01, expires: {expires}}}\n"
            )
        });
        world.write("all.yaml", format!("exceptions:\n{}", made.concat()));
        let excepted = [&rule[..], &["--exceptions", "all.yaml"]].concat();
        world.evaluate(&excepted).code
    };
    assert_eq!(code("2026-11-24"), 0);
    assert_eq!(code("2026-11-23"), 3);
    let help = world.words("evaluate --help").stdout;
    assert!(
        help.contains("a result that an exception is made for does not count"),
        "{help}"
    );
}

#[test]
fn the_settings_say_where_exceptions_are_and_on_which_terms() {
    let world = world();
    world.write(
        "settings.yaml",
        "exceptions: {file: exceptions.yaml, protectedTags: [Name], exceptedAs: not-applicable}\n",
    );
    let run = world.evaluate(&["--settings", "settings.yaml", "--output", "json"]);
    let document = run.json();
    assert!(!run.stderr.contains("not honoured"), "{}", run.stderr);
    let verdicts = document["verdicts"].as_array().unwrap();
    let of = |id: &str| {
        let made = verdicts.iter().filter(|each| each["exception"] == id);
        made.map(|each| each["verdict"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("agents").len(), 4);
    assert!(!of("tagged").is_empty());
    assert!(
        of("tagged")
            .iter()
            .all(|verdict| verdict == "NOT_APPLICABLE")
    );
}

#[test]
fn explain_tells_which_exception_is_made_and_why_others_are_not() {
    let world = world();
    let files = "--instances instances.json --computers computers.json --policies policies.json";
    let explain = |more: &str| {
        let run = world.words(&format!("explain i-08f1a76aa8034873f {files} {more}"));
        assert_eq!(run.code, 0, "{run:?}");
        run.stdout
    };
    let told = explain("--exceptions exceptions.yaml");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "agent-is-fresh (medium): ~ NON_COMPLIANT, excepted",
        "exception agents for account 444455556666, 2026-11-01 to 2027-01-31, T-12, team-proxy: the proxy",
        "exception over has expired (2026-01-01 to 2026-11-23)",
        "exception tagged is made for a tag that is not among the protected ones, and is not honoured",
        "exception agents is made for other rules",
    ] {
        assert!(words.contains(part), "no `{part}` in {words}");
    }
    assert!(!words.contains("exception nothing"), "{words}");
    let told = explain("--exceptions exceptions.yaml --protected-tag Name");
    assert!(
        told.contains("exception            tagged for tag Name=dev-5"),
        "{told}"
    );
    // Somebody named the instance, and mistook its account.
    let mistaken = "exceptions:\n- id: mistaken\n  instance: i-08f1a76aa8034873f\n  account: '999900001111'\n  \
                    rules: all\n  reason: r\n  owner: o\n  ticket: t\n  created: 2026-11-01\n  expires: 2027-01-31\n";
    world.write("mistaken.yaml", mistaken);
    let told = explain("--exceptions mistaken.yaml");
    assert!(
        told.contains("mistaken is made for another account"),
        "{told}"
    );
}

#[test]
fn lint_tells_everything_and_list_what_each_covers() {
    let world = world();
    let run = world.words("exceptions lint exceptions.yaml --protected-tag Name");
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "exceptions.yaml: 5 exceptions, nothing is wrong\n")
    );
    let run = world.words("exceptions lint exceptions.yaml");
    assert_eq!(run.code, 2);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);

    world.write(
        "bad.yaml",
        "exceptions:\n- id: a\n  instance: i-1\n  rules: [agents-are-fresh]\n  reason: ''\n  created: \
         2026-02-30\n  expires: 2026-13-01\n- {id: a, account: 111122223333, rules: all, reason: x, owner: x, \
         ticket: x, created: 2026-11-01, expires: 2029-11-01}\n",
    );
    let run = world.words("exceptions lint bad.yaml");
    assert_eq!(run.code, 2);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 9, "{}", run.stdout);
    assert!(
        lines
            .iter()
            .take(7)
            .all(|line| line.starts_with("bad.yaml, line 2: exception \"a\" "))
    );
    assert!(
        lines
            .iter()
            .skip(7)
            .all(|line| line.starts_with("bad.yaml, line 8: exception \"a\" "))
    );
    let objections = world.words("exceptions lint bad.yaml --output json").json();
    assert_eq!(objections["complaints"].as_array().unwrap().len(), 9);
    assert_eq!(objections["complaints"][8]["line"], 8);
    world.evaluate(&["--exceptions", "bad.yaml"]).fails(
        2,
        &[
            "bad.yaml, line 2: exception \"a\"",
            "and 8 more, which `deepgrade exceptions lint` lists",
        ],
    );
    for (text, said) in [
        ("exceptions: 3", "line 1 column 13: expected a list"),
        (
            "exceptions: [{id: a, until: x}]",
            "unknown field `until`, expected one of id, instance",
        ),
        (
            "exceptions: [{rules: some}]",
            "rules is \"some\", and can be `all` or a list of rules",
        ),
        ("", "bad.yaml: "),
        ("exceptions: [*a]", "bad.yaml: "),
    ] {
        world.write("bad.yaml", text);
        let run = world.words("exceptions lint bad.yaml");
        assert_eq!((run.code, run.stdout.lines().count()), (2, 1), "{run:?}");
        assert!(run.stdout.contains(said), "{text}: {}", run.stdout);
        world
            .evaluate(&["--exceptions", "bad.yaml"])
            .fails(2, &["bad.yaml"]);
    }

    let files = "--instances instances.json --computers computers.json --policies policies.json";
    let run = world.words(&format!("exceptions list exceptions.yaml {files}"));
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "agents  until 2027-01-31\n  account 444455556666: agent-is-fresh\n  T-12, team-proxy: the proxy is",
        "  covers 4 results\n",
        "soon  expires in 7 days (2026-12-01)\n",
        "over  expired (2026-11-23)\n",
        "tagged  not honoured: ",
        "  covers nothing\n",
        "5 exceptions on 2026-11-24: 1 expiring within 14 days, 1 expired, 1 not honoured\n",
    ] {
        assert!(run.stdout.contains(part), "no `{part}` in {}", run.stdout);
    }
    let run =
        world.words("exceptions list exceptions.yaml --as-of 2026-12-01T23:00:00Z --output json");
    let listed = run.json();
    assert_eq!(listed["exceptions"][1]["standing"], "expiresSoon");
    assert_eq!(listed["exceptions"][1]["daysLeft"], 0);
    assert_eq!(listed["exceptions"][1]["results"], Value::Null);
}

/// "Covers nothing" is no reason to take an exception away where nobody looked.
#[test]
fn what_an_exception_covers_is_told_apart_from_what_nobody_could_tell() {
    let world = World::new();
    let made = |id: &str, rules: &str, expires: &str| {
        format!(
            "- {{id: {id}, account: '444455556666', rules: [{rules}], reason: r, owner: o, ticket: t, \
             created: 2026-11-01, expires: {expires}}}\n"
        )
    };
    let file = [
        made("long", "agent-is-fresh", "2027-01-31"),
        made("short", "agent-is-fresh", "2027-01-30"),
        made("own", "guard-policy-holds", "2027-01-31"),
    ];
    world.write("e.yaml", format!("exceptions:\n{}", file.concat()));
    let files = "--instances instances.json --computers computers.json --policies policies.json";
    let list = |more: &str| {
        let run = world.words(&format!("exceptions list e.yaml {files} {more}"));
        let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        (run.code, words)
    };
    let (code, told) = list("");
    assert_eq!(code, 0);
    for part in [
        "t, o: r covers 4 results short",
        "t, o: r covers nothing; of 4 results that it fits another one holds longer own",
        "t, o: r none of its rules was graded by 3 exceptions",
    ] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
    // An instance was launched hours after the computers were saved: they are too old to tell anything.
    let mut instances: Value = serde_json::from_str(super::world::INSTANCES).unwrap();
    let launched = &mut instances["Reservations"][0]["Instances"][0]["LaunchTime"];
    *launched = "2026-11-24T14:00:00+00:00".into();
    world.write("instances.json", instances.to_string());
    let (code, told) = list("");
    assert_eq!(code, 4, "{told}");
    assert!(told.contains("that it fits could not be told"), "{told}");
}

#[test]
fn a_replayed_event_says_what_would_be_put_with_an_exception() {
    let world = world();
    let run = world
        .words("exceptions list exceptions.yaml --protected-tag Name --computers computers.json");
    run.fails(2, &["--instances"]);
    world
        .evaluate(&["--protected-tag", "Name"])
        .fails(2, &["--protected-tag is for --exceptions FILE"]);
    world.write("event.json", include_str!("../events/scheduled.json"));
    world.write(
        "all.yaml",
        "exceptions:\n- {id: all, account: 111122223333, rules: all, reason: x, owner: x, ticket: T-1, created: \
         2026-11-01, expires: 2026-12-24}\n",
    );
    let files = "--instances instances.json --computers computers.json --policies policies.json";
    let run = world.words(&format!(
        "replay event.json {files} --exceptions all.yaml --output json --fail-on low"
    ));
    assert_eq!(run.code, 0, "{run:?}");
    let document = run.json();
    let put = document["evaluations"].as_array().unwrap();
    let is_excepted = |each: &&Value| {
        let annotation = each["annotation"].as_str().unwrap();
        annotation.starts_with("DS-EXC until 2026-12-24 T-1: x; excepted: DS-")
    };
    let excepted = put.iter().filter(is_excepted).count();
    assert!(excepted > 0, "{document}");
    assert_eq!(document["summary"]["evaluations"]["excepted"], excepted);
    assert_eq!(document["summary"]["evaluations"]["nonCompliant"], 0);
    let table = world.words(&format!("replay event.json {files} --exceptions all.yaml"));
    let told = table.stdout.contains(&format!("; {excepted} excepted"));
    assert!(told, "{}", table.stdout);
}
