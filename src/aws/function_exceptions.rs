//! The exceptions that a function grades with: a file in S3 that is named with its SHA-256, and the
//! terms on which they are used.

use std::sync::{Arc, OnceLock};

use rules::exceptions::{ExceptedAs, Exceptions, Terms};

use super::{
    clients::Clients,
    function_settings::{SettingsSource, broken},
};
use crate::{
    environment, exceptions,
    ports::Error,
    settings::exceptions::{excepted_as, most_days, protected_tags},
};

/// The environment variable that names the file of exceptions: `s3://BUCKET/KEY`. Empty for none.
pub const EXCEPTIONS: &str = "DEEPGRADE_EXCEPTIONS";
/// The environment variable with the SHA-256 of that file: 64 hexadecimal digits.
pub const EXCEPTIONS_SHA256: &str = "DEEPGRADE_EXCEPTIONS_SHA256";
/// The environment variable with the tags that an instance's owner cannot set, with commas.
pub const PROTECTED_TAGS: &str = "DEEPGRADE_PROTECTED_TAGS";
/// The environment variable that says what an excepted result is.
pub const EXCEPTED_AS: &str = "DEEPGRADE_EXCEPTED_AS";
/// The environment variable that says for how many days an exception may hold.
pub const MAX_LIFETIME: &str = "DEEPGRADE_EXCEPTION_MAX_LIFETIME_DAYS";

/// Where the exceptions of a function are, which they are, and on which terms they are used.
#[derive(Debug)]
pub struct ExceptionFile {
    source: SettingsSource,
    terms: Terms,
    /// What was read. The file that the sum names never changes.
    read: OnceLock<Arc<Exceptions>>,
}

impl ExceptionFile {
    /// The file that the environment names; `None` where it names none.
    ///
    /// # Errors
    /// A line that names the variable that is missing or is not what it should be.
    pub fn from_environment() -> Result<Option<Self>, String> {
        let Some(place) = of(EXCEPTIONS) else {
            return Ok(None);
        };
        let sum = of(EXCEPTIONS_SHA256).ok_or_else(|| {
            format!("{EXCEPTIONS_SHA256} is not set, and {EXCEPTIONS} names a file")
        })?;
        let tags = of(PROTECTED_TAGS).unwrap_or_default();
        let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        let source = SettingsSource {
            place: place
                .parse()
                .map_err(|bad| format!("{EXCEPTIONS}: {bad}"))?,
            sha256: sum
                .parse()
                .map_err(|bad| format!("{EXCEPTIONS_SHA256} {bad}"))?,
        };
        Ok(Some(Self {
            source,
            terms: Terms {
                protected_tags: protected_tags(PROTECTED_TAGS, tags.map(str::to_owned))?,
                excepted_as: excepted_as(EXCEPTED_AS, of(EXCEPTED_AS).as_deref())?,
                most_days: most_days(MAX_LIFETIME, of(MAX_LIFETIME).as_deref())?,
            },
            read: OnceLock::new(),
        }))
    }

    /// Whether exceptions may be for a tag with that key.
    #[must_use]
    pub fn asks_for(&self, tag: &str) -> bool {
        self.terms.protected_tags.contains(tag)
    }

    /// What an excepted result is.
    #[must_use]
    pub fn excepted_as(&self) -> ExceptedAs {
        self.terms.excepted_as
    }

    /// The exceptions. They are read once; those that are not honoured are said then.
    ///
    /// # Errors
    /// When they cannot be read, are not the ones that are named, or something is wrong with them.
    pub async fn exceptions(&self, clients: &Arc<Clients>) -> Result<Arc<Exceptions>, Error> {
        if let Some(read) = self.read.get() {
            return Ok(Arc::clone(read));
        }
        let bytes = self.source.bytes(clients, EXCEPTIONS_SHA256).await?;
        let name = self.source.place.to_string();
        let located = exceptions::parse(&name, bytes, self.terms.clone())
            .map_err(|bad| broken(bad.to_string()))?;
        for complaint in located.unprotected() {
            tracing::warn!("{}", exceptions::line(&name, &complaint));
        }
        Ok(Arc::clone(
            self.read.get_or_init(|| Arc::new(located.exceptions)),
        ))
    }
}

/// The value of a variable; an empty one counts as not set.
fn of(variable: &str) -> Option<String> {
    let value = environment::variable(variable)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
