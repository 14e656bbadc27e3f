//! The ledger in a table of DynamoDB. Writes are conditional, reads are consistent (Amazon DynamoDB
//! developer guide, "Condition expressions", "Read consistency").
//!
//! ```text
//! pk, sk      S   what the row is called
//! revision    N   how often it was written
//! state       S   where a finding stands, for the reader in the console
//! document    S   what it holds, as JSON
//! expiresAt   N   when the table may delete it, in seconds since 1970: its attribute of time to live
//! written     S   which call wrote it
//! ```

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    types::AttributeValue,
};
use aws_sdk_sts::config::http::HttpResponse;
use jiff::Timestamp;
use rules::text::quoted;

use super::{clients::Clients, refusal::refusal};
use crate::{
    ledger::{BadRow, Key, Row, Table, Write},
    ports::{Error, Fault, Page},
};

type Item = HashMap<String, AttributeValue>;

/// A table of DynamoDB.
#[derive(Clone, Debug)]
pub struct DynamoTable {
    clients: Arc<Clients>,
    name: String,
    /// The writes of which it is not known whether they happened, with the names of their calls.
    unanswered: Arc<Mutex<HashMap<Key, (Row, String)>>>,
}

impl DynamoTable {
    /// The table of that name; it is not looked at before it is asked for something.
    #[must_use]
    pub fn new(clients: Arc<Clients>, name: impl Into<String>) -> Self {
        Self {
            clients,
            name: name.into(),
            unanswered: Arc::default(),
        }
    }

    /// The error of a call, with the table that it is about.
    fn refused<E>(&self, action: &str, error: &SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let name = quoted(&self.name);
        if error.code() == Some("ResourceNotFoundException") {
            let line = format!(
                "{action}: there is no table {name} in the account and Region that are asked; deploy \
                 it, or name the one that is there"
            );
            return Error::Permanent(Fault::Deployment, line);
        }
        match refusal(action, error) {
            Error::Retryable(passing, line) => {
                Error::Retryable(passing, format!("table {name}: {line}"))
            }
            Error::Permanent(fault, line) => {
                Error::Permanent(fault, format!("table {name}: {line}"))
            }
        }
    }

    async fn item(&self, key: &Key) -> Result<Option<Item>, Error> {
        let answer = self
            .clients
            .dynamodb()
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key_item(&key.partition, &key.sort)))
            .consistent_read(true)
            .send()
            .await;
        let answer = answer.map_err(|error| self.refused("dynamodb:GetItem", &error))?;
        Ok(answer.item)
    }

    /// The name of the call that writes a row: a new one, unless it repeats a call that got no
    /// answer.
    fn call(&self, row: &Row) -> String {
        let mut unanswered = self
            .unanswered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match unanswered.remove(&row.key) {
            Some((same, call)) if same == *row => call,
            _ => format!("{:032x}", fastrand::u128(..)),
        }
    }

    fn keep_unanswered(&self, row: &Row, call: String) {
        let mut unanswered = self
            .unanswered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        unanswered.insert(row.key.clone(), (row.clone(), call));
    }

    /// Writes a row under the name of a call.
    async fn put(&self, row: &Row, call: &str) -> Result<Write, Error> {
        let request = self
            .clients
            .dynamodb()
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item_of(row, call)));
        let request = match row.revision.checked_sub(1) {
            None => return Ok(Write::Conflict),
            Some(0) => request.condition_expression("attribute_not_exists(pk)"),
            Some(before) => request
                .condition_expression("revision = :before")
                .expression_attribute_values(":before", number(before)),
        };
        match request.send().await {
            Ok(_) => Ok(Write::Done),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => {
                // An attempt before this one may have written the row, and its answer was lost.
                let present = self.item(&row.key).await?;
                let written = present.as_ref().and_then(|item| item.get("written"));
                let is_own = written.and_then(|written| written.as_s().ok()) == Some(&call.into());
                Ok(if is_own { Write::Done } else { Write::Conflict })
            }
            Err(error) => Err(self.refused("dynamodb:PutItem", &error)),
        }
    }
}

impl Table for DynamoTable {
    async fn read(&self, key: &Key) -> Result<Option<Row>, Error> {
        let item = self.item(key).await?;
        let row = item.map(|item| row_of(key, &item)).transpose();
        row.map_err(Error::from)
    }

    async fn write(&self, row: &Row) -> Result<Write, Error> {
        let call = self.call(row);
        let written = self.put(row, &call).await;
        if written.as_ref().is_err_and(Error::is_retryable) {
            self.keep_unanswered(row, call);
        }
        written
    }

    async fn rows(
        &self,
        partition: &str,
        prefix: &str,
        page: Option<&str>,
    ) -> Result<Page<Result<Row, BadRow>>, Error> {
        let request = self
            .clients
            .dynamodb()
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .expression_attribute_values(":partition", text(partition))
            .set_exclusive_start_key(page.map(|last| key_item(partition, last)));
        // No sort key is empty, and DynamoDB refuses an empty beginning of one.
        let request = if prefix.is_empty() {
            request.key_condition_expression("pk = :partition")
        } else {
            request
                .key_condition_expression("pk = :partition AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix))
        };
        let answer = request.send().await;
        let answer = answer.map_err(|error| self.refused("dynamodb:Query", &error))?;
        let last = answer.last_evaluated_key.map(|last| self.sort_of(&last));
        let items = answer.items.unwrap_or_default();
        let rows = items.into_iter().map(|item| {
            let sort = self.sort_of(&item)?;
            let key = Key {
                partition: partition.to_owned(),
                sort,
            };
            Ok(row_of(&key, &item))
        });
        Ok(Page {
            items: rows.collect::<Result<_, Error>>()?,
            next: last.transpose()?,
        })
    }
}

impl DynamoTable {
    fn sort_of(&self, item: &Item) -> Result<String, Error> {
        let sort = item.get("sk").and_then(|sort| sort.as_s().ok());
        sort.cloned().ok_or_else(|| {
            let name = quoted(&self.name);
            let line = format!(
                "table {name}: its keys are not pk and sk, both strings; deploy the table of the \
                 template, or name the one that is there"
            );
            Error::Permanent(Fault::Deployment, line)
        })
    }
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn key_item(partition: &str, sort: &str) -> Item {
    HashMap::from([
        ("pk".to_owned(), text(partition)),
        ("sk".to_owned(), text(sort)),
    ])
}

fn item_of(row: &Row, call: &str) -> Item {
    let mut item = key_item(&row.key.partition, &row.key.sort);
    item.insert("revision".to_owned(), number(row.revision));
    item.insert("document".to_owned(), text(&row.document));
    item.insert("written".to_owned(), text(call));
    if let Some(state) = &row.state {
        item.insert("state".to_owned(), text(&**state));
    }
    if let Some(expires_at) = row.expires_at {
        item.insert("expiresAt".to_owned(), number(expires_at.as_second()));
    }
    item
}

/// The row that an item holds, unless somebody edited it.
fn row_of(key: &Key, item: &Item) -> Result<Row, BadRow> {
    let bad = |complaint: &str| BadRow::new(key, complaint);
    let revision = item
        .get("revision")
        .and_then(|revision| revision.as_n().ok());
    let revision = revision.and_then(|revision| revision.parse().ok());
    let revision = revision.filter(|revision| *revision > 0);
    let state = item.get("state").map(AttributeValue::as_s).transpose();
    let state = state.map_err(|_| bad("its state is not a string"))?;
    let expires_at = item.get("expiresAt").map(|expires_at| {
        let seconds: Option<i64> = expires_at.as_n().ok()?.parse().ok();
        Timestamp::from_second(seconds?).ok()
    });
    let expires_at = match expires_at {
        None => None,
        Some(time) => {
            Some(time.ok_or_else(|| bad("its expiresAt is not a number of seconds since 1970"))?)
        }
    };
    let document = item
        .get("document")
        .and_then(|document| document.as_s().ok());
    Ok(Row {
        key: key.clone(),
        revision: revision.ok_or_else(|| bad("its revision is not a whole number from 1 on"))?,
        state: state.map(|state| state.as_str().into()),
        expires_at,
        document: document
            .cloned()
            .ok_or_else(|| bad("its document is not a string"))?,
    })
}
