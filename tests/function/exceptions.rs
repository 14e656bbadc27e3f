//! Exceptions, through the real binary: from a file in S3 to what AWS Config shows, until they expire.

use deepgrade::inventory::Digest;
use jiff::{Timestamp, tz::TimeZone};
use testbed::{config::Compliance, moto::ACCOUNT};

use super::stage::{BUCKET, Stage, refusal, summary};

const KEY: &str = "exceptions/1.yaml";
const DAY: i64 = 86_400_000;

/// A file of exceptions for an instance until the end of today, and the sum of its bytes.
fn except(stage: &Stage, instance: &str) -> (String, String) {
    let now = Timestamp::from_millisecond(stage.config.now()).unwrap();
    let today = TimeZone::UTC.to_datetime(now).date();
    let text = format!(
        "exceptions:\n- id: one\n  instance: {instance}\n  account: {ACCOUNT}\n  rules: [instance-has-policy]\n  \
         reason: replaced today\n  owner: team-web\n  ticket: T-12\n  created: {today}\n  expires: {today}\n"
    );
    stage.replace(KEY, Some(&text));
    (today.to_string(), Digest::of(text.as_bytes()).to_string())
}

#[test]
fn an_excepted_result_says_so_in_config_until_it_expires() {
    let stage = Stage::renewed(&[true, false, false]);
    let rule = stage.rule("instance-has-policy");
    let (today, sum) = except(&stage, &stage.id(1));
    let bootstrap = || {
        stage
            .bootstrap("rule")
            .environment("DEEPGRADE_EXCEPTIONS", &format!("s3://{BUCKET}/{KEY}"))
    };
    let right = bootstrap().environment("DEEPGRADE_EXCEPTIONS_SHA256", &sum);
    let function = stage.launch_function("rule", right);
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["evaluations"]["excepted"], 1, "{answer}");
    assert_eq!(answer["evaluations"]["nonCompliant"], 1, "{answer}");
    let shown = |number| {
        let shown = stage.config.result(&rule, &stage.id(number)).unwrap();
        (shown.evaluation.compliance, shown.evaluation.annotation)
    };
    let (compliance, annotation) = shown(1);
    assert_eq!(compliance, Compliance::NonCompliant);
    let wanted = format!("DS-EXC until {today} T-12: replaced today; excepted: DS-POL-");
    assert!(
        annotation.as_deref().unwrap().starts_with(&wanted),
        "{annotation:?}"
    );

    // The file is another one than the stack names: what is non-compliant with it and without it is put
    // without it, and is excepted again when the file is the right one.
    let other = Digest::of(b"").to_string();
    let wrong = bootstrap().environment("DEEPGRADE_EXCEPTIONS_SHA256", &other);
    let misled = stage.launch_function("rule", wrong);
    stage.config.advance(1_200_000);
    let (_, line) = refusal(&misled.invoke(stage.config.tick(&rule).json()));
    assert!(
        line.contains(&format!("{KEY}: its SHA-256 is {sum}")),
        "{line}"
    );
    let (plain, without) = shown(1);
    assert_eq!(plain, Compliance::NonCompliant);
    assert!(without.unwrap().starts_with("DS-POL-"));
    stage.config.advance(1_200_000);
    summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(shown(1), (compliance, annotation));

    // The day is over.
    stage.config.advance(DAY);
    stage.manager.advance(DAY);
    summary(&stage.renew());
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["put"], 1, "{answer}");
    let (compliance, annotation) = shown(1);
    assert_eq!(compliance, Compliance::NonCompliant);
    assert!(annotation.unwrap().starts_with("DS-POL-"));
}
