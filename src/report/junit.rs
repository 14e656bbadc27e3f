//! JUnit's XML, which pipelines show: a test suite a rule, and a test case an instance.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use super::{row::Row, word::Word};
use crate::results::{Omission, Results};

/// What JUnit makes of a result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failure,
    Error,
    Skipped,
}

impl Outcome {
    fn of(row: &Row<'_>) -> Self {
        match row.known() {
            _ if row.exception.is_some() => Self::Skipped,
            Word::NonCompliant => Self::Failure,
            Word::Undetermined => Self::Error,
            Word::NotApplicable => Self::Skipped,
            Word::Compliant => Self::Passed,
        }
    }

    /// The name of the element that says so.
    const fn element(self) -> Option<&'static str> {
        match self {
            Self::Passed => None,
            Self::Failure => Some("failure"),
            Self::Error => Some("error"),
            Self::Skipped => Some("skipped"),
        }
    }
}

/// How many test cases have which outcome.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        self.tests += 1;
        match outcome {
            Outcome::Passed => {}
            Outcome::Failure => self.failures += 1,
            Outcome::Error => self.errors += 1,
            Outcome::Skipped => self.skipped += 1,
        }
    }

    fn attributes(&self) -> [(&'static str, String); 4] {
        [
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

/// Writes results as JUnit's XML: what is non-compliant fails, what cannot be told is an error, and
/// what is not applicable or excepted is skipped.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn junit(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: Vec<(&str, Counts)> = results
        .rules()
        .map(|(rule, ..)| (rule, Counts::default()))
        .collect();
    let mut all = Counts::default();
    for row in results.rows() {
        let outcome = Outcome::of(&row);
        all.add(outcome);
        let of_rule = counts.iter_mut().find(|(rule, _)| *rule == row.rule);
        if let Some((_, counts)) = of_rule {
            counts.add(outcome);
        }
    }
    let losses: Vec<&Omission> = results.details.losses().collect();
    for _ in &losses {
        all.add(Outcome::Error);
    }
    let mut out = Writer::new_with_indent(out, b' ', 1);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("testsuites");
    attribute(&mut root, "name", "deepgrade");
    attributes(&mut root, &all);
    out.write_event(Event::Start(root))?;
    for (rule, counts) in &counts {
        suite(results, rule, counts, &mut out)?;
    }
    if !losses.is_empty() {
        completeness(results, &losses, &mut out)?;
    }
    out.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(out.get_mut())
}

/// A suite in which everything that is missing is an error.
fn completeness<W: Write>(
    results: &Results,
    losses: &[&Omission],
    out: &mut Writer<W>,
) -> io::Result<()> {
    let mut counts = Counts::default();
    for _ in losses {
        counts.add(Outcome::Error);
    }
    begin(results, "completeness", &counts, out)?;
    for loss in losses {
        let mut case = BytesStart::new("testcase");
        let place = [
            Some("deepgrade"),
            loss.account.as_deref(),
            loss.region.as_deref(),
        ];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        attribute(&mut case, "classname", &place.join("."));
        attribute(&mut case, "name", loss.kind.in_words());
        attribute(&mut case, "time", "0");
        out.write_event(Event::Start(case))?;
        let mut said = BytesStart::new("error");
        attribute(&mut said, "message", &loss.text);
        attribute(&mut said, "type", "completeness");
        out.write_event(Event::Empty(said))?;
        out.write_event(Event::End(BytesEnd::new("testcase")))?;
    }
    out.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn begin<W: Write>(
    results: &Results,
    name: &str,
    counts: &Counts,
    out: &mut Writer<W>,
) -> io::Result<()> {
    let mut suite = BytesStart::new("testsuite");
    attribute(&mut suite, "name", name);
    attributes(&mut suite, counts);
    // Readers want a time without its zone, which is UTC.
    let as_of = results.as_of.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    attribute(&mut suite, "timestamp", &as_of);
    out.write_event(Event::Start(suite))
}

fn suite<W: Write>(
    results: &Results,
    rule: &str,
    counts: &Counts,
    out: &mut Writer<W>,
) -> io::Result<()> {
    begin(results, rule, counts, out)?;
    let of_rule = || results.rows().filter(|row| row.rule == rule);
    let excepted = of_rule().filter(|row| row.exception.is_some()).count();
    if excepted > 0 {
        // Among what is skipped, they are counted apart.
        out.write_event(Event::Start(BytesStart::new("properties")))?;
        let mut property = BytesStart::new("property");
        attribute(&mut property, "name", "excepted");
        attribute(&mut property, "value", &excepted.to_string());
        out.write_event(Event::Empty(property))?;
        out.write_event(Event::End(BytesEnd::new("properties")))?;
    }
    for row in of_rule() {
        case(&row, out)?;
    }
    out.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn case<W: Write>(row: &Row<'_>, out: &mut Writer<W>) -> io::Result<()> {
    let mut case = BytesStart::new("testcase");
    let place = [Some("deepgrade"), row.account, row.region, Some(row.rule)];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    attribute(&mut case, "classname", &place.join("."));
    let label = row.label();
    let name = if label.is_empty() {
        row.instance.to_owned()
    } else {
        format!("{} ({label})", row.instance)
    };
    attribute(&mut case, "name", &name);
    attribute(&mut case, "time", "0");
    let Some(element) = Outcome::of(row).element() else {
        return out.write_event(Event::Empty(case));
    };
    out.write_event(Event::Start(case))?;
    let mut said = BytesStart::new(element);
    let mut message = format!("{} {}", row.code, row.reason);
    if let Some(exception) = row.exception {
        message = format!("excepted by {exception}: {message}");
    }
    attribute(&mut said, "message", &message);
    if element != "skipped" {
        attribute(&mut said, "type", row.code);
    }
    out.write_event(Event::Start(said))?;
    let text = format!(
        "{} is {} by {} ({}): {message}",
        row.instance,
        row.verdict.in_words(),
        row.rule,
        row.severity
    );
    out.write_event(Event::Text(BytesText::new(&permitted(&text))))?;
    out.write_event(Event::End(BytesEnd::new(element)))?;
    out.write_event(Event::End(BytesEnd::new("testcase")))
}

fn attributes(element: &mut BytesStart<'_>, counts: &Counts) {
    for (name, value) in counts.attributes() {
        attribute(element, name, &value);
    }
}

fn attribute(element: &mut BytesStart<'_>, name: &str, value: &str) {
    element.push_attribute((name, &*permitted(value)));
}

/// The text without what XML cannot hold, escaped or not (Extensible Markup Language 1.0, `Char`).
fn permitted(text: &str) -> Cow<'_, str> {
    let is_permitted = |character: char| {
        matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
            || character >= '\u{10000}'
    };
    if text.chars().all(is_permitted) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|each| is_permitted(*each)).collect())
}
