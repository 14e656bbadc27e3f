//! The manifest: a line a file, in the form that `sha256sum` of GNU coreutils writes and checks.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Write},
};

use sha2::{Digest as _, Sha256};

use crate::inventory::Digest;

/// The longest name of a kept file, in bytes, beside its number.
const NAME: usize = 100;

/// The manifest of files by path. Paths are [`safe`]: none has to be escaped.
pub(super) fn text(sums: &[(String, Digest)]) -> String {
    let mut text = String::new();
    for (path, digest) in sums {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{digest}  {path}");
    }
    text
}

/// A name of a file that a shell, a manifest and every file system take as it is.
pub(super) fn safe(name: &str) -> String {
    let plain = |character: char| {
        let is_plain = character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
        if is_plain { character } else { '_' }
    };
    // What tells of what it is stands at the end.
    let excess = name.chars().count().saturating_sub(NAME);
    name.chars().skip(excess).map(plain).collect()
}

/// A file whose bytes are summed while they are written.
pub(super) struct Hashing {
    file: File,
    sum: Sha256,
}

impl Hashing {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            sum: Sha256::new(),
        }
    }

    /// The sum, once all is written for certain.
    pub(super) fn finish(self) -> io::Result<Digest> {
        self.file.sync_all()?;
        Ok(Digest::finished(self.sum))
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_what_a_manifest_or_a_shell_would_stumble_over() {
        for (name, expected) in [
            ("instances.json", "instances.json"),
            ("a\nb\\c d.json", "a_b_c_d.json"),
            ("$(rm -rf ~);'\u{202e}x", "__rm_-rf______x"),
            ("", ""),
        ] {
            assert_eq!(safe(name), expected);
        }
        let long = format!("{}.json.gz", "é".repeat(300));
        assert!(safe(&long).len() <= NAME && safe(&long).ends_with("_.json.gz"));
    }
}
