//! Computers and policies, as a Manager answers.

use std::{collections::HashSet, path::PathBuf};

use jiff::Timestamp;
use rules::{
    computer::{Computer, SharedModules},
    intrusion_prevention::{Assignments, SharedRuleIds},
    inventory::{BadInventory, Completeness, Inventory, InventoryDocument},
    policy::Policy,
};
use serde::de::DeserializeOwned;

use super::Dating;
use crate::{
    deep_security::responses::{ComputerResponse, PolicyResponse},
    documents::{Document, DocumentError},
};

/// The most computers that a Manager puts into one response
/// (Deep Security API reference, `SearchFilter.maxItems`).
const FULL_PAGE: usize = 5_000;

/// Computers and policies from files.
#[derive(Debug)]
pub struct Responses {
    computers: Vec<Computer>,
    policies: Option<Vec<Policy>>,
    policy_rules: Assignments,
    computer_rules: Assignments,
    completeness: Completeness,
    /// The newest time in the computers files.
    pub newest: Dating,
}

impl Responses {
    /// Reads responses of the Manager's computers search and policies list, several files for
    /// several pages. A list of computers whose last page holds exactly 5,000, or pages of 5,000
    /// that somebody joined, may go on in a page that is not there, unless `complete` says
    /// otherwise.
    ///
    /// # Errors
    /// When a file cannot be read or is not such a response, or when an id occurs twice.
    pub fn read(
        computers: &[PathBuf],
        policies: &[PathBuf],
        complete: bool,
        newest: Dating,
    ) -> Result<Self, DocumentError> {
        let open = |path: &PathBuf| Document::open(path);
        let computers = computers.iter().map(open).collect::<Result<_, _>>()?;
        let policies = policies.iter().map(open).collect::<Result<_, _>>()?;
        Self::from_documents(computers, policies, complete, newest)
    }

    /// Reads documents that are open already.
    ///
    /// # Errors
    /// As [`Responses::read`].
    pub fn from_documents(
        pages: Vec<Document>,
        lists: Vec<Document>,
        complete: bool,
        mut newest: Dating,
    ) -> Result<Self, DocumentError> {
        let mut computers: Vec<Computer> = Vec::new();
        let mut ids = HashSet::new();
        let mut shared = SharedModules::default();
        let mut shared_rules = SharedRuleIds::default();
        let mut computer_rules = Vec::new();
        let mut last_page = (0, 0);
        for mut page in pages {
            let before = computers.len();
            let mut highest = 0;
            each(
                &mut page,
                "computers",
                |ComputerResponse(mut computer, rules), page| {
                    if !ids.insert(computer.id) {
                        return Err(page.here(format!("two computers have the ID {}", computer.id)));
                    }
                    highest = highest.max(computer.id);
                    let send = &computer.policy_send;
                    newest.add([
                        &computer.agent.last_communication,
                        &send.requested,
                        &send.succeeded,
                    ]);
                    shared.share(&mut computer);
                    let rules = rules.map(|rules| shared_rules.share(rules));
                    computer_rules.extend(rules.map(|rules| (computer.id, rules)));
                    computers.push(computer);
                    Ok(())
                },
            )?;
            last_page = last_page.max((highest, computers.len() - before));
        }
        let is_full = last_page.1 > 0 && last_page.1.is_multiple_of(FULL_PAGE);
        let completeness = if is_full && !complete {
            Completeness::PageMayBeMissing
        } else {
            Completeness::Complete
        };
        let mut policies = (!lists.is_empty()).then(Vec::new);
        let mut policy_rules = Vec::new();
        let mut ids = HashSet::new();
        for mut list in lists {
            each(
                &mut list,
                "policies",
                |PolicyResponse(policy, rules), list| {
                    if !ids.insert(policy.id) {
                        return Err(list.here(format!("two policies have the ID {}", policy.id)));
                    }
                    policy_rules.extend(rules.map(|rules| (policy.id, rules)));
                    policies.get_or_insert_default().push(policy);
                    Ok(())
                },
            )?;
        }
        Ok(Self {
            computers,
            policies,
            policy_rules: policy_rules.into_iter().collect(),
            computer_rules: computer_rules.into_iter().collect(),
            completeness,
            newest,
        })
    }

    /// The inventory that the files are, taken at the time of the data.
    ///
    /// # Errors
    /// When two computers or two policies have the same id.
    pub fn inventory(self, taken_at: Timestamp) -> Result<Inventory, BadInventory> {
        Inventory::try_from(InventoryDocument {
            schema_version: InventoryDocument::VERSION.to_owned(),
            manager: "files".to_owned(),
            taken_at,
            completeness: self.completeness,
            computers: self.computers,
            policies: self.policies,
            intrusion_prevention_rules: None,
            application_types: None,
            policy_rules: self.policy_rules,
            computer_rules: self.computer_rules,
        })
    }
}

/// Hands over each element of the list that a response holds.
fn each<T: DeserializeOwned>(
    document: &mut Document,
    list: &str,
    mut take: impl FnMut(T, &Document) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let mut recognised = false;
    while let Some(member) = document.next_member()? {
        if member == list {
            recognised = true;
            while let Some(element) = document.next_element()? {
                take(element, document)?;
            }
        }
    }
    if recognised {
        return Ok(());
    }
    Err(document.whole(format!("is not a Manager's list of {list} (no `{list}`)")))
}
