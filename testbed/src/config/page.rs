//! Pages of long answers, each with the token of the next.

use serde_json::{Value, json};

use super::desk::Desk;
use super::refusal::Refusal;
use super::shape::Shape;
use super::store::Key;

/// Where the next page begins, and of which list it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    list: String,
    last: Key,
}

impl Desk {
    /// The entry after which a page begins: none for the first.
    pub(crate) fn page(&self, input: &Shape<'_>, list: &str) -> Result<Option<Key>, Refusal> {
        let Some(token) = input.text("NextToken", 0..=usize::MAX)? else {
            return Ok(None);
        };
        let page = self.pages.get(token).filter(|page| page.list == list);
        let refusal = || Refusal::new("InvalidNextTokenException", "The nextToken is not valid.");
        page.map(|page| Some(page.last.clone())).ok_or_else(refusal)
    }

    /// The first `limit` of the entries, with the token of the next page if there are more.
    pub(crate) fn paged(
        &mut self,
        member: &str,
        mut entries: Vec<(Key, Value)>,
        limit: usize,
        list: String,
    ) -> Value {
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().filter(|_| more).map(|(key, _)| key.clone());
        let entries: Vec<Value> = entries.into_iter().map(|(_, entry)| entry).collect();
        let mut answer = json!({ member: entries });
        if let (Some(last), Some(members)) = (last, answer.as_object_mut()) {
            let token = self.opaque();
            members.insert("NextToken".to_owned(), json!(token));
            self.pages.insert(token, Page { list, last });
        }
        answer
    }
}
