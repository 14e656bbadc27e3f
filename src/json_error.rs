//! What the parsers of JSON and YAML complain about, in words for whoever wrote the text: parsers name
//! the types of this program, which nobody outside knows.

use std::fmt::Write as _;

/// What parsers call the types of numbers.
const WHOLE_NUMBERS: [&str; 12] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
];
/// What else they say, and what is meant.
const WORDS: [(&str, &str); 16] = [
    ("EOF while parsing", "the text ends in the middle of"),
    ("unknown variant", "unknown word"),
    ("invalid floating point", "not a number"),
    ("invalid boolean", "not true or false"),
    ("expected f64", "expected a number"),
    ("expected f32", "expected a number"),
    ("expected a boolean", "expected true or false"),
    ("expected a sequence", "expected a list"),
    ("expected sequence start", "expected a list"),
    ("expected a borrowed string", "expected a string"),
    ("expected unit", "expected nothing"),
    ("expected mapping start", "expected an object"),
    ("expected string scalar", "expected a text"),
    ("invalid type: sequence", "invalid type: a list"),
    ("invalid type: map", "invalid type: an object"),
    (
        "multiple YAML documents detected; use from_str_multiple or from_str_multiple_with_options",
        "another document begins, and there can be only one",
    ),
];

/// What a parser advises whoever wrote this program.
const ADVICE: &str = ", set DuplicateKeyPolicy in Options if acceptable";

/// A complaint about JSON, without names of types.
pub(crate) fn in_words(error: &serde_json::Error) -> String {
    plain(&error.to_string())
}

/// A complaint about YAML in one line, without names of types.
pub(crate) fn of_yaml(error: &serde_saphyr::Error) -> String {
    let said = error.to_string();
    let line = said.lines().next().unwrap_or_default();
    plain(line.trim_start_matches("error: "))
}

/// A complaint of a parser, without names of types.
fn plain(said: &str) -> String {
    let mut words = without_structs(said).replace(ADVICE, "");
    for (theirs, ours) in WORDS {
        words = replaced(&words, theirs, ours);
    }
    for number in WHOLE_NUMBERS {
        words = replaced(&words, &format!("invalid {number}"), "not a whole number");
        words = replaced(
            &words,
            &format!("expected {number}"),
            "expected a whole number",
        );
    }
    words
}

fn without_structs(said: &str) -> String {
    let mut words = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, name)) = rest.split_once("struct ") {
        let before = before.strip_suffix("tuple ").unwrap_or(before);
        let before = before.strip_suffix("newtype ").unwrap_or(before);
        let end = name.find(|character: char| !is_of_a_word(character));
        // Writing to a string does not fail.
        let _ = write!(words, "{before}an object");
        rest = end.and_then(|end| name.get(end..)).unwrap_or_default();
    }
    words + rest
}

/// The text with some words for others, where they are not a part of longer ones.
fn replaced(text: &str, theirs: &str, ours: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(theirs) {
        let is_whole = !after.starts_with(is_of_a_word) && !before.ends_with(is_of_a_word);
        words.push_str(before);
        words.push_str(if is_whole { ours } else { theirs });
        rest = after;
    }
    words + rest
}

fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only read")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only read")]
        count: u64,
    }

    #[test]
    fn a_complaint_names_no_type() {
        for (text, expected) in [
            (
                "1",
                "invalid type: integer `1`, expected an object at line 1 column 1",
            ),
            (
                r#"{"inner": "struct Inner"}"#,
                "invalid type: string \"an object\", expected an object at line 1 column 24",
            ),
            (
                "{",
                "the text ends in the middle of an object at line 1 column 1",
            ),
            (
                r#"{"inner": {"count": "expected u6"}}"#,
                "invalid type: string \"expected u6\", expected a whole number at line 1 column 33",
            ),
            (
                r#"{"inner": {"count": -1}}"#,
                "invalid value: integer `-1`, expected a whole number at line 1 column 22",
            ),
        ] {
            let error = serde_json::from_str::<Outer>(text).unwrap_err();
            assert_eq!(in_words(&error), expected);
        }
    }

    #[test]
    fn a_complaint_about_yaml_names_no_type() {
        assert_eq!(
            plain("line 2 column 3: invalid u16"),
            "line 2 column 3: not a whole number"
        );
        assert_eq!(plain("invalid u164"), "invalid u164");
        assert_eq!(plain("invalid boolean"), "not true or false");
        let said = |text| {
            let read = serde_saphyr::from_str::<BTreeMap<String, String>>(text);
            of_yaml(&read.unwrap_err())
        };
        for (text, expected) in [
            ("a: 1\na: 2\n", "duplicate mapping key: a"),
            (
                "a: b\n---\na: c\n",
                "another document begins, and there can be only one",
            ),
            ("- a\n", "expected an object"),
            ("a: [b]\n", "expected a text"),
        ] {
            let said = said(text);
            assert!(said.ends_with(expected), "{said}");
        }
    }
}
