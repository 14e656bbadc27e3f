//! A binary that Lambda can start.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// The processors that Lambda has, by its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`
    X86,
    /// `arm64`
    Arm,
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        })
    }
}

/// A binary that Lambda can start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// What it is called: `evaluate`.
    pub name: String,
    /// The processors that it is for.
    pub architecture: Architecture,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl Binary {
    /// Reads a binary, which is called as its file is.
    ///
    /// # Errors
    /// It cannot be read, or it is not one of Linux for a processor that Lambda has.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(Failure::of_file(path))?;
        let architecture = architecture(&bytes).ok_or_else(|| Failure::Content {
            path: path.to_owned(),
            what: "no program that AWS Lambda can start; build it on Linux, for x86_64 or arm64"
                .to_owned(),
        })?;
        let name = path.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            architecture,
            bytes,
        })
    }
}

/// Of an ELF file of 64 bits, the lower byte first, what its header says (`e_machine`; man 5 elf).
fn architecture(bytes: &[u8]) -> Option<Architecture> {
    let is_elf = bytes.starts_with(b"\x7fELF\x02\x01");
    match (is_elf, bytes.get(18..20)?) {
        (true, [62, 0]) => Some(Architecture::X86),
        (true, [183, 0]) => Some(Architecture::Arm),
        _ => None,
    }
}
