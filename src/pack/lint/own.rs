//! The rules of Deepgrade in a pack: their ids, parameters and triggers.

use std::collections::BTreeSet;

use rules::{
    Rule, catalogue, historic,
    parameter::Parameter,
    rule::{Subject, Trigger},
    text::{nearest, quoted},
    values::Values,
};

use super::{Check, resource::RuleSpot, rule::Input, spot::Spot};
use crate::pack::INSTANCE;

/// The parameter that names the rule.
const RULE: &str = "rule";

impl<'a> Check<'a> {
    /// The logical ids of the rules that Deepgrade runs: by the id that they are given or called by,
    /// or by the function that runs another one.
    pub(super) fn ours(&mut self, rules: &[RuleSpot<'a>]) -> BTreeSet<&'a str> {
        let lambda: Vec<&RuleSpot<'a>> = rules
            .iter()
            .filter(|rule| {
                let source = rule.properties.member("Source");
                let owner = source.and_then(|source| source.member("Owner"));
                owner.and_then(|owner| owner.text()) == Some("CUSTOM_LAMBDA")
            })
            .collect();
        let claims = |rule: &RuleSpot<'a>| {
            let inputs = rule.properties.member("InputParameters");
            let id = inputs.and_then(|inputs| inputs.member(RULE));
            let id = id.and_then(|id| self.template.text(&id));
            let ids = || catalogue::CATALOGUE.iter().map(|rule| rule.id);
            if let Some(id) = id {
                return nearest(id, ids()).is_some();
            }
            let name = rule.properties.member("ConfigRuleName");
            let name = name.and_then(|name| self.template.text(&name));
            name.is_some_and(|name| ids().any(|id| name.ends_with(id)))
        };
        let claimed: Vec<_> = lambda.iter().filter(|rule| claims(rule)).collect();
        let functions: BTreeSet<String> =
            claimed.iter().filter_map(|rule| function(rule)).collect();
        lambda
            .iter()
            .filter(|rule| {
                let runs = function(rule).is_some_and(|function| functions.contains(&function));
                runs || claims(rule)
            })
            .map(|rule| rule.id)
            .collect()
    }

    pub(super) fn own(&mut self, rule: &RuleSpot<'a>, inputs: &[Input]) {
        let properties = &rule.properties;
        if properties.member("ConfigRuleName").is_none() {
            let complaint = "ConfigRuleName is missing: by it the rule is found, such as \
                             ds-agent-is-fresh";
            self.object(&properties.place, complaint);
        }
        let Some(named) = inputs.iter().find(|input| input.name == RULE) else {
            let complaint = "the parameter `rule` is missing, which names a rule of Deepgrade";
            let place = properties.member("InputParameters");
            let place = place.map_or_else(|| properties.place.clone(), |input| input.place);
            self.object(&place, complaint);
            return;
        };
        for (id, place) in &named.values {
            match catalogue::named(id) {
                Err(unknown) => self.object(place, unknown.to_string()),
                Ok(meant) => {
                    self.values(meant, inputs);
                    self.start(meant, properties);
                }
            }
        }
    }

    /// The parameters that a rule is given.
    fn values(&mut self, rule: &'static Rule, inputs: &[Input]) {
        let taken: Vec<&'static Parameter> = rule.parameters().collect();
        for input in inputs.iter().filter(|input| input.name != RULE) {
            let check = |value: &str| {
                let given = [(input.name.clone(), value.to_owned())];
                Values::check(rule.id, &taken, given)
            };
            if rule.parameter(&input.name).is_none() {
                if let Err(bad) = check("") {
                    self.object(&input.place, bad.to_string());
                }
                continue;
            }
            for (value, place) in &input.values {
                if let Err(bad) = check(value) {
                    self.object(place, bad.to_string());
                }
            }
        }
    }

    /// What starts a rule.
    fn start(&mut self, rule: &Rule, properties: &Spot<'a>) {
        let details = properties.member("Source");
        let Some(details) = details.and_then(|source| source.member("SourceDetails")) else {
            return;
        };
        let messages = details.items();
        let messages = messages
            .iter()
            .filter_map(|detail| detail.member("MessageType"));
        let messages: Vec<&str> = messages
            .filter_map(|message| self.template.text(&message))
            .collect();
        let on_change = messages.iter().any(|message| message.contains("Change"));
        if !messages.contains(&"ScheduledNotification") {
            let complaint = format!(
                "{} does not see what changes in Deep Security: list ScheduledNotification too",
                rule.id
            );
            self.object(&details.place, complaint);
        }
        if on_change && rule.trigger != Trigger::ChangeAndHourly {
            let complaint = format!(
                "{} looks at everything at once, which no change of an instance is to start: list \
                 ScheduledNotification only",
                rule.id
            );
            self.object(&details.place, complaint);
        } else if on_change && matches!(rule.subject, Subject::Instance(_)) {
            self.instances_only(properties);
        }
    }

    fn instances_only(&mut self, properties: &Spot<'a>) {
        let scope = properties.member("Scope");
        let Some(types) = scope.and_then(|scope| scope.member("ComplianceResourceTypes")) else {
            let complaint = format!(
                "every change of every resource starts it: add Scope with ComplianceResourceTypes \
                 [{INSTANCE}]"
            );
            self.object(&properties.place, complaint);
            return;
        };
        for kind in types.items() {
            for (text, place) in self.template.texts(&kind) {
                if text != INSTANCE {
                    let complaint = format!("{} is not graded: list {INSTANCE}", quoted(text));
                    self.object(&place, complaint);
                }
            }
        }
    }

    /// The parameters of the retired rules, which whoever may describe rules could read.
    pub(super) fn historic(&mut self, inputs: &[Input]) {
        for input in inputs {
            if let Some(advice) = historic::advice(&input.name) {
                let complaint = format!("{} {advice}", quoted(&input.name));
                self.object(&input.place, complaint);
            } else if holds_secret(&input.name) {
                let complaint = "credentials are not accepted in parameters: whoever may describe \
                                 the rule reads them; keep them in a secret store";
                self.object(&input.place, complaint);
            }
        }
    }
}

/// The function that runs a rule, as it is written.
fn function(rule: &RuleSpot<'_>) -> Option<String> {
    let source = rule.properties.member("Source")?;
    let function = source.member("SourceIdentifier")?;
    match (function.text(), function.function()) {
        (Some(text), _) => Some(text.to_owned()),
        (None, Some((name, given))) => Some(format!("{name} {}", given.text()?)),
        (None, None) => None,
    }
}

/// Whether a parameter by its name holds a password or key, rather than says something of one.
fn holds_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let ends = [
        "password",
        "passwd",
        "apikey",
        "secretkey",
        "secretaccesskey",
        "apitoken",
    ];
    ends.iter().any(|end| name.ends_with(end))
}
