//! What cfn-lint says, and what it knows: of templates, of actions of IAM, and of the operations of
//! services.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde_json::Value;

pub(crate) const TEMPLATES: [&str; 5] = [
    "foundation",
    "functions",
    "account",
    "region",
    "organization",
];

pub(crate) fn path(template: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("cloudformation/{template}.yaml"))
}

/// What Python is asked, in one go.
#[derive(serde::Deserialize)]
pub(crate) struct Known {
    /// The templates, with functions in their long form.
    pub(crate) templates: BTreeMap<String, Value>,
    /// By action: the types of resources that it accepts, none for anything.
    pub(crate) actions: BTreeMap<String, Vec<String>>,
    /// By service as the SDK names it: its operations.
    pub(crate) operations: BTreeMap<String, Vec<String>>,
}

const ASK: &str = r#"
import json, sys, pathlib
import botocore.session
from cfnlint.decode.cfn_yaml import load
from cfnlint.data import AdditionalSpecs
templates = {pathlib.Path(p).stem: load(p) for p in sys.argv[1:]}
policies = json.loads((pathlib.Path(AdditionalSpecs.__file__).parent / "Policies.json").read_text())
actions = {f"{service}:{action.lower()}": it.get("Resources", [])
           for service, of in policies.items() for action, it in of["Actions"].items()}
names = {"elasticloadbalancing": "elb", "elasticloadbalancingv2": "elbv2"}
session = botocore.session.get_session()
operations = {service: session.get_service_model(names.get(service, service)).operation_names
              for service in ("cloudfront config dynamodb ec2 ecs elasticloadbalancing "
                              "elasticloadbalancingv2 guardduty iam inspector2 macie2 route53 s3 "
                              "secretsmanager sns sqs sts wafv2").split()}
print(json.dumps({"templates": templates, "actions": actions, "operations": operations}))
"#;

fn python() -> PathBuf {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbed/python/moto.txt");
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    testbed::python::environment(parent, &[&requirements]).unwrap()
}

pub(crate) static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let output = Command::new(python())
        .args(["-c", ASK])
        .args(TEMPLATES.map(path))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
});

#[test]
fn cfn_lint_has_nothing_to_say_of_any_template() {
    let output = Command::new(python())
        .args(["-c", "from cfnlint.runner import main; main()"])
        .args(["--non-zero-exit-code", "informational", "--template"])
        .args(TEMPLATES.map(path))
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.is_empty(), "{said}");
}
