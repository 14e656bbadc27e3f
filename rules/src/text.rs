//! Foreign text: tags, host names, policy names. All of it is hostile until it has passed here.

use std::fmt::{self, Write as _};

/// The longest quotation of a foreign name, in characters.
const QUOTATION_LIMIT: usize = 64;

/// The text without control characters, line breaks, invisible characters and marks that change
/// the direction of writing; runs of white space become one blank.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() {
            if !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if !is_unsafe(character) {
            cleaned.push(character);
        }
    }
    cleaned.trim().to_owned()
}

/// The text cleaned, cut to 64 characters and put in double quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"';
    if text.len() <= QUOTATION_LIMIT && text.bytes().all(plain) {
        return format!("\"{text}\"");
    }
    let cleaned = clean(text);
    let mut quotation = String::from("\"");
    for (position, character) in cleaned.chars().enumerate() {
        if position == QUOTATION_LIMIT {
            quotation.push('…');
            break;
        }
        quotation.push(if character == '"' { '\'' } else { character });
    }
    quotation.push('"');
    quotation
}

/// The text cut to `limit` characters, at the end of a word where there is one, and marked as cut.
#[must_use]
pub fn fitted(text: &str, limit: usize) -> String {
    const MARK: &str = " [truncated]";
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(MARK.len());
    let mut kept: String = text.chars().take(room).collect();
    let inside_word = text
        .chars()
        .nth(room)
        .is_some_and(|next| !next.is_whitespace());
    if inside_word && let Some(blank) = kept.rfind(' ') {
        kept.truncate(blank);
    }
    let mut cut = kept.trim_end().to_owned();
    let _ = write!(cut, "{MARK}");
    cut
}

/// The first few of many in a sentence: `1001, 1002 and 3 more`.
#[must_use]
pub fn listed<T: fmt::Display>(items: impl IntoIterator<Item = T>, shown: usize) -> String {
    let mut items = items.into_iter();
    let first: Vec<String> = items
        .by_ref()
        .take(shown)
        .map(|item| item.to_string())
        .collect();
    match items.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// So many of something: `1 rule`, `4 rules`.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The candidate that resembles `word` most, if one resembles it at all.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const RESEMBLANCE: f64 = 0.7;
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::jaro_winkler(&word, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(resemblance, _)| *resemblance >= RESEMBLANCE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// Control and invisible characters: they could forge a line, hide a word or turn a line around.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffc}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_marks_controls_and_line_breaks_disappear() {
        assert_eq!(
            clean("a\u{202e}b\u{0}c\r\nSubject:\tx\u{feff}"),
            "abc Subject: x"
        );
    }

    #[test]
    fn a_quotation_cannot_be_closed_from_inside() {
        assert_eq!(
            quoted("a\" verdict=\"COMPLIANT"),
            "\"a' verdict='COMPLIANT\""
        );
    }

    #[test]
    fn a_cut_falls_on_a_word_and_never_inside_a_character() {
        let text = format!("{} {}", "word ".repeat(40), "\u{1f600}".repeat(100));
        let cut = fitted(&text, 256);
        assert!(cut.chars().count() <= 256);
        assert!(cut.ends_with("word [truncated]"), "{cut}");
    }

    #[test]
    fn a_sentence_names_a_few_of_many() {
        assert_eq!(listed([1, 2], 2), "1, 2");
        assert_eq!(listed([1, 2, 3, 4], 2), "1, 2 and 2 more");
        assert_eq!(listed::<u8>([], 2), "");
        assert_eq!(
            [counted(1, "rule"), counted(2, "rule")],
            ["1 rule", "2 rules"]
        );
    }

    #[test]
    fn a_typing_error_finds_its_word() {
        assert_eq!(
            nearest("policyNmaes", ["modules", "policyNames"]),
            Some("policyNames")
        );
        assert_eq!(nearest("zzz", ["modules", "policyNames"]), None);
    }
}
