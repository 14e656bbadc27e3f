//! Buckets: the computers of a large account are cut by their instances, so that a question about
//! one instance does not read all of them.

use rules::{computer::Computer, fact::Fact, instance::InstanceId};

use super::index::fingerprint;

/// About how many computers are in a bucket: so few that reading them takes no longer than the
/// calls around it.
const COMPUTERS: usize = 500;

/// The most buckets of an account: a scheduled run reads every one of them.
const MOST: usize = 128;

/// How many buckets so many computers are cut into.
fn count(computers: usize) -> usize {
    computers.div_ceil(COMPUTERS).clamp(1, MOST)
}

/// The bucket that an instance falls into, of so many. All computers of an instance are in one.
pub(super) fn of(instance: InstanceId, buckets: usize) -> usize {
    let buckets = u64::try_from(buckets.max(1)).unwrap_or(u64::MAX);
    let bucket = fingerprint(instance) % buckets;
    usize::try_from(bucket).unwrap_or_default()
}

/// Cuts the computers of an account. Computers that name no instance do not belong there.
pub(super) fn cut(computers: Vec<Computer>) -> Vec<Vec<Computer>> {
    let mut buckets = Vec::new();
    let count = count(computers.len());
    if count == 1 {
        return vec![computers];
    }
    buckets.resize_with(count, Vec::new);
    for computer in computers {
        let link = computer.instance.as_ref();
        let place = match link.map(|link| &link.id) {
            Some(Fact::Known(instance)) => of(*instance, count),
            _ => 0,
        };
        if let Some(bucket) = buckets.get_mut(place) {
            bucket.push(computer);
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_account_is_cut_evenly_and_a_small_one_is_not_cut() {
        assert_eq!([0, 1, 500, 501, 90_000].map(count), [1, 1, 1, 2, 128]);
        let mut sizes = [0_u32; 64];
        for number in 0..64_000 {
            let instance = format!("i-{number:017x}").parse().unwrap();
            sizes[of(instance, 64)] += 1;
        }
        assert!(
            sizes.iter().all(|size| (850..1_150).contains(size)),
            "{sizes:?}"
        );
    }
}
