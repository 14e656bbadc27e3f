//! A live Manager, which is the simulator: results, errors, and what never gets out.

use serde_json::json;
use testbed::{Certificate, Estate, Fault, FaultBody, Injection, Manager, Options, SECRET};

use crate::world::{Run, World};

const SEARCH: &str = "POST /computers/search";

fn start() -> Manager {
    Manager::start(Estate::seeded(7, 60), Options::default()).unwrap()
}

/// A folder with the key, and with the instances that the Manager has computers of.
fn world() -> World {
    let world = World::new();
    let instances = testbed::ec2::describe_instances(&Estate::seeded(7, 60));
    world.write("instances.json", instances.to_string());
    world.write("key.txt", format!("{SECRET}\n"));
    world
}

fn evaluate(world: &World, url: &str, more: &[&str]) -> Run {
    let mut arguments = vec![
        "evaluate",
        "--instances",
        "instances.json",
        "--manager",
        url,
    ];
    if !more.contains(&"--key-env") {
        arguments.extend(["--key-file", "key.txt"]);
    }
    arguments.extend(more);
    world.run_with(
        &arguments,
        &[("DSM_KEY", SECRET), ("BAD_KEY", "1:abc\ndef")],
    )
}

#[test]
fn a_fleet_is_graded_with_a_manager_and_with_its_saved_inventory_alike() {
    let manager = start();
    let world = world();
    let live = evaluate(&world, &manager.url(), &["--output", "json"]);
    assert_eq!(live.code, 0, "{}", live.stderr);
    assert_eq!(live.json()["inventories"][0]["manager"], manager.url());
    let fetched = world.run(&[
        "inventory",
        "fetch",
        "--manager",
        &manager.url(),
        "--key-file",
        "key.txt",
        "--output-file",
        "inventory.json",
    ]);
    assert_eq!(
        (fetched.code, fetched.stdout.as_str()),
        (0, ""),
        "{}",
        fetched.stderr
    );
    let saved =
        world.words("evaluate --instances instances.json --inventory inventory.json --output json");
    assert_eq!(saved.json(), live.json());
    let written = ["PUT", "DELETE", "PATCH"];
    assert!(
        manager
            .calls()
            .iter()
            .all(|call| !written.contains(&call.method.as_str()))
    );
}

#[test]
fn an_old_inventory_leaves_everything_undetermined() {
    let manager = start();
    let world = world();
    let fetched = world.run(&[
        "inventory",
        "fetch",
        "--manager",
        &manager.url(),
        "--key-file",
        "key.txt",
    ]);
    let mut inventory = fetched.json();
    inventory["takenAt"] = json!("2026-11-24T09:00:00Z");
    world.write("inventory.json", inventory.to_string());
    let run = world.words(
        "evaluate --instances instances.json --inventory inventory.json --as-of 2026-11-24T12:00:00Z --output json",
    );
    assert_eq!(run.code, 4);
    let result = run.json();
    assert_eq!(result["summary"]["all"]["compliant"], 0);
    assert_eq!(
        result["summary"]["all"]["nonCompliant"], 0,
        "{}",
        result["summary"]
    );
}

#[test]
fn several_managers_are_named_in_settings() {
    let (first, second) = (start(), start());
    let world = world();
    world.write(
        "settings.yaml",
        format!(
            "managers:\n- {{name: first, url: '{}', keyFile: key.txt}}\n- {{name: second, url: '{}', authentication: api-key, keyEnv: DSM_KEY}}\n",
            first.url(),
            second.url()
        ),
    );
    let arguments = [
        "evaluate",
        "--instances",
        "instances.json",
        "--settings",
        "settings.yaml",
        "--output",
        "json",
    ];
    let run = world.run_with(&arguments, &[("DSM_KEY", SECRET)]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let result = run.json();
    let names: Vec<_> = result["inventories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|inventory| &inventory["manager"])
        .collect();
    assert_eq!(names, ["first", "second"]);
    // One that cannot be read spoils the whole: absence would rest on the other alone.
    second.refuse_connections();
    let run = world.run_with(&arguments, &[("DSM_KEY", SECRET)]);
    run.fails(1, &["second"]);
}

#[test]
fn addresses_that_are_refused() {
    let world = world();
    let cases = [
        "http://dsm.example.com:4119/api",
        "http://10.0.0.5/api",
        "http://localhost:4119/api",
        "https://user:pass@dsm.example.com/api",
        "https://169.254.169.254/api",
        "https://2852039166/api",
        "https://[fe80::1]/api",
        "ftp://dsm.example.com/api",
        "https://dsm.example.com:4119/rest",
        "nonsense",
    ];
    for url in cases {
        let run = evaluate(&world, url, &[]);
        run.fails(2, &[]);
        assert!(!run.stderr.contains("pass@"), "{}", run.stderr);
    }
}

#[test]
fn keys_that_are_refused() {
    let manager = start();
    let world = world();
    world.write("two-lines.txt", "1:abc\ndef");
    world.write("nothing.txt", "\n");
    let url = manager.url();
    evaluate(&world, &url, &["--key-env", "BAD_KEY"])
        .fails(2, &["BAD_KEY", "not a valid header value"]);
    evaluate(&world, &url, &["--key-env", "NO_KEY"]).fails(2, &["NO_KEY", "is not set"]);
    for (file, complaint) in [
        ("two-lines.txt", "not a valid header value"),
        ("nothing.txt", "is empty"),
        ("missing.txt", "missing.txt"),
    ] {
        let run = world.run(&["doctor", "--manager", &url, "--key-file", file]);
        run.fails(2, &[file, complaint]);
        assert!(!run.stderr.contains("abc"), "{}", run.stderr);
    }
    world
        .run(&["doctor", "--manager", &url])
        .fails(2, &["--key-file", "--key-env"]);
    // A key where its variable's name is wanted, as "$KEY" in place of KEY gives it.
    let run = evaluate(&world, &url, &["--key-env", SECRET]);
    run.fails(2, &["the name of an environment variable"]);
    assert!(!run.stderr.contains(SECRET));
    assert!(manager.calls().is_empty());
}

#[test]
fn a_manager_that_does_not_answer_as_it_should() {
    let world = world();
    let message = |status: u16| Fault::Status(status, FaultBody::Message("no".to_owned()));
    let cases = [
        (message(401), "key"),
        (message(403), "view computers"),
        (message(404), "404"),
        (
            Fault::Redirect(302, "https://elsewhere.example.com/api".to_owned()),
            "redirect",
        ),
        (Fault::SignInPage, "web page"),
        (Fault::FallingIds, "the IDs do not rise"),
        (Fault::MalformedJson, "the answer is damaged"),
        (Fault::Truncated, "it ends in the middle"),
        (message(500), "500"),
    ];
    for (fault, complaint) in cases {
        let manager = start();
        manager.inject(Injection::on(SEARCH, fault));
        let run = evaluate(&world, &manager.url(), &[]);
        run.fails(1, &[&manager.url(), complaint]);
        assert!(!run.stderr.contains(SECRET), "{}", run.stderr);
    }
}

/// The retired rules graded the whole fleet as failed when the Manager was unreachable.
#[test]
fn an_unreachable_manager_is_an_error_and_grades_nothing() {
    let manager = start();
    manager.refuse_connections();
    let world = world();
    let run = world.run(&[
        "doctor",
        "--manager",
        &manager.url(),
        "--key-file",
        "key.txt",
    ]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("cannot be reached"), "{}", run.stdout);
    evaluate(&world, &manager.url(), &[]).fails(1, &["cannot be reached"]);
}

/// The retired rules turned TLS checks off for the string "0".
#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_and_a_private_authority_is_taken() {
    let options = Options {
        certificate: Some(Certificate::PrivateAuthority),
        ..Options::default()
    };
    let manager = Manager::start(Estate::seeded(7, 60), options).unwrap();
    let world = world();
    evaluate(&world, &manager.url(), &[]).fails(1, &["certificate"]);
    assert!(manager.calls().is_empty());
    world.write("ca.pem", manager.ca_pem().unwrap());
    let run = evaluate(&world, &manager.url(), &["--ca-file", "ca.pem"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    world.write("ca.pem", "not a certificate");
    evaluate(&world, &manager.url(), &["--ca-file", "ca.pem"]).fails(2, &["ca.pem"]);
}

#[test]
fn a_doctor_says_what_is_well_and_what_is_not() {
    let manager = start();
    let world = world();
    let arguments = [
        "doctor",
        "--manager",
        &manager.url(),
        "--key-file",
        "key.txt",
    ];
    let run = world.run(&arguments);
    for part in [
        "connection",
        "API key",
        "right to view computers",
        "version",
    ] {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
    manager.inject(Injection::on(
        SEARCH,
        Fault::Status(403, FaultBody::Message("no".to_owned())),
    ));
    let run = world.run(&arguments);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("view computers"), "{}", run.stdout);
}

/// At the loudest level neither the key nor a header is told.
#[test]
fn the_key_is_never_told() {
    let manager = start();
    let world = world();
    for form in ["text", "json"] {
        let run = evaluate(&world, &manager.url(), &["-vv", "--log-format", form]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains("/computers/search"), "{}", run.stderr);
        assert!(!run.stderr.contains(SECRET) && !run.stdout.contains(SECRET));
    }
}
