//! The index of a version: fingerprints of the instances that computers name under any account.
//!
//! A reader sees the computers of its own account only. By the index it can tell that an instance
//! which it does not find is named under another account, so that the Manager has it wrong; and it
//! learns nothing else of the others.

use rules::{
    computer::Computer,
    fact::Fact,
    gap::{self, Gap},
    instance::InstanceId,
    inventory::Elsewhere,
    text::quoted,
};

use super::digest::Digest;

/// How long a fingerprint is, in bytes. Two of a million instances that differ have the same one
/// with a probability of about 1 to 40 million; one of them would then be a gap.
const WIDTH: usize = 8;

/// A fingerprint of an instance: nobody can tell the instance from it.
pub(super) fn fingerprint(instance: InstanceId) -> u64 {
    Digest::of(instance.to_string().as_bytes()).start()
}

/// The fingerprints of the instances that computers name.
pub(super) fn fingerprints(computers: &[Computer]) -> impl Iterator<Item = u64> {
    let links = computers
        .iter()
        .filter_map(|computer| computer.instance.as_ref());
    links.filter_map(|link| match link.id {
        Fact::Known(instance) => Some(fingerprint(instance)),
        _ => None,
    })
}

/// An index as it is stored: by rising fingerprint, each as a big-endian number.
pub(super) fn pack(mut fingerprints: Vec<u64>) -> Vec<u8> {
    fingerprints.sort_unstable();
    fingerprints.dedup();
    let fingerprints = fingerprints.into_iter();
    fingerprints.flat_map(u64::to_be_bytes).collect()
}

/// What a reader knows of the instances of all accounts of a Manager.
#[derive(Debug)]
pub(super) struct Index {
    manager: String,
    /// As it is stored; `None` where it could not be made.
    packed: Option<Vec<u8>>,
}

impl Index {
    pub(super) fn new(manager: &str, packed: Option<Vec<u8>>) -> Self {
        Self {
            manager: manager.to_owned(),
            packed,
        }
    }
}

impl Elsewhere for Index {
    fn gap(&self, instance: InstanceId) -> Option<Gap> {
        let manager = quoted(&self.manager);
        let Some(packed) = &self.packed else {
            let text = format!(
                "Manager {manager} may name this instance under another account: a part of its \
                 inventory is damaged"
            );
            return Some(Gap::retryable(&gap::INVENTORY_MISSING, text));
        };
        let (fingerprints, _) = packed.as_chunks::<WIDTH>();
        let wanted = fingerprint(instance);
        let found = fingerprints.binary_search_by_key(&wanted, |bytes| u64::from_be_bytes(*bytes));
        found.is_ok().then(|| {
            let text = format!(
                "a computer of Manager {manager} names this instance under another account"
            );
            Gap::standing(&gap::OTHER_ACCOUNT, text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instance_that_was_put_in_is_found_and_no_other() {
        let id = |number: u32| format!("i-{number:017x}").parse::<InstanceId>().unwrap();
        let packed = pack(
            (0..1000)
                .chain(0..10)
                .map(|number| fingerprint(id(number)))
                .collect(),
        );
        assert_eq!(packed.len(), 1000 * WIDTH);
        let index = Index::new("first", Some(packed));
        assert!((0..1000).all(|number| index.gap(id(number)).is_some()));
        assert!((1000..9000).all(|number| index.gap(id(number)).is_none()));
        let short = "i-00000001".parse().unwrap();
        assert!(
            index.gap(short).is_none(),
            "another instance of the same number"
        );
        assert!(Index::new("first", None).gap(short).is_some());
    }
}
