//! Why every rule decided as it did about one instance, fact by fact.

use std::io::{self, Write};

use anstyle::Style;
use rules::{Grader, facts::Need, gap::Lasting, instance::Instance, reason::Code, verdict::Ground};

use super::{
    Options,
    grid::{self, Column, Wide},
    style::{STRONG, paint},
    word::{Group, Word},
};
use crate::evaluation::{Evaluation, Fleet};

mod computer;
mod exceptions;
mod facts;
mod fronts;

/// A section of an explanation: a title, and facts with their names.
struct Section {
    title: String,
    facts: Vec<(&'static str, String)>,
}

/// Writes what is known of an instance, and then for every rule its verdict, the annotation as
/// AWS Config would show it, and each requirement with what was seen.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn explain(
    fleet: &Fleet,
    graders: &[Grader],
    instance: &Instance,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut explanation = Explanation { options, out };
    let facts = graders.first().map(|grader| fleet.facts(grader, instance));
    let sighting = facts.and_then(|facts| facts.computer().ok().flatten());
    for section in facts::sections(fleet, instance, sighting.as_ref()) {
        explanation.section(&section)?;
    }
    let about_fronts = graders
        .iter()
        .find(|grader| grader.needs().contains(&Need::WebEdges));
    for section in about_fronts
        .iter()
        .flat_map(|grader| fronts::sections(fleet, grader, instance))
    {
        explanation.section(&section)?;
    }
    for grader in graders {
        explanation.rule(grader, &fleet.evaluate(grader, instance))?;
    }
    Ok(())
}

struct Explanation<'a> {
    options: &'a Options,
    out: &'a mut dyn Write,
}

impl Explanation<'_> {
    /// The width of the names of facts: the longest is "intrusion prevention".
    const NAME: usize = 20;
    const INDENT: usize = 2;

    fn section(&mut self, section: &Section) -> io::Result<()> {
        self.title(&section.title)?;
        let facts = section.facts.iter();
        self.named(facts.map(|(name, value)| ((*name).to_owned(), value.clone())))?;
        writeln!(self.out)
    }

    fn rule(&mut self, grader: &Grader, evaluation: &Evaluation<'_>) -> io::Result<()> {
        let group = Group::of(evaluation);
        let word = Word::of(evaluation);
        let rule = evaluation.rule;
        let colour = self.options.colour;
        let excepted = match group {
            Group::Excepted => ", excepted",
            Group::Of(_) => "",
        };
        writeln!(
            self.out,
            "{} ({}): {}",
            paint(colour, STRONG, rule.id),
            rule.severity,
            paint(
                colour,
                group.style(),
                &format!("{} {}{excepted}", group.mark(), word.word())
            ),
        )?;
        let reason = evaluation.reason();
        let reported = match &evaluation.outcome {
            Ok(_) => ("annotation", reason.to_string()),
            Err(gap) => (
                "no verdict",
                format!("{reason} ({})", remedy(gap.lasting())),
            ),
        };
        let meaning = ("meaning", reason.code().meaning.to_owned());
        self.named([reported, meaning].map(|(name, value)| (name.to_owned(), value)))?;
        for ground in evaluation
            .outcome
            .iter()
            .flat_map(|verdict| verdict.grounds())
        {
            self.ground(ground, reason.code())?;
        }
        self.named(exceptions::lines(grader, evaluation))?;
        writeln!(self.out)
    }

    /// A requirement. Its code is told where it is not that of the verdict, which was told.
    fn ground(&mut self, ground: &Ground, told: &'static Code) -> io::Result<()> {
        let (word, code) = match &ground.holds {
            Ok(true) => (Word::Compliant, None),
            Ok(false) => (Word::NonCompliant, Some(ground.code)),
            Err(gap) => (Word::Undetermined, Some(gap.reason().code())),
        };
        let seen = match code {
            Some(code) if code != told => {
                format!("{} ({}: {})", ground.seen, code.id, code.meaning)
            }
            _ => ground.seen.clone().into_owned(),
        };
        self.columns([(word.mark().to_owned(), seen)], 1, word.style())
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        for line in grid::wrapped(title, self.options.width) {
            let line = paint(self.options.colour, STRONG, &line);
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    fn named(&mut self, facts: impl IntoIterator<Item = (String, String)>) -> io::Result<()> {
        self.columns(facts, Self::NAME, Style::new().dimmed())
    }

    /// Two columns below a title, the first in a style.
    fn columns(
        &mut self,
        rows: impl IntoIterator<Item = (String, String)>,
        first: usize,
        style: Style,
    ) -> io::Result<()> {
        const GAP: usize = 1;
        let rest = Wide::rest(self.options.width, Self::INDENT + first + GAP);
        let columns = [
            Column::left(Wide::Exactly(first), GAP),
            Column::left(rest, 0),
        ];
        for (name, value) in rows {
            for line in grid::lines(&columns, [vec![name.clone(), value]]) {
                let indent = " ".repeat(Self::INDENT);
                match line.strip_prefix(&name) {
                    Some(rest) => {
                        let name = paint(self.options.colour, style, &name);
                        writeln!(self.out, "{indent}{name}{rest}")?;
                    }
                    None => writeln!(self.out, "{indent}{line}")?,
                }
            }
        }
        Ok(())
    }
}

/// What becomes of a gap.
const fn remedy(lasting: Lasting) -> &'static str {
    match lasting {
        Lasting::Retryable => "the next attempt may tell",
        Lasting::Standing => "stays until somebody acts",
    }
}
