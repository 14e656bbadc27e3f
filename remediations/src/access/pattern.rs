//! Patterns of policies: texts with the wildcards `*` and `?` and with policy variables (IAM user
//! guide, "IAM JSON policy elements: Resource" and "Variables and tags").

use std::borrow::Cow;

use super::{context::Context, extent::Extent};

/// How a text of a policy is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Syntax {
    /// Whether `*` and `?` stand for other characters.
    pub(super) wildcards: bool,
    /// Whether `${…}` stands for a value of the request.
    pub(super) variables: bool,
    /// Whether case makes no difference.
    pub(super) folded: bool,
}

/// A text of a policy, read.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pieces: Box<[Piece]>,
    folded: bool,
}

#[derive(Clone, Debug)]
enum Piece {
    Fixed(Box<[Token]>),
    Variable {
        key: Box<str>,
        default: Option<Box<str>>,
    },
}

/// What stands at one place of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Is(char),
    /// Any one character.
    One,
    /// Any characters, or none.
    Many,
}

/// A pattern whose variables are replaced.
#[derive(Debug)]
pub(super) struct Filled<'a> {
    pub(super) tokens: Cow<'a, [Token]>,
    /// Whether a variable had no known value, so that the pattern matches too much.
    pub(super) is_wider: bool,
}

/// A text that patterns are held against.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    text: Vec<char>,
    /// Whether at least one more character follows, and which is not known.
    goes_on: bool,
}

impl Subject {
    /// Exactly this text.
    pub(super) fn exact(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            goes_on: false,
        }
    }

    /// Every longer text that begins so.
    pub(super) fn beginning(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            goes_on: true,
        }
    }

    /// Its parts between colons, at most so many: the last one holds what is left. Of a text that
    /// goes on only the last part does.
    pub(super) fn parts(&self, limit: usize) -> Vec<Self> {
        let parts = self.text.splitn(limit, |character| *character == ':');
        let mut parts: Vec<Self> = parts
            .map(|part| Self {
                text: part.to_vec(),
                goes_on: false,
            })
            .collect();
        if let Some(last) = parts.last_mut() {
            last.goes_on = self.goes_on;
        }
        parts
    }

    /// The same without differences of case.
    pub(super) fn folded(&self) -> Self {
        Self {
            text: self.text.iter().copied().map(fold).collect(),
            goes_on: self.goes_on,
        }
    }
}

fn fold(character: char) -> char {
    // Characters that become several in lower case do not occur where case makes no difference.
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => character,
    }
}

impl Pattern {
    /// Reads a text.
    pub(super) fn new(text: &str, syntax: Syntax) -> Self {
        let mut pieces = Vec::new();
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if syntax.variables
                && let Some(inside) = rest.strip_prefix("${")
                && let Some((name, after)) = inside.split_once('}')
            {
                rest = after;
                match name {
                    "*" | "?" | "$" => tokens.extend(name.chars().map(Token::Is)),
                    _ => {
                        if !tokens.is_empty() {
                            pieces.push(Piece::Fixed(std::mem::take(&mut tokens).into()));
                        }
                        pieces.push(variable(name));
                    }
                }
                continue;
            }
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
            push(&mut tokens, token(character, syntax));
        }
        if !tokens.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Fixed(tokens.into()));
        }
        Self {
            pieces: pieces.into(),
            folded: syntax.folded,
        }
    }

    /// The pattern with the values of its variables.
    pub(super) fn filled(&self, context: &Context<'_>) -> Filled<'_> {
        if let [Piece::Fixed(tokens)] = &*self.pieces {
            return Filled {
                tokens: Cow::Borrowed(tokens),
                is_wider: false,
            };
        }
        let mut filled = Vec::new();
        let mut is_wider = false;
        for piece in &self.pieces {
            let (key, default) = match piece {
                Piece::Fixed(tokens) => {
                    for token in tokens {
                        push(&mut filled, *token);
                    }
                    continue;
                }
                Piece::Variable { key, default } => (key, default),
            };
            let value = context.value(key);
            let (text, is_whole) = value.text(default.as_deref());
            let characters = text.chars();
            filled.extend(
                characters.map(|each| Token::Is(if self.folded { fold(each) } else { each })),
            );
            if !is_whole {
                push(&mut filled, Token::Many);
                is_wider = true;
            }
        }
        Filled {
            tokens: Cow::Owned(filled),
            is_wider,
        }
    }

    /// For how much of a subject the pattern fits.
    pub(super) fn fit(&self, subject: &Subject, context: &Context<'_>) -> Extent {
        let filled = self.filled(context);
        let extent = fit(&filled.tokens, subject);
        if filled.is_wider {
            extent.min(Extent::Unsure)
        } else {
            extent
        }
    }
}

fn variable(name: &str) -> Piece {
    let (key, default) = match name.split_once(',') {
        Some((key, default)) => (key, Some(default)),
        None => (name, None),
    };
    let quoted = |default: &str| {
        let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        Some(Box::from(default))
    };
    Piece::Variable {
        key: key.trim().to_ascii_lowercase().into(),
        default: default.and_then(quoted),
    }
}

fn token(character: char, syntax: Syntax) -> Token {
    match character {
        '*' if syntax.wildcards => Token::Many,
        '?' if syntax.wildcards => Token::One,
        _ if syntax.folded => Token::Is(fold(character)),
        _ => Token::Is(character),
    }
}

/// Adds a token; of neighbouring `*` one is as good as many.
fn push(tokens: &mut Vec<Token>, token: Token) {
    if token != Token::Many || tokens.last() != Some(&Token::Many) {
        tokens.push(token);
    }
}

/// For how much of a subject the tokens fit.
pub(super) fn fit(tokens: &[Token], subject: &Subject) -> Extent {
    if !subject.goes_on {
        return if is_match(tokens, false, &subject.text) {
            Extent::Whole
        } else {
            Extent::None
        };
    }
    if fits_all(tokens, &subject.text) {
        Extent::Whole
    } else if fits_some(tokens, &subject.text) {
        Extent::Part
    } else {
        Extent::None
    }
}

/// Whether the tokens fit every longer text that begins so. What fits whatever follows ends in a
/// run of wildcards with a `*`; what stands before the run has to fit in the known part, and leaves
/// it as many characters as it has `?`, the one that follows for certain included.
fn fits_all(tokens: &[Token], beginning: &[char]) -> bool {
    let is_wildcard = |token: &&Token| !matches!(token, Token::Is(_));
    let run = tokens.iter().rev().take_while(is_wildcard);
    let (length, ones, has_many) = run.fold((0, 0, false), |(length, ones, many), token| {
        let is_one = *token == Token::One;
        (length + 1, ones + usize::from(is_one), many || !is_one)
    });
    let head = tokens.get(..tokens.len() - length).unwrap_or_default();
    let room = (beginning.len() + 1).checked_sub(ones);
    let room = room.map(|room| {
        beginning
            .get(..room.min(beginning.len()))
            .unwrap_or_default()
    });
    has_many && room.is_some_and(|room| is_match(head, true, room))
}

/// Whether the tokens fit a longer text that begins so.
fn fits_some(tokens: &[Token], beginning: &[char]) -> bool {
    let mut characters = beginning.iter();
    for token in tokens {
        let differs = match (token, characters.as_slice().first()) {
            // It takes in what is left, and whatever is to fit what follows it.
            (Token::Many, _) => return true,
            // What is left of the tokens fits something.
            (_, None) => return true,
            (Token::One, Some(_)) => false,
            (Token::Is(wanted), Some(found)) => wanted != found,
        };
        if differs {
            return false;
        }
        characters.next();
    }
    // The tokens end with the known part or before it, and more follows.
    false
}

/// Whether the tokens, with a `*` after them where `and_more`, match a text. It takes at most the
/// square of the text's length, whatever the pattern.
fn is_match(tokens: &[Token], and_more: bool, text: &[char]) -> bool {
    let at = |index: usize| match tokens.get(index) {
        Some(token) => Some(*token),
        None => (and_more && index == tokens.len()).then_some(Token::Many),
    };
    let (mut token, mut character) = (0, 0);
    // Where to go on when what follows the last `*` does not match: after the `*`, one character on.
    let mut resume: Option<(usize, usize)> = None;
    while let Some(found) = text.get(character) {
        match at(token) {
            Some(Token::Many) => {
                resume = Some((token + 1, character + 1));
                token += 1;
            }
            Some(Token::One) => (token, character) = (token + 1, character + 1),
            Some(Token::Is(wanted)) if wanted == *found => {
                (token, character) = (token + 1, character + 1);
            }
            _ => match resume {
                Some((after, next)) => {
                    (token, character) = (after, next);
                    resume = Some((after, next + 1));
                }
                None => return false,
            },
        }
    }
    while at(token) == Some(Token::Many) {
        token += 1;
    }
    at(token).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of up to so many of these characters.
    fn texts(characters: &[char], longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            last = last
                .iter()
                .flat_map(|text| characters.iter().map(move |each| format!("{text}{each}")))
                .collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    /// What wildcards mean, said as plainly as it can be.
    fn matches(tokens: &[Token], text: &[char]) -> bool {
        match (tokens.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((Token::Many, rest)), None) => matches(rest, text),
            (Some((Token::Many, rest)), Some((_, after))) => {
                matches(rest, text) || matches(tokens, after)
            }
            (Some((Token::One, rest)), Some((_, after))) => matches(rest, after),
            (Some((Token::Is(wanted), rest)), Some((found, after))) => {
                wanted == found && matches(rest, after)
            }
            _ => false,
        }
    }

    #[test]
    fn what_fits_is_what_wildcards_mean() {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
            folded: false,
        };
        let tokens = |text: &str| {
            let mut tokens = Vec::new();
            for character in text.chars() {
                push(&mut tokens, token(character, syntax));
            }
            tokens
        };
        let patterns: Vec<_> = texts(&['a', 'b', '?', '*'], 4)
            .iter()
            .map(|text| tokens(text))
            .collect();
        // Longer than any pattern, so that a pattern which fits only some of what follows shows.
        let endings = texts(&['a', 'b'], 5);
        for beginning in texts(&['a', 'b'], 2) {
            let all: Vec<Vec<char>> = endings
                .iter()
                .filter(|ending| !ending.is_empty())
                .map(|ending| format!("{beginning}{ending}").chars().collect())
                .collect();
            for pattern in &patterns {
                let fitting = all.iter().filter(|text| matches(pattern, text)).count();
                let expected = match fitting {
                    0 => Extent::None,
                    count if count == all.len() => Extent::Whole,
                    _ => Extent::Part,
                };
                let found = fit(pattern, &Subject::beginning(&beginning));
                assert_eq!(found, expected, "{pattern:?} {beginning}");
                let exact = fit(pattern, &Subject::exact(&beginning));
                let characters: Vec<char> = beginning.chars().collect();
                assert_eq!(exact > Extent::None, matches(pattern, &characters));
            }
        }
    }
}
