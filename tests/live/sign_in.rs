//! The profiles that people have.

use testbed::moto::ACCOUNT;

use crate::world::{OTHER_ACCOUNT, World};

const LINE: &str = "evaluate --region us-east-1 --rule instance-has-policy --output json";

/// A program that prints keys, and the configuration with profiles that start from it.
fn configured(world: &World) -> String {
    let program = world.write(
        "sign-in.sh",
        r#"echo '{"Version": 1, "AccessKeyId": "AKIAFROMAPROGRAM0000", "SecretAccessKey": "s"}'"#,
    );
    let program = program.display();
    let content = format!(
        "[profile program]\ncredential_process = sh {program}\nregion = eu-west-3\n\n[profile \
         role]\nrole_arn = arn:aws:iam::{OTHER_ACCOUNT}:role/auditor\nsource_profile = \
         program\n\n[profile broken]\ncredential_process = sh -c 'echo no token >&2; exit \
         1'\n\n[profile sso]\nsso_session = corporate\nsso_account_id = \
         {ACCOUNT}\nsso_role_name = ReadOnly\n\n[sso-session corporate]\nsso_region = \
         us-east-1\nsso_start_url = https://corporate.awsapps.com/start\n"
    );
    world.write("config", &content).display().to_string()
}

#[test]
fn a_profile_signs_in_by_a_program_and_outranks_the_environment() {
    let world = World::new();
    let id = world.launch(&world.clients("us-east-1"), "web-1");
    let config = configured(&world);
    let keys = [
        ("AWS_CONFIG_FILE", config.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let line = world.with_manager(&format!("{LINE} --profile program"));
    let run = world.run_with(&line, &keys);
    let verdicts = run.verdicts("instance-has-policy");
    assert!(verdicts.contains_key(&id), "{run:?}");
    let calls = world.proxy.calls();
    assert!(!calls.is_empty());
    for call in calls {
        assert_eq!(call.access_key, "AKIAFROMAPROGRAM0000");
        assert_eq!(
            call.region, "us-east-1",
            "the Region of the arguments counts"
        );
    }
}

#[test]
fn a_profile_takes_on_a_role_and_may_be_named_by_the_environment() {
    let world = World::new();
    world.launch(&world.clients("us-east-1"), "here");
    let there = world.launch(&world.other("us-east-1"), "there");
    let config = configured(&world);
    let config = ("AWS_CONFIG_FILE", config.as_str());
    let line = world.with_manager(LINE);
    let by_argument = world.run_with(&format!("{line} --profile role"), &[config]);
    let by_variable = world.run_with(&line, &[config, ("AWS_PROFILE", "role")]);
    for run in [by_argument, by_variable] {
        let verdicts = run.verdicts("instance-has-policy");
        assert_eq!(
            verdicts.into_keys().collect::<Vec<_>>(),
            std::slice::from_ref(&there),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_profile_that_gives_no_credentials_says_why() {
    let world = World::new();
    let config = configured(&world);
    let config = ("AWS_CONFIG_FILE", config.as_str());
    let line = world.with_manager(LINE);
    for (profile, parts) in [
        (
            "nobody",
            ["profile \"nobody\" gives no credentials", "was not defined"],
        ),
        (
            "broken",
            ["profile \"broken\" gives no credentials", "no token"],
        ),
        (
            "sso",
            ["profile \"sso\" gives no credentials", "aws sso login"],
        ),
    ] {
        let run = world.run_with(&format!("{line} --profile {profile}"), &[config]);
        run.fails(1, &parts);
    }
    world
        .run_with(&line, &[])
        .fails(1, &["no credentials for AWS", "--profile"]);
    assert_eq!(world.proxy.calls(), []);
}
