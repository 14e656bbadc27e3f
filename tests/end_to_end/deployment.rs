//! The stacks of Deepgrade, and their functions.

use std::collections::{BTreeMap, BTreeSet};

use deepgrade::inventory::Digest;
use serde::Deserialize;
use serde_json::{Value, json};
use testbed::{
    SECRET, moto,
    runtime::{Bootstrap, Outcome, Process, Runtime},
};

use crate::rules_of_the_pack::InPack;
use crate::world::{OPERATOR, World, now, root, seconds};

pub(crate) const REGION: &str = "us-east-1";
/// Which code is deployed.
pub(crate) const CODE: &str = "1";
/// The organization.
pub(crate) const ORGANIZATION: &str = "o-a1b2c3d4e5";

/// What moto does not create from a template, and why that changes nothing here.
const LACKING: [(&str, &str); 8] = [
    (
        "AWS::CloudWatch::Alarm",
        "boto3 creates them; nothing here waits for an alarm",
    ),
    (
        "AWS::Config::ConformancePack",
        "its rules are registered with the simulator of AWS Config",
    ),
    (
        "AWS::Events::EventBusPolicy",
        "boto3 puts it; moto hands nothing to the bus of another account",
    ),
    (
        "AWS::Lambda::EventInvokeConfig",
        "boto3 creates it; a function that fails fails the test",
    ),
    (
        "AWS::S3::BucketPolicy",
        "moto looks at no condition, so that what refuses HTTP would refuse everything; the policy is \
         evaluated by the tests of the templates",
    ),
    (
        "AWS::SQS::QueuePolicy",
        "boto3 puts it; moto lets everybody send",
    ),
    (
        "AWS::Scheduler::Schedule",
        "boto3 creates it; moto invokes nothing, so that the test invokes what a schedule names",
    ),
    ("AWS::Scheduler::ScheduleGroup", "boto3 creates it"),
];

/// A function, as Lambda knows it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Function {
    pub(crate) name: String,
    arn: String,
    handler: String,
    /// Seconds.
    timeout: u64,
    /// The key of its zip.
    code: String,
    environment: BTreeMap<String, String>,
    /// What leads into its role.
    pub(crate) credentials: Value,
}

impl Function {
    /// Its ARN.
    pub(crate) fn arn(&self) -> &str {
        &self.arn
    }
}

/// A stack that was created.
#[derive(Debug, Deserialize)]
pub(crate) struct Stack {
    pub(crate) outputs: BTreeMap<String, String>,
    functions: Vec<Function>,
    lacking: Vec<String>,
    /// The ARNs of what schedules invoke.
    schedules: Vec<String>,
    /// Those of its conformance pack.
    rules: Vec<InPack>,
}

/// Functions that run, by their handlers.
pub(crate) struct Deployment {
    pub(crate) outputs: BTreeMap<String, String>,
    /// The handlers of those that schedules invoke.
    scheduled: BTreeSet<String>,
    running: BTreeMap<String, Running>,
    /// The rules of the conformance pack.
    pub(crate) rules: Vec<InPack>,
}

/// A function that runs.
struct Running {
    function: Function,
    runtime: Runtime,
    process: Process,
}

/// Creates the stack of a template.
#[track_caller]
pub(crate) fn create(world: &World, as_who: Option<&Value>, template: &str, given: Value) -> Stack {
    let path = root().join(format!("cloudformation/{template}.yaml"));
    let arguments = json!({
        "stack": format!("deepgrade-{template}"),
        "path": path,
        "parameters": given,
    });
    let stack = world.begin("deploy", arguments, as_who).end();
    let stack: Stack = serde_json::from_value(stack).unwrap();
    for lacking in &stack.lacking {
        let mut known = LACKING.iter();
        assert!(known.any(|(kind, _)| kind == lacking), "{lacking}: say why");
    }
    stack
}

impl Deployment {
    /// What the hub account of an organization has: three stacks, the settings and the secrets.
    pub(crate) fn of_the_hub(world: &World) -> Self {
        let secrets = world.step("secrets", json!({"keys": World::keys()}));
        world.step("sources", json!({}));
        let organization = json!({"OrganizationId": ORGANIZATION});
        let foundation = create(world, None, "foundation", organization.clone());
        let settings = format!(
            "managers:\n- name: production\n  url: {}\n  keySecret: deepgrade/reader\n  \
             operatorKeySecret: deepgrade/operator\nremediation:\n  ownerTag: team\n  \
             policiesThatMayChange: ['*']\n",
            world.manager.url()
        );
        let zips = ["evaluate", "remediate"].map(|name| format!("functions/{CODE}/{name}.zip"));
        let stored = json!({
            "bucket": foundation.outputs["BucketName"],
            "objects": {"settings/settings.yaml": settings},
            "code": zips,
        });
        world.step("store", stored);
        let given = json!({
            "CodeVersion": CODE,
            "SettingsSha256": Digest::of(settings.as_bytes()).to_string(),
            "DeepSecuritySecretArn": secrets["deepgrade/reader"],
            "OperatorSecretArn": secrets["deepgrade/operator"],
            "OrganizationId": ORGANIZATION,
            "Acting": "on",
        });
        let functions = create(world, None, "functions", given);
        let given = json!({
            "CodeVersion": CODE, "HubAccountId": moto::ACCOUNT, "HubRegion": REGION,
            "OrganizationId": ORGANIZATION,
            "InstanceHasPolicyParamRemediationPolicy": "Linux Web",
        });
        let account = create(world, None, "account", given);

        let stacks = [foundation, functions, account];
        let lacking: BTreeSet<&str> = stacks
            .iter()
            .flat_map(|stack| &stack.lacking)
            .map(|it| &**it)
            .collect();
        let known: BTreeSet<&str> = LACKING.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(
            lacking, known,
            "what moto creates by now need not be excused"
        );
        Self::start(world, stacks)
    }

    /// Starts the functions of stacks.
    pub(crate) fn start(world: &World, stacks: impl IntoIterator<Item = Stack>) -> Self {
        let mut deployment = Self {
            outputs: BTreeMap::new(),
            scheduled: BTreeSet::new(),
            running: BTreeMap::new(),
            rules: Vec::new(),
        };
        for stack in stacks {
            deployment.outputs.extend(stack.outputs);
            deployment.rules.extend(stack.rules);
            for function in stack.functions {
                if stack.schedules.contains(&function.arn) {
                    deployment.scheduled.insert(function.handler.clone());
                }
                let running = Running::start(world, function);
                deployment
                    .running
                    .insert(running.function.handler.clone(), running);
            }
        }
        deployment
    }

    /// The function of a handler.
    pub(crate) fn function(&self, handler: &str) -> &Function {
        &self.running[handler].function
    }

    /// Invokes the function of a handler.
    pub(crate) fn invoke(&self, handler: &str, event: &Value) -> Outcome {
        let running = &self.running[handler];
        running
            .runtime
            .invoke(event, seconds(running.function.timeout))
    }

    /// The same, where it does all that it is asked; gives what it says it did.
    #[track_caller]
    pub(crate) fn run(&self, handler: &str, event: &Value) -> Value {
        match self.invoke(handler, event) {
            Outcome::Response(did) => did,
            other => {
                let said = self.running[handler].process.output();
                panic!("{handler}: {other:?}\n{}{}", said.stdout, said.stderr)
            }
        }
    }

    /// Reads the Managers again, as the schedule does.
    pub(crate) fn renew(&self, world: &World) {
        // A picture that is not newer replaces none.
        world
            .manager
            .advance((now() - world.manager.now()).max(1_000));
        self.run("inventory", &json!({}));
    }

    /// Every function of the templates was invoked, those that schedules name among them, and none
    /// wrote down a key.
    #[track_caller]
    pub(crate) fn was_whole(&self) {
        let scheduled = ["backfill", "follow-up", "inventory", "waf"].map(str::to_owned);
        assert_eq!(self.scheduled, scheduled.into());
        for (handler, running) in &self.running {
            let said = running.process.output();
            assert!(!said.stdout.is_empty(), "{handler} did nothing");
            for text in [said.stdout, said.stderr] {
                assert!(
                    !text.contains(OPERATOR) && !text.contains(SECRET),
                    "{handler}"
                );
            }
        }
    }
}

impl Running {
    /// Starts a function with the environment that its template gives it, with the credentials of its
    /// role, and with what makes the loopback AWS.
    fn start(world: &World, function: Function) -> Self {
        let binary = match function.code.rsplit('/').next() {
            Some("evaluate.zip") => env!("CARGO_BIN_EXE_evaluate"),
            Some("remediate.zip") => env!("CARGO_BIN_EXE_remediate"),
            _ => panic!("{}: the code is {}", function.name, function.code),
        };
        let mut bootstrap = Bootstrap::new(binary)
            .handler(&function.handler)
            .environment("AWS_LAMBDA_FUNCTION_NAME", &function.name)
            .environment("AWS_ENDPOINT_URL", &world.edges.url())
            .config(&world.config);
        for (variable, member) in [
            ("AWS_ACCESS_KEY_ID", "aws_access_key_id"),
            ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"),
            ("AWS_SESSION_TOKEN", "aws_session_token"),
        ] {
            let value = function.credentials[member].as_str().unwrap();
            bootstrap = bootstrap.environment(variable, value);
        }
        for (name, value) in &function.environment {
            bootstrap = bootstrap.environment(name, value);
        }
        let runtime = Runtime::for_function(&function.arn).unwrap();
        let process = runtime.spawn(&bootstrap).unwrap();
        Self {
            function,
            runtime,
            process,
        }
    }
}
