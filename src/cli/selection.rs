//! Which rules are graded by, and with which parameters.

use std::collections::BTreeMap;

use rules::{
    Grader, Rule, catalogue, facts::Need, guard::GuardPolicy, rule::InstanceRule, text::quoted,
};

use super::{
    arguments::{GuardSource, Selection, Source},
    failure::Failure,
    source,
};
use crate::settings::Settings;

/// The rules that the arguments and the settings choose, with their parameters set. Where they
/// choose none, every rule for which the source can give what it needs.
///
/// # Errors
/// A usage failure that names the rule or the parameter that is refused.
pub(super) fn graders(
    selection: &Selection,
    settings: &Settings,
    source: &Source,
) -> Result<Vec<Grader>, Failure> {
    let mut chosen: BTreeMap<&'static str, Vec<(String, String)>> = BTreeMap::new();
    for (id, parameters) in &settings.rules {
        let parameters = parameters.clone().into_iter();
        let parameters = parameters.map(|(name, value)| (name, value.0)).collect();
        if chosen
            .insert(of_instances(id)?.rule().id, parameters)
            .is_some()
        {
            return Err(Failure::usage(format!(
                "the settings name the rule {id} twice"
            )));
        }
    }
    if !selection.rule.is_empty() {
        let named: Vec<&str> = selection
            .rule
            .iter()
            .map(|id| of_instances(id).map(|rule| rule.rule().id))
            .collect::<Result<_, _>>()?;
        chosen.retain(|id, _| named.contains(id));
        for id in named {
            chosen.entry(id).or_default();
        }
    } else if settings.rules.is_empty() {
        let given = |rule: &InstanceRule| {
            let mut needs = rule.about().needs.iter();
            if rule.rule().is_optional() {
                // What its own rules do not look at may be missing.
                return !selection.guard.guard_rules.is_empty();
            }
            needs.all(|need| source::gives(source, *need))
        };
        let rules = catalogue::of_instances().filter(given);
        chosen = rules.map(|rule| (rule.rule().id, Vec::new())).collect();
    }
    for (rule, name, value) in overrides(selection)? {
        let Some(parameters) = chosen.get_mut(rule.id) else {
            let message = format!("--param sets {name} of {}, which is not graded by", rule.id);
            return Err(Failure::usage(message));
        };
        parameters.retain(|(set, _)| *set != name);
        parameters.push((name, value));
    }
    let in_order =
        catalogue::of_instances().filter_map(|rule| Some((rule, chosen.remove(rule.rule().id)?)));
    let ready = in_order.map(|(rule, parameters)| rule.with(parameters));
    let ready: Vec<Grader> = ready.collect::<Result<_, _>>().map_err(Failure::usage)?;
    refuse_unused(&selection.guard, ready.iter().map(Grader::rule))?;
    Ok(ready)
}

/// Refuses rules in Guard where nothing is graded by them.
///
/// # Errors
/// A usage failure.
pub(super) fn refuse_unused(
    guard: &GuardSource,
    mut rules: impl Iterator<Item = &'static Rule>,
) -> Result<(), Failure> {
    if guard.guard_rules.is_empty() || rules.any(Rule::is_optional) {
        return Ok(());
    }
    Err(Failure::usage(
        "--guard-rules means nothing here: guard-policy-holds is not graded by",
    ))
}

/// The rule with that id.
///
/// # Errors
/// A usage failure that suggests the nearest.
pub(super) fn find(id: &str) -> Result<&'static Rule, Failure> {
    catalogue::named(id).map_err(Failure::usage)
}

/// The rule with that id, to grade instances by.
///
/// # Errors
/// A usage failure that suggests the nearest, or says that the rule is not about instances.
fn of_instances(id: &str) -> Result<InstanceRule, Failure> {
    let rule = find(id)?;
    rule.of_instances().ok_or_else(|| {
        let id = rule.id;
        Failure::usage(format!(
            "the rule {id} is about the account; it runs inside AWS Config"
        ))
    })
}

/// The parameters that `--param` sets; each once.
fn overrides(selection: &Selection) -> Result<Vec<(&'static Rule, String, String)>, Failure> {
    let mut overrides: Vec<(&'static Rule, String, String)> = Vec::new();
    for argument in &selection.param {
        let parts = argument.split_once('=').and_then(|(target, value)| {
            let (id, name) = target.split_once('.')?;
            Some((id, name, value))
        });
        let Some((id, name, value)) = parts else {
            // What stands behind the sign may be a secret that is refused anyway.
            let shown = quoted(argument.split('=').next().unwrap_or_default());
            let message = format!("--param {shown} is not of the form ID.NAME=VALUE");
            return Err(Failure::usage(message));
        };
        let rule = of_instances(id)?.rule();
        if overrides
            .iter()
            .any(|(other, set, _)| other.id == rule.id && set == name)
        {
            let message = format!("--param sets {} of {} twice", quoted(name), rule.id);
            return Err(Failure::usage(message));
        }
        overrides.push((rule, name.to_owned(), value.to_owned()));
    }
    Ok(overrides)
}

/// What these rules read, and the deployer's own ones.
pub(super) fn needs(graders: &[Grader], guard: Option<&dyn GuardPolicy>) -> Vec<Need> {
    let of = |grader: &Grader| -> Vec<Need> {
        let needs = grader.needs().iter().copied();
        if !grader.rule().is_optional() {
            return needs.collect();
        }
        let looks = |need: &Need| guard.is_some_and(|guard| guard.looks_at(*need));
        needs.filter(looks).collect()
    };
    graders.iter().flat_map(of).collect()
}
