//! The software bill of materials, in CycloneDX 1.6.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::binary::Binary;
use crate::lock::Lock;
use crate::shelf::hexadecimal;
use crate::tree::{Crate, Id, Tree};

/// What a reader must know who asks whether a crate is in the binary.
const EXTENT: &str = "all crates that the package is compiled from with the feature `aws`. Its \
    binaries share this one list, and the linker leaves out what one of them does not use. A crate \
    of the scope `excluded` only helps to compile. The standard library is that of the compiler, \
    which is named as a tool.";

/// The bill of a binary that was compiled from the crates of a tree, by a compiler that calls itself
/// as it does (`rustc 1.95.0 (…)`). Like the zip it is always the same for the same: it holds no time
/// and no number of its own.
#[must_use]
pub fn bill(binary: &Binary, tree: &Tree, lock: &Lock, compiler: &str) -> Value {
    let own = &binary.name;
    let is_other = |(id, _): &(&Id, &Crate)| **id != tree.root;
    let crates = tree.crates.iter().filter(is_other);
    let components: Vec<Value> = crates
        .map(|(id, known)| component(id, known, lock))
        .collect();
    let reference = |id: &Id| {
        if *id == tree.root {
            own.clone()
        } else {
            id.to_string()
        }
    };
    let dependencies: Vec<Value> = tree
        .crates
        .iter()
        .map(|(id, known)| {
            let needs: Vec<String> = known.needs.iter().map(&reference).collect();
            json!({"ref": reference(id), "dependsOn": needs})
        })
        .collect();
    let licence = tree.crates.get(&tree.root).map(|root| &root.licence);
    let sha256 = hexadecimal(&Sha256::digest(&binary.bytes));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": [{
                "type": "application",
                "name": "rustc",
                "version": compiler.trim_start_matches("rustc "),
            }]},
            "component": {
                "type": "application",
                "bom-ref": own,
                "group": tree.root.name,
                "name": own,
                "version": tree.root.version,
                "hashes": [{"alg": "SHA-256", "content": sha256}],
                "licenses": [{"expression": licence}],
            },
            "properties": [
                {"name": "deepgrade:architecture", "value": binary.architecture.to_string()},
                {"name": "deepgrade:extent", "value": EXTENT},
            ],
        },
        "components": components,
        "dependencies": dependencies,
    })
}

fn component(id: &Id, known: &Crate, lock: &Lock) -> Value {
    let mut members = vec![
        ("type", json!("library")),
        ("bom-ref", json!(id.to_string())),
        ("name", json!(id.name)),
        ("version", json!(id.version)),
        (
            "scope",
            json!(if known.is_linked {
                "required"
            } else {
                "excluded"
            }),
        ),
    ];
    if !known.licence.is_empty() {
        members.push(("licenses", json!([{"expression": known.licence}])));
    }
    // A crate of the workspace is not the one that a registry may have under its name.
    if let Some(sha256) = lock.sha256(id) {
        // What follows a `+` is part of the version.
        let version = id.version.replace('+', "%2B");
        members.push(("purl", json!(format!("pkg:cargo/{}@{version}", id.name))));
        members.push(("hashes", json!([{"alg": "SHA-256", "content": sha256}])));
    }
    let members = members.into_iter();
    members
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
