//! What a Manager says when it refuses a call.

use serde::Deserialize;

use super::{
    object::Object,
    raw::{Raw, cut},
};

/// The members in which a message has been seen: that of this API, that of some products beside
/// it, and that of the API before it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal<'a> {
    #[serde(borrow)]
    message: Raw<'a>,
    errors: Raw<'a>,
    error: Object<Inner<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Inner<'a> {
    #[serde(borrow)]
    message: Raw<'a>,
}

/// The message in the body of a refusal, if it holds one that a person can read. Foreign text.
pub(crate) fn refusal(body: &[u8]) -> Option<String> {
    if let Ok(Object::Known(refusal)) = serde_json::from_slice::<Object<Refusal<'_>>>(body) {
        let message = refusal
            .message
            .text_if_any()
            .or_else(|| refusal.errors.text_if_any())
            .or_else(|| refusal.errors.list().ok()?.first()?.text_if_any())
            .or_else(|| refusal.error.if_any()?.message.text_if_any());
        return message.map(|message| cut(&message).into());
    }
    let text = std::str::from_utf8(body).ok()?.trim();
    // A web page says nothing in a line.
    (!text.is_empty() && !text.starts_with(['<', '{', '['])).then(|| cut(text).into())
}
