//! The story itself.

use std::{fmt::Write as _, time::Duration};

use jiff::SignedDuration;
use remediations::{
    Finding,
    record::{Record, State},
};
use rules::{
    catalogue,
    inventories::Inventories,
    ledger::{Ledgers, Source, Watermark},
    time::minute,
    web::WebEdges,
};

use super::stage::{COMPUTERS, EVENTS, Flow, Stage, UNKNOWN, findings};
use crate::{
    approval::Approval,
    cli::{
        failure::{Exit, Failure},
        managers, terminal,
    },
    desk::Desk,
    evaluation::Fleet,
    ledger::{Key, Memory, Partition, Row, Table, read_ledger, read_records},
    remediate::{Answered, Limits, Mode},
    report,
    time::Time,
};

/// How often the follow-up looks, and how often it does in the story.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);
const ROUNDS: usize = 9;

/// Tells the story.
///
/// # Errors
/// A runtime failure of the simulator or of the output.
pub(super) fn tell() -> Result<Exit, Failure> {
    let stage = Stage::new()?;
    let story = managers::runtime()?.block_on(stage.tell())?;
    terminal::print(story.as_bytes())
}

impl Stage {
    async fn tell(&self) -> Result<String, Failure> {
        let mut story = String::new();
        let inventories = self.inventories().await?;
        let findings = findings()?;
        let desk = self.desk(inventories, &findings)?;
        self.opening(&mut story);
        self.plans(&mut story, &desk, &findings).await?;
        let flow = self.flow(&desk, Memory::default())?;
        self.act(&mut story, &flow, &findings).await?;
        self.wait(&mut story, &flow, &findings).await?;
        self.close(&mut story, &flow, &desk, &findings).await?;
        Ok(story)
    }

    fn opening(&self, story: &mut String) {
        let url = self.manager.url();
        say(
            story,
            &format!(
                "A TOUR OF DEEPGRADE\n\n\
                 Three findings come in, Deep Security is driven to answer them, and AWS Config shows \
                 what\nbecame of it. The Manager is a simulator on {url} with {COMPUTERS} computers, \
                 and\nDeepgrade talks to it as to a real one. Everything of AWS is staged: the \
                 instances, their owners\nand roles, and AWS Config. Time is simulated: it is {}.\n",
                minute(self.start)
            ),
        );
    }

    /// What would be done: nothing is.
    async fn plans(
        &self,
        story: &mut String,
        desk: &Desk,
        findings: &[Finding],
    ) -> Result<(), Failure> {
        say(
            story,
            "1. THE PLANS. `deepgrade respond EVENT` prints them and stops.\n",
        );
        for ((path, _), finding) in EVENTS.iter().zip(findings) {
            let flow = self.flow(desk, Memory::default())?;
            let answered = flow.respond(finding, Mode::DryRun).await;
            let records = recorded(answered.map_err(Failure::runtime)?);
            let max_age = Limits::default().max_inventory_age;
            let now = self.time.now();
            let planned = Approval::new(finding.clone(), &records, &desk.inventories, now, max_age);
            say(story, &format!("$ deepgrade respond {path}"));
            add(story, |out| {
                report::plan(&planned, &report::Options::default(), out)
            })?;
            say(story, "");
        }
        let calls = self.manager.calls();
        let writes = calls.iter().filter(|call| is_write(&call.name()));
        say(
            story,
            &format!(
                "So far the Manager was asked {} things and changed {} times.\n",
                calls.len(),
                writes.count()
            ),
        );
        Ok(())
    }

    async fn act(
        &self,
        story: &mut String,
        flow: &Flow,
        findings: &[Finding],
    ) -> Result<(), Failure> {
        say(
            story,
            "2. ACTING. Every plan is carried out, as far as that can be now.\n",
        );
        self.manager.forget_calls();
        for finding in findings {
            let answered = flow.respond(finding, Mode::Acting).await;
            for record in recorded(answered.map_err(Failure::runtime)?) {
                say(story, &line(&record));
            }
        }
        say(story, "\nWhat the Manager was told:");
        let calls = self.manager.calls();
        for call in calls
            .iter()
            .map(testbed::Call::name)
            .filter(|name| is_write(name))
        {
            say(story, &format!("  {call}"));
        }
        say(story, "");
        Ok(())
    }

    /// Time passes for everybody, and what is pending is looked at again.
    async fn wait(
        &self,
        story: &mut String,
        flow: &Flow,
        findings: &[Finding],
    ) -> Result<(), Failure> {
        say(
            story,
            "3. WAITING. A scan is done when the Manager's own time of it has moved.\n",
        );
        let begun = records(flow, findings).await?;
        let mut told: Vec<String> = begun.iter().map(line).collect();
        for _ in 0..ROUNDS {
            self.time.advance(Duration::from_mins(10));
            self.manager
                .advance(i64::try_from(PAUSE.as_millis()).unwrap_or(i64::MAX));
            for partition in partitions(findings) {
                let followed = flow.follow_up(&partition, Mode::Acting).await;
                followed.map_err(Failure::runtime)?;
            }
            for record in records(flow, findings).await? {
                let line = line(&record);
                if record.instance.is_some() && !told.contains(&line) {
                    say(story, &format!("{} {line}", minute(self.time.now())));
                    told.push(line);
                }
            }
        }
        say(story, "");
        Ok(())
    }

    async fn close(
        &self,
        story: &mut String,
        flow: &Flow,
        desk: &Desk,
        findings: &[Finding],
    ) -> Result<(), Failure> {
        say(story, "4. THE LEDGER. `deepgrade ledger list` shows it.\n");
        let all = records(flow, findings).await?;
        add(story, |out| {
            report::ledger_list(&all, &report::Options::default(), out)
        })?;
        say(
            story,
            "\n5. AWS CONFIG. The response rules read the ledger; these are their annotations.\n",
        );
        self.annotations(story, flow, desk, findings).await?;
        let open = all.iter().filter(|record| record.state.is_open()).count();
        let why = if all.iter().any(|record| record.state == State::Unprotected) {
            format!(
                "\nStill open: {open}. Deep Security does not know {UNKNOWN}; once an agent is \
                 activated there,\nthe follow-up plans anew.\n"
            )
        } else {
            String::new()
        };
        say(
            story,
            &format!(
                "{why}\nWHAT NEXT\n  \
                 deepgrade evaluate                                    grades the example fleet\n  \
                 deepgrade respond EVENT --settings FILE               plans with your own Manager\n  \
                 deepgrade respond EVENT --settings FILE --save PLAN   keeps the plan for approval\n  \
                 deepgrade respond --act PLAN --settings FILE          carries out what was approved\n  \
                 deepgrade coverage --findings FILE --settings FILE    shows which CVEs are shielded"
            ),
        );
        Ok(())
    }

    async fn annotations(
        &self,
        story: &mut String,
        flow: &Flow,
        desk: &Desk,
        findings: &[Finding],
    ) -> Result<(), Failure> {
        let now = self.time.now();
        let mut ledgers = Ledgers::default();
        for partition in partitions(findings) {
            for source in Source::ALL {
                let watermark = Watermark {
                    enabled: true,
                    listed_at: now,
                };
                let key = Key::watermark(&partition, *source);
                let row = Row::new(key, &watermark).map_err(Failure::runtime)?;
                flow.table().write(&row).await.map_err(Failure::runtime)?;
            }
            let ledger = read_ledger(flow.table(), &partition).await;
            let ledger = ledger.map_err(Failure::runtime)?;
            ledgers = ledgers.with(partition.account, partition.region, Ok(ledger));
        }
        let known = desk
            .instances
            .iter()
            .flat_map(|known| known.instances.values());
        let fleet = Fleet {
            as_of: now,
            instances: known
                .flatten()
                .map(|owned| owned.instance.clone())
                .collect(),
            inventories: Inventories::clone(&desk.inventories),
            web_edges: WebEdges::default(),
            ledgers,
            guard: None,
        };
        for id in ["threats-are-answered", "sensitive-data-is-shielded"] {
            let rule = catalogue::named(id).map_err(Failure::runtime)?;
            let Some(rule) = rule.of_instances() else {
                continue;
            };
            let grader = rule.with(Vec::new()).map_err(Failure::runtime)?;
            for instance in &fleet.instances {
                let evaluation = fleet.evaluate(&grader, instance);
                let word = match &evaluation.outcome {
                    Ok(verdict) => verdict.compliance().word().to_owned(),
                    Err(_) => "no result".to_owned(),
                };
                say(story, &format!("ds-{id}  {}  {word}", instance.id));
                say(story, &format!("  {}", evaluation.reason()));
            }
        }
        Ok(())
    }
}

fn partitions(findings: &[Finding]) -> Vec<Partition> {
    let mut partitions: Vec<Partition> = findings.iter().map(Partition::from).collect();
    partitions.sort();
    partitions.dedup();
    partitions
}

async fn records(flow: &Flow, findings: &[Finding]) -> Result<Vec<Record>, Failure> {
    let mut all = Vec::new();
    for partition in partitions(findings) {
        let read = read_records(flow.table(), &partition).await;
        all.extend(read.map_err(Failure::runtime)?.0);
    }
    Ok(all)
}

fn recorded(answered: Vec<Answered>) -> Vec<Record> {
    let recorded = answered.into_iter().filter_map(|answered| match answered {
        Answered::Recorded(record) => Some(*record),
        _ => None,
    });
    recorded.collect()
}

fn line(record: &Record) -> String {
    let subject = record
        .instance
        .map_or_else(|| "the finding itself".to_owned(), |id| id.to_string());
    let source = record.finding.source;
    format!("{source} on {subject}: {}: {}", record.state, record.line())
}

fn is_write(call: &str) -> bool {
    !call.starts_with("GET ") && !call.ends_with("/search")
}

fn say(story: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(story, "{text}");
}

fn add(
    story: &mut String,
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let mut text = Vec::new();
    write(&mut text).map_err(Failure::runtime)?;
    story.push_str(&String::from_utf8_lossy(&text));
    Ok(())
}
