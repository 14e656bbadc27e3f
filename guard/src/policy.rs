//! Rules that were checked, and what they say of a document.

use std::fmt;

use cfn_guard::{ValidateInput, commands::validate::parse_rules, run_checks};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    outline::{Outlined, outline},
    path::Path,
    record::Record,
    refused::Refused,
    scan,
    shape::Shape,
    tree::RulesFile,
};

/// The longest document, in bytes of JSON.
pub const DOCUMENT_BYTES: usize = 256 << 10;
/// The most rules of all texts together.
const RULES: usize = 200;

/// A text of rules, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What errors call it: the name of its file.
    pub name: String,
    /// The rules.
    pub rules: String,
}

/// Rules that are understood, for documents of one shape.
#[derive(Clone, Debug)]
pub struct Policy {
    sets: Vec<Set>,
    shape: Shape,
}

/// The rules of one text. The library may drop a text that it is given together with others.
#[derive(Clone, Debug)]
struct Set {
    text: Text,
    rules: Vec<Outlined>,
}

/// What a rule says of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Status {
    /// It holds.
    #[serde(rename = "PASS")]
    Pass,
    /// It does not hold.
    #[serde(rename = "FAIL")]
    Fail,
    /// It does not apply.
    #[serde(rename = "SKIP")]
    Skip,
}

impl Status {
    /// Guard's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Skip => "SKIP",
        }
    }
}

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The name of the rule.
    pub rule: String,
    /// What it says.
    pub status: Status,
    /// The messages `<<…>>` of what does not hold, as the rules have them.
    pub messages: Vec<String>,
}

/// A document that cannot be graded, or rules that do not come to an end with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDocument(String);

impl fmt::Display for BadDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for BadDocument {}

impl Policy {
    /// Checks texts of rules, all of which have to be understood.
    ///
    /// # Errors
    /// The first thing that is refused, with its place.
    pub fn check(texts: Vec<Text>, shape: &Shape) -> Result<Self, Refused> {
        let mut sets: Vec<Set> = Vec::new();
        for text in texts {
            scan::scan(&text.name, &text.rules)?;
            let rules = outline(&text.name, &parsed(&text)?, shape)?;
            for rule in &rules {
                let known = |set: &&Set| set.rules.iter().any(|other| other.name == rule.name);
                if let Some(other) = sets.iter().find(known) {
                    let what = format!("the rule `{}` is in {} too", rule.name, other.text.name);
                    return Err(Refused::whole(&text.name, what));
                }
            }
            sets.push(Set { text, rules });
        }
        let policy = Self {
            sets,
            shape: shape.clone(),
        };
        match policy.sets.last() {
            Some(last) if policy.rules().count() > RULES => {
                let what = format!("there are more than {RULES} rules");
                Err(Refused::whole(&last.text.name, what))
            }
            _ => Ok(policy),
        }
    }

    /// The names of the rules.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let rules = self.sets.iter().flat_map(|set| &set.rules);
        rules.map(|rule| rule.name.as_str())
    }

    /// Whether what a rule says may be another where it is not known what is at that place.
    #[must_use]
    pub fn looks_at(&self, rule: &str, place: &Path) -> bool {
        let rules = self.sets.iter().flat_map(|set| &set.rules);
        let mut rules = rules.filter(|outlined| outlined.name == rule);
        rules.any(|outlined| outlined.touches.iter().any(|touch| touch.meets(place)))
    }

    /// Whether any rule looks at that place, or at something inside.
    #[must_use]
    pub fn looks_into(&self, place: &Path) -> bool {
        self.rules().any(|rule| self.looks_at(rule, place))
    }

    /// Refuses a document that the rules were not checked for.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn check_document(&self, document: &Value) -> Result<(), BadDocument> {
        self.shape.check(document, "").map_err(BadDocument)
    }

    /// Refuses the place of a fact that no document has.
    ///
    /// # Errors
    /// Which fact there is none of.
    pub fn check_place(&self, place: &Path) -> Result<(), BadDocument> {
        self.shape.check_path(place).map_err(BadDocument)
    }

    /// What every rule says of a document.
    ///
    /// # Errors
    /// When the document is too long or of another shape, and when the library cannot tell.
    pub fn evaluate(&self, document: &Value) -> Result<Vec<Outcome>, BadDocument> {
        self.check_document(document)?;
        let document = document.to_string();
        if document.len() > DOCUMENT_BYTES {
            let what = "the facts of the instance are more than 256 KiB";
            return Err(BadDocument(what.to_owned()));
        }
        let mut outcomes = Vec::new();
        for set in &self.sets {
            outcomes.extend(set.evaluate(&document)?);
        }
        Ok(outcomes)
    }
}

impl Set {
    fn evaluate(&self, document: &str) -> Result<Vec<Outcome>, BadDocument> {
        let Text { name, rules } = &self.text;
        let told = |what: &str| BadDocument(format!("{name}: {what}"));
        let data = ValidateInput {
            content: document,
            file_name: "facts",
        };
        let rules = ValidateInput {
            content: rules,
            file_name: name,
        };
        // The short form of the result is cut where it is long.
        let record = run_checks(data, rules, true)
            .map_err(|_| told("Guard could not evaluate the rules"))?;
        let record: Record = serde_json::from_str(&record)
            .map_err(|_| told("what Guard says of the rules cannot be read"))?;
        let outcomes = record.outcomes().unwrap_or_default();
        let names = outcomes.iter().map(|outcome| &outcome.rule);
        if !names.eq(self.rules.iter().map(|rule| &rule.name)) {
            return Err(told("Guard did not say what became of every rule"));
        }
        Ok(outcomes)
    }
}

/// The rules as the library understands them.
fn parsed(text: &Text) -> Result<RulesFile, Refused> {
    let Text { name, rules } = text;
    let refused = |error: &dyn fmt::Display| {
        let said = error.to_string();
        let line = said.split(" at line ").nth(1);
        let line = line.and_then(|rest| rest.split(' ').next()?.parse().ok());
        let what = "is not understood from here on; write `rule NAME { clauses }`, and \
                    the name of another rule on a line of its own";
        line.map_or_else(
            || Refused::whole(name, "is not a text of rules in Guard"),
            |line| Refused::at(name, line, what),
        )
    };
    let file = parse_rules(rules, name).map_err(|error| refused(&error))?;
    let file = file.ok_or_else(|| Refused::whole(name, "holds no rule"))?;
    let tree = serde_json::to_value(&file).map_err(|error| refused(&error))?;
    let unknown = |_| Refused::whole(name, "is written in a way that Deepgrade does not know");
    let file: RulesFile = serde_json::from_value(tree).map_err(unknown)?;
    if file.guard_rules.is_empty() {
        return Err(Refused::whole(name, "holds no rule"));
    }
    Ok(file)
}
