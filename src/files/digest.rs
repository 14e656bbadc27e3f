//! Digests of files, by which evidence is told from what was changed since.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sha2::{Digest as _, Sha256};

use crate::inventory::Digest;

/// A source whose bytes are digested while they are read.
pub(crate) struct Digesting<R> {
    source: R,
    sha256: Sha256,
}

impl<R: Read> Digesting<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            sha256: Sha256::new(),
        }
    }

    /// The SHA-256 of the whole source, in lower-case hexadecimal digits. What nobody read yet is
    /// read now.
    ///
    /// # Errors
    /// What the source says when it cannot be read.
    pub(crate) fn finish(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(Digest::finished(self.sha256).to_string())
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.sha256.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The SHA-256 of a file, in lower-case hexadecimal digits.
///
/// # Errors
/// What the file system says when it cannot be read.
pub fn sha256(path: &Path) -> io::Result<String> {
    Digesting::new(File::open(path)?).finish()
}
