//! The rules that ask for more than inventories, through the real binary: the one that watches over
//! Deepgrade, and the one about web fronts.

use testbed::config::{Compliance, Frequency, Rule};

use super::stage::{Stage, summary};

fn shown(stage: &Stage, rule: &testbed::config::Registered) -> (Compliance, String) {
    let shown = stage.config.results(rule).remove(0).evaluation;
    assert_eq!(shown.resource_type, "AWS::::Account");
    assert_eq!(shown.resource_id, testbed::moto::ACCOUNT);
    (shown.compliance, shown.annotation.unwrap())
}

#[test]
fn the_health_rule_is_put_on_every_run_and_sees_an_outage() {
    let stage = Stage::renewed(&[true, false]);
    let rule = Rule::new("ds-evaluator-is-healthy").every(Frequency::OneHour);
    let rule = stage
        .config
        .put_rule(rule.parameter("rule", "evaluator-is-healthy"))
        .unwrap();
    let function = stage.start("rule");
    for _ in 0..2 {
        summary(&function.invoke(stage.config.tick(&rule).json()));
        let (compliance, annotation) = shown(&stage, &rule);
        assert_eq!(compliance, Compliance::Compliant, "{annotation}");
        assert!(annotation.contains("2/2"), "{annotation}");
        stage.config.advance(600_000);
    }
    assert_eq!(stage.config.puts().len(), 2);
    assert_eq!(stage.calls("GetComplianceDetailsByConfigRule"), 0);

    stage
        .manager
        .options(|options| options.keys[0].secret = "2:replaced".to_owned());
    let _ = stage.renew();
    stage.config.advance(600_000);
    summary(&function.invoke(stage.config.tick(&rule).json()));
    let (compliance, annotation) = shown(&stage, &rule);
    assert_eq!(compliance, Compliance::NonCompliant);
    assert!(annotation.contains("rejected"), "{annotation}");
}

#[test]
fn dead_letters_are_unhealthy() {
    let stage = Stage::renewed(&[true]);
    let sqs = stage.clients.sqs();
    let made = stage
        .block_on(sqs.create_queue().queue_name("dead").send())
        .unwrap();
    let url = made.queue_url().unwrap().to_owned();
    let rule = Rule::new("ds-evaluator-is-healthy").every(Frequency::OneHour);
    let rule = stage
        .config
        .put_rule(rule.parameter("rule", "evaluator-is-healthy"))
        .unwrap();
    let function = stage.start_with("rule", "DEEPGRADE_DEAD_LETTER_QUEUES", &url);
    summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(shown(&stage, &rule).0, Compliance::Compliant);
    let sent = sqs.send_message().queue_url(&url).message_body("an event");
    stage.block_on(sent.send()).unwrap();
    summary(&function.invoke(stage.config.tick(&rule).json()));
    let (compliance, annotation) = shown(&stage, &rule);
    assert_eq!(compliance, Compliance::NonCompliant);
    assert!(annotation.contains("dead letter"), "{annotation}");
}

#[test]
fn web_fronts_are_gathered_in_the_run_of_their_rule() {
    let stage = Stage::renewed(&[true, true]);
    let rule = Rule::new("ds-instance-is-behind-waf").every(Frequency::OneHour);
    let rule = stage
        .config
        .put_rule(rule.parameter("rule", "instance-is-behind-waf"))
        .unwrap();
    let function = stage.start("rule");
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["evaluations"]["undetermined"], 0, "{answer}");
    // moto gives every instance a public address, and its default security group lets nobody in.
    assert_eq!(answer["evaluations"]["notApplicable"], 2, "{answer}");

    let ec2 = stage.clients.ec2();
    let groups = stage
        .block_on(ec2.describe_security_groups().send())
        .unwrap();
    for group in groups.security_groups() {
        let open = ec2
            .authorize_security_group_ingress()
            .group_id(group.group_id().unwrap())
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .cidr_ip("0.0.0.0/0");
        stage.block_on(open.send()).unwrap();
    }
    stage.config.advance(600_000);
    let answer = summary(&function.invoke(stage.config.tick(&rule).json()));
    assert_eq!(answer["evaluations"]["nonCompliant"], 2, "{answer}");
    let shown = stage.config.results(&rule).remove(0).evaluation;
    assert!(shown.annotation.unwrap().contains("cannot carry a web ACL"));
}
