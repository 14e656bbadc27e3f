//! What the JSON parser complains about, in words for whoever wrote the JSON: the parser names the
//! types of this program, which nobody outside knows.

use std::fmt::Write as _;

/// The complaint without names of types.
pub(crate) fn in_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let mut words = String::with_capacity(said.len());
    let mut rest = said.as_str();
    while let Some((before, name)) = rest.split_once("struct ") {
        let before = before.strip_suffix("tuple ").unwrap_or(before);
        let before = before.strip_suffix("newtype ").unwrap_or(before);
        let end = name.find(|character: char| !(character.is_alphanumeric() || character == '_'));
        // Writing to a string does not fail.
        let _ = write!(words, "{before}an object");
        rest = end.and_then(|end| name.get(end..)).unwrap_or_default();
    }
    words + rest
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only read")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {}

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
            ("{", "EOF while parsing an object at line 1 column 1"),
        ] {
            let error = serde_json::from_str::<Outer>(text).unwrap_err();
            assert_eq!(in_words(&error), expected);
        }
    }
}
