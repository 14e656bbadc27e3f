//! Faults that change what an answer says, and not how it is sent.

use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::json;
use crate::locale;

/// What of the request the paging faults go by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Page {
    /// The number after which the page begins; 0 for the first.
    pub(crate) after: i64,
    /// How many items were asked for.
    pub(crate) items: usize,
}

impl Page {
    /// Reads a search body; `None` where the request is no search.
    pub(crate) fn of(path: &str, body: Option<&Value>, default: usize) -> Option<Self> {
        if !path.ends_with("/search") {
            return None;
        }
        let items = body.and_then(|body| body.get("maxItems")?.as_u64());
        let criteria = body.and_then(|body| body.get("searchCriteria")?.as_array());
        let after = criteria
            .into_iter()
            .flatten()
            .filter(|criterion| criterion.get("idTest") == Some(&json!("greater-than")))
            .find_map(|criterion| criterion.get("idValue")?.as_i64());
        Some(Self {
            after: after.unwrap_or(0),
            items: items
                .and_then(|items| usize::try_from(items).ok())
                .unwrap_or(default),
        })
    }
}

/// Whether a fault changes what an answer says.
pub(crate) fn changes_content(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Replace(..)
            | Fault::ExtraFields
            | Fault::NumericStrings
            | Fault::FallingIds
            | Fault::RepeatedIds
            | Fault::EndlessPages
            | Fault::EmptyPage
            | Fault::Japanese
    )
}

/// Changes the answer, if the fault is one of those that do.
pub(crate) fn alter(answer: &mut Value, fault: &Fault, page: Page) {
    match fault {
        Fault::Replace(path, value) => {
            for place in json::at_path(answer, path) {
                *place = value.clone();
            }
        }
        Fault::ExtraFields => objects(answer, &mut |object| {
            object.insert(
                "futureField".to_owned(),
                json!({"level": 3, "words": ["new"]}),
            );
        }),
        Fault::NumericStrings => numbers_as_text(answer),
        Fault::FallingIds => {
            if let Some(items) = items(answer) {
                items.reverse();
            }
        }
        Fault::RepeatedIds if page.after > 0 => {
            if let Some(items) = items(answer)
                && let Some(mut first) = items.first().cloned()
            {
                set_id(&mut first, page.after);
                items.insert(0, first);
                items.truncate(page.items.max(1));
            }
        }
        Fault::EndlessPages => endless(answer, page),
        Fault::EmptyPage if page.after > 0 => {
            if let Some(items) = items(answer) {
                items.clear();
            }
        }
        Fault::Japanese => locale::to_japanese(answer),
        _ => {}
    }
}

/// The list of a list answer.
fn items(answer: &mut Value) -> Option<&mut Vec<Value>> {
    answer
        .as_object_mut()?
        .values_mut()
        .find_map(Value::as_array_mut)
}

fn set_id(item: &mut Value, id: i64) {
    if let Some(object) = item.as_object_mut() {
        object.insert("ID".to_owned(), json!(id));
    }
}

fn endless(answer: &mut Value, page: Page) {
    let Some(items) = items(answer) else { return };
    let mut source: Vec<Value> = std::mem::take(items);
    if source.is_empty() {
        source.push(json!({"ID": 0, "hostName": "endless", "name": "endless"}));
    }
    let ids = page.after + 1..;
    *items = source
        .into_iter()
        .cycle()
        .zip(ids)
        .take(page.items)
        .map(|(mut item, id)| {
            set_id(&mut item, id);
            item
        })
        .collect();
}

fn objects(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|inner| objects(inner, change));
            change(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| objects(item, change)),
        _ => {}
    }
}

fn numbers_as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Object(object) => object.values_mut().for_each(numbers_as_text),
        Value::Array(items) => items.iter_mut().for_each(numbers_as_text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, alter};
    use crate::fault::Fault;
    use serde_json::{Value, json};

    fn altered(fault: &Fault, after: i64) -> Value {
        let mut answer = json!({"computers": [{"ID": 11}, {"ID": 12}]});
        alter(&mut answer, fault, Page { after, items: 2 });
        answer["computers"].clone()
    }

    #[test]
    fn pages_go_wrong_in_each_way() {
        assert_eq!(
            altered(&Fault::FallingIds, 0),
            json!([{"ID": 12}, {"ID": 11}])
        );
        assert_eq!(
            altered(&Fault::RepeatedIds, 0),
            json!([{"ID": 11}, {"ID": 12}])
        );
        assert_eq!(
            altered(&Fault::RepeatedIds, 10),
            json!([{"ID": 10}, {"ID": 11}])
        );
        assert_eq!(
            altered(&Fault::EmptyPage, 0),
            json!([{"ID": 11}, {"ID": 12}])
        );
        assert_eq!(altered(&Fault::EmptyPage, 10), json!([]));
        assert_eq!(
            altered(&Fault::EndlessPages, 500),
            json!([{"ID": 501}, {"ID": 502}])
        );
    }

    #[test]
    fn values_change_where_they_are_told_to() {
        let word = Fault::Replace("computers/*/ID".to_owned(), json!("hibernating"));
        assert_eq!(
            altered(&word, 0),
            json!([{"ID": "hibernating"}, {"ID": "hibernating"}])
        );
        assert_eq!(
            altered(&Fault::NumericStrings, 0),
            json!([{"ID": "11"}, {"ID": "12"}])
        );
        assert!(altered(&Fault::ExtraFields, 0)[1]["futureField"].is_object());
    }

    #[test]
    fn a_page_is_read_from_a_search_only() {
        let body =
            json!({"maxItems": 7, "searchCriteria": [{"idTest": "greater-than", "idValue": 5}]});
        let page = Page::of("/computers/search", Some(&body), 5000).unwrap();
        assert_eq!((page.after, page.items), (5, 7));
        assert_eq!(
            Page::of("/policies/search", None, 5000).unwrap().items,
            5000
        );
        assert!(Page::of("/computers", None, 5000).is_none());
    }
}
