//! Faults that come in place of an answer.

use crate::api::Refusal;
use crate::fault::{Fault, FaultBody};

use super::Reply;

const HTML: &str = "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head>\
    <body><h1>The service is temporarily unavailable</h1></body></html>\n";
const SIGN_IN: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\
    <form method=\"post\" action=\"/SignIn.screen\"><input name=\"username\">\
    <input name=\"password\" type=\"password\"></form></body></html>\n";

/// Whether a fault takes the place of the answer.
pub(crate) fn replaces_answer(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Status(..)
            | Fault::RateLimited(_)
            | Fault::SignInPage
            | Fault::Redirect(..)
            | Fault::Reset
    )
}

/// What comes instead; `None` resets the connection.
pub(crate) fn replacement_of(fault: &Fault) -> Option<Reply> {
    let html = |status, page: &str| Reply::new(status, "text/html; charset=utf-8", page.into());
    match fault {
        Fault::Status(status, FaultBody::Message(text)) => {
            let body = serde_json::json!({ "message": text });
            Some(Reply::json(*status, body.to_string().into_bytes()))
        }
        Fault::Status(status, FaultBody::Html) => Some(html(*status, HTML)),
        Fault::Status(status, FaultBody::Empty) => {
            let mut reply = Reply::json(*status, Vec::new());
            reply.headers.clear();
            Some(reply)
        }
        Fault::RateLimited(after) => {
            let mut reply = Reply::json(429, Refusal::too_many().body());
            if let Some(after) = after {
                reply.set_header("retry-after", after.clone());
            }
            Some(reply)
        }
        Fault::SignInPage => Some(html(200, SIGN_IN)),
        Fault::Redirect(status, target) => {
            let mut reply = html(*status, HTML);
            reply.set_header("location", target.clone());
            Some(reply)
        }
        _ => None,
    }
}
