//! The deployer's own rules in Guard, through the real binary: the file in S3, named with its
//! SHA-256, and what Config is shown.

use deepgrade::inventory::Digest;
use testbed::config::Compliance;

use super::stage::{BUCKET, Function, Stage, refusal, summary};

const KEY: &str = "settings/guard/mine.guard";

impl Stage {
    /// Starts the function with these rules, as whose they are named.
    fn start_guarded(&self, rules: &str, named: &str) -> Function {
        self.replace(KEY, Some(rules));
        let sha256 = Digest::of(named.as_bytes()).to_string();
        let bootstrap = self
            .bootstrap("rule")
            .environment("DEEPGRADE_GUARD_RULES", &format!("s3://{BUCKET}/{KEY}"))
            .environment("DEEPGRADE_GUARD_RULES_SHA256", &sha256);
        self.launch_function("rule", bootstrap)
    }
}

#[test]
fn rules_of_ones_own_are_graded_by_and_others_than_were_named_are_not() {
    let stage = Stage::renewed(&[true, false]);
    let rule = stage.rule("guard-policy-holds");
    let rules = "rule has_policy { policy exists <<PCI-2.2: no policy>> }\n";
    let event = stage.config.tick(&rule);

    // Nothing is put by rules that somebody may have changed.
    let function = stage.start_guarded("rule has_policy { policy !exists }\n", rules);
    let (_, said) = refusal(&function.invoke(event.json()));
    assert!(
        said.contains("DEEPGRADE_GUARD_RULES_SHA256 names"),
        "{said}"
    );
    assert_eq!(stage.shown(&rule), []);

    let recursive = "rule a {\n  a\n}\n";
    let function = stage.start_guarded(recursive, recursive);
    let (_, said) = refusal(&function.invoke(event.json()));
    assert!(
        said.contains("mine.guard:2: the rule `a` leads to itself"),
        "{said}"
    );

    let function = stage.start_guarded(rules, rules);
    let done = summary(&function.invoke(event.json()));
    assert_eq!(done["put"], 2, "{done:#}");
    let shown = [(0, Compliance::Compliant), (1, Compliance::NonCompliant)];
    assert_eq!(stage.shown(&rule), shown);
    let annotations = stage.config.results(&rule);
    let annotations = annotations
        .iter()
        .map(|each| format!("{:?}", each.evaluation));
    assert!(
        annotations
            .clone()
            .any(|line| line.contains("DS-GRD-002 has_policy: PCI-2.2: no policy"))
    );
    // What no rule looks at is not asked for.
    let built = function.clients();
    assert!(
        !built.contains("dynamodb") && !built.contains("wafv2"),
        "{built:?}"
    );
}
