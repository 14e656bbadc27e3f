//! A document of YAML or JSON as it was written: every part with its line, and what is written
//! twice, twice.

use granit_parser::{Event, Parser, ScalarStyle, Tag, options};

/// A part of a document.
#[derive(Debug)]
pub(super) struct Node {
    /// The line that it begins on, from one.
    pub(super) line: usize,
    /// What it is.
    pub(super) kind: Kind,
    /// The short tag that it was written with: `!Ref`.
    pub(super) tag: Option<String>,
    /// Whether it has an anchor, by which it can stand in another place too.
    pub(super) is_anchored: bool,
}

/// What a part is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A text, a number or a word: YAML may take it for one of several.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Members, in their order.
    Members(Vec<Member>),
    /// Nothing, or `null`.
    Nothing,
    /// What has that anchor.
    Alias,
}

/// A member.
#[derive(Debug)]
pub(super) struct Member {
    /// The name.
    pub(super) name: String,
    /// The line that the name stands on, from one.
    pub(super) line: usize,
    /// The value.
    pub(super) value: Node,
}

/// A document that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from one.
    pub line: usize,
    /// What is wrong with it.
    pub complaint: String,
}

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Node, Unreadable> {
    let options = options! { emit_comments: false };
    let mut reader = Reader(Parser::new_from_str_with_options(text, options));
    let mut document = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, line) => {
                return document.ok_or_else(|| unreadable(line, "it is empty"));
            }
            (Event::DocumentStart(..), line) if document.is_some() => {
                return Err(unreadable(line, "a second document begins"));
            }
            (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
            (event, line) => document = Some(reader.node(event, line)?),
        }
    }
}

fn unreadable(line: usize, complaint: impl Into<String>) -> Unreadable {
    let complaint = complaint.into();
    Unreadable { line, complaint }
}

struct Reader<'a>(Parser<'a, granit_parser::StrInput<'a>>);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), Unreadable> {
        match self.0.next_event() {
            None => Ok((Event::StreamEnd, 0)),
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            Some(Err(error)) => {
                let complaint = error.kind().to_string();
                Err(unreadable(error.marker().line(), complaint))
            }
        }
    }

    /// The part that begins with an event. The parser bounds how deep parts are nested.
    fn node(&mut self, event: Event<'a>, line: usize) -> Result<Node, Unreadable> {
        let (kind, anchor, tag) = match event {
            Event::Alias(_) => (Kind::Alias, 0, None),
            Event::Scalar(text, style, anchor, tag) => (scalar(&text, style), anchor, tag),
            Event::SequenceStart(_, anchor, tag) => (Kind::List(self.items()?), anchor, tag),
            Event::MappingStart(_, anchor, tag) => (Kind::Members(self.members()?), anchor, tag),
            _ => return Err(unreadable(line, "something else than a value stands here")),
        };
        let node = Node {
            line,
            kind,
            tag: None,
            is_anchored: anchor != 0,
        };
        Ok(match tag.as_deref().and_then(short) {
            None => node,
            Some(tag) => long(tag, node),
        })
    }

    fn items(&mut self) -> Result<Vec<Node>, Unreadable> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(items),
                (event, line) => items.push(self.node(event, line)?),
            }
        }
    }

    fn members(&mut self) -> Result<Vec<Member>, Unreadable> {
        let mut members = Vec::new();
        loop {
            let (name, line) = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, _) => return Ok(members),
                (Event::Scalar(name, ..), line) => (name.into_owned(), line),
                (_, line) => return Err(unreadable(line, "the name of a member is not a word")),
            };
            let (event, at) = self.next()?;
            let value = self.node(event, at)?;
            members.push(Member { name, line, value });
        }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" if style == ScalarStyle::Plain => Kind::Nothing,
        text => Kind::Text(text.to_owned()),
    }
}

/// The tag of CloudFormation: those of YAML itself say nothing that is not seen.
fn short(tag: &Tag) -> Option<String> {
    (tag.handle() == "!").then(|| tag.suffix().to_owned())
}

/// What a short tag stands for: `!If [...]` is `{Fn::If: [...]}`.
fn long(tag: String, value: Node) -> Node {
    let line = value.line;
    let name = match tag.as_str() {
        "Ref" | "Condition" => tag.clone(),
        other => format!("Fn::{other}"),
    };
    Node {
        line,
        kind: Kind::Members(vec![Member { name, line, value }]),
        tag: Some(format!("!{tag}")),
        is_anchored: false,
    }
}
