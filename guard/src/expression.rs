//! Regular expressions that come to an end: the library compiles one anew for every comparison, and
//! tries some of them back and forth.

use crate::shape::plain;

/// The longest regular expression, in bytes.
const BYTES: usize = 256;
/// The largest compiled regular expression, in bytes.
const COMPILED_BYTES: usize = 64 << 10;

/// Refuses a regular expression as it is written between its slashes.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub(crate) fn check(written: &str) -> Result<(), String> {
    if written.ends_with("\\/") {
        let what = "a regular expression ends with `\\/`, which the library does not understand; write \
                    `\\/.*`";
        return Err(what.to_owned());
    }
    let regex = written.replace("\\/", "/");
    if regex.is_empty() || regex.len() > BYTES {
        return Err("a regular expression has between 1 and 256 bytes".to_owned());
    }
    if let Some(what) = unbounded(&regex) {
        return Err(format!(
            "a regular expression has {what}, which may take without end; write it without"
        ));
    }
    let compiled = regex::RegexBuilder::new(&regex)
        .size_limit(COMPILED_BYTES)
        .build();
    match compiled {
        Ok(_) => Ok(()),
        Err(regex::Error::CompiledTooBig(_)) => {
            let what = "a regular expression stands for too much; write ASCII classes such as \
                        [0-9A-Za-z_] rather than \\w, and shorter repetitions";
            Err(what.to_owned())
        }
        Err(_) => Err(format!("`{}` is no regular expression", plain(&regex))),
    }
}

/// Whether an expression, between its slashes, matches a word. One that is none was refused before.
pub(crate) fn matches(expression: &str, word: &str) -> bool {
    let written = expression.strip_prefix('/').unwrap_or(expression);
    let written = written.strip_suffix('/').unwrap_or(written);
    let regex = regex::Regex::new(&written.replace("\\/", "/"));
    regex.is_ok_and(|regex| regex.is_match(word))
}

/// What of a regular expression makes the library try back and forth: it gives up after a million
/// steps, and then panics.
fn unbounded(regex: &str) -> Option<&'static str> {
    let mut before = ' ';
    let mut characters = regex.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                let (_, escaped) = characters.next()?;
                let plain = !escaped.is_alphanumeric() || "dDwWsSbntr".contains(escaped);
                if !plain {
                    return Some("a back-reference or an escape of its own kind");
                }
                before = 'a';
                continue;
            }
            '(' => {
                let rest = regex.get(at..).unwrap_or_default();
                let known = ["(?:", "(?i)", "(?i:"];
                if rest.starts_with("(?") && !known.iter().any(|known| rest.starts_with(known)) {
                    return Some("a look-around or another group of `(?`");
                }
            }
            '+' if matches!(before, '+' | '*' | '?' | '}') => {
                return Some("a possessive repetition");
            }
            _ => {}
        }
        before = character;
    }
    None
}
