//! Conditions of statements (IAM user guide, "IAM JSON policy elements: Condition" and
//! "…: Condition operators").

use super::{
    context::{Context, Value},
    document::texts,
    extent::{Extent, Truth},
    json::Json,
    pattern::{Filled, Pattern, Subject, Syntax, Token, fit},
};

/// One key that is held against values.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// The operator as the policy writes it. Foreign text.
    pub(super) operator: Box<str>,
    /// The key as the policy writes it. Foreign text.
    pub(super) key: Box<str>,
    /// The key in lower case: case makes no difference.
    folded_key: Box<str>,
    test: Test,
    values: Vec<Pattern>,
}

/// What an operator asks.
#[derive(Clone, Copy, Debug)]
struct Test {
    comparison: Comparison,
    /// Whether it asks that no value fits.
    is_negated: bool,
    /// What it says of a request that has no such key; `None` where that is not known.
    of_absent: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    /// Text for text, perhaps with wildcards and without case.
    Text { wildcards: bool, folded: bool },
    /// Part for part of an ARN, with wildcards.
    Arn,
    /// Whether the key is missing.
    Null,
    /// Numbers, dates, addresses and bytes. No key of a known value holds one.
    OtherKind,
    /// An operator that this version does not know.
    Unrecognised,
}

/// Reads the element `Condition`.
///
/// # Errors
/// What is wrong with it, in a clause about the statement.
pub(super) fn read(value: Json, variables: bool) -> Result<Vec<Condition>, &'static str> {
    const COMPLAINT: &str = "has a Condition that is no object of operators, keys and texts";
    let Json::Object(operators) = value else {
        return Err(COMPLAINT);
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let Json::Object(keys) = keys else {
            return Err(COMPLAINT);
        };
        let test = Test::of(&operator);
        for (key, values) in keys {
            let values = texts(values).ok_or(COMPLAINT)?;
            let syntax = test.comparison.syntax(variables);
            let values = values.iter().map(|value| Pattern::new(value, syntax));
            conditions.push(Condition {
                operator: operator.as_str().into(),
                folded_key: key.to_ascii_lowercase().into(),
                key: key.into(),
                test,
                values: values.collect(),
            });
        }
    }
    Ok(conditions)
}

impl Comparison {
    fn syntax(self, variables: bool) -> Syntax {
        let (wildcards, folded) = match self {
            Self::Text { wildcards, folded } => (wildcards, folded),
            Self::Arn => (true, false),
            Self::Null | Self::OtherKind | Self::Unrecognised => (false, true),
        };
        Syntax {
            wildcards,
            variables,
            folded,
        }
    }
}

impl Test {
    fn of(operator: &str) -> Self {
        const UNRECOGNISED: Test = Test {
            comparison: Comparison::Unrecognised,
            is_negated: false,
            of_absent: None,
        };
        let name = operator.to_ascii_lowercase();
        let (set, name) = match name.split_once(':') {
            Some((set, name)) => (Some(set), name),
            None => (None, name.as_str()),
        };
        let (name, if_exists) = match name.strip_suffix("ifexists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let Some((comparison, is_negated)) = comparison(name) else {
            return UNRECOGNISED;
        };
        if comparison == Comparison::Null && (if_exists || set.is_some()) {
            return UNRECOGNISED;
        }
        let of_absent = match set {
            _ if if_exists => true,
            None => is_negated,
            Some("forallvalues") => true,
            Some("foranyvalue") => false,
            Some(_) => return UNRECOGNISED,
        };
        Self {
            comparison,
            is_negated,
            of_absent: Some(of_absent),
        }
    }
}

/// The operator of that name in lower case, and whether it asks that no value fits.
fn comparison(name: &str) -> Option<(Comparison, bool)> {
    let text = |wildcards, folded| Comparison::Text { wildcards, folded };
    Some(match name {
        "stringequals" => (text(false, false), false),
        "stringnotequals" => (text(false, false), true),
        "stringequalsignorecase" => (text(false, true), false),
        "stringnotequalsignorecase" => (text(false, true), true),
        "stringlike" => (text(true, false), false),
        "stringnotlike" => (text(true, false), true),
        "bool" => (text(false, true), false),
        "arnequals" | "arnlike" => (Comparison::Arn, false),
        "arnnotequals" | "arnnotlike" => (Comparison::Arn, true),
        "null" => (Comparison::Null, false),
        "numericequals"
        | "numericlessthan"
        | "numericlessthanequals"
        | "numericgreaterthan"
        | "numericgreaterthanequals"
        | "dateequals"
        | "datelessthan"
        | "datelessthanequals"
        | "dategreaterthan"
        | "dategreaterthanequals"
        | "binaryequals"
        | "ipaddress" => (Comparison::OtherKind, false),
        "numericnotequals" | "datenotequals" | "notipaddress" => (Comparison::OtherKind, true),
        _ => return None,
    })
}

impl Condition {
    /// Whether the condition holds.
    pub(super) fn holds(&self, context: &Context<'_>) -> Truth {
        if self.test.comparison == Comparison::Unrecognised || self.values.is_empty() {
            return Truth::Unknown;
        }
        let subject = match context.value(&self.folded_key) {
            Value::Unknown => return Truth::Unknown,
            Value::Absent => return self.of_absent(context),
            Value::Text(text) => Subject::exact(&text),
            Value::Beginning(text) => Subject::beginning(&text),
        };
        let fits = match self.test.comparison {
            Comparison::Text { folded: false, .. } => self.any(|each| each.fit(&subject, context)),
            Comparison::Text { folded: true, .. } => {
                let subject = subject.folded();
                self.any(|each| each.fit(&subject, context))
            }
            Comparison::Arn => self.any(|each| fit_arn(&each.filled(context), &subject)),
            Comparison::Null => self.says("false", context),
            Comparison::OtherKind | Comparison::Unrecognised => Truth::Unknown,
        };
        if self.test.is_negated {
            fits.negated()
        } else {
            fits
        }
    }

    fn of_absent(&self, context: &Context<'_>) -> Truth {
        if self.test.comparison == Comparison::Null {
            return self.says("true", context);
        }
        self.test.of_absent.map_or(Truth::Unknown, Truth::from)
    }

    /// Whether one of the values of `Null` is this word; not known where one is neither.
    fn says(&self, word: &str, context: &Context<'_>) -> Truth {
        let is = |word: &str| {
            let subject = Subject::exact(word);
            self.any(|value| value.fit(&subject, context))
        };
        match (is(word), is("true").max(is("false"))) {
            (_, Truth::False) => Truth::Unknown,
            (truth, _) => truth,
        }
    }

    fn any(&self, fit: impl Fn(&Pattern) -> Extent) -> Truth {
        let best = self.values.iter().map(fit).max();
        match best.unwrap_or(Extent::None) {
            Extent::None => Truth::False,
            Extent::Unsure | Extent::Part => Truth::Unknown,
            Extent::Whole => Truth::True,
        }
    }
}

/// The parts of an ARN.
const PARTS: usize = 6;

/// How an ARN fits: part for part, so that no wildcard reaches over a colon but in the last one.
fn fit_arn(filled: &Filled<'_>, subject: &Subject) -> Extent {
    let wanted = filled
        .tokens
        .splitn(PARTS, |token| *token == Token::Is(':'));
    let wanted: Vec<&[Token]> = wanted.collect();
    let found = subject.parts(PARTS);
    if filled.is_wider || wanted.len() != PARTS || found.len() != PARTS {
        // A variable that may stand for colons, a value that is not known to its end, or a pattern
        // that is no ARN.
        return fit(&filled.tokens, subject).min(Extent::Unsure);
    }
    let parts = wanted.iter().zip(&found);
    let fits = parts.map(|(wanted, found)| fit(wanted, found));
    fits.min().unwrap_or(Extent::None)
}
