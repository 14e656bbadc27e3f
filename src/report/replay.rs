//! What a replayed event would put.

use std::io::{self, Write};

use jiff::Timestamp;
use rules::{instance::AccountId, text, text::quoted, time::minute};
use serde::Serialize;

use super::{
    Options, counted,
    grid::{self, Column, Wide},
    style::paint,
    word::Word,
};
use crate::{event::config::ConfigEvent, grade::Summary, posting::Posting, replay::Replay};

const VERSION: &str = "1";

/// Writes it for people: a line for every result, for every kind of gap, and for the whole.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn table(
    event: &ConfigEvent,
    replay: &Replay,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Summary {
        rule,
        evaluations,
        gaps,
        unchanged,
        ..
    } = &replay.outcome.summary;
    let heading = format!(
        "{rule}, as Config rule {} of account {} in {}, as of {}",
        quoted(&event.rule_name),
        event.account,
        event.region,
        minute(replay.as_of)
    );
    prose(&heading, options, out)?;
    writeln!(out)?;
    let results = replay.postings.iter().map(|posting| {
        let word = Word::from(posting.compliance());
        let id = text::clean(posting.resource().id());
        (word, id, posting.annotation().to_owned())
    });
    let gaps = gaps.values().map(|gap| {
        let count = counted(gap.count, "instance");
        (Word::Undetermined, count, gap.first.clone())
    });
    for (word, what, reason) in results.chain(gaps) {
        row(word, what, reason, options, out)?;
    }
    if !replay.postings.is_empty() || evaluations.undetermined > 0 {
        writeln!(out)?;
    }
    let results = counted(replay.postings.len(), "result");
    let test = if event.token.is_test() {
        " as a test"
    } else {
        ""
    };
    let mut whole = format!("{results} would be put{test}, ordered by {}", event.at);
    if *unchanged > 0 {
        whole += &format!("; {unchanged} not applicable, which AWS Config need not be told");
    }
    if evaluations.excepted > 0 {
        whole += &format!("; {} excepted", evaluations.excepted);
    }
    if evaluations.undetermined > 0 {
        whole += &format!("; {} undetermined", evaluations.undetermined);
    }
    prose(&whole, options, out)?;
    replay.outcome.end.as_ref().err().map_or(Ok(()), |failure| {
        let text = format!("The function would end in an error: {failure}");
        prose(&text, options, out)
    })
}

fn prose(text: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lines = grid::wrapped(text, options.width);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn row(
    word: Word,
    what: String,
    reason: String,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    /// A sign, a blank and the longest word.
    const SIGN: usize = 2 + "not applicable".len();
    const WHAT: usize = "i-0123456789abcdef0".len();
    let sign = format!("{} {}", word.mark(), word.in_words());
    let columns = [
        Column::left(Wide::AtLeast(SIGN), 2),
        Column::left(Wide::AtLeast(WHAT), 2),
        Column::left(Wide::rest(options.width, SIGN + 2 + WHAT + 2), 0),
    ];
    for line in grid::lines(&columns, [vec![sign.clone(), what, reason]]) {
        match line.strip_prefix(&sign) {
            Some(rest) => {
                let sign = paint(options.colour, word.style(), &sign);
                writeln!(out, "{sign}{rest}")?;
            }
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

/// A replayed event, in data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    as_of: Timestamp,
    config_rule: &'a str,
    account: AccountId,
    test_mode: bool,
    summary: &'a Summary,
    /// Why the function would end in an error, where it would.
    failure: Option<String>,
    evaluations: Vec<Evaluation<'a>>,
}

/// A result in the names of Config's `PutEvaluations`, as CloudTrail writes them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Evaluation<'a> {
    compliance_resource_type: &'a str,
    compliance_resource_id: &'a str,
    compliance_type: Word,
    annotation: &'a str,
    ordering_timestamp: Timestamp,
}

impl<'a> From<&'a Posting> for Evaluation<'a> {
    fn from(posting: &'a Posting) -> Self {
        Self {
            compliance_resource_type: posting.resource().kind(),
            compliance_resource_id: posting.resource().id(),
            compliance_type: posting.compliance().into(),
            annotation: posting.annotation(),
            ordering_timestamp: posting.at(),
        }
    }
}

/// Writes it as one JSON document.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn json(event: &ConfigEvent, replay: &Replay, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: VERSION,
        as_of: replay.as_of,
        config_rule: &event.rule_name,
        account: event.account,
        test_mode: event.token.is_test(),
        summary: &replay.outcome.summary,
        failure: replay.outcome.end.as_ref().err().map(ToString::to_string),
        evaluations: replay.postings.iter().map(Evaluation::from).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
