//! The record of the API key, as the Manager writes it.

use rules::text::clean;
use serde::Deserialize;

use super::raw::{Raw, cut};
use crate::deep_security::key::KeyRecord;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct KeyWire<'a> {
    #[serde(borrow)]
    key_name: Raw<'a>,
    active: Raw<'a>,
    expiry_date: Raw<'a>,
}

/// The record of a key.
pub(crate) fn key_record(json: &[u8]) -> serde_json::Result<KeyRecord> {
    let wire: KeyWire<'_> = serde_json::from_slice(json)?;
    let name = wire.key_name.text_if_any().map(|name| cut(&clean(&name)));
    Ok(KeyRecord {
        name: name.unwrap_or_default(),
        active: wire.active.flag().ok().flatten(),
        expires: wire.expiry_date.fact(),
    })
}
