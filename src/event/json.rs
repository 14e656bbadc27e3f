//! JSON from outside, and JSON texts inside it: bounded in depth, and named in complaints.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{error::Category, value::RawValue};

use crate::json_error;

/// How deep lists and objects may be nested. What AWS writes is less than twenty deep.
const DEEPEST: usize = 64;

/// Reads a JSON text; `what` names it in complaints.
pub(super) fn parse<'a, T: Deserialize<'a>>(what: &str, text: &'a [u8]) -> Result<T, String> {
    if depth(text) > DEEPEST {
        return Err(format!("{what}: nesting too deep"));
    }
    serde_json::from_slice(text).map_err(|error| match error.classify() {
        Category::Data => format!("{what}: {}", json_error::in_words(&error)),
        Category::Syntax | Category::Eof | Category::Io => format!(
            "{what} is not valid JSON (line {}, column {})",
            error.line(),
            error.column()
        ),
    })
}

/// The string that a member is.
pub(super) fn text<'a>(name: &str, member: Option<&'a RawValue>) -> Result<Cow<'a, str>, String> {
    let text = optional_text(name, member)?;
    text.ok_or_else(|| format!("missing {name}"))
}

/// The string that a member is, where it is there.
pub(super) fn optional_text<'a>(
    name: &str,
    member: Option<&'a RawValue>,
) -> Result<Option<Cow<'a, str>>, String> {
    let Some(raw) = member else {
        return Ok(None);
    };
    let not_text = |_| format!("{name} is not a string");
    let Text(text) = serde_json::from_str(raw.get()).map_err(not_text)?;
    Ok(Some(text))
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// How deep lists and objects are nested. A parser that follows them would need the stack for it.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert_eq!(depth(br#"{"a": "[[[\"[[\\", "b": [[1], [2]]}"#), 3);
        assert_eq!(depth(&[b'['; 100_000]), 100_000);
    }
}
