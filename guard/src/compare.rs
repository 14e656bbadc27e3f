//! Whether a comparison can be true at all. The library grades two values of different kinds, and a
//! word that is never reported, as if the fact were wrong.

use serde_json::Value;

use crate::{
    expression,
    outline::Walk,
    refused::Refused,
    scope::Selection,
    shape::{Shape, nearest, plain},
    tree::Operator,
};

/// What can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "true or false",
        }
    }

    fn of_shape(shape: &Shape) -> Option<Self> {
        match shape {
            Shape::Text(_) => Some(Self::Text),
            Shape::Number => Some(Self::Number),
            Shape::Flag => Some(Self::Flag),
            Shape::Object(_) | Shape::List { .. } => None,
        }
    }

    /// The kind of a value that a rule says. A range is shown as a text.
    fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) if is_range(text) => Some(Self::Number),
            Value::String(_) => Some(Self::Text),
            Value::Number(_) => Some(Self::Number),
            Value::Bool(_) => Some(Self::Flag),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

fn is_range(text: &str) -> bool {
    text.starts_with(['[', '(']) && text.ends_with([']', ')'])
}

fn is_regex(text: &str) -> bool {
    text.len() > 1 && text.starts_with('/') && text.ends_with('/')
}

/// Whether the right side of a comparison holds a regular expression.
pub(crate) fn has_regex(right: &Selection<'_>) -> bool {
    let is_one = |value: &Value| value.as_str().is_some_and(is_regex);
    match right {
        Selection::Literal(Value::Array(values)) => values.iter().any(is_one),
        Selection::Literal(value) => is_one(value),
        Selection::Facts(_) | Selection::Number | Selection::Text(_) => false,
    }
}

impl Walk<'_> {
    pub(crate) fn check_comparison(
        &self,
        left: &Selection<'_>,
        operator: Operator,
        right: Option<&Selection<'_>>,
    ) -> Result<(), Refused> {
        match (operator, right) {
            (Operator::Exists, _) => match left {
                Selection::Facts(_) => Ok(()),
                _ => self.refuse("only facts exist or do not"),
            },
            (Operator::Empty, _) => self.check_empty(left),
            (
                Operator::IsString
                | Operator::IsList
                | Operator::IsMap
                | Operator::IsBool
                | Operator::IsInt
                | Operator::IsFloat
                | Operator::IsNull,
                _,
            ) => self.refuse("what kind a fact is of is in the schema; write `exists`"),
            (_, None) => self.refuse("a comparison has no right side"),
            (_, Some(right)) => self.check_values(left, operator, right),
        }
    }

    fn check_empty(&self, left: &Selection<'_>) -> Result<(), Refused> {
        let Selection::Facts(facts) = left else {
            return self.refuse("only facts are empty or not; compare a count with 0");
        };
        let cannot = |shape: &&Shape| matches!(shape, Shape::Number | Shape::Flag);
        let mut shapes = facts.places.iter().map(|(_, shape)| *shape);
        if !facts.is_chosen && shapes.any(|shape| cannot(&shape)) {
            return self.refuse("a number, or true or false, is never empty; write `!exists`");
        }
        Ok(())
    }

    fn check_values(
        &self,
        left: &Selection<'_>,
        operator: Operator,
        right: &Selection<'_>,
    ) -> Result<(), Refused> {
        let left_kind = self.kind(left)?;
        let is_order = !matches!(operator, Operator::Eq | Operator::In);
        if is_order && left_kind == Kind::Flag {
            return self.refuse("true and false have no order; write `==`");
        }
        if is_order && left_kind == Kind::Text {
            let what = "texts have no order but that of their letters, by which \"9.6\" comes after \"20.0\": \
                        compare a number, such as an age in hours, or write `==`, `in` or a regular \
                        expression";
            return self.refuse(what);
        }
        let Selection::Literal(value) = right else {
            let right_kind = self.kind(right)?;
            return self.check_kinds(left_kind, right_kind);
        };
        let values = match (value, operator) {
            (Value::Array(values), Operator::In) => values.iter().collect(),
            (Value::Array(_), _) => return self.refuse("a fact is compared with a list by `in`"),
            (Value::String(text), Operator::In) if !is_regex(text) && !is_range(text) => {
                return self.refuse("`in` stands before a list, such as ['a', 'b']");
            }
            (Value::String(text), _) if is_order && (is_regex(text) || is_range(text)) => {
                return self.refuse("an order has one value on its right side");
            }
            (value, _) => vec![*value],
        };
        if values.is_empty() {
            return self.refuse("nothing is in an empty list");
        }
        for value in values {
            let Some(right_kind) = Kind::of_value(value) else {
                let what = "a fact is compared with a text, a number, true or false; one that is not \
                            there is left out: write `exists`";
                return self.refuse(what);
            };
            self.check_kinds(left_kind, right_kind)?;
            if let Value::String(text) = value {
                self.check_word(left, text, is_order)?;
            }
        }
        Ok(())
    }

    fn check_kinds(&self, left: Kind, right: Kind) -> Result<(), Refused> {
        if left == right {
            return Ok(());
        }
        let (left, right) = (left.name(), right.name());
        self.refuse(format!(
            "{left} is compared with {right}, which never holds"
        ))
    }

    /// The one kind of everything that is selected.
    fn kind(&self, selection: &Selection<'_>) -> Result<Kind, Refused> {
        let facts = match selection {
            Selection::Number => return Ok(Kind::Number),
            Selection::Text(_) => return Ok(Kind::Text),
            Selection::Literal(_) => {
                return self.refuse("the left side of a comparison is a fact, and the right side what it is compared with");
            }
            Selection::Facts(facts) => facts,
        };
        let mut kinds = Vec::new();
        for (path, shape) in &facts.places {
            let Some(kind) = Kind::of_shape(shape) else {
                return self.refuse(format!(
                    "`{path}` is an object or a list, and is never equal to a value; write what is inside"
                ));
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        match kinds.as_slice() {
            [kind] => Ok(*kind),
            _ => self.refuse("facts of several kinds are compared at once; name them one by one"),
        }
    }

    /// Refuses a word that a fact never is, and an expression that none of its words matches.
    fn check_word(&self, left: &Selection<'_>, text: &str, is_order: bool) -> Result<(), Refused> {
        let choices: Vec<(String, &[String])> = match left {
            Selection::Facts(facts) => facts
                .places
                .iter()
                .filter_map(|(path, shape)| match shape {
                    Shape::Text(words) => Some((format!("`{path}`"), words.as_slice())),
                    _ => None,
                })
                .collect(),
            Selection::Text(words) => vec![("what the function makes".to_owned(), words)],
            Selection::Literal(_) | Selection::Number => Vec::new(),
        };
        for (what, words) in choices {
            if words.is_empty() || is_range(text) {
                continue;
            }
            if is_order {
                return self.refuse(format!("{what} is one of some words, which have no order"));
            }
            let said = plain(text);
            if is_regex(text) {
                let is_one = |word: &String| expression::matches(text, word);
                if !words.iter().any(is_one) {
                    let words = words.join(", ");
                    return self.refuse(format!(
                        "{what} never matches `{said}`; it is one of {words}"
                    ));
                }
                continue;
            }
            if !words.iter().any(|word| word == text) {
                let near = nearest(text, words.iter().map(String::as_str));
                let near = if near.is_empty() {
                    format!("; it is one of {}", words.join(", "))
                } else {
                    near
                };
                return self.refuse(format!("{what} is never `{said}`{near}"));
            }
        }
        Ok(())
    }
}
