//! A fleet from files: what the AWS CLI, AWS Config and the Manager print, as it is.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rules::{
    computer::Computer,
    fact::Fact,
    instance::Instance,
    inventory::{Completeness, Inventory, InventoryDocument},
    policy::Policy,
};

use crate::{
    aws::{configuration_item::ConfigurationItem, describe_instances::Reservation},
    deep_security::responses::{ComputerResponse, PolicyResponse},
    documents::{Document, DocumentError},
};

/// The most computers that a Manager puts into one response
/// (Deep Security API reference, `SearchFilter.maxItems`).
const FULL_PAGE: usize = 5_000;

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

/// Computers and policies from files.
#[derive(Debug)]
pub struct Responses {
    computers: Vec<Computer>,
    policies: Option<Vec<Policy>>,
    completeness: Completeness,
    /// The newest time in the files.
    pub newest: Option<Timestamp>,
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

impl Responses {
    /// Reads responses of the Manager's computers search and policies list, several files for
    /// several pages. A list of computers whose last page holds exactly 5,000 may go on in a page
    /// that is not there, unless `complete` says otherwise.
    ///
    /// # Errors
    /// When a file cannot be read or is not such a response.
    pub fn read(
        computers: &[PathBuf],
        policies: &[PathBuf],
        complete: bool,
    ) -> Result<Self, DocumentError> {
        let open = |path: &PathBuf| Document::open(path);
        let computers = computers.iter().map(open).collect::<Result<_, _>>()?;
        let policies = policies.iter().map(open).collect::<Result<_, _>>()?;
        Self::from_documents(computers, policies, complete)
    }

    /// Reads documents that are open already.
    ///
    /// # Errors
    /// As [`Responses::read`].
    pub fn from_documents(
        pages: Vec<Document>,
        policies: Vec<Document>,
        complete: bool,
    ) -> Result<Self, DocumentError> {
        let mut computers = Vec::new();
        let mut last_page = (0, 0);
        for mut page in pages {
            let first = computers.len();
            each(
                &mut page,
                "computers",
                "a Manager's list of computers",
                |response| {
                    let ComputerResponse(computer) = response;
                    computers.push(computer);
                },
            )?;
            let page = computers.get(first..).unwrap_or_default();
            let highest = page.iter().map(|computer| computer.id).max().unwrap_or(0);
            last_page = last_page.max((highest, page.len()));
        }
        let may_go_on = last_page.1 == FULL_PAGE && !complete;
        let mut listed = Vec::new();
        let named = !policies.is_empty();
        for mut document in policies {
            each(
                &mut document,
                "policies",
                "a Manager's list of policies",
                |response| {
                    let PolicyResponse(policy) = response;
                    listed.push(policy);
                },
            )?;
        }
        let times = computers.iter().flat_map(|computer: &Computer| {
            let send = &computer.policy_send;
            [
                &computer.agent.last_communication,
                &send.requested,
                &send.succeeded,
            ]
        });
        Ok(Self {
            newest: times.filter_map(known).max(),
            computers,
            policies: named.then_some(listed),
            completeness: if may_go_on {
                Completeness::PageMayBeMissing
            } else {
                Completeness::Complete
            },
        })
    }

    /// The inventory that the files are, taken at the time of the data.
    ///
    /// # Errors
    /// When two computers or two policies have the same id.
    pub fn inventory(
        self,
        taken_at: Timestamp,
    ) -> Result<Inventory, rules::inventory::BadInventory> {
        Inventory::try_from(InventoryDocument {
            schema_version: InventoryDocument::VERSION.to_owned(),
            manager: "files".to_owned(),
            taken_at,
            completeness: self.completeness,
            computers: self.computers,
            policies: self.policies,
            intrusion_prevention_rules: None,
        })
    }
}

/// Reads an inventory that `deepgrade inventory fetch` saved.
///
/// # Errors
/// When the file cannot be read or is not such an inventory.
pub fn inventory(path: &Path) -> Result<Inventory, DocumentError> {
    let mut document = Document::open(path)?;
    let mut version = None;
    let mut manager = None;
    let mut taken_at = None;
    let mut completeness = None;
    let mut computers = None;
    let mut policies = None;
    let mut intrusion_prevention_rules = None;
    while let Some(member) = document.next_member()? {
        // A Manager's own list of computers has nothing before it.
        if member == "computers" && version.is_none() && completeness.is_none() {
            break;
        }
        match member.as_str() {
            "schemaVersion" => version = Some(document.value()?),
            "manager" => manager = Some(document.value()?),
            "takenAt" => taken_at = Some(document.value()?),
            "completeness" => completeness = Some(document.value()?),
            "policies" => policies = document.value()?,
            "intrusionPreventionRules" => intrusion_prevention_rules = document.value()?,
            "computers" => {
                let list: &mut Vec<Computer> = computers.get_or_insert_default();
                while let Some(computer) = document.next_element()? {
                    list.push(computer);
                }
            }
            _ => {}
        }
    }
    let parts = (version, manager, taken_at, completeness, computers);
    let (Some(schema_version), Some(manager), Some(taken_at), Some(completeness), Some(computers)) =
        parts
    else {
        return Err(document.whole("is not an inventory that `deepgrade inventory fetch` saved"));
    };
    let inventory = Inventory::try_from(InventoryDocument {
        schema_version,
        manager,
        taken_at,
        completeness,
        computers,
        policies,
        intrusion_prevention_rules,
    });
    inventory.map_err(|error| document.whole(error.to_string()))
}

/// Hands over each element of the list that a response holds.
fn each<T: serde::de::DeserializeOwned>(
    document: &mut Document,
    list: &str,
    what: &str,
    mut take: impl FnMut(T),
) -> Result<(), DocumentError> {
    let mut recognised = false;
    while let Some(member) = document.next_member()? {
        if member == list {
            recognised = true;
            while let Some(element) = document.next_element()? {
                take(element);
            }
        }
    }
    if recognised {
        Ok(())
    } else {
        Err(document.whole(format!("is not {what} (no `{list}`)")))
    }
}

fn known(time: &Fact<Timestamp>) -> Option<Timestamp> {
    match time {
        Fact::Known(time) => Some(*time),
        _ => None,
    }
}
