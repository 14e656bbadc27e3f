//! The function `operate`: does what an operator asks for, by a document of SSM. It may be asked for
//! the same any number of times.

use remediations::{
    Finding,
    finding::{About, Life, Severity, SeverityWord, Version},
    record::Record,
};
use rules::ledger::Source;
use serde::Serialize;

use super::{
    Invocation, Refused,
    crew::{Crew, Crews},
};
use crate::{
    event::request::{self, Asked},
    ledger::{Key, Partition, Row, Table as _},
    patience::Deadline,
    telemetry::{self, Answers},
};

/// The function, as long as Lambda keeps its process.
pub(super) struct OperateFunction {
    crews: Crews,
}

/// How it stands with what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    execution_id: String,
    instance_id: String,
    state: &'static str,
    line: String,
}

impl OperateFunction {
    pub(super) fn new(crews: Crews) -> Self {
        Self { crews }
    }

    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Outcome, Refused> {
        let time = self.crews.time.as_ref();
        let began = time.elapsed();
        let deadline = Deadline::new(time, invocation.ends(time));
        let asked = request::read(invocation.event.get().as_bytes()).map_err(|line| {
            tracing::error!("{line}");
            Refused::Event(line)
        })?;
        let crew = self.crews.crew(&invocation).await?;
        let mut answers = Answers {
            messages: 1,
            ..Answers::default()
        };
        let done = deadline.limit(self.obey(&crew, &asked, &mut answers)).await;
        let over = || Err(Refused::Unfinished("the time was over".to_owned()));
        let done = done.unwrap_or_else(over);
        let took = time.elapsed().saturating_sub(began);
        let failure = done.as_ref().err().map(|refused| refused.line());
        let line = telemetry::answered("operate", &answers, failure, took, time.now());
        telemetry::write(&line);
        done
    }

    async fn obey(
        &self,
        crew: &Crew,
        asked: &Asked,
        answers: &mut Answers,
    ) -> Result<Outcome, Refused> {
        let mode = crew.mode().await?;
        let before = recorded(crew, asked).await?;
        let finding = match before {
            None => self.finding(asked),
            Some(record) if record.finding.about == About::Request(asked.request.clone()) => {
                record.finding
            }
            Some(_) => {
                let line = format!("execution {} asked for something else before", asked.id);
                return Err(Refused::Event(line));
            }
        };
        let answered = crew.remediate.respond(&finding, mode).await;
        let answered =
            answered.map_err(|unanswered| Refused::Unfinished(unanswered.to_string()))?;
        for each in &answered {
            answers.note(each);
        }
        let record = recorded(crew, asked).await?.ok_or_else(|| {
            Refused::Unfinished(format!("execution {} is not in the ledger", asked.id))
        })?;
        Ok(Outcome {
            execution_id: asked.id.to_string(),
            instance_id: asked.request.instance.to_string(),
            state: record.state.word(),
            line: record.line(),
        })
    }

    /// What is asked for, as the flow answers it.
    fn finding(&self, asked: &Asked) -> Finding {
        Finding {
            source: Source::Operator,
            id: asked.id.clone(),
            account: asked.account,
            region: asked.region.clone(),
            version: Version {
                updated_at: self.crews.time.now(),
                count: 1,
            },
            life: Life::Active,
            sample: false,
            severity: Severity::Word(SeverityWord::Informational),
            kind: asked.word.into(),
            title: Box::default(),
            since: None,
            about: About::Request(asked.request.clone()),
        }
    }
}

/// What is in the ledger of it.
async fn recorded(crew: &Crew, asked: &Asked) -> Result<Option<Record>, Refused> {
    let partition = Partition {
        account: asked.account,
        region: asked.region.clone(),
    };
    let instance = Some(asked.request.instance);
    let key = Key::record(&partition, instance, Source::Operator, &asked.id);
    let row = crew.remediate.table().read(&key).await?;
    let record = row.as_ref().map(Row::record).transpose();
    record.map_err(|bad| Refused::Deployment(bad.to_string()))
}
