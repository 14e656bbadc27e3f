//! `deepgrade pack`: what it prints, and how it ends.

use crate::world::World;

const ROLE: &str = "arn:aws:iam::111122223333:role/automation";

#[test]
fn what_is_rendered_is_good() {
    let world = World::new();
    let run = world.words("pack render --output-file conformance-pack.yaml");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    let run = world.words("pack lint");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.starts_with("conformance-pack.yaml: good, "),
        "{run:?}"
    );
    let line = format!(
        "pack render --rule modules-are-active --rule agent-is-fresh --prefix acme- --documents \
         acme- --function-arn arn:aws:lambda:eu-west-1:111122223333:function:rule --automatic \
         enable-modules={ROLE} --output-file variant.yaml"
    );
    assert_eq!(world.words(&line).code, 0);
    let variant = std::fs::read_to_string(world.path("variant.yaml")).unwrap();
    for part in [
        "ConfigRuleName: acme-modules-are-active",
        "ConfigRuleName: acme-agent-is-fresh",
        "TargetId: acme-enable-modules",
        "Automatic: true",
        ROLE,
    ] {
        assert!(variant.contains(part), "{part}: {variant}");
    }
    assert!(!variant.contains("instance-is-clear"), "{variant}");
    assert_eq!(world.words("pack lint variant.yaml").code, 0);
}

#[test]
fn objections_are_lines_with_where_and_what() {
    let world = World::new();
    let pack = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {}\n";
    world.write("pack.yaml", pack);
    let run = world.words("pack lint pack.yaml");
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("pack.yaml:3: Resources.A.Type: a pack holds "),
        "{lines:?}"
    );
    assert_eq!(lines[1], "pack.yaml: 1 objection");
}

#[test]
fn a_pack_from_s3_may_be_longer() {
    let world = World::new();
    let pack = world.words("pack render").stdout;
    world.write("long.yaml", format!("{pack}{}\n", "#".repeat(51_200)));
    let run = world.words("pack lint long.yaml");
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("TemplateS3Uri"), "{}", run.stdout);
    assert_eq!(world.words("pack lint --from-s3 long.yaml").code, 0);
}

#[test]
fn what_is_no_pack_is_refused() {
    let world = World::new();
    world.write("broken.yaml", "a: [b\n");
    world.write("binary.yaml", b"a: \xff\n");
    let lint = |file: &str| world.run(&["pack", "lint", file]);
    lint("nowhere.yaml").fails(2, &["nowhere.yaml: "]);
    lint("broken.yaml").fails(2, &["broken.yaml:", "neither YAML nor JSON"]);
    lint("binary.yaml").fails(2, &["binary.yaml: is not text in UTF-8"]);
}

#[test]
fn a_variant_that_could_not_be_deployed_is_refused() {
    let world = World::new();
    let render = |line: &str| world.words(&format!("pack render {line}"));
    let both = format!("--automatic run-scans={ROLE} --automatic run-scans={ROLE}");
    let not_offered = format!("--rule agent-is-fresh --automatic run-scans={ROLE}");
    for (line, part) in [
        ("--rule agent-is-frehs", "did you mean `agent-is-fresh`?"),
        (
            "--prefix the-whole-company-",
            "is longer than the 37 characters",
        ),
        (both.as_str(), "--automatic run-scans: is given twice"),
        (not_offered.as_str(), "no rule that is chosen offers it"),
    ] {
        render(line).fails(2, &[part]);
    }
    for (line, part) in [
        ("--prefix a/b", "wanted are letters"),
        ("--automatic run-scan=x", "did you mean `run-scans`?"),
        ("--automatic run-scans=role/x", "is not the ARN of a role"),
        ("--function-arn rule", "is not the ARN of a function"),
    ] {
        let run = render(line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}
