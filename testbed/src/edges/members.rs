//! The members of an administrator of GuardDuty, Macie and Inspector, as a test gives them.

use serde_json::{Value, json};

use super::action::Action;
use super::findings::{page, reply};
use crate::moto::ACCOUNT;
use crate::server::{Ask, Reply};

const TIME: &str = "2026-11-20T10:01:00Z";

/// An account that [`ACCOUNT`] administers a service for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// `guardduty`, `macie2` or `inspector2`.
    pub service: &'static str,
    /// In which Region.
    pub region: String,
    /// Its id.
    pub account: String,
    /// The word of the service for the relationship with it: `Enabled`, and of Inspector `ENABLED`.
    pub status: String,
    /// How often it is still listed before it is no member any more; `None` for always.
    pub times: Option<usize>,
}

/// ListMembers.
pub(super) fn list(members: &mut [Member], action: &Action, ask: &Ask) -> Reply {
    let asked = |member: &&mut Member| {
        action.is_of(member.service) && member.region == action.region && member.times != Some(0)
    };
    let mut found = Vec::new();
    for member in members.iter_mut().filter(asked) {
        member.times = member.times.map(|times| times - 1);
        found.push(shape(member));
    }
    let (body, most) = match (ask.json(), action.is_of("guardduty")) {
        (Some(body), _) if ask.method == "POST" => (body.clone(), 50),
        (_, true) => (query(ask), 50),
        (_, false) => (query(ask), 25),
    };
    let found: Vec<&Value> = found.iter().collect();
    let (found, next) = page(&found, &body, most);
    reply(&json!({"members": found, "nextToken": next}))
}

/// What the query of a request says of the page.
fn query(ask: &Ask) -> Value {
    let value = |name: &str| {
        let found = ask.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let size: Option<u64> = value("maxResults").and_then(|size| size.parse().ok());
    json!({"maxResults": size, "nextToken": value("nextToken")})
}

fn shape(member: &Member) -> Value {
    let (account, status) = (&member.account, &member.status);
    let email = format!("{account}@example.com");
    match member.service {
        "guardduty" => json!({
            "accountId": account, "detectorId": "d1", "masterId": ACCOUNT,
            "administratorId": ACCOUNT, "email": email, "relationshipStatus": status,
            "updatedAt": TIME,
        }),
        "macie2" => json!({
            "accountId": account, "administratorAccountId": ACCOUNT, "masterAccountId": ACCOUNT,
            "arn": format!("arn:aws:macie2:{}:{ACCOUNT}:member/{account}", member.region),
            "email": email, "relationshipStatus": status, "tags": {}, "updatedAt": TIME,
        }),
        _ => json!({
            "accountId": account, "delegatedAdminAccountId": ACCOUNT,
            "relationshipStatus": status, "updatedAt": 1_795_168_860.677,
        }),
    }
}
