//! Results in files, which may be compressed with gzip.

use std::{
    fs::File,
    io::{self, BufReader, Chain, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;

use super::{Results, VERSION, read};
use crate::{
    documents::{BYTE_ORDER_MARK, Document, DocumentError, plain},
    files::Digesting,
};

/// How much is read at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// How a gzip file begins (RFC 1952).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Reads results from a file, which may be compressed with gzip; `-` is the standard input.
///
/// # Errors
/// What is wrong with it, with its name.
pub fn open(path: &Path) -> Result<Results, String> {
    let read = unpacked(path).map_err(|error| plain(&error)).and_then(read);
    read.map_err(|what| format!("{}: {what}", named(path)))
}

/// Reads results as [`open`] does, with the SHA-256 of the bytes that were read, in lower-case
/// hexadecimal digits.
///
/// # Errors
/// As [`open`].
pub fn open_with_digest(path: &Path) -> Result<(Results, String), String> {
    let digested = || {
        let mut source = Digesting::new(source(path).map_err(|error| plain(&error))?);
        let results = text(&mut source)
            .map_err(|error| plain(&error))
            .and_then(read)?;
        let digest = source.finish().map_err(|error| plain(&error))?;
        Ok((results, digest))
    };
    digested().map_err(|what: String| format!("{}: {what}", named(path)))
}

/// What a file is called in a complaint.
pub(crate) fn named(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "standard input".to_owned();
    }
    path.display().to_string()
}

/// The text of a file as it was before it was compressed, without the mark of its encoding; `-` is the
/// standard input.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn unpacked(path: &Path) -> io::Result<impl Read + use<>> {
    text(source(path)?)
}

fn source(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(file))
}

fn text<R: Read>(source: R) -> io::Result<impl Read + use<R>> {
    let (begin, source) = begun(source, GZIP.len())?;
    let whole = Cursor::new(begin.clone()).chain(source);
    let plain = if begin == GZIP {
        Packed::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(
            CHUNK, whole,
        ))))
    } else {
        Packed::Not(whole)
    };
    let (begin, rest) = begun(plain, BYTE_ORDER_MARK.len())?;
    let is_mark = begin == BYTE_ORDER_MARK;
    let begin = if is_mark { Vec::new() } else { begin };
    let text = Cursor::new(begin).chain(rest);
    Ok(BufReader::with_capacity(CHUNK, text))
}

/// The first bytes of a source, and the source after them.
fn begun<R: Read>(mut source: R, length: usize) -> io::Result<(Vec<u8>, R)> {
    let mut begin = Vec::new();
    (&mut source).take(length as u64).read_to_end(&mut begin)?;
    Ok((begin, source))
}

/// A source whose first bytes were read before.
type Begun<R> = Chain<Cursor<Vec<u8>>, R>;

/// A source that may be compressed.
enum Packed<R> {
    Not(Begun<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Begun<R>>>>),
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Not(source) => source.read(buffer),
            Self::Gzip(source) => source.read(buffer),
        }
    }
}

/// The time of the results in a file, of which no more is read than has to be.
///
/// # Errors
/// What is wrong with it, with its name.
pub fn as_of(path: &Path) -> Result<Timestamp, String> {
    let complaint = |error: DocumentError| error.to_string();
    let mut document = Document::open(path).map_err(complaint)?;
    while let Some(member) = document.next_member().map_err(complaint)? {
        match member.as_str() {
            "schemaVersion" => {
                let version: String = document.value().map_err(complaint)?;
                if version != VERSION {
                    let version = rules::text::quoted(&version);
                    let wrong = format!(
                        "is of schema version {version}, and this Deepgrade reads {VERSION}"
                    );
                    return Err(document.here(wrong).to_string());
                }
            }
            "asOf" => return document.value().map_err(complaint),
            _ => {}
        }
    }
    let wrong = "is not a result of `deepgrade evaluate --output json`: it has no asOf";
    Err(document.whole(wrong).to_string())
}
