//! Tests of rules, in the files that `cfn-guard test` takes: a list of `name`, `input` and
//! `expectations` (AWS CloudFormation Guard user guide, "Testing Guard rules").

use std::collections::BTreeMap;

use rules::text::{clean, nearest, quoted};
use serde::Deserialize;
use serde_json::Value;

use super::GuardRules;
use crate::{facts::GAPS, json_error};

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Every rule that said something else than was expected, in a line.
    pub differences: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trial {
    #[serde(default)]
    name: Option<String>,
    input: Value,
    expectations: Expectations,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectations {
    rules: BTreeMap<String, Expected>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Expected {
    Pass,
    Fail,
    Skip,
    /// The rule looks at a fact that is among the `gaps` of the input.
    Gap,
}

impl Expected {
    const fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Skip => "SKIP",
            Self::Gap => "GAP",
        }
    }
}

/// Tries rules on the tests of a file.
///
/// # Errors
/// A line that begins with `file` when it is not one of tests, when an input is not a document of
/// facts, or when a test expects something of a rule that there is none of.
pub fn trials(rules: &GuardRules, file: &str, text: &str) -> Result<Vec<Tried>, String> {
    let complain = |what: &str| format!("{file}: {}", clean(what));
    let trials: Vec<Trial> =
        serde_saphyr::from_str(text).map_err(|error| complain(&json_error::of_yaml(&error)))?;
    if trials.is_empty() {
        return Err(complain(
            "holds no test: write a list of `name`, `input` and `expectations`",
        ));
    }
    let tried = trials.into_iter().enumerate().map(|(position, trial)| {
        let name = trial.name.as_deref().map(clean);
        let name = name.unwrap_or_else(|| format!("test {}", position + 1));
        let differences = differences(rules, trial)
            .map_err(|what| complain(&format!("{}: {what}", quoted(&name))))?;
        Ok(Tried { name, differences })
    });
    tried.collect()
}

fn differences(rules: &GuardRules, mut trial: Trial) -> Result<Vec<String>, String> {
    if trial.expectations.rules.is_empty() {
        return Err(
            "expects nothing: name a rule below `rules`, with PASS, FAIL, SKIP or GAP".to_owned(),
        );
    }
    let places = gaps(&mut trial.input)?;
    let policy = rules.policy();
    for place in &places {
        policy
            .check_place(place)
            .map_err(|bad| format!("gaps: {bad}"))?;
    }
    let outcomes = policy
        .evaluate(&trial.input)
        .map_err(|bad| bad.to_string())?;
    for rule in trial.expectations.rules.keys() {
        if !policy.rules().any(|known| known == rule) {
            let near = nearest(rule, policy.rules());
            let hint = near.map(|near| format!("; did you mean `{near}`?"));
            return Err(format!(
                "there is no rule {}{}",
                quoted(rule),
                hint.unwrap_or_default()
            ));
        }
    }
    let mut differences = Vec::new();
    for outcome in outcomes {
        let Some(expected) = trial.expectations.rules.get(&outcome.rule) else {
            continue;
        };
        let is_gap = places
            .iter()
            .any(|place| policy.looks_at(&outcome.rule, place));
        let said = if is_gap { "GAP" } else { outcome.status.word() };
        if said != expected.word() {
            let messages = outcome.messages.iter().map(|message| clean(message));
            let messages: Vec<_> = messages.collect();
            let told = match messages.as_slice() {
                [] => String::new(),
                messages => format!(" ({})", messages.join(", ")),
            };
            differences.push(format!(
                "{}: expected {}, said {said}{told}",
                outcome.rule,
                expected.word()
            ));
        }
    }
    Ok(differences)
}

/// Takes what is not known out of an input: its places, in the form that the document has them.
fn gaps(input: &mut Value) -> Result<Vec<guard::Path>, String> {
    let Some(gaps) = input
        .as_object_mut()
        .and_then(|members| members.remove(GAPS))
    else {
        return Ok(Vec::new());
    };
    let gaps = gaps.as_array().cloned();
    let gaps = gaps.ok_or("gaps is not a list of {path: …}")?;
    let places = gaps.iter().map(|gap| {
        let place = gap.get("path").and_then(Value::as_str);
        let place = place.ok_or("gaps is not a list of {path: …}")?;
        let Ok(path) = place.parse::<guard::Path>();
        Ok(path)
    });
    places.collect()
}
