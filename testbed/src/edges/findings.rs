//! The findings that moto has not: GuardDuty's, Macie's and Inspector's, as a test gives them, in
//! the shape of the services' own answers.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::server::{Ask, Reply};

/// The findings of one service.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<(Seen, Value)>);

/// Where a finding is seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// In which Region; in each of them without one.
    pub(super) region: Option<String>,
    /// By which account; by each of them without one.
    pub(super) account: Option<String>,
}

impl Seen {
    pub(super) fn in_region(region: &str) -> Self {
        Self {
            region: Some(region.to_owned()),
            account: None,
        }
    }
}

impl Findings {
    pub(super) fn add(&mut self, seen: Seen, finding: Value) {
        self.0.push((seen, finding));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that an account sees in a Region.
    fn seen_by(&self, account: &str, region: &str) -> impl Iterator<Item = &Value> {
        let found = self.0.iter().filter(move |(seen, _)| {
            seen.region.as_deref().is_none_or(|seen| seen == region)
                && seen.account.as_deref().is_none_or(|seen| seen == account)
        });
        found.map(|(_, finding)| finding)
    }

    /// ListFindings of GuardDuty and Macie: ids, of the findings whose members are as the criteria
    /// ask.
    pub(super) fn list(&self, (account, region): (&str, &str), ask: &Ask) -> Option<Reply> {
        let body = ask.json()?;
        let criteria = at(body, "findingCriteria.criterion").as_object();
        let fits = |finding: &&Value| {
            criteria.into_iter().flatten().all(|(member, condition)| {
                let values = condition.get("equals").or_else(|| condition.get("eq"));
                let value = match at(finding, member) {
                    Value::Bool(flag) => flag.to_string(),
                    other => other.as_str().unwrap_or_default().to_owned(),
                };
                contains(values, &value)
            })
        };
        let mut found: Vec<&Value> = self.seen_by(account, region).filter(fits).collect();
        if let Some(member) = at(body, "sortCriteria.attributeName").as_str() {
            found.sort_by_key(|finding| Reverse(at(finding, member).to_string()));
        }
        let (found, next) = page(&found, body, 50);
        let ids: Vec<&Value> = found.iter().map(|finding| &finding["id"]).collect();
        Some(reply(&json!({"findingIds": ids, "nextToken": next})))
    }

    /// GetFindings of GuardDuty and Macie.
    pub(super) fn get(&self, (account, region): (&str, &str), ask: &Ask) -> Option<Reply> {
        let body = ask.json()?;
        let asked = |finding: &&Value| {
            let id = finding["id"].as_str().unwrap_or_default();
            contains(body.get("findingIds"), id)
        };
        let found: Vec<&Value> = self.seen_by(account, region).filter(asked).collect();
        Some(reply(&json!({"findings": found})))
    }

    /// ListFindings of Inspector: whole findings.
    pub(super) fn filter(&self, (account, region): (&str, &str), ask: &Ask) -> Option<Reply> {
        let body = ask.json()?;
        let criteria = body["filterCriteria"].as_object();
        let fits = |finding: &&Value| {
            criteria.into_iter().flatten().all(|(name, filters)| {
                let values: Vec<&Value> = match name.as_str() {
                    "findingStatus" => vec![&finding["status"]],
                    "resourceType" => {
                        let resources = finding["resources"].as_array();
                        let types = resources.into_iter().flatten().map(|it| &it["type"]);
                        types.collect()
                    }
                    name => vec![&finding[name]],
                };
                let filters = filters.as_array();
                let mut filters = filters.into_iter().flatten();
                filters.any(|filter| values.contains(&&filter["value"]))
            })
        };
        let found: Vec<&Value> = self.seen_by(account, region).filter(fits).collect();
        let (found, next) = page(&found, body, 100);
        Some(reply(&json!({"findings": found, "nextToken": next})))
    }
}

/// One page, and what to ask for the next with: empty at the end, as GuardDuty has it.
pub(super) fn page<'a>(
    found: &'a [&'a Value],
    body: &Value,
    most: u64,
) -> (&'a [&'a Value], String) {
    let size = body["maxResults"].as_u64().unwrap_or(most).min(most);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let token = body["nextToken"].as_str().unwrap_or_default();
    let from = token.parse().unwrap_or(0).min(found.len());
    let to = found.len().min(from.saturating_add(size));
    let next = (to < found.len()).then(|| to.to_string());
    (
        found.get(from..to).unwrap_or_default(),
        next.unwrap_or_default(),
    )
}

/// What is at a path of members, with dots between.
fn at<'a>(finding: &'a Value, path: &str) -> &'a Value {
    path.split('.')
        .fold(finding, |value, member| &value[member])
}

fn contains(list: Option<&Value>, text: &str) -> bool {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().any(|value| value == text)
}

/// A session of Macie whose times are of a zone, as AWS writes them; moto leaves the zone out.
pub(super) fn zoned(session: &[u8]) -> String {
    let mut session: Value = serde_json::from_slice(session).unwrap_or_default();
    for member in ["createdAt", "updatedAt"] {
        if let Some(Value::String(time)) = session.get_mut(member)
            && !time.ends_with('Z')
        {
            time.push('Z');
        }
    }
    session.to_string()
}

pub(super) fn reply(body: &Value) -> Reply {
    Reply::new(200, "application/json", body.to_string().into_bytes())
}
