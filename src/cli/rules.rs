//! `deepgrade rules`: the catalogue.

use std::fmt::Write as _;

use rules::{CATALOGUE, Rule, gap, grader, reason::Code};
use serde_json::json;

use super::{
    arguments::{ListFormat, Rules},
    failure::{Exit, Failure},
    selection, terminal,
};

/// Lists the rules, or shows one.
///
/// # Errors
/// A usage failure when there is no such rule.
pub(super) fn rules(command: &Rules) -> Result<Exit, Failure> {
    let text = match command {
        Rules::List {
            output: ListFormat::Table,
        } => table(),
        Rules::List {
            output: ListFormat::Json,
        } => format!("{:#}\n", list()),
        Rules::List {
            output: ListFormat::Markdown,
        } => crate::handbook::rule_table(),
        Rules::Show { rule } => crate::handbook::page(selection::find(rule)?),
    };
    terminal::print(text.as_bytes())
}

fn table() -> String {
    let width = CATALOGUE
        .iter()
        .map(|rule| rule.id.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for rule in CATALOGUE {
        let Rule {
            id,
            severity,
            summary,
            ..
        } = rule;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{id:width$}  {severity:8}  {summary}",
            severity = severity.word()
        );
    }
    text
}

fn list() -> serde_json::Value {
    let codes = |codes: &[&Code]| -> Vec<_> {
        codes
            .iter()
            .map(|code| json!({"code": code.id, "meaning": code.meaning}))
            .collect()
    };
    let rules = CATALOGUE.iter().map(|rule| {
        let parameters = rule.parameters().map(|parameter| {
            json!({
                "name": parameter.name,
                "summary": parameter.summary,
                "values": parameter.kind.to_string(),
                "default": (!parameter.default.is_empty()).then_some(parameter.default),
            })
        });
        let frameworks = rule.frameworks.each();
        let frameworks = frameworks
            .map(|(framework, numbers)| json!({"framework": framework, "requirements": numbers}));
        json!({
            "rule": rule.id,
            "summary": rule.summary,
            "severity": rule.severity.word(),
            "proposedFrameworks": frameworks.collect::<Vec<_>>(),
            "trigger": rule.trigger_words(),
            "subject": rule.subject.word(),
            "notApplicable": rule.subject.excluded(),
            "needs": rule.subject.needs(),
            "parameters": parameters.collect::<Vec<_>>(),
            "codes": codes(rule.codes),
        })
    });
    json!({
        "schemaVersion": "1",
        "rules": rules.collect::<Vec<_>>(),
        "commonCodes": codes(grader::CODES),
        "gapCodes": codes(gap::CODES),
    })
}
