//! Results of so many instances that they are made up when somebody asks.

use super::evaluation::{Compliance, Evaluation, Shown};
use super::store::Key;

/// Results of many instances, for [`super::Config::fill`]. Aggregators show them.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// How many instances there are.
    pub instances: u64,
    /// The number of the first; the id of each is made from its number.
    pub first: u64,
    /// What the rule says of the instance of a number.
    pub says: fn(u64) -> (Compliance, String),
    /// When it said so, in ms since the epoch.
    pub at: i64,
}

const KIND: &str = "AWS::EC2::Instance";

impl Crowd {
    /// The id of the instance of a number.
    #[must_use]
    pub fn id(number: u64) -> String {
        format!("i-{number:017x}")
    }

    /// The results after an instance, by rising id.
    pub(crate) fn after(self, last: Option<&Key>) -> impl Iterator<Item = (Key, Shown)> {
        let number = |(kind, id): &Key| {
            let digits = id.strip_prefix("i-").filter(|_| kind == KIND)?;
            u64::from_str_radix(digits, 16).ok()
        };
        let from = last.and_then(number).map_or(self.first, |last| last + 1);
        (from..self.first + self.instances).map(move |number| self.result(number))
    }

    fn result(self, number: u64) -> (Key, Shown) {
        let (compliance, annotation) = (self.says)(number);
        let id = Self::id(number);
        let evaluation = Evaluation {
            resource_type: KIND.to_owned(),
            resource_id: id.clone(),
            compliance,
            annotation: Some(annotation),
            ordering: self.at,
        };
        let shown = Shown {
            evaluation,
            recorded_at: self.at,
            invoked_at: self.at,
        };
        ((KIND.to_owned(), id), shown)
    }
}
