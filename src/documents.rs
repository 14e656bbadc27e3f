//! Big JSON documents, read element by element: a fleet's files are larger than what may be held
//! in memory.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::json_error;

/// How much is read at a time, in bytes. It fits into a processor's cache.
const CHUNK: usize = 1 << 20;

/// What some programs put before a text in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The longest single element, in bytes.
const ELEMENT_LIMIT: usize = 256 << 20;

/// A JSON object, read member by member, of which the arrays are read element by element.
pub struct Document {
    name: String,
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    position: usize,
    lines_before: usize,
    exhausted: bool,
    inside: Inside,
}

/// Where in the document the reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Object { first: bool },
    Value,
    Array { first: bool },
    End,
}

/// A document that could not be read, and where.
#[derive(Debug)]
pub struct DocumentError {
    name: String,
    line: Option<usize>,
    complaint: String,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}, line {line}: {}", self.name, self.complaint),
            None => write!(formatter, "{}: {}", self.name, self.complaint),
        }
    }
}

impl std::error::Error for DocumentError {}

impl Document {
    /// Opens a file, which may be compressed with gzip; `-` is the standard input.
    ///
    /// # Errors
    /// When the file cannot be opened or read, or is empty.
    pub fn open(path: &Path) -> Result<Self, DocumentError> {
        let name = path.display().to_string();
        if path.as_os_str() == "-" {
            return Self::new("standard input".to_owned(), io::stdin());
        }
        let file = File::open(path).and_then(|file| {
            if file.metadata()?.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Ok(file)
        });
        match file {
            Ok(file) => Self::new(name, file),
            Err(error) => Err(DocumentError {
                name,
                line: None,
                complaint: plain(&error),
            }),
        }
    }

    /// Reads a document from a source, which may be compressed with gzip.
    ///
    /// # Errors
    /// When the source cannot be read, or is empty.
    pub fn new(name: String, source: impl Read + Send + 'static) -> Result<Self, DocumentError> {
        let mut document = Self {
            name,
            source: Box::new(source),
            buffer: Vec::new(),
            position: 0,
            lines_before: 0,
            exhausted: false,
            inside: Inside::Nothing,
        };
        document.fill()?;
        if document.buffer.starts_with(&[0x1f, 0x8b]) {
            let start = io::Cursor::new(std::mem::take(&mut document.buffer));
            let rest = std::mem::replace(&mut document.source, Box::new(io::empty()));
            document.source = Box::new(MultiGzDecoder::new(start.chain(rest)));
            document.exhausted = false;
            document.fill()?;
        }
        if document.buffer.starts_with(BYTE_ORDER_MARK) {
            document.position = BYTE_ORDER_MARK.len();
        } else if matches!(
            document.buffer.as_slice(),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..]
        ) {
            return Err(document.whole("is encoded in UTF-16; save it in UTF-8"));
        }
        if document.buffer.iter().all(u8::is_ascii_whitespace) && document.exhausted {
            return Err(document.whole("is empty"));
        }
        Ok(document)
    }

    /// What the document is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A complaint about the document as a whole.
    #[must_use]
    pub fn whole(&self, complaint: impl Into<String>) -> DocumentError {
        DocumentError {
            name: self.name.clone(),
            line: None,
            complaint: complaint.into(),
        }
    }

    /// A complaint about the place where the reader stands.
    #[must_use]
    pub fn here(&self, complaint: impl Into<String>) -> DocumentError {
        self.at(self.position, complaint.into())
    }

    fn at(&self, position: usize, complaint: String) -> DocumentError {
        let read = self.buffer.get(..position).unwrap_or(&self.buffer);
        let line = Some(self.lines_before + lines(read) + 1);
        DocumentError {
            name: self.name.clone(),
            line,
            complaint,
        }
    }

    /// The name of the next member of the object, whose value may then be read; `None` at the end
    /// of the document.
    ///
    /// # Errors
    /// When the document is not a JSON object, or cannot be read.
    pub fn next_member(&mut self) -> Result<Option<String>, DocumentError> {
        if self.inside == Inside::Nothing {
            match self.next_byte()? {
                Some(b'{') => self.inside = Inside::Object { first: true },
                _ => return Err(self.here("is not a JSON object")),
            }
            self.position += 1;
        }
        if self.inside == Inside::Value {
            self.read::<IgnoredAny>()?;
            self.inside = Inside::Object { first: false };
        }
        while matches!(self.inside, Inside::Array { .. }) {
            self.next_element::<IgnoredAny>()?;
        }
        let Inside::Object { first } = self.inside else {
            return Ok(None);
        };
        if !self.separator(b'}', first)? {
            self.inside = Inside::End;
            if self.next_byte()?.is_some() {
                return Err(self.here("something follows the end of the JSON document"));
            }
            return Ok(None);
        }
        let member = self.read::<String>()?;
        match self.next_byte()? {
            Some(b':') => self.position += 1,
            _ => return Err(self.unfinished_or("a `:` is missing")),
        }
        self.inside = Inside::Value;
        Ok(Some(member))
    }

    /// The value of the current member.
    ///
    /// # Errors
    /// When the value is not what it should be, or when the document cannot be read.
    pub fn value<T: DeserializeOwned>(&mut self) -> Result<T, DocumentError> {
        if self.inside != Inside::Value {
            return Err(self.here("no value follows"));
        }
        self.inside = Inside::Object { first: false };
        self.read()
    }

    /// The next element of the array that is the value of the current member; `None` at its end.
    ///
    /// # Errors
    /// When the value is not an array, when an element is not what it should be, or when the
    /// document cannot be read.
    pub fn next_element<T: DeserializeOwned>(&mut self) -> Result<Option<T>, DocumentError> {
        if self.inside == Inside::Value {
            match self.next_byte()? {
                Some(b'[') => self.inside = Inside::Array { first: true },
                _ => return Err(self.unfinished_or("is not a list")),
            }
            self.position += 1;
        }
        let Inside::Array { first } = self.inside else {
            return Ok(None);
        };
        if !self.separator(b']', first)? {
            self.inside = Inside::Object { first: false };
            return Ok(None);
        }
        self.inside = Inside::Array { first: false };
        self.read().map(Some)
    }

    /// Passes the comma before the next item; false at the closing bracket.
    fn separator(&mut self, close: u8, first: bool) -> Result<bool, DocumentError> {
        match self.next_byte()? {
            Some(byte) if byte == close => {
                self.position += 1;
                Ok(false)
            }
            Some(_) if first => Ok(true),
            Some(b',') => {
                self.position += 1;
                Ok(true)
            }
            _ => Err(self.unfinished_or("a `,` is missing")),
        }
    }

    fn unfinished_or(&self, complaint: &str) -> DocumentError {
        let at_end = self.exhausted && self.position >= self.buffer.len();
        self.here(if at_end {
            "ends in the middle of the JSON document"
        } else {
            complaint
        })
    }

    /// The next byte that is not white space, which stays unread.
    fn next_byte(&mut self) -> Result<Option<u8>, DocumentError> {
        loop {
            let rest = self.buffer.get(self.position..).unwrap_or_default();
            match rest.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(blanks) => {
                    self.position += blanks;
                    return Ok(self.buffer.get(self.position).copied());
                }
                None if self.exhausted => return Ok(None),
                None => {
                    self.position = self.buffer.len();
                    self.fill()?;
                }
            }
        }
    }

    /// Reads one value in a single pass; one that the buffer cuts is tried again with more.
    fn read<T: DeserializeOwned>(&mut self) -> Result<T, DocumentError> {
        self.next_byte()?;
        loop {
            let rest = self.buffer.get(self.position..).unwrap_or_default();
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<T>();
            let value = values.next();
            let end = values.byte_offset();
            match value {
                // A number at the end of the buffer may go on.
                Some(Ok(value)) if end < rest.len() || self.exhausted => {
                    self.position += end;
                    return Ok(value);
                }
                Some(Err(error)) if !error.is_eof() || self.exhausted => {
                    let complaint = complaint(&error);
                    let before = rest
                        .split_inclusive(|byte| *byte == b'\n')
                        .take(error.line().saturating_sub(1));
                    let offset: usize = before.map(<[u8]>::len).sum();
                    return Err(self.at(self.position + offset, complaint));
                }
                None if self.exhausted => {
                    return Err(self.here("ends in the middle of the JSON document"));
                }
                _ if rest.len() > ELEMENT_LIMIT => {
                    return Err(self.here("one element is larger than 256 MiB"));
                }
                _ => self.fill()?,
            }
        }
    }

    /// Drops what was read and adds at least one chunk, or doubles what is held.
    fn fill(&mut self) -> Result<(), DocumentError> {
        self.lines_before += lines(self.buffer.get(..self.position).unwrap_or_default());
        self.buffer.drain(..self.position.min(self.buffer.len()));
        self.position = 0;
        let wanted = CHUNK.max(self.buffer.len());
        let mut limited = (&mut self.source).take(wanted as u64);
        match limited.read_to_end(&mut self.buffer) {
            Ok(read) => {
                self.exhausted = read < wanted;
                Ok(())
            }
            Err(error) => Err(self.whole(plain(&error))),
        }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// What is wrong, without the position that the parser counts from the element's start.
fn complaint(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "ends in the middle of the JSON document".to_owned();
    }
    let text = json_error::in_words(error);
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(what, _)| what);
    if text == "recursion limit exceeded" {
        "is nested too deep".to_owned()
    } else {
        rules::text::clean(text)
    }
}

/// An error of the operating system in words.
pub(crate) fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory, and a file is wanted".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            format!("is not a complete gzip file ({error})")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
