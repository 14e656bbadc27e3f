//! Instances, as the AWS CLI and AWS Config print them, and as Deepgrade saves them.

use std::{
    collections::{HashMap, hash_map::Entry},
    path::PathBuf,
};

use jiff::Timestamp;
use rules::{
    fact::Fact,
    instance::{Instance, InstanceId},
};
use serde::de::IgnoredAny;

use super::{Dating, reading};
use crate::{
    account::Reading,
    aws::{configuration_item::ConfigurationItem, describe_instances::Reservation},
    documents::{Document, DocumentError},
};

/// Instances from files.
#[derive(Debug)]
pub struct Instances {
    list: Vec<Instance>,
    /// Where in the list an instance is, and when it was described, where that is known.
    described: HashMap<InstanceId, (usize, Option<Timestamp>)>,
    /// The newest time in the files.
    pub newest: Dating,
    /// The files that say themselves that they do not hold every instance.
    pub unfinished: Vec<String>,
}

impl Instances {
    /// Reads the output of `aws ec2 describe-instances`, AWS Config snapshots, configuration
    /// history files, and what [`super::write_reading`] wrote. Of several configuration items of one instance the newest counts.
    ///
    /// # Errors
    /// When a file cannot be read, is none of these, or when two files describe one instance and
    /// do not say which is newer.
    pub fn read(paths: &[PathBuf], newest: Dating) -> Result<Self, DocumentError> {
        let open = |path: &PathBuf| Document::open(path);
        Self::from_documents(paths.iter().map(open).collect::<Result<_, _>>()?, newest)
    }

    /// Reads documents that are open already.
    ///
    /// # Errors
    /// As [`Instances::read`].
    pub fn from_documents(documents: Vec<Document>, newest: Dating) -> Result<Self, DocumentError> {
        let mut found = Self::none(newest);
        for mut document in documents {
            found.add(&mut document)?;
        }
        Ok(found)
    }

    /// Takes instances that were read from accounts. Their time is when reading began.
    #[must_use]
    pub fn from_readings(readings: Vec<Reading>, newest: Dating) -> Self {
        let mut found = Self::none(newest);
        for reading in readings {
            found.newest.add([&Fact::Known(reading.taken_at)]);
            for instance in reading.instances {
                // EC2 gives every instance once; of two that it gave, either is as good.
                let _ = found.describe(instance, None);
            }
        }
        found
    }

    fn none(newest: Dating) -> Self {
        Self {
            list: Vec::new(),
            described: HashMap::new(),
            newest,
            unfinished: Vec::new(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The instances, by rising id.
    #[must_use]
    pub fn into_list(self) -> Vec<Instance> {
        let mut list = self.list;
        list.sort_unstable_by_key(|instance| instance.id);
        list
    }

    fn add(&mut self, document: &mut Document) -> Result<(), DocumentError> {
        let mut recognised = false;
        let (mut versioned, mut dated, mut listed) = (false, false, false);
        while let Some(member) = document.next_member()? {
            match member.as_str() {
                "Reservations" => {
                    recognised = true;
                    while let Some(Reservation(list)) = document.next_element()? {
                        for instance in list {
                            self.newest.add([&instance.attached, &instance.launched]);
                            self.describe_in(document, instance, None)?;
                        }
                    }
                }
                "configurationItems" => {
                    recognised = true;
                    while let Some(item) = document.next_element()? {
                        if let ConfigurationItem::Instance { instance, captured } = item {
                            self.newest.add([&captured]);
                            let captured = captured.get_if_reported("").ok().flatten();
                            self.describe_in(document, *instance, captured)?;
                        }
                    }
                }
                // Web edges have a list of instances too, of another kind.
                "distributions" => {
                    return Err(document.whole("holds web edges; give it with --web"));
                }
                "schemaVersion" => {
                    versioned = true;
                    reading::check_version(document)?;
                }
                "takenAt" => {
                    dated = true;
                    let taken = reading::taken_at(document, self.newest.not_after)?;
                    self.newest.add([&Fact::Known(taken)]);
                }
                "instances" => {
                    listed = true;
                    while let Some(instance) = document.next_element()? {
                        self.describe_in(document, instance, None)?;
                    }
                }
                "NextToken" if document.value::<Option<IgnoredAny>>()?.is_some() => {
                    self.unfinished.push(document.name().to_owned());
                }
                _ => {}
            }
        }
        if recognised || versioned && dated && listed {
            return Ok(());
        }
        Err(document.whole(
            "is neither the output of `aws ec2 describe-instances` (no `Reservations`) nor an AWS \
             Config snapshot or history file (no `configurationItems`) nor what `deepgrade \
             snapshot` saved (no `schemaVersion`, `takenAt` and `instances`)",
        ))
    }

    fn describe_in(
        &mut self,
        document: &Document,
        instance: Instance,
        captured: Option<Timestamp>,
    ) -> Result<(), DocumentError> {
        let described = self.describe(instance, captured);
        described.map_err(|id| {
            document.here(format!("{id} is described twice; give every instance once"))
        })
    }

    /// Keeps the newest description of an instance; its id where nothing says which that is.
    fn describe(
        &mut self,
        instance: Instance,
        captured: Option<Timestamp>,
    ) -> Result<(), InstanceId> {
        match self.described.entry(instance.id) {
            Entry::Vacant(place) => {
                place.insert((self.list.len(), captured));
                self.list.push(instance);
            }
            Entry::Occupied(mut place) => {
                let (position, before) = *place.get();
                let (Some(before), Some(_)) = (before, captured) else {
                    return Err(instance.id);
                };
                if captured >= Some(before)
                    && let Some(kept) = self.list.get_mut(position)
                {
                    place.insert((position, captured));
                    *kept = instance;
                }
            }
        }
        Ok(())
    }
}
