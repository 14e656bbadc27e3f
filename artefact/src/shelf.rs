//! The folder of what was made.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::failure::Failure;

/// The name of the list, as `sha256sum --check` wants it.
const SUMS: &str = "SHA256SUMS";

/// A folder with files, whose SHA-256 are listed in one more.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    sums: String,
}

impl Shelf {
    /// An empty folder: what was in it before is deleted.
    ///
    /// # Errors
    /// It cannot be deleted or made.
    pub fn empty(folder: &Path) -> Result<Self, Failure> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(Failure::of_file(folder))?;
        }
        fs::create_dir_all(folder).map_err(Failure::of_file(folder))?;
        Ok(Self {
            folder: folder.to_owned(),
            sums: String::new(),
        })
    }

    /// Puts a file there, and gives its path.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let sha256 = hexadecimal(&Sha256::digest(bytes));
        self.sums += &format!("{sha256}  {name}\n");
        self.write(name, bytes)
    }

    /// Writes the list, and gives its path.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn close(self) -> Result<PathBuf, Failure> {
        self.write(SUMS, self.sums.as_bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).map_err(Failure::of_file(&path))?;
        Ok(path)
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
