//! The matrix: what each type of GuardDuty finding is answered with, beside the floor that every
//! finding on a host gets.
//!
//! A row is chosen by how the finding's type begins, never by a list of types: sources invent new
//! ones. The longest pattern that fits counts, and a deployer's row counts before a built-in one of
//! the same length. A type that no row fits gets the floor alone.

use std::{collections::BTreeMap, fmt};

use rules::{module::Module, text::quoted};
use serde::Deserialize;

use crate::{
    action::Scan,
    finding::{ResourceRole, Threat},
};

/// What every finding on a host is answered with.
pub const FLOOR: &[Scan] = &[Scan::Recommendation, Scan::Integrity];

/// A deployer's rows, each with a pattern of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<CustomRow>")]
pub struct Matrix(Vec<CustomRow>);

/// What is wrong with a deployer's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMatrix {
    /// The pattern of a row, which is counted from 1, is empty: it would fit every type.
    EmptyPattern(usize),
    /// Two rows have the same pattern, so that one of them would never count.
    Twice(usize, usize, Box<str>),
}

impl fmt::Display for BadMatrix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyPattern(row) => write!(
                formatter,
                "matrix: the pattern of row {row} is empty, and can be how types of findings begin"
            ),
            Self::Twice(row, other, pattern) => {
                let pattern = quoted(pattern);
                write!(
                    formatter,
                    "matrix: rows {row} and {other} have the pattern {pattern}"
                )
            }
        }
    }
}

impl std::error::Error for BadMatrix {}

impl TryFrom<Vec<CustomRow>> for Matrix {
    type Error = BadMatrix;

    fn try_from(rows: Vec<CustomRow>) -> Result<Self, BadMatrix> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, row) in (1..).zip(&rows) {
            if row.pattern.trim().is_empty() {
                return Err(BadMatrix::EmptyPattern(number));
            }
            if let Some(first) = seen.insert(&row.pattern, number) {
                return Err(BadMatrix::Twice(first, number, row.pattern.clone()));
            }
        }
        Ok(Self(rows))
    }
}

/// A row as a settings file has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomRow {
    pattern: Box<str>,
    #[serde(default)]
    scans: Vec<Scan>,
    #[serde(default)]
    modules: Vec<Module>,
    #[serde(default)]
    compromise: bool,
}

/// A built-in row.
struct Row {
    /// How the type begins; `*` stands for any text.
    pattern: &'static str,
    /// The scans beside the floor.
    scans: &'static [Scan],
    /// The modules that should be on.
    modules: &'static [Module],
    /// Whether the host may be in somebody else's hands.
    compromise: bool,
}

/// Hardening: somebody tries to get in.
const fn hardening(pattern: &'static str, modules: &'static [Module]) -> Row {
    Row {
        pattern,
        scans: &[],
        modules,
        compromise: false,
    }
}

/// Compromise: somebody may be in. Integrity monitoring is never switched on, since its baseline
/// would take the intruder's files for good ones.
const fn compromise(pattern: &'static str, modules: &'static [Module]) -> Row {
    Row {
        pattern,
        scans: &[Scan::Malware],
        modules,
        compromise: true,
    }
}

const IPS: &[Module] = &[Module::IntrusionPrevention];
const IPS_AND_IM: &[Module] = &[Module::IntrusionPrevention, Module::IntegrityMonitoring];
const AM: &[Module] = &[Module::AntiMalware];

/// The matrix of the retired integration, by purpose (GuardDuty user guide, "Finding types").
static ROWS: &[Row] = &[
    hardening("Recon:EC2/", IPS),
    hardening("Behavior:EC2/", IPS),
    hardening("UnauthorizedAccess:EC2/SSHBruteForce", IPS_AND_IM),
    hardening("UnauthorizedAccess:EC2/RDPBruteForce", IPS_AND_IM),
    compromise("UnauthorizedAccess:EC2/MaliciousIPCaller", IPS),
    compromise("UnauthorizedAccess:EC2/Tor", IPS),
    compromise("UnauthorizedAccess:EC2/MetadataDNSRebind", IPS),
    compromise(
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration",
        IPS,
    ),
    compromise("CryptoCurrency:", AM),
    compromise("Backdoor:EC2/", AM),
    compromise("Trojan:EC2/", AM),
    compromise("Impact:EC2/", AM),
    compromise("DefenseEvasion:EC2/", AM),
    compromise("Execution:EC2/", AM),
    compromise("Execution:ECS/", AM),
    compromise("Execution:Container/", AM),
    compromise("Execution:Kubernetes/", AM),
    compromise("*:Runtime/", AM),
    compromise("AttackSequence:", AM),
];

/// What one finding is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The scans, the floor first.
    pub scans: Vec<Scan>,
    /// The modules that should be on.
    pub modules: Vec<Module>,
    /// Whether the host may be in somebody else's hands.
    pub compromise: bool,
    /// Whether the host is said to attack others.
    pub attacks: bool,
    /// The pattern of the row, for the plan's reasons; `None` for the floor alone.
    pub pattern: Option<Box<str>>,
}

impl Matrix {
    /// What a threat is answered with. A host that is said to brute-force others acts for somebody
    /// else, whatever the row says.
    #[must_use]
    pub fn answer(&self, kind: &str, threat: &Threat) -> Answer {
        let custom = self.0.iter().map(|row| Answer {
            scans: row.scans.clone(),
            modules: row.modules.clone(),
            compromise: row.compromise,
            attacks: false,
            pattern: Some(row.pattern.clone()),
        });
        let mut answer = Answer {
            scans: Vec::new(),
            modules: Vec::new(),
            compromise: false,
            attacks: false,
            pattern: None,
        };
        for row in custom.chain(built_in()) {
            let length =
                |answer: &Answer| answer.pattern.as_ref().map_or(0, |pattern| pattern.len());
            let fits = row
                .pattern
                .as_ref()
                .is_some_and(|pattern| begins(kind, pattern));
            if fits && length(&row) > length(&answer) {
                answer = row;
            }
        }
        if threat.role == Some(ResourceRole::Actor) && kind.contains("BruteForce") {
            answer.scans.push(Scan::Malware);
            answer.compromise = true;
            answer.attacks = true;
        }
        for scan in FLOOR.iter().rev() {
            answer.scans.insert(0, *scan);
        }
        let mut seen = Vec::new();
        answer.scans.retain(|scan| {
            !seen.contains(scan) && {
                seen.push(*scan);
                true
            }
        });
        if answer.compromise {
            answer
                .modules
                .retain(|module| *module != Module::IntegrityMonitoring);
        }
        answer
    }
}

/// The rows that are built in, without the floor.
pub fn built_in() -> impl Iterator<Item = Answer> {
    ROWS.iter().map(|row| Answer {
        scans: row.scans.to_vec(),
        modules: row.modules.to_vec(),
        compromise: row.compromise,
        attacks: false,
        pattern: Some(row.pattern.into()),
    })
}

/// Whether a text begins as a pattern says, in which `*` stands for any text.
fn begins(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut rest = rest;
    parts.all(|part| match rest.find(part) {
        Some(at) => {
            rest = rest.get(at + part.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threat(role: Option<ResourceRole>) -> Threat {
        Threat {
            role,
            instances: Vec::new(),
            tasks: Vec::new(),
        }
    }

    fn scans(kind: &str) -> Vec<Scan> {
        Matrix::default().answer(kind, &threat(None)).scans
    }

    #[test]
    fn every_type_gets_the_floor() {
        for kind in [
            "Recon:EC2/Portscan",
            "New:EC2/Thing",
            "",
            "Policy:S3/X",
            "Trojan:EC2/DropPoint",
        ] {
            assert!(scans(kind).starts_with(FLOOR), "{kind}");
        }
    }

    #[test]
    fn what_may_be_malware_is_scanned_for_malware_and_never_gets_a_new_baseline() {
        for kind in [
            "CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "CryptoCurrency:Runtime/BitcoinTool.B",
            "Backdoor:EC2/C&CActivity.B",
            "Trojan:EC2/DNSDataExfiltration",
            "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
            "UnauthorizedAccess:EC2/TorRelay",
            "PrivilegeEscalation:Runtime/DockerSocketAccessed",
            "AttackSequence:EC2/CompromisedInstanceGroup",
        ] {
            let answer = Matrix::default().answer(kind, &threat(None));
            assert!(answer.scans.contains(&Scan::Malware), "{kind}");
            assert!(answer.compromise, "{kind}");
            assert!(!answer.modules.contains(&Module::IntegrityMonitoring));
        }
    }

    #[test]
    fn who_attacks_others_is_compromised_and_who_is_attacked_is_hardened() {
        let kind = "UnauthorizedAccess:EC2/SSHBruteForce";
        let actor = Matrix::default().answer(kind, &threat(Some(ResourceRole::Actor)));
        assert!(actor.attacks && actor.compromise && actor.scans.contains(&Scan::Malware));
        assert_eq!(actor.modules, [Module::IntrusionPrevention]);
        let target = Matrix::default().answer(kind, &threat(Some(ResourceRole::Target)));
        assert!(!target.compromise && !target.scans.contains(&Scan::Malware));
        assert_eq!(target.modules, IPS_AND_IM);
    }

    #[test]
    fn a_deployers_row_counts_before_a_built_in_one() {
        let matrix: Matrix = serde_json::from_str(
            r#"[{"pattern":"Recon:EC2/","scans":["malware"],"compromise":true},
                {"pattern":"Trojan:","scans":[]}]"#,
        )
        .unwrap();
        let recon = matrix.answer("Recon:EC2/Portscan", &threat(None));
        assert!(recon.compromise && recon.scans.contains(&Scan::Malware));
        assert!(recon.modules.is_empty());
        let longer = matrix.answer("Trojan:EC2/DropPoint", &threat(None));
        assert_eq!(longer.pattern.as_deref(), Some("Trojan:EC2/"));
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(begins("Execution:Runtime/X", "*:Runtime/"));
        assert!(!begins("Execution:EC2/X", "*:Runtime/"));
        assert!(begins("abcbd", "a*b*d"));
        assert!(begins("", ""));
    }
}
