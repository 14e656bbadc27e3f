//! Results in files, which may be compressed with gzip.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;

use super::{Results, VERSION, read};
use crate::{
    documents::{BYTE_ORDER_MARK, Document, plain},
    files::Digesting,
};

/// How much is read at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// Reads results from a file, which may be compressed with gzip; `-` is the standard input.
///
/// # Errors
/// What is wrong with it, with its name.
pub fn open(path: &Path) -> Result<Results, String> {
    source(path)
        .and_then(unpacked)
        .map_err(|what| format!("{}: {what}", name(path)))
}

/// Reads results as [`open`] does, with the SHA-256 of the bytes that were read, in lower-case
/// hexadecimal digits.
///
/// # Errors
/// As [`open`].
pub fn open_with_digest(path: &Path) -> Result<(Results, String), String> {
    let read = || {
        let mut source = Digesting::new(source(path)?);
        let results = unpacked(&mut source)?;
        let digest = source.finish().map_err(|error| plain(&error))?;
        Ok((results, digest))
    };
    read().map_err(|what: String| format!("{}: {what}", name(path)))
}

fn name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "standard input".to_owned();
    }
    path.display().to_string()
}

fn source(path: &Path) -> Result<Box<dyn Read>, String> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).and_then(|file| {
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(file)
    });
    match file {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(plain(&error)),
    }
}

fn unpacked(source: impl Read) -> Result<Results, String> {
    let mut source = BufReader::with_capacity(CHUNK, source);
    let begin = source.fill_buf().map_err(|error| plain(&error))?;
    if begin.starts_with(&[0x1f, 0x8b]) {
        let decoder = MultiGzDecoder::new(source);
        return marked(BufReader::with_capacity(CHUNK, decoder));
    }
    marked(source)
}

fn marked(mut source: impl BufRead) -> Result<Results, String> {
    let begin = source.fill_buf().map_err(|error| plain(&error))?;
    if begin.starts_with(BYTE_ORDER_MARK) {
        source.consume(BYTE_ORDER_MARK.len());
    }
    read(source)
}

/// The time of the results in a file, of which no more is read than has to be.
///
/// # Errors
/// What is wrong with it, with its name.
pub fn as_of(path: &Path) -> Result<Timestamp, String> {
    let complaint = |error: crate::documents::DocumentError| error.to_string();
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
