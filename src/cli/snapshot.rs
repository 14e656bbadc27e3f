//! `deepgrade snapshot`: what an account and the Managers hold now, saved for `evaluate`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
};

use rules::{inventory::Inventory, text::quoted};

use super::{
    account,
    arguments::{Global, Snapshot},
    failure::{Exit, Failure},
    managers, terminal,
};
use crate::{account::Reading, files};

/// Reads everything, and only then writes: a snapshot of which a part cannot be read is none.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of AWS, of a Manager or of the output.
pub(super) fn snapshot(global: &Global, arguments: &Snapshot) -> Result<Exit, Failure> {
    let folder = arguments.output_dir.as_path();
    let Some(access) = arguments.account.access() else {
        let advice = "which Region is read? Give --region REGION";
        return Err(Failure::usage(advice));
    };
    if folder.exists() && !folder.is_dir() {
        let folder = folder.display();
        return Err(Failure::usage(format!(
            "{folder} is a file, and --output-dir wants a folder"
        )));
    }
    let settings = managers::settings(&arguments.manager)?;
    let readings = account::read(global, &access, true)?;
    let inventories = managers::inventories(global, &arguments.manager, &settings.managers)?;
    let inventories = named(&inventories)?;
    fs::create_dir_all(folder)
        .map_err(|error| Failure::runtime(format!("{}: {error}", folder.display())))?;
    for reading in &readings {
        save(global, folder, reading)?;
    }
    for (name, inventory) in inventories {
        let count = inventory.computers().len();
        let what = format!("{count} computers of {}", inventory.manager());
        write(
            global,
            folder,
            &format!("inventory-{name}.json"),
            &what,
            |out| json(out, inventory),
        )?;
    }
    Ok(Exit::Done)
}

fn save(global: &Global, folder: &Path, reading: &Reading) -> Result<(), Failure> {
    let Reading {
        account, region, ..
    } = reading;
    let place = format!("{account}-{region}.json");
    let what = format!("{} instances", reading.instances.len());
    write(
        global,
        folder,
        &format!("instances-{place}"),
        &what,
        |out| files::write_reading(reading, out),
    )?;
    match &reading.web {
        Some(web) => write(
            global,
            folder,
            &format!("web-{place}"),
            "web edges",
            |out| json(out, web),
        ),
        None => Ok(()),
    }
}

fn json(out: &mut dyn Write, document: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, document)?;
    out.write_all(b"\n")
}

fn write(
    global: &Global,
    folder: &Path,
    name: &str,
    what: &str,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let path = folder.join(name);
    terminal::write_to(Some(&path), content)?;
    terminal::say(global, &format!("{}: {what}", path.display()));
    Ok(())
}

/// The inventories by what their files are called: a Manager without a name of its own has its URL
/// for one.
fn named(inventories: &[Inventory]) -> Result<BTreeMap<String, &Inventory>, Failure> {
    let mut by_name = BTreeMap::new();
    for inventory in inventories {
        let manager = inventory.manager();
        let bare = manager.split_once("://").map_or(manager, |(_, rest)| rest);
        let name: String = bare
            .chars()
            .map(|character| match character {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '.' | '-' | '_' => character,
                _ => '-',
            })
            .collect();
        if let Some(other) = by_name.insert(name, inventory) {
            return Err(Failure::usage(format!(
                "the inventories of {} and {} would be one file: give the Managers other names",
                quoted(other.manager()),
                quoted(manager)
            )));
        }
    }
    Ok(by_name)
}
