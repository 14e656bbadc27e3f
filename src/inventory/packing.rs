//! JSON, compressed with gzip (RFC 1952): how objects are stored.

use std::io::{BufReader, Write};

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use rules::inventory::InventoryDocument;
use serde::{Serialize, de::DeserializeOwned};

use super::digest::Digest;
use crate::{documents::Document, files};

/// Packs something. The same thing always makes the same bytes.
///
/// # Errors
/// A line, when it cannot be written as JSON.
pub(super) fn pack(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    // Small writes straight into a compressor are slow.
    let mut buffered = std::io::BufWriter::with_capacity(1 << 16, &mut packed);
    serde_json::to_writer(&mut buffered, value).map_err(|error| plain(&error))?;
    buffered.flush().map_err(|error| plain(&error))?;
    drop(buffered);
    packed.finish().map_err(|error| plain(&error))
}

/// Unpacks something small.
///
/// # Errors
/// A line, when the bytes are damaged.
pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = BufReader::new(GzDecoder::new(bytes));
    serde_json::from_reader(text).map_err(|_| "it is damaged".to_owned())
}

/// Unpacks a part of an inventory while it is decompressed: its text is never held as a whole.
///
/// # Errors
/// A line, when the bytes are damaged or are no inventory.
pub(super) fn unpack_part(bytes: Vec<u8>) -> Result<InventoryDocument, String> {
    let source = std::io::Cursor::new(bytes);
    let document = Document::new("it".to_owned(), source);
    let document = document.and_then(|mut document| files::inventory_document(&mut document));
    document.map_err(|error| error.to_string())
}

/// Whether bytes are the ones that are meant.
///
/// # Errors
/// A line, when they are not.
pub(super) fn verify(bytes: &[u8], sha256: Digest) -> Result<(), String> {
    let is = Digest::of(bytes);
    if is == sha256 {
        return Ok(());
    }
    Err(format!("its SHA-256 is {is}, and {sha256} is wanted"))
}

fn plain(error: &impl std::fmt::Display) -> String {
    rules::text::clean(&error.to_string())
}
