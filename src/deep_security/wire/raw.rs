//! One JSON value that may be of any type.

use std::borrow::Cow;

use rules::fact::{Fact, Readable};
use serde::Deserialize;
use serde_json::value::RawValue;

/// How much of a text that is not understood is kept, in characters.
const KEPT: usize = 256;

/// A value as it stands in the answer, absent or null included. It is taken apart only when it is
/// asked for, so that whatever it is, it cannot spoil its neighbours.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Raw<'a>(#[serde(borrow)] Option<&'a RawValue>);

/// A value that cannot be what it should be.
#[derive(Debug)]
pub(super) struct Wrong;

impl<'a> Raw<'a> {
    /// A fact.
    pub(super) fn fact<T: Readable>(self) -> Fact<T> {
        let Some(raw) = self.0 else {
            return Fact::Missing;
        };
        // Nearly all are a plain text or a plain number, and there are dozens in every computer.
        let fact = if let Some(text) = plain(raw) {
            Ok(T::read_text(text))
        } else if raw.get().bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(number) = raw.get().parse()
        {
            Ok(T::read_number(number))
        } else {
            serde_json::from_str(raw.get())
        };
        match fact {
            Ok(Fact::Unrecognised(report)) => Fact::Unrecognised(cut(&report)),
            Ok(fact) => fact,
            Err(_) => Fact::Unrecognised(cut(raw.get())),
        }
    }

    /// Whether it is absent or null.
    pub(super) fn is_unset(self) -> bool {
        self.0.is_none()
    }

    /// A text; `None` when it is unset or empty.
    pub(super) fn text(self) -> Result<Option<Cow<'a, str>>, Wrong> {
        let Some(raw) = self.0 else { return Ok(None) };
        let text = match plain(raw) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(serde_json::from_str(raw.get()).map_err(|_| Wrong)?),
        };
        Ok((!text.is_empty()).then_some(text))
    }

    /// A text where nothing depends on it.
    pub(super) fn text_if_any(self) -> Option<Cow<'a, str>> {
        self.text().ok().flatten()
    }

    /// The id of an object, as a number or a numeric string; `None` when it is unset or 0, which
    /// the Manager writes for "none". An id is sent back in searches as a signed 64-bit number.
    pub(super) fn id(self) -> Result<Option<u64>, Wrong> {
        let Some(raw) = self.0 else { return Ok(None) };
        let text = raw.get();
        let digits = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Wrong);
        }
        let id = digits.parse::<i64>().map_err(|_| Wrong)?;
        Ok(u64::try_from(id).ok().filter(|id| *id != 0))
    }

    /// True or false, also as a text; `None` when it is unset.
    pub(super) fn flag(self) -> Result<Option<bool>, Wrong> {
        match self.0.map(RawValue::get) {
            None => Ok(None),
            Some("true" | "\"true\"") => Ok(Some(true)),
            Some("false" | "\"false\"") => Ok(Some(false)),
            Some(_) => Err(Wrong),
        }
    }

    /// A list; empty when it is unset.
    pub(super) fn list(self) -> Result<Vec<Raw<'a>>, Wrong> {
        let Some(raw) = self.0 else {
            return Ok(Vec::new());
        };
        serde_json::from_str(raw.get()).map_err(|_| Wrong)
    }
}

/// The text of a JSON string in which nothing is escaped.
fn plain(raw: &RawValue) -> Option<&str> {
    let text = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then_some(text)
}

/// A foreign text of a length that may be kept.
pub(super) fn cut(text: &str) -> Box<str> {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => text.get(..end).unwrap_or_default().into(),
        None => text.into(),
    }
}
