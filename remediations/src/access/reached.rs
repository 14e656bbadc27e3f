//! The instances that may access a bucket, by way of their roles.

use std::collections::BTreeMap;

use rules::instance::{InstanceId, Region};

use super::{
    reader::{Answer, Reader},
    role::{RoleArn, Unseen},
};

/// An instance and its instance profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceOfProfile {
    /// The Region that it runs in.
    pub region: Region,
    /// The instance.
    pub instance: InstanceId,
    /// The ARN of its instance profile.
    pub profile: Box<str>,
}

/// An instance that may access the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The instance.
    pub instance: InstanceId,
    /// The Region that it runs in.
    pub region: Region,
    /// The role that it has.
    pub role: RoleArn,
    /// What its role may.
    pub answer: Answer,
    /// Why, line by line.
    pub trail: Vec<Box<str>>,
}

/// The ARNs of the instance profiles whose instances have to be looked for, each once.
#[must_use]
pub fn profiles(readers: &[Reader]) -> Vec<Box<str>> {
    let of_role = |reader: &Reader| reader.instance_profiles.clone();
    let mut profiles: Vec<Box<str>> = reading(readers).flat_map(of_role).collect();
    profiles.sort();
    profiles.dedup();
    profiles
}

/// The instances whose role may access the bucket: those that are allowed before those of which it
/// is possible, each once. Of a role with more than `most` instances only so many are in it, and
/// what is left out is said.
#[must_use]
pub fn reached(
    readers: &[Reader],
    instances: &[InstanceOfProfile],
    most: usize,
) -> (Vec<Reached>, Vec<Unseen>) {
    let mut by_profile: BTreeMap<&str, Vec<&InstanceOfProfile>> = BTreeMap::new();
    for instance in instances {
        by_profile
            .entry(&instance.profile)
            .or_default()
            .push(instance);
    }
    let (mut reached, mut unseen) = (Vec::new(), Vec::new());
    for reader in reading(readers) {
        let profiles = reader.instance_profiles.iter();
        let theirs = profiles.filter_map(|profile| by_profile.get(&**profile));
        let mut theirs: Vec<&InstanceOfProfile> = theirs.flatten().copied().collect();
        theirs.sort();
        theirs.dedup();
        let count = theirs.len();
        let limit = (count > most).then(|| {
            let role = &reader.role;
            format!("the role {role} has {count} instances, of which {most} are looked at")
        });
        if let Some(line) = &limit {
            unseen.push(Unseen {
                line: line.as_str().into(),
                retryable: false,
            });
        }
        for instance in theirs.into_iter().take(most) {
            let role = format!(
                "by its role {}, {}: {}",
                reader.role,
                reader.answer,
                asked(reader)
            );
            let trail = [Some(role), limit.clone()].into_iter().flatten();
            let trail = trail.map(Box::from).chain(reader.trail.iter().cloned());
            reached.push(Reached {
                instance: instance.instance,
                region: instance.region.clone(),
                role: reader.role.clone(),
                answer: reader.answer,
                trail: trail.collect(),
            });
        }
    }
    reached.sort_by(|left, right| {
        let place = |each: &Reached| (each.region.clone(), each.instance);
        let answers = right.answer.cmp(&left.answer);
        answers.then_with(|| place(left).cmp(&place(right)))
    });
    (reached, unseen)
}

fn reading(readers: &[Reader]) -> impl Iterator<Item = &Reader> {
    readers
        .iter()
        .filter(|reader| reader.answer > Answer::Denied)
}

fn asked(reader: &Reader) -> String {
    let names = reader
        .operations
        .iter()
        .map(|(operation, _)| operation.action());
    names.collect::<Vec<_>>().join(", ")
}
