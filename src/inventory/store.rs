//! Where the objects of the inventory lie. A port: a bucket stands behind it, or the memory of a
//! test.

use crate::ports::Error;

/// What a store calls one state of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(pub String);

/// What is found under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// What the caller already knows.
    Unchanged,
    /// An object.
    Object {
        /// What it holds.
        bytes: Vec<u8>,
        /// What this state of it is called.
        etag: ETag,
    },
}

/// When an object may be put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Whatever is there.
    Always,
    /// Only where nothing is.
    IfAbsent,
    /// Only over this state.
    IfMatches(ETag),
}

/// What became of a put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// The object is there, in this state.
    Done(ETag),
    /// The condition does not hold: somebody else was there.
    Conflict,
}

/// A place for objects. Keys are relative to its prefix.
pub trait Store: Send + Sync {
    /// Reads an object, unless it is still in the state that is known.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses.
    fn get(
        &self,
        key: &str,
        known: Option<&ETag>,
    ) -> impl Future<Output = Result<Found, Error>> + Send;

    /// Writes an object as a whole.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses. Where it could not be asked, the object may have
    /// been written all the same.
    fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        condition: &Condition,
    ) -> impl Future<Output = Result<Put, Error>> + Send;

    /// Deletes objects. One that is not there is no error.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses; some may then be deleted.
    fn delete(&self, keys: &[String]) -> impl Future<Output = Result<(), Error>> + Send;
}
