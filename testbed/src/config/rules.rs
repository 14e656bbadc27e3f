//! The rules themselves: registering, DescribeConfigRules and StartConfigRulesEvaluation.

use serde_json::{Value, json};

use super::desk::{Caller, Desk, State};
use super::event::{self, Event};
use super::refusal::Refusal;
use super::rule::{Registered, Rule};
use super::shape::Shape;
use super::store::Key;
use crate::clock::MINUTE;

/// Rules that one call may name.
const MOST: usize = 25;
const NAME: std::ops::RangeInclusive<usize> = 1..=128;
const PARAMETERS: usize = 1024;

impl Desk {
    /// PutConfigRule: registers a rule, or changes the one of that name.
    pub(crate) fn put_rule(&mut self, rule: Rule) -> Result<Registered, Refusal> {
        let account = rule.account.as_ref().unwrap_or(&self.options.account);
        let caller = Caller {
            account: account.clone(),
            region: rule.region.clone(),
        };
        if let Some(text) = &rule.parameters {
            let object = serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
            if !object || text.chars().count() > PARAMETERS {
                let message = format!("InputParameters is no object in {PARAMETERS} characters.");
                return Err(Refusal::parameter(message));
            }
        }
        if !rule.on_change && rule.scheduled.is_none() {
            return Err(Refusal::parameter("The rule has no trigger."));
        }
        let name = if rule.in_pack {
            format!("{}-conformance-pack-{}", rule.name, self.letters(9))
        } else {
            rule.name.clone()
        };
        if !NAME.contains(&name.chars().count()) {
            return Err(Refusal::parameter(
                "ConfigRuleName has 1 to 128 characters.",
            ));
        }
        let known = self.rule_of(&caller, &name).ok();
        let id = match known.map(|state| state.rule.id.clone()) {
            Some(id) => id,
            None => format!("config-rule-{}", self.letters(6)),
        };
        let registered = Registered {
            rule,
            account: caller.account,
            name,
            id: id.clone(),
        };
        let state = self.rules.entry(id);
        state
            .and_modify(|state| state.rule = registered.clone())
            .or_insert_with(|| State::new(registered.clone()));
        Ok(registered)
    }

    /// The rule that a caller means by a name.
    pub(crate) fn rule_of(&self, caller: &Caller, name: &str) -> Result<&State, Refusal> {
        self.rules
            .values()
            .find(|state| caller.owns(&state.rule) && state.rule.name == name)
            .ok_or_else(|| Refusal::no_such_rule(name))
    }

    pub(crate) fn describe_rules(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Value, Refusal> {
        let names = input.texts("ConfigRuleNames", MOST, NAME)?;
        let filters = input.shape("Filters")?;
        let mode = match &filters {
            Some(filters) => filters.word("EvaluationMode", &["DETECTIVE", "PROACTIVE"])?,
            None => None,
        };
        for name in &names {
            self.rule_of(caller, name)?;
        }
        let list = format!("{caller:?} {names:?} {mode:?}");
        let last = self.page(input, &list)?;
        let mut rules: Vec<(Key, Value)> = self
            .rules
            .values()
            .map(|state| &state.rule)
            .filter(|rule| caller.owns(rule) && mode != Some("PROACTIVE"))
            .filter(|rule| names.is_empty() || names.contains(&rule.name.as_str()))
            .map(|rule| ((rule.name.clone(), rule.id.clone()), rule.json()))
            .filter(|(key, _)| last.as_ref().is_none_or(|last| key > last))
            .collect();
        rules.sort_by(|(one, _), (other, _)| one.cmp(other));
        let limit = self.options.rules_by_page;
        Ok(self.paged("ConfigRules", rules, limit, list))
    }

    /// Starts all the rules or none.
    pub(crate) fn start_evaluation(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Value, Refusal> {
        let names = input.texts("ConfigRuleNames", MOST, NAME)?;
        if names.is_empty() {
            let constraint = "have length greater than or equal to 1";
            return Err(Refusal::constraint("'[]'", "configRuleNames", constraint));
        }
        let now = self.clock.now();
        let states = names.iter().map(|name| self.rule_of(caller, name));
        let states: Vec<&State> = states.collect::<Result<_, _>>()?;
        let early = |state: &&&State| state.started_at.is_some_and(|at| now - at < MINUTE);
        if let Some(state) = states.iter().find(early) {
            let name = &state.rule.name;
            let message = format!("The rule {name} was started less than a minute ago.");
            return Err(Refusal::new("LimitExceededException", message));
        }
        let starting: Vec<Registered> = states.iter().map(|state| state.rule.clone()).collect();
        for rule in starting {
            self.start(&rule, now);
        }
        Ok(json!({}))
    }

    fn start(&mut self, rule: &Registered, now: i64) {
        let Some(state) = self.rules.get_mut(&rule.id) else {
            return;
        };
        state.started_at = Some(now);
        let items = state.items.values().filter(|_| rule.rule.on_change);
        let changes = items.map(|item| event::change(item, Value::Null, now));
        let scheduled = rule.rule.scheduled;
        let scheduled = scheduled.map(|_| event::scheduled(&rule.account, now));
        let notifications: Vec<Value> = changes.chain(scheduled).collect();
        for notification in notifications {
            let event = self.event(rule, &notification, false);
            self.started.push(event);
        }
    }

    /// An event with a token of its own.
    pub(crate) fn event(
        &mut self,
        rule: &Registered,
        notification: &Value,
        left_scope: bool,
    ) -> Event {
        let token = self.grant(rule);
        Event::new(rule, &token, notification, left_scope)
    }

    /// Remembers the last item of a resource, for a rule that is started.
    pub(crate) fn record(&mut self, rule: &Registered, item: &Value, gone: bool) {
        let id = item.get("resourceId").and_then(Value::as_str);
        if let (Some(id), Some(state)) = (id, self.rules.get_mut(&rule.id)) {
            if gone {
                state.items.remove(id);
            } else {
                state.items.insert(id.to_owned(), item.clone());
            }
        }
    }
}
