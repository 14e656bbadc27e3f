//! An inventory that was saved.

use std::path::Path;

use rules::{
    computer::{Computer, SharedModules},
    intrusion_prevention::Assignments,
    inventory::{Inventory, InventoryDocument},
};

use crate::documents::{Document, DocumentError};

/// Reads an inventory that `deepgrade inventory fetch` saved.
///
/// # Errors
/// When the file cannot be read or is not such an inventory.
pub fn read_inventory(path: &Path) -> Result<Inventory, DocumentError> {
    let mut document = Document::open(path)?;
    let inventory = Inventory::try_from(inventory_document(&mut document)?);
    inventory.map_err(|error| document.whole(error.to_string()))
}

/// Reads what is written of an inventory, or of a part of one, computer by computer.
///
/// # Errors
/// When it cannot be read or is not such an inventory.
pub(crate) fn inventory_document(
    document: &mut Document,
) -> Result<InventoryDocument, DocumentError> {
    let mut version = None;
    let mut manager = None;
    let mut taken_at = None;
    let mut completeness = None;
    let mut computers = None;
    let mut policies = None;
    let mut intrusion_prevention_rules = None;
    let mut application_types = None;
    let mut policy_rules = Assignments::default();
    let mut computer_rules = Assignments::default();
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
            "applicationTypes" => application_types = document.value()?,
            "policyRules" => policy_rules = document.value()?,
            "computerRules" => computer_rules = document.value()?,
            "computers" => {
                let list: &mut Vec<Computer> = computers.get_or_insert_default();
                let mut shared = SharedModules::default();
                while let Some(mut computer) = document.next_element()? {
                    shared.share(&mut computer);
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
    Ok(InventoryDocument {
        schema_version,
        manager,
        taken_at,
        completeness,
        computers,
        policies,
        intrusion_prevention_rules,
        application_types,
        policy_rules,
        computer_rules,
    })
}
