//! The limits: what is at one is taken, what is just over it is not.

use std::fmt::Write as _;

use deepgrade::pack::{Handover, limits, lint};

use crate::objections::{GOOD, objections};

/// A rule of AWS, with something more said of it.
fn rule(name: &str, more: &str) -> String {
    format!(
        "  {name}:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: \
         {name}\n{more}      Source: {{Owner: AWS, SourceIdentifier: X}}\n"
    )
}

fn pack(rules: impl IntoIterator<Item = String>) -> String {
    let rules: String = rules.into_iter().collect();
    format!("Resources:\n{rules}")
}

/// A pack at a limit, one over it, and what is said of that.
#[track_caller]
fn at_most(limit: usize, pack: impl Fn(usize) -> String, wanted: &str) {
    assert_eq!(objections(&pack(limit)), [""; 0], "at {limit}");
    let found = objections(&pack(limit + 1));
    assert!(
        found.len() == 1 && found[0].contains(wanted),
        "over {limit}: {found:?}"
    );
}

#[test]
fn a_pack_is_so_long() {
    let padded = |length: usize| {
        let pack = pack([rule("A", "")]);
        let filler = "#".repeat(length - pack.len() - 1);
        format!("{pack}{filler}\n")
    };
    at_most(limits::INLINE_BYTES, padded, "put it into a bucket");
    let found = |length| lint(&padded(length), Handover::Stored).unwrap();
    assert_eq!(found(limits::STORED_BYTES), []);
    let over = found(limits::STORED_BYTES + 1);
    assert!(over[0].complaint().contains("split it"), "{over:?}");
}

#[test]
fn a_pack_has_so_many_rules_and_parameters() {
    let rules = |count| pack((0..count).map(|number| rule(&format!("R{number}"), "")));
    at_most(limits::RULES, rules, "rules are more than the 130");
    let parameters = |count| {
        let (mut parameters, mut inputs) = (String::new(), String::new());
        for number in 0..count {
            writeln!(parameters, "  P{number}: {{Type: String}}").unwrap();
            writeln!(inputs, "        p{number}: {{Ref: P{number}}}").unwrap();
        }
        let more = format!("      InputParameters:\n{inputs}");
        format!("Parameters:\n{parameters}{}", pack([rule("A", &more)]))
    };
    at_most(
        limits::PARAMETERS,
        parameters,
        "parameters are more than the 60",
    );
}

#[test]
fn texts_are_so_long() {
    let described = |length: usize| {
        let text = "ü".repeat(length);
        pack([rule("A", &format!("      Description: {text}\n"))])
    };
    at_most(
        limits::DESCRIPTION,
        described,
        "Description: 257 characters",
    );
    let named = |length: usize| {
        let name = format!("ds-{}", "n".repeat(length - 3));
        GOOD.replace(
            "ConfigRuleName: ds-agent-is-fresh",
            &format!("ConfigRuleName: {name}"),
        )
    };
    at_most(limits::RULE_NAME, named, "38 characters are more than 37");
    let other = |length: usize| {
        let name = format!("ConfigRuleName: {}", "n".repeat(length));
        GOOD.replace("ConfigRuleName: profile", &name)
    };
    at_most(
        limits::OTHER_RULE_NAME,
        other,
        "102 characters are more than 101",
    );
    let policy = |length: usize| {
        let text = format!("PolicyText: {}", "p".repeat(length));
        GOOD.replace("PolicyText: rule profile { configuration exists }", &text)
    };
    at_most(limits::POLICY_TEXT, policy, "PolicyText: 10001 characters");
    let value = |length: usize| {
        let text = format!("Default: '{}'", "v".repeat(length));
        GOOD.replacen(
            "Parameters:\n",
            &format!("Parameters:\n  V:\n    Type: String\n    {text}\n"),
            1,
        )
        .replace(
            "TargetId: repair",
            "TargetId: repair\n      TargetVersion: {Ref: V}",
        )
    };
    at_most(limits::PARAMETER_VALUE, value, "Default: 4097 characters");
}

#[test]
fn parameters_of_a_rule_are_so_long_as_json() {
    let given = |length: usize| {
        // {"deleteOnTermination":"…"}
        let value = "v".repeat(length - r#"{"deleteOnTermination":""}"#.len());
        GOOD.replace(
            "{deleteOnTermination: true}",
            &format!("{{deleteOnTermination: {value}}}"),
        )
    };
    at_most(
        limits::INPUT_PARAMETERS,
        given,
        "as JSON these are 1025 characters",
    );
}

#[test]
fn a_remediation_takes_so_much() {
    let role = "        AutomationAssumeRole:\n";
    let parameters = |count: usize| {
        let mut more = String::new();
        for number in 2..count {
            writeln!(more, "        P{number}: {{StaticValue: {{Values: [a]}}}}").unwrap();
        }
        GOOD.replace(role, &format!("{more}{role}"))
    };
    at_most(
        limits::REMEDIATION_PARAMETERS,
        parameters,
        "26 parameters are more than 25",
    );
    let values = |count: usize| {
        let values = vec!["a"; count].join(", ");
        GOOD.replace(
            role,
            &format!("        P: {{StaticValue: {{Values: [{values}]}}}}\n{role}"),
        )
    };
    at_most(
        limits::REMEDIATION_VALUES,
        values,
        "26 values are more than 25",
    );
    let value = |length: usize| {
        let value = "v".repeat(length);
        GOOD.replace(
            role,
            &format!("        P: {{StaticValue: {{Values: [{value}]}}}}\n{role}"),
        )
    };
    at_most(limits::REMEDIATION_VALUE, value, "257 characters");
    for (member, most) in [
        ("MaximumAutomaticAttempts: 3", limits::ATTEMPTS),
        ("RetryAttemptSeconds: 600", limits::RETRY_SECONDS),
        ("ErrorPercentage: 20", 100),
        ("ConcurrentExecutionRatePercentage: 10", 100),
    ] {
        let name = member.split(' ').next().unwrap();
        let number = |number: usize| GOOD.replace(member, &format!("{name} {number}"));
        at_most(
            usize::try_from(most).unwrap(),
            number,
            "is not a whole number from 1 to",
        );
        let none = objections(&number(0));
        assert!(none[0].contains("\"0\" is not a whole number"), "{none:?}");
    }
}
