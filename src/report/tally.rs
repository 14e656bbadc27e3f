//! The first of two passes over a fleet: the counts, and which instances are in each group.

use std::io;

use rules::{Grader, instance::Instance};

use super::{
    in_order::in_order,
    row::{Row, Subject},
    summary::Summary,
    word::{Group, PerWord},
};
use crate::evaluation::Fleet;

/// What the first pass finds.
pub(super) struct Tally<'a> {
    pub(super) summary: Summary,
    /// For every rule the first instances of each group: as many as may be shown.
    pub(super) shown: Vec<PerWord<Vec<&'a Instance>>>,
    /// The length of the longest label of these, in characters.
    pub(super) longest_label: usize,
}

impl<'a> Tally<'a> {
    /// Grades the fleet, and keeps at most `most` instances of each rule and group.
    pub(super) fn of(fleet: &'a Fleet, graders: &[Grader], most: usize) -> io::Result<Self> {
        let mut tally = Self::new(graders);
        in_order(
            &fleet.instances,
            |instances| Self::part(fleet, graders, instances, most),
            |part| {
                tally.add(part, most);
                Ok(())
            },
        )?;
        Ok(tally)
    }

    fn new(graders: &[Grader]) -> Self {
        Self {
            summary: Summary::new(graders),
            shown: graders.iter().map(|_| PerWord::default()).collect(),
            longest_label: 0,
        }
    }

    fn part(fleet: &Fleet, graders: &[Grader], instances: &'a [Instance], most: usize) -> Self {
        let mut tally = Self::new(graders);
        tally.summary.instances = instances.len();
        let rules = tally.summary.rules.iter_mut().zip(&mut tally.shown);
        for (grader, (rule, shown)) in graders.iter().zip(rules) {
            for instance in instances {
                let evaluation = fleet.evaluate(grader, instance);
                let group = Group::of(&evaluation);
                *rule.counts.of_mut(group) += 1;
                let of_group = shown.of_mut(group);
                if of_group.len() < most {
                    of_group.push(instance);
                    let subject = Subject::new(instance);
                    let label = Row::new(&subject, &evaluation).label().chars().count();
                    tally.longest_label = tally.longest_label.max(label);
                }
            }
            tally.summary.all.add(&rule.counts);
        }
        tally
    }

    fn add(&mut self, part: Self, most: usize) {
        self.summary.add(&part.summary);
        self.longest_label = self.longest_label.max(part.longest_label);
        for (mine, others) in self.shown.iter_mut().zip(part.shown) {
            for group in Group::ALL {
                let of_group = mine.of_mut(group);
                let room = most - of_group.len();
                of_group.extend(others.of(group).iter().take(room));
            }
        }
    }
}
