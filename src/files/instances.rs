//! Instances, as the AWS CLI and AWS Config print them.

use std::path::PathBuf;

use jiff::Timestamp;
use rules::{fact::Fact, instance::Instance};

use super::known;
use crate::{
    aws::{configuration_item::ConfigurationItem, describe_instances::Reservation},
    documents::{Document, DocumentError},
};

/// Instances from files.
#[derive(Debug, Default)]
pub struct Instances {
    /// The instances, by rising id.
    pub list: Vec<Instance>,
    /// The newest time in the files.
    pub newest: Option<Timestamp>,
    /// The files that say themselves that they do not hold every instance.
    pub unfinished: Vec<String>,
}

impl Instances {
    /// Reads the output of `aws ec2 describe-instances`, AWS Config snapshots and configuration
    /// history files. Of several configuration items of one instance the newest counts.
    ///
    /// # Errors
    /// When a file cannot be read, is none of these, or when two files describe one instance and
    /// do not say which is newer.
    pub fn read(paths: &[PathBuf]) -> Result<Self, DocumentError> {
        let mut documents = Vec::new();
        for path in paths {
            documents.push(Document::open(path)?);
        }
        Self::from_documents(documents)
    }

    /// Reads documents that are open already.
    ///
    /// # Errors
    /// As [`Instances::read`].
    pub fn from_documents(documents: Vec<Document>) -> Result<Self, DocumentError> {
        let mut found = Self::default();
        let mut described: Vec<(Instance, Option<Timestamp>)> = Vec::new();
        for mut document in documents {
            found.add(&mut document, &mut described)?;
            described
                .sort_by(|(left, since), (right, until)| (left.id, since).cmp(&(right.id, until)));
            let twice = described.windows(2).find_map(|pair| match pair {
                [(left, since), (right, until)] if left.id == right.id => {
                    (since.is_none() || until.is_none()).then_some(left.id)
                }
                _ => None,
            });
            if let Some(id) = twice {
                return Err(document.whole(format!("{id} is described twice")));
            }
        }
        described.dedup_by(|later, kept| {
            let same = later.0.id == kept.0.id;
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        found.list = described
            .into_iter()
            .map(|(instance, _)| instance)
            .collect();
        Ok(found)
    }

    fn add(
        &mut self,
        document: &mut Document,
        described: &mut Vec<(Instance, Option<Timestamp>)>,
    ) -> Result<(), DocumentError> {
        let mut recognised = false;
        while let Some(member) = document.next_member()? {
            match member.as_str() {
                "Reservations" => {
                    recognised = true;
                    while let Some(Reservation(list)) = document.next_element()? {
                        for instance in list {
                            self.date(&[&instance.attached, &instance.launched]);
                            described.push((instance, None));
                        }
                    }
                }
                "configurationItems" => {
                    recognised = true;
                    while let Some(item) = document.next_element()? {
                        if let ConfigurationItem::Instance { instance, captured } = item {
                            self.date(&[&captured]);
                            described.push((*instance, known(&captured)));
                        }
                    }
                }
                "NextToken" => self.unfinished.push(document.name().to_owned()),
                _ => {}
            }
        }
        if recognised {
            return Ok(());
        }
        Err(document.whole(
            "is neither the output of `aws ec2 describe-instances` (no `Reservations`) nor an AWS \
             Config snapshot or history file (no `configurationItems`)",
        ))
    }

    fn date(&mut self, times: &[&Fact<Timestamp>]) {
        self.newest = times
            .iter()
            .filter_map(|time| known(time))
            .max()
            .max(self.newest);
    }
}
