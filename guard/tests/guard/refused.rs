//! What is refused, and what to write instead.

use super::checked;

fn refused(rules: &str) -> String {
    match checked(rules) {
        Ok(_) => panic!("not refused: {rules}"),
        Err(refused) => refused.to_string(),
    }
}

#[test]
fn a_misspelt_name_is_refused_with_the_nearest() {
    for (rules, said) in [
        (
            "rule a { computer.manged == true }",
            "x.guard:1: there is no fact `computer.manged`; did you mean `managed`?",
        ),
        (
            "rule a { Computer.managed == true }",
            "there is no fact `Computer`; did you mean `computer`?",
        ),
        (
            "rule a {\n\n instance.state == 'Running' }",
            "x.guard:3: `instance.state` is never `Running`; did you mean `running`?",
        ),
        (
            "rule a { instance.state in ['running', 'up'] }",
            "is never `up`",
        ),
        ("rule a { %x exists }", "there is no variable `%x`"),
        ("rule a { instance.id exists\n b\n}", "there is no rule `b`"),
        (
            "rule a { findings[ Severity == 'x' ] empty }",
            "there is no fact `findings[*].Severity`; did you mean `severity`?",
        ),
        (
            "rule a { findings[*] { Kind exists } }",
            "there is no fact `findings[*].Kind`",
        ),
        (
            "rule a when computer.modul exists { instance.id exists }",
            "there is no fact `computer.modul`",
        ),
        (
            "let x = computer.modul\nrule a { instance.id exists }",
            "there is no fact `computer.modul`",
        ),
        (
            "rule a { instance.id == instance.nam }",
            "there is no fact `instance.nam`",
        ),
        (
            "rule a { let x = count(finding)\n %x == 0 }",
            "there is no fact `finding`",
        ),
    ] {
        let line = refused(rules);
        assert!(line.contains(said), "{rules}: {line}");
    }
}

#[test]
fn what_can_never_hold_is_refused() {
    for (rules, said) in [
        (
            "rule a { findings[*].ageHours < '5' }",
            "a number is compared with a text",
        ),
        (
            "rule a { computer.managed == 'true' }",
            "true or false is compared with a text",
        ),
        (
            "rule a { instance.name == 5 }",
            "a text is compared with a number",
        ),
        (
            "rule a { instance.name == findings[*].ageHours }",
            "a text is compared with a number",
        ),
        ("rule a { findings == 'x' }", "is an object or a list"),
        (
            "rule a { findings.kind == 'x' }",
            "`findings` is a list; write `findings[*].kind`",
        ),
        (
            "let f = findings\nrule a { %f[*].kind == 'x' }",
            "`findings` is a list",
        ),
        ("rule a { instance.name == null }", "write `exists`"),
        (
            "rule a { instance.name in 'web' }",
            "`in` stands before a list",
        ),
        (
            "rule a { instance.name == ['web'] }",
            "compared with a list by `in`",
        ),
        ("rule a { findings[*].ageHours empty }", "is never empty"),
        ("rule a { instance.name is_string }", "in the schema"),
        ("rule a { instance.state > 'running' }", "no order"),
        ("rule a { instance.name >= '20.0' }", "of their letters"),
        ("rule a { computer.managed >= true }", "no order"),
        (
            "let x = 'web'\nrule a { %x == instance.name }",
            "the left side of a comparison is a fact",
        ),
        (
            "rule a { instance.state == /^Running/ }",
            "never matches `/^Running/`; it is one of",
        ),
        (
            "rule a { instance.state in ['running', /^Stop/] }",
            "never matches `/^Stop/`",
        ),
        (
            "let state = to_upper(instance.state)\nrule a { %state == 'running' }",
            "what the function makes is never `running`; did you mean `RUNNING`?",
        ),
        (
            "let state = to_lower(instance.state)\nrule a { %state == /RUN/ }",
            "never matches `/RUN/`",
        ),
        (
            "rule a { instance.name in [] }",
            "nothing is in an empty list",
        ),
    ] {
        let line = refused(rules);
        assert!(line.contains(said), "{rules}: {line}");
    }
}

#[test]
fn what_deepgrade_does_not_follow_is_refused() {
    for (rules, said) in [
        ("instance.id exists", "there are clauses outside of a rule"),
        (
            "rule a(x) { %x exists }\nrule b { a(instance.id) }",
            "a rule takes parameters",
        ),
        ("rule a { b(instance.id) }", "calls a rule with parameters"),
        (
            "rule a { AWS::EC2::Instance { id exists } }",
            "no types of CloudFormation",
        ),
        ("let x = now()\nrule a { instance.id exists }", "now()"),
        (
            "let x = join(findings[*].kind, ',')\nrule a { instance.id exists }",
            "a function is given facts",
        ),
        (
            "let x = json_parse(instance.name)\nrule a { %x exists }",
            "`json_parse` is not offered",
        ),
        (
            "let n = 'managed'\nrule a { computer.%n == true }",
            "stands for the name of a member",
        ),
        (
            "rule a { findings[ x | kind exists ] empty }",
            "would become a variable",
        ),
        (
            "rule a { computer.modules[ state == 'on' ] empty }",
            "is no list",
        ),
        (
            "rule a { instance.id exists }\nrule a { instance.id exists }",
            "two rules are called `a`",
        ),
        (
            "rule a { let x = instance.id\n let x = instance.name\n %x exists }",
            "set twice",
        ),
        ("# nothing", "holds no rule"),
        ("let x = 1", "holds no rule"),
        ("rule a { instance.id exists", "is never closed"),
        ("rule a {\n instance.id =\n}", "x.guard:"),
    ] {
        let line = refused(rules);
        assert!(line.contains(said), "{rules}: {line}");
        assert!(!line.contains('\n'), "{line}");
    }
}

#[test]
fn two_files_may_not_have_one_rule() {
    let text = |name: &str| guard::Text {
        name: name.to_owned(),
        rules: "rule a { instance.id exists }".to_owned(),
    };
    let both = guard::Policy::check(vec![text("x"), text("y")], &super::shape());
    assert_eq!(both.unwrap_err().to_string(), "y: the rule `a` is in x too");
}
