//! The results of one Config rule in one account and Region.

use jiff::Timestamp;

use crate::posting::Present;

/// The results of one Config rule in one account and Region, all pages of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// When it was read.
    pub read_at: Timestamp,
    /// What the rule shows.
    pub results: Vec<Present>,
    /// How many results were not understood.
    pub unread: usize,
}

impl Part {
    /// Each resource once, by rising type and id, with its newest result: a list that changes while it
    /// is read may hold one twice.
    pub(super) fn settle(&mut self) {
        self.results.sort_by(|one, other| {
            let by_resource = one.resource.cmp(&other.resource);
            by_resource
                .then_with(|| other.at.cmp(&one.at))
                .then_with(|| other.compliance.cmp(&one.compliance))
        });
        self.results
            .dedup_by(|later, earlier| later.resource == earlier.resource);
    }
}

#[cfg(test)]
mod tests {
    use rules::verdict::Compliance;

    use super::*;
    use crate::posting::{INSTANCE, Resource};

    #[test]
    fn of_two_results_of_an_instance_the_newer_counts() {
        let result = |id: &str, second: i64, compliance| Present {
            resource: Resource::new(INSTANCE, id),
            compliance,
            annotation: None,
            at: Timestamp::from_second(second).unwrap(),
        };
        let mut part = Part {
            read_at: Timestamp::UNIX_EPOCH,
            results: vec![
                result("i-2", 1, Compliance::Compliant),
                result("i-1", 1, Compliance::Compliant),
                result("i-1", 2, Compliance::NonCompliant),
            ],
            unread: 0,
        };
        part.settle();
        assert_eq!(
            part.results,
            [
                result("i-1", 2, Compliance::NonCompliant),
                result("i-2", 1, Compliance::Compliant)
            ]
        );
    }
}
