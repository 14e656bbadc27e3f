//! What frameworks of controls ask for, as far as a rule bears on it. A proposal, made from the
//! published numbers of the requirements: whoever relies on it has it reviewed.

use std::fmt;

/// The requirements that a rule bears on, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frameworks {
    /// Of the Payment Card Industry Data Security Standard, version 4.0.1.
    pub pci_dss: &'static [&'static str],
    /// Controls of NIST Special Publication 800-53, revision 5.
    pub nist_800_53: &'static [&'static str],
    /// Safeguards of the CIS Critical Security Controls, version 8.1.
    pub cis_controls: &'static [&'static str],
}

impl Frameworks {
    /// What is said wherever the mapping is shown.
    pub const CAVEAT: &'static str = "a proposal, to be reviewed";

    /// Each framework with the requirements that the rule bears on; none that it does not bear on.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        let all = [
            ("PCI DSS 4.0.1", self.pci_dss),
            ("NIST 800-53 Rev. 5", self.nist_800_53),
            ("CIS Controls 8.1", self.cis_controls),
        ];
        all.into_iter().filter(|(_, numbers)| !numbers.is_empty())
    }
}

/// All of them in one line: `PCI DSS 4.0.1: 5.2.1, 11.5.1; NIST 800-53 Rev. 5: SI-3`.
impl fmt::Display for Frameworks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (framework, numbers)) in self.each().enumerate() {
            let comma = if position > 0 { "; " } else { "" };
            write!(formatter, "{comma}{framework}: {}", numbers.join(", "))?;
        }
        Ok(())
    }
}
