//! A fleet as files, written computer by computer, so that its size costs no memory.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use serde_json::json;

use crate::api::{Expand, Renderer, policy_json};
use crate::ec2;
use crate::estate::{Estate, fleet};

/// Computers of one file, as in one answer of the Manager.
const PAGE: u64 = 5000;

/// What a reader that grades needs of each computer.
const EXPAND: [&str; 6] = [
    "computerStatus",
    "securityUpdates",
    "computerSettings",
    "allSecurityModules",
    "ec2VirtualMachineSummary",
    "noConnectorVirtualMachineSummary",
];

/// Writes `computers-1.json` and so on (search answers of 5,000 computers, compact),
/// `policies.json` and `instances.json` (as the AWS CLI prints it) of the seeded fleet.
///
/// # Errors
/// A file could not be written.
pub fn write_fleet(directory: &Path, seed: u64, computers: u64, as_of: i64) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let estate = Estate::seeded_at(seed, 0, as_of);
    let expand = Expand::parse(EXPAND.into_iter()).map_err(io::Error::other)?;
    let mut renderer = Renderer::new(&estate, expand, false);
    let mut text = Vec::new();
    for page in 0..computers.div_ceil(PAGE).max(1) {
        let name = format!("computers-{}.json", page + 1);
        let mut file = BufWriter::new(File::create(directory.join(name))?);
        file.write_all(b"{\"computers\":[")?;
        for index in page * PAGE..computers.min((page + 1) * PAGE) {
            text.clear();
            if index > page * PAGE {
                text.push(b',');
            }
            renderer.write(&mut text, &fleet::computer(seed, index, as_of));
            file.write_all(&text)?;
        }
        file.write_all(b"]}")?;
        file.flush()?;
    }
    let policies: Vec<_> = estate
        .policies
        .values()
        .map(|policy| policy_json(&estate, policy, false))
        .collect();
    std::fs::write(
        directory.join("policies.json"),
        json!({ "policies": policies }).to_string(),
    )?;
    let fleet = || (0..computers).map(move |index| fleet::computer(seed, index, as_of));
    let count = usize::try_from(computers).map_err(io::Error::other)?;
    let reservations = || ec2::reservations(seed, as_of, count, fleet());
    ec2::write_all(
        reservations,
        BufWriter::new(File::create(directory.join("instances.json"))?),
    )
}

#[cfg(test)]
mod tests {
    use super::write_fleet;
    use crate::ec2;
    use crate::estate::{AS_OF, Estate};
    use serde_json::Value;

    #[test]
    fn the_files_hold_the_seeded_estate() {
        let directory = std::env::temp_dir().join(format!("testbed-files-{}", std::process::id()));
        write_fleet(&directory, 4, 70, AS_OF).unwrap();
        let read = |name: &str| -> Value {
            serde_json::from_slice(&std::fs::read(directory.join(name)).unwrap()).unwrap()
        };
        let computers = read("computers-1.json");
        assert_eq!(computers["computers"].as_array().unwrap().len(), 70);
        let estate = Estate::seeded(4, 70);
        assert_eq!(read("instances.json"), ec2::describe_instances(&estate));
        assert_eq!(
            read("policies.json")["policies"].as_array().unwrap().len(),
            13
        );
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
