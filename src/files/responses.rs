//! Computers and policies, as a Manager answers.

use std::path::PathBuf;

use jiff::Timestamp;
use rules::{
    computer::Computer,
    inventory::{BadInventory, Completeness, Inventory, InventoryDocument},
    policy::Policy,
};
use serde::de::DeserializeOwned;

use super::known;
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
    completeness: Completeness,
    /// The newest time in the files.
    pub newest: Option<Timestamp>,
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
    pub fn inventory(self, taken_at: Timestamp) -> Result<Inventory, BadInventory> {
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

/// Hands over each element of the list that a response holds.
fn each<T: DeserializeOwned>(
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
