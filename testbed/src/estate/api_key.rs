//! What the Manager tells about the key of a request.

use serde_json::{Value, json};

use crate::clock::DAY;

/// The language of display texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// `en-US`
    English,
    /// `ja-JP`
    Japanese,
}

/// The key's own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Display name.
    pub name: String,
    /// Decides the language of all display texts.
    pub locale: Locale,
    /// In ms since the epoch; absent for a key that does not expire.
    pub expiry: Option<i64>,
    /// Role of the key.
    pub role_id: i32,
    /// When it was made, in ms since the epoch.
    pub created: i64,
}

impl ApiKey {
    pub(crate) fn seeded(now: i64) -> Self {
        Self {
            name: "deepgrade".to_owned(),
            locale: Locale::English,
            expiry: Some(now + 200 * DAY),
            role_id: 2,
            created: now - 165 * DAY,
        }
    }

    pub(crate) fn json(&self, now: i64) -> Value {
        let mut object = json!({
            "ID": 7,
            "keyName": self.name,
            "description": "",
            "locale": match self.locale { Locale::English => "en-US", Locale::Japanese => "ja-JP" },
            "roleID": self.role_id,
            "roleURN": "urn:tmds:identity:us-east-ds-1:0:role/auditor",
            "tenantID": 0,
            "tenantGUID": "",
            "timeZone": "UTC",
            "active": true,
            "created": self.created,
            "lastSignIn": now,
            "unsuccessfulSignInAttempts": 0,
            "serviceAccount": false,
        });
        if let (Some(expiry), Some(map)) = (self.expiry, object.as_object_mut()) {
            map.insert("expiryDate".to_owned(), json!(expiry));
        }
        object
    }
}
