//! Objects in S3. Writes are conditional (Amazon S3 user guide, "Conditional requests").

use std::sync::Arc;

use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::ByteStream,
    types::{Delete, ObjectIdentifier},
};
use aws_sdk_sts::config::http::HttpResponse;
use rules::text::clean;

use super::{clients::Clients, location::S3Location, refusal::refusal};
use crate::{
    inventory::{Condition, ETag, Found, Put, Store},
    ports::{Error, Fault, Passing},
};

/// The most objects that are deleted by one call (Amazon S3 API reference, `DeleteObjects`).
const DELETED_AT_ONCE: usize = 1000;

/// The objects below a prefix of a bucket.
#[derive(Clone, Debug)]
pub struct S3Store {
    clients: Arc<Clients>,
    place: S3Location,
}

impl S3Store {
    /// The objects below a place; it is not looked at before it is asked for one.
    #[must_use]
    pub fn new(clients: Arc<Clients>, place: S3Location) -> Self {
        Self { clients, place }
    }

    fn key(&self, key: &str) -> String {
        if self.place.key.is_empty() {
            return key.to_owned();
        }
        format!("{}/{key}", self.place.key)
    }
}

impl Store for S3Store {
    async fn get(&self, key: &str, known: Option<&ETag>) -> Result<Found, Error> {
        let answer = self
            .clients
            .s3()
            .get_object()
            .bucket(&self.place.bucket)
            .key(self.key(key))
            .set_if_none_match(known.map(|etag| etag.0.clone()))
            .send()
            .await;
        let object = match answer {
            Ok(object) => object,
            Err(error) => {
                return match status(&error) {
                    Some(304) => Ok(Found::Unchanged),
                    Some(404) if error.code() == Some("NoSuchKey") => Ok(Found::Missing),
                    _ => Err(refusal("s3:GetObject", &error)),
                };
            }
        };
        let etag = ETag(object.e_tag.unwrap_or_default());
        let bytes = object.body.collect().await.map_err(|error| {
            let line = format!("s3:GetObject: {}", clean(&error.to_string()));
            Error::Retryable(Passing::Unavailable, line)
        })?;
        Ok(Found::Object {
            bytes: bytes.into_bytes().into(),
            etag,
        })
    }

    async fn put(&self, key: &str, bytes: Vec<u8>, condition: &Condition) -> Result<Put, Error> {
        let request = self
            .clients
            .s3()
            .put_object()
            .bucket(&self.place.bucket)
            .key(self.key(key))
            .body(ByteStream::from(bytes));
        let request = match condition {
            Condition::Always => request,
            Condition::IfAbsent => request.if_none_match("*"),
            Condition::IfMatches(etag) => request.if_match(&etag.0),
        };
        match request.send().await {
            Ok(done) => Ok(Put::Done(ETag(done.e_tag.unwrap_or_default()))),
            Err(error) => match (status(&error), error.code()) {
                (Some(412), _) | (Some(409), Some("ConditionalRequestConflict")) => {
                    Ok(Put::Conflict)
                }
                // What was to be replaced is gone.
                (Some(404), Some("NoSuchKey")) if *condition != Condition::Always => {
                    Ok(Put::Conflict)
                }
                _ => Err(refusal("s3:PutObject", &error)),
            },
        }
    }

    async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        for keys in keys.chunks(DELETED_AT_ONCE) {
            let objects = keys
                .iter()
                .map(|key| ObjectIdentifier::builder().key(self.key(key)).build());
            let objects: Result<Vec<_>, _> = objects.collect();
            let delete = objects.and_then(|objects| {
                let delete = Delete::builder().set_objects(Some(objects));
                delete.quiet(true).build()
            });
            let delete = delete.map_err(|error| broken(&error.to_string()))?;
            let request = self
                .clients
                .s3()
                .delete_objects()
                .bucket(&self.place.bucket);
            let answer = request.delete(delete).send().await;
            let answer = answer.map_err(|error| refusal("s3:DeleteObject", &error))?;
            if let Some(refused) = answer.errors().first() {
                return Err(broken(refused.code().unwrap_or("no code")));
            }
        }
        Ok(())
    }
}

fn broken(what: &str) -> Error {
    let line = format!("s3:DeleteObject: {}", clean(what));
    Error::Permanent(Fault::Deployment, line)
}

fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error
        .raw_response()
        .map(|response| response.status().as_u16())
}
