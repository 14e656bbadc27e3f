//! The rules of the conformance pack in AWS Config, and what it shows of them.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _};

use serde::Deserialize;
use serde_json::{Value, json};
use testbed::{
    config::{Frequency, Registered, Rule},
    moto,
};

use crate::{deployment::Deployment, estate::Estate, world::World};

/// A remediation that is offered for a rule.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Remediation {
    /// The name of the document.
    pub(crate) document: String,
    /// What AWS Config tells it.
    pub(crate) parameters: Value,
}

/// A rule in the pack, its parameters filled in.
#[derive(Debug, Deserialize)]
pub(crate) struct InPack {
    name: String,
    function: String,
    parameters: BTreeMap<String, String>,
    scope: Vec<String>,
    changes: Vec<String>,
    frequency: String,
    remediations: Vec<Remediation>,
}

/// A rule that AWS Config has.
struct Deployed {
    id: String,
    registered: Registered,
    follows_changes: bool,
    remediations: Vec<Remediation>,
}

pub(crate) struct Pack<'w> {
    world: &'w World,
    rules: Vec<Deployed>,
    /// What AWS Config has shown so far, by rule and instance.
    shown: RefCell<BTreeMap<String, String>>,
}

impl<'w> Pack<'w> {
    /// Deploys the pack of the stacks, as AWS Config does: with its parameters filled in, and a suffix
    /// on the name of every rule.
    pub(crate) fn deploy(world: &'w World, deployment: &Deployment) -> Self {
        Self::deploy_in(world, deployment, None)
    }

    /// The same in another account.
    pub(crate) fn deploy_in(
        world: &'w World,
        deployment: &Deployment,
        account: Option<&str>,
    ) -> Self {
        let rules = deployment.rules.iter();
        let rules: Vec<Deployed> = rules.map(|rule| register(world, rule, account)).collect();
        let known = rules::CATALOGUE.iter().filter(|rule| !rule.is_optional());
        let known = known.map(|rule| rule.id);
        assert!(
            known.eq(rules.iter().map(|rule| &*rule.id)),
            "every rule, in its order"
        );
        for rule in &rules {
            assert_eq!(rule.registered.function(), deployment.function("rule").name);
            assert!(rule.registered.name().contains("-conformance-pack-"));
        }
        Self {
            world,
            rules,
            shown: RefCell::default(),
        }
    }

    /// The remediations that are offered for a rule.
    pub(crate) fn remediations(&self, id: &str) -> &[Remediation] {
        &self.rule(id).remediations
    }

    /// AWS Config sees every instance for the first time, and tells the rules that follow changes.
    pub(crate) fn see_changes(&self, deployment: &Deployment, estate: &Estate) {
        self.world.catch_up();
        let following = self.rules.iter().filter(|rule| rule.follows_changes);
        for rule in following {
            for item in estate.items(self.world) {
                let event = self.world.config.change(&rule.registered, &item);
                deployment.run("rule", event.json());
            }
        }
    }

    /// The hour is over: every rule runs. What it could not decide, or what is not applicable, is as
    /// it should be.
    #[track_caller]
    pub(crate) fn run(&self, deployment: &Deployment, undecided: &str) {
        self.world.catch_up();
        let mut table = String::new();
        for rule in &self.rules {
            let event = self.world.config.tick(&rule.registered);
            let did = deployment.run("rule", event.json());
            let _ = write!(table, "{} {}", rule.id, did["evaluations"]["notApplicable"]);
            for (code, gap) in did["gaps"].as_object().unwrap() {
                let _ = write!(table, " {code}:{}", gap["count"]);
            }
            table.push('\n');
        }
        self.world.compare(undecided, &table);
    }

    /// One rule runs, and may find that it does not know everything. Gives what it says it did.
    pub(crate) fn run_one(&self, deployment: &Deployment, id: &str) -> Value {
        self.world.catch_up();
        let event = self.world.config.tick(&self.rule(id).registered);
        deployment.run("rule", event.json())
    }

    /// The name that AWS Config has for a rule.
    pub(crate) fn name(&self, id: &str) -> &str {
        self.rule(id).registered.name()
    }

    fn rule(&self, id: &str) -> &Deployed {
        self.rules.iter().find(|rule| rule.id == id).unwrap()
    }

    /// Runs the rules that were started by Deepgrade, and gives their ids.
    pub(crate) fn run_started(&self, deployment: &Deployment) -> Vec<String> {
        let started = self.world.config.started();
        let mut ids = Vec::new();
        for event in started {
            deployment.run("rule", event.json());
            let rule = self.rules.iter();
            let mut rule = rule.filter(|rule| rule.registered == *event.rule());
            ids.push(rule.next().unwrap().id.clone());
        }
        ids.sort();
        ids
    }

    /// What AWS Config shows, read by boto3, has changed like this: rule, instance, compliance and code
    /// of the reason; `nothing` where a result is gone.
    #[track_caller]
    pub(crate) fn shows(&self, estate: &Estate, heading: &str) {
        let mut shown = BTreeMap::new();
        for [rule, resource, compliance, annotation] in self.results() {
            let resource = match estate.name(&resource) {
                Some(name) => name,
                None if resource == moto::ACCOUNT => "account",
                None => panic!("{resource}"),
            };
            assert!(annotation.chars().count() <= 256);
            let code = annotation.split(' ').next().unwrap();
            let result = format!("{compliance} {code}");
            shown.insert(format!("{rule} {resource}"), result);
        }
        let before = self.shown.replace(shown.clone());
        let gone = before.keys().filter(|about| !shown.contains_key(*about));
        let gone = gone.map(|about| format!("{about} nothing"));
        let changed = shown
            .iter()
            .filter(|(about, result)| before.get(*about) != Some(*result));
        let changed = changed.map(|(about, result)| format!("{about} {result}"));
        let lines: Vec<String> = changed.chain(gone).collect();
        self.world.compare(heading, &lines.join("\n"));
    }

    /// The annotation of an instance.
    pub(crate) fn annotation(&self, id: &str, instance: &str) -> String {
        let results = self.results().into_iter();
        let mut of_instance = results.filter(|[rule, known, ..]| rule == id && known == instance);
        let [.., annotation] = of_instance.next().unwrap();
        annotation
    }

    fn results(&self) -> Vec<[String; 4]> {
        let rules = self.rules.iter();
        let names: BTreeMap<&str, &str> = rules
            .map(|rule| (rule.registered.name(), &*rule.id))
            .collect();
        let asked = json!({"rules": names.keys().collect::<Vec<_>>()});
        let shown = self.world.step("results", asked);
        let mut shown: Vec<[String; 4]> = serde_json::from_value(shown).unwrap();
        for result in &mut shown {
            result[0] = names[&*result[0]].to_owned();
        }
        shown
    }
}

fn register(world: &World, rule: &InPack, account: Option<&str>) -> Deployed {
    let frequency = match &*rule.frequency {
        "One_Hour" => Frequency::OneHour,
        other => panic!("{other}"),
    };
    let mut registered = Rule::new(&rule.name)
        .in_pack()
        .every(frequency)
        .function(&rule.function)
        .scope(&rule.scope.iter().map(|kind| &**kind).collect::<Vec<_>>());
    if let Some(account) = account {
        registered = registered.account(account);
    }
    if !rule.changes.is_empty() {
        assert_eq!(rule.changes.len(), 2, "{:?}", rule.changes);
        registered = registered.on_change();
    }
    for (name, value) in &rule.parameters {
        registered = registered.parameter(name, value);
    }
    Deployed {
        id: rule.parameters["rule"].clone(),
        follows_changes: !rule.changes.is_empty(),
        remediations: rule.remediations.clone(),
        registered: world.config.put_rule(registered).unwrap(),
    }
}
