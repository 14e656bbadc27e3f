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
    locale: Raw<'a>,
    #[serde(rename = "roleID")]
    role_id: Raw<'a>,
}

/// The record of a key.
pub(crate) fn key_record(json: &[u8]) -> serde_json::Result<KeyRecord> {
    let wire: KeyWire<'_> = serde_json::from_slice(json)?;
    let text = |raw: Raw<'_>| raw.text_if_any().map(|text| cut(&clean(&text)));
    Ok(KeyRecord {
        name: text(wire.key_name).unwrap_or_default(),
        active: wire.active.flag().ok().flatten(),
        expires: wire.expiry_date.fact(),
        locale: text(wire.locale),
        role: wire.role_id.id().ok().flatten(),
    })
}
