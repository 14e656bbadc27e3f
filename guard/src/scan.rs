//! What a text of rules must be like before it is parsed: the parser calls itself for every bracket,
//! and compiles every regular expression that it meets.

use crate::{expression, refused::Refused, shape::plain};

/// The longest text, in bytes.
const TEXT_BYTES: usize = 64 << 10;
/// The longest line, in bytes: the parser counts its columns anew for every clause.
const LINE_BYTES: usize = 1_000;
/// How deep brackets may be nested: the parser tries some of them several times over.
const DEPTH: usize = 6;

/// Refuses a text whose brackets, words or expressions could keep the parser from its end.
///
/// # Errors
/// The first thing that is refused.
pub(crate) fn scan(name: &str, text: &str) -> Result<(), Refused> {
    if text.len() > TEXT_BYTES {
        let what = "is longer than 64 KiB; write fewer rules";
        return Err(Refused::whole(name, what));
    }
    let scanner = Scanner {
        name,
        rest: text,
        line: 1,
        brackets: Vec::new(),
    };
    scanner.scan()
}

struct Scanner<'t> {
    name: &'t str,
    rest: &'t str,
    line: usize,
    brackets: Vec<char>,
}

impl<'t> Scanner<'t> {
    fn scan(mut self) -> Result<(), Refused> {
        if self.rest.lines().any(|line| line.len() > LINE_BYTES) {
            let what = "has a line of more than 1,000 bytes; break it";
            return Err(Refused::whole(self.name, what));
        }
        let mut before = '\n';
        while let Some(character) = self.rest.chars().next() {
            match character {
                '#' => {
                    self.take_until("\n");
                }
                '\'' | '"' => self.string(character)?,
                '/' => self.regex()?,
                '<' if self.rest.starts_with("<<") => self.message()?,
                '(' | '[' | '{' => self.open(character)?,
                ')' | ']' | '}' => self.close(character)?,
                '\n' => self.advance(1),
                letter if letter.is_ascii_alphabetic() => {
                    self.word(before)?;
                    before = 'a';
                    continue;
                }
                other if is_known(other) => self.advance(1),
                other => {
                    let what = format!(
                        "the character `{}` (U+{:04X}) belongs into a text, a comment or a message; \
                         write names in ASCII",
                        plain(&other.to_string()),
                        u32::from(other)
                    );
                    return Err(self.refuse(what));
                }
            }
            before = character;
        }
        match self.brackets.pop() {
            Some(open) => Err(self.refuse(format!("`{open}` is never closed"))),
            None => Ok(()),
        }
    }

    fn refuse(&self, what: impl Into<String>) -> Refused {
        Refused::at(self.name, self.line, what)
    }

    fn advance(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += taken.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
    }

    /// Goes on to the next of these words, or to the end, and gives what is before it.
    fn take_until(&mut self, end: &str) -> Option<&'t str> {
        let found = self.rest.find(end);
        let text = self.rest.get(..found.unwrap_or(self.rest.len()))?;
        self.advance(text.len());
        found.map(|_| text)
    }

    fn open(&mut self, bracket: char) -> Result<(), Refused> {
        self.brackets.push(bracket);
        if self.brackets.len() > DEPTH {
            let what = format!(
                "brackets are nested more than {DEPTH} deep; give a part of it a name with `let`, or \
                 make it a rule of its own"
            );
            return Err(self.refuse(what));
        }
        self.advance(1);
        Ok(())
    }

    fn close(&mut self, bracket: char) -> Result<(), Refused> {
        let wanted = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        if self.brackets.pop() != Some(wanted) {
            return Err(self.refuse(format!("`{bracket}` closes nothing")));
        }
        self.advance(1);
        Ok(())
    }

    /// A name or a word of the language. `r` before a bracket begins a range.
    fn word(&mut self, before: char) -> Result<(), Refused> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = self.rest.bytes().take_while(|byte| is_part(byte)).count();
        let word = self.rest.get(..length).unwrap_or_default();
        self.advance(length);
        let is_range = word == "r" && self.rest.starts_with(['(', '[']);
        if !is_range || matches!(before, '%' | '.') {
            return Ok(());
        }
        // A range of characters may hold any bracket and any quote.
        let range = self.rest.get(1..).unwrap_or_default();
        let bounds = range.bytes().take_while(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b',' | b' ' | b'e' | b'E')
        });
        let bounds = bounds.count();
        if range
            .get(bounds..)
            .is_some_and(|rest| rest.starts_with([')', ']']))
        {
            self.advance(bounds + 2);
            return Ok(());
        }
        Err(self.refuse("a range has two numbers; write it as r[1,5] or r(1,5)"))
    }

    /// What lies before a quote that is not escaped, without what opens it.
    fn delimited(&mut self, end: char, what: &str) -> Result<&'t str, Refused> {
        let body = self.rest.get(1..).unwrap_or_default();
        let mut escaped = false;
        let closing = body.char_indices().find(|(_, character)| {
            let closes = *character == end && !escaped;
            escaped = *character == '\\';
            closes
        });
        let (at, _) = closing.ok_or_else(|| self.refuse(format!("{what} is never closed")))?;
        let content = body.get(..at).unwrap_or_default();
        if content.chars().any(char::is_control) {
            return Err(self.refuse(format!("{what} is not on one line")));
        }
        self.advance(at + 2);
        Ok(content)
    }

    fn string(&mut self, quote: char) -> Result<(), Refused> {
        let content = self.delimited(quote, "a text")?;
        // The library shows both in the same way, so that nothing could tell them apart.
        let like_a_regex = content.len() > 1 && content.starts_with('/') && content.ends_with('/');
        let like_a_range = content.starts_with(['[', '(']) && content.ends_with([']', ')']);
        if like_a_regex || like_a_range {
            let what = format!(
                "the text `{}` looks like a regular expression or a range; write those without quotes",
                plain(content)
            );
            return Err(self.refuse(what));
        }
        Ok(())
    }

    fn message(&mut self) -> Result<(), Refused> {
        self.advance(2);
        if self.take_until(">>").is_none() {
            return Err(self.refuse("a message `<<…>>` is never closed"));
        }
        self.advance(2);
        Ok(())
    }

    fn regex(&mut self) -> Result<(), Refused> {
        let written = self.delimited('/', "a regular expression")?;
        expression::check(written).map_err(|what| self.refuse(what))
    }
}

/// What the language is written with, outside of texts.
const fn is_known(character: char) -> bool {
    matches!(
        character,
        '0'..='9'
            | ' '
            | '\t'
            | '\r'
            | '_'
            | '%'
            | '.'
            | ','
            | ':'
            | '='
            | '!'
            | '<'
            | '>'
            | '*'
            | '|'
            | '-'
            | '+'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match scan("x.guard", text) {
            Ok(()) => String::new(),
            Err(refused) => refused.to_string(),
        }
    }

    #[test]
    fn brackets_in_texts_comments_and_messages_are_none() {
        let text = "# {[(\nrule a {\n  b == 'x}\\'}' <<[ it's ( >>\n  c == /[{]\\/[(]/\n}\n";
        assert_eq!(said(text), "");
        assert_eq!(
            said("rule r when %r[ x exists ] !empty { b.r[ y == r[1,5] ] exists }"),
            ""
        );
    }

    #[test]
    fn what_the_parser_may_not_see_is_refused_with_its_place() {
        for (text, wanted) in [
            (
                "rule a {\n b == {{{{{{{{{{{{",
                "x.guard:2: brackets are nested more than 6 deep",
            ),
            ("a == [1\n", "x.guard:2: `[` is never closed"),
            ("a == 1)", "x.guard:1: `)` closes nothing"),
            ("a == 'b\nc'", "x.guard:1: a text is not on one line"),
            ("a == 'b", "x.guard:1: a text is never closed"),
            ("a exists << b", "x.guard:1: a message"),
            ("a == /(b+)+\\1/", "a back-reference"),
            ("a == /(?=b)/", "a look-around"),
            ("a == /b*+/", "a possessive repetition"),
            ("a == /(/", "is no regular expression"),
            ("a == /\\w{900}/", "stands for too much"),
            ("a == //", "between 1 and 256 bytes"),
            ("a == /b\\//", "ends with `\\/`"),
            ("a == r['[,']]", "a range has two numbers"),
            ("a == '/b/'", "looks like a regular expression"),
            ("ä == 1", "U+00E4"),
            ("a \u{202e}== 1", "U+202E"),
        ] {
            assert!(said(text).contains(wanted), "{text}: {}", said(text));
        }
        assert!(said(&"a exists\n".repeat(9_000)).contains("longer than 64 KiB"));
        assert!(said(&"a exists ".repeat(200)).contains("a line of more than"));
    }
}
