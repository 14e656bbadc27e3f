//! A row of the data formats: what one rule says of one instance.

use std::borrow::Cow;

use rules::{
    Grader, gap::Lasting, grader::FAILED_CLOSED, instance::Instance, rule::Severity, text,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{
    summary::Summary,
    word::{Group, Word},
};
use crate::{
    evaluation::{Evaluation, Fleet},
    results::Place,
};

/// What one rule says of one instance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Row<'a> {
    /// The EC2 instance.
    #[schemars(regex(pattern = r"^i-[0-9a-f]{8}([0-9a-f]{9})?$"))]
    pub instance: &'a str,
    /// The AWS account of the instance, where known.
    #[schemars(regex(pattern = r"^[0-9]{12}$"))]
    pub account: Option<&'a str>,
    /// The AWS Region of the instance, where known.
    pub region: Option<&'a str>,
    /// The tag `Name` of the instance, cleaned of control and invisible characters.
    pub name: Option<&'a str>,
    /// The name of the computer that stands for the instance, cleaned likewise.
    pub computer: Option<Cow<'a, str>>,
    /// The id of the computer in its Manager.
    pub computer_id: Option<u64>,
    /// The Manager that the computer is from.
    pub manager: Option<Cow<'a, str>>,
    /// The id of the rule, without the prefix `ds-` of its Config rule.
    pub rule: &'a str,
    /// How much a violation of the rule matters.
    #[schemars(schema_with = "severity_schema")]
    pub severity: &'a str,
    /// The result.
    pub verdict: Word,
    /// The stable code of the reason.
    #[schemars(regex(pattern = r"^DS-[A-Z]+(-[0-9]{3})?$"))]
    pub code: &'a str,
    /// What was seen. With the code before it, it is the annotation in AWS Config.
    pub reason: &'a str,
    /// Whether the next attempt may find what is missing; only where the verdict is UNDETERMINED.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub retryable: Option<bool>,
    /// The id of the exception that is made for it. Without that the verdict would be NON_COMPLIANT,
    /// which it stays unless the settings say `exceptedAs: not-applicable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub exception: Option<&'a str>,
}

/// What all rows of one instance have in common.
pub(super) struct Subject<'a> {
    instance: String,
    account: Option<String>,
    region: Option<String>,
    name: Option<Cow<'a, str>>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(instance: &'a Instance) -> Self {
        Self {
            instance: instance.id.to_string(),
            account: instance.account.map(|account| account.to_string()),
            region: instance.region.as_ref().map(ToString::to_string),
            name: instance.name.as_deref().and_then(cleaned),
        }
    }
}

impl<'a> Row<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, evaluation: &'a Evaluation<'a>) -> Self {
        let sighting = evaluation.facts.computer().ok().flatten();
        let retryable = evaluation.outcome.as_ref().err().map(rules::Gap::lasting);
        Self {
            instance: &subject.instance,
            account: subject.account.as_deref(),
            region: subject.region.as_deref(),
            name: subject.name.as_deref(),
            computer: sighting.and_then(|sighting| cleaned(&sighting.computer().name)),
            computer_id: sighting.map(|sighting| sighting.computer().id),
            manager: sighting.and_then(|sighting| cleaned(sighting.inventory().manager())),
            rule: evaluation.rule.id,
            severity: evaluation.rule.severity.word(),
            verdict: Word::of(evaluation),
            code: evaluation.reason().code().id,
            reason: evaluation.reason().text(),
            retryable: retryable.map(|lasting| lasting == Lasting::Retryable),
            exception: evaluation.exception(),
        }
    }

    /// What it is shown and counted as.
    pub(crate) fn group(&self) -> Group {
        match self.exception {
            Some(_) => Group::Excepted,
            None => Group::Of(self.verdict),
        }
    }

    /// What is known, whatever AWS Config is told: what fails closed could not be told.
    #[must_use]
    pub fn known(&self) -> Word {
        if self.code == FAILED_CLOSED.id {
            return Word::Undetermined;
        }
        self.verdict
    }

    /// What is known, and whether an exception is made for it.
    pub(crate) fn known_group(&self) -> Group {
        match self.exception {
            Some(_) => Group::Excepted,
            None => Group::Of(self.known()),
        }
    }

    /// The instance, where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            account: self.account.map(Into::into),
            region: self.region.map(Into::into),
            instance: self.instance.into(),
        }
    }

    /// The name to show beside the id of the instance: its tag, otherwise its computer.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.or(self.computer.as_deref()).unwrap_or("")
    }
}

/// Grades the instances by every rule, shows each row to `each`, and counts.
///
/// # Errors
/// The first error of `each`.
pub(crate) fn rows<E>(
    fleet: &Fleet,
    instances: &[Instance],
    graders: &[Grader],
    mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<Summary, E> {
    let mut summary = Summary::new(graders);
    summary.instances = instances.len();
    for instance in instances {
        let subject = Subject::new(instance);
        for (rule, grader) in summary.rules.iter_mut().zip(graders) {
            let evaluation = fleet.evaluate(grader, instance);
            let row = Row::new(&subject, &evaluation);
            *rule.counts.of_mut(row.group()) += 1;
            *summary.all.of_mut(row.group()) += 1;
            each(&row)?;
        }
    }
    Ok(summary)
}

/// Foreign text made safe to show; `None` when nothing is left of it.
pub(super) fn cleaned(text: &str) -> Option<Cow<'_, str>> {
    let cleaned = if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text::clean(text))
    };
    (!cleaned.is_empty()).then_some(cleaned)
}

pub(super) fn severity_schema(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<_> = Severity::ALL.iter().map(|each| each.word()).collect();
    json_schema!({ "type": "string", "enum": words })
}
