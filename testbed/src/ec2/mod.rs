//! The other side of an estate: its instances as `aws ec2 describe-instances` prints them.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use crate::estate::{Computer, Estate};

mod instance;

use instance::Instance;

/// For so many computers comes one instance that Deep Security does not know.
const ONE_UNKNOWN_IN: usize = 20;

/// The instances of the estate's computers, and some that Deep Security does not know: running
/// for long, launched ten minutes ago, stopped and terminated, in turn.
#[must_use]
pub fn describe_instances(estate: &Estate) -> Value {
    serde_json::to_value(Reservations(|| all(estate))).unwrap_or_default()
}

/// Writes [`describe_instances`] as the AWS CLI prints it, with four blanks a level.
///
/// # Errors
/// The writer failed.
pub fn write_instances(estate: &Estate, writer: impl Write) -> io::Result<()> {
    write_all(|| all(estate), writer)
}

/// Writes reservations, one after the other.
pub(crate) fn write_all<F, I>(reservations: F, mut writer: impl Write) -> io::Result<()>
where
    F: Fn() -> I,
    I: Iterator<Item = Value>,
{
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut writer, formatter);
    Reservations(reservations).serialize(&mut serializer)?;
    writer.write_all(b"\n")?;
    writer.flush()
}

fn all(estate: &Estate) -> impl Iterator<Item = Value> {
    let computers = estate.computers.values();
    reservations(estate.seed, estate.as_of, estate.computers.len(), computers)
}

/// One reservation for each instance of `count` computers, then the unknown ones.
pub(crate) fn reservations<C: Borrow<Computer>>(
    seed: u64,
    as_of: i64,
    count: usize,
    computers: impl Iterator<Item = C>,
) -> impl Iterator<Item = Value> {
    let mut seen = HashSet::new();
    let known = computers.filter_map(move |computer| Instance::of(computer.borrow(), as_of));
    let known = known.filter(move |instance| seen.insert(instance.id().to_owned()));
    let unknown = (0..count / ONE_UNKNOWN_IN + 4)
        .map(move |number| Instance::unknown(seed, number as u64, as_of));
    known.chain(unknown).map(|instance| instance.reservation())
}

/// The document, whose list is made while it is written.
struct Reservations<F>(F);

struct List<'a, F>(&'a F);

impl<F: Fn() -> I, I: Iterator<Item = Value>> Serialize for Reservations<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("Reservations", &List(&self.0))?;
        map.end()
    }
}

impl<F: Fn() -> I, I: Iterator<Item = Value>> Serialize for List<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use super::{describe_instances, write_instances};
    use crate::estate::{Condition, Estate};
    use std::collections::BTreeSet;

    #[test]
    fn every_ec2_computer_has_one_instance_and_some_have_no_computer() {
        let estate = Estate::seeded(3, 120);
        let document = describe_instances(&estate);
        let instances: Vec<_> = document["Reservations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reservation| &reservation["Instances"][0])
            .collect();
        let ids: Vec<&str> = instances
            .iter()
            .filter_map(|i| i["InstanceId"].as_str())
            .collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len());
        let known: BTreeSet<&str> = estate
            .computers
            .values()
            .filter_map(|computer| computer.instance_id())
            .collect();
        assert!(known.is_subset(&unique));
        assert_eq!(unique.len() - known.len(), 10);
        let states: BTreeSet<_> = instances
            .iter()
            .filter_map(|i| i["State"]["Name"].as_str())
            .collect();
        assert_eq!(
            states.into_iter().collect::<Vec<_>>(),
            ["running", "stopped", "terminated"]
        );
        let terminated = &estate.computers[&estate.with_condition(Condition::Terminated)[0]];
        let of_it = |i: &&&serde_json::Value| i["InstanceId"].as_str() == terminated.instance_id();
        assert_eq!(instances.iter().find(of_it).unwrap()["State"]["Code"], 48);
    }

    #[test]
    fn the_text_is_that_of_the_command_line() {
        let mut text = Vec::new();
        write_instances(&Estate::seeded(3, 1), &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.starts_with("{\n    \"Reservations\": [\n        {\n            \"Groups\": [],")
        );
        assert!(text.contains("+00:00\","));
    }
}
