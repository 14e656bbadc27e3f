//! One kind of call to a Manager, and its reply.

use std::{borrow::Cow, time::Duration};

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{
    Method, StatusCode, Url,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER},
};

use super::{error::Problem, wire};

const VERSION: HeaderName = HeaderName::from_static("x-dsm-version");

/// A kind of call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// How it is made.
    pub(super) method: Method,
    /// What it is made on, below the base URL.
    pub(super) path: Cow<'static, str>,
    /// Its query, without the question mark.
    pub(super) query: &'static str,
    /// What the role of the key must allow, after "its role must be allowed to".
    pub(super) right: &'static str,
}

impl Call {
    /// Whether it changes something in the Manager. A search is a POST too, for the sake of its
    /// body.
    pub(super) fn writes(&self) -> bool {
        self.method != Method::GET && !self.path.ends_with("/search")
    }
}

/// What came back, whatever it says.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    url: Url,
    /// The body, after decompression; of a refusal only its beginning.
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, url: Url, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            url,
            body,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// When it was given, by the Manager's clock.
    pub(super) fn date(&self) -> Option<Timestamp> {
        http_date(self.text(&DATE)?)
    }

    /// The version of the Manager. Foreign text.
    pub(super) fn version(&self) -> Option<&str> {
        self.text(&VERSION)
    }

    fn text(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The JSON that was asked for.
    pub(super) fn json(&self) -> Result<&[u8], Problem> {
        match self.status.as_u16() {
            200..=299 => self.body_that_is_json(),
            300..=399 => Err(Problem::Redirect(self.target())),
            401 => Err(Problem::KeyRejected(self.message())),
            403 => Err(Problem::Forbidden(self.message())),
            404 => Err(Problem::NotFound),
            429 => Err(Problem::TooManyCalls(self.retry_after())),
            code => Err(Problem::Status(code, self.message(), self.retry_after())),
        }
    }

    /// The JSON that was asked for of `what`, which may have been deleted meanwhile. A Manager says
    /// so in JSON; a 404 in another form is of something else at the Manager's address.
    pub(super) fn json_of(&self, what: &'static str) -> Result<&[u8], Problem> {
        self.json().map_err(|problem| match problem {
            Problem::NotFound if self.is_object() => Problem::Gone(what),
            other => other,
        })
    }

    /// Checks that `what` was deleted, for which an answer has no body.
    pub(super) fn deletion_of(&self, what: &'static str) -> Result<(), Problem> {
        let blank = self.body.iter().all(u8::is_ascii_whitespace);
        if self.status.is_success() && blank {
            return Ok(());
        }
        self.json_of(what).map(|_| ())
    }

    fn is_object(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"{")
    }

    fn body_that_is_json(&self) -> Result<&[u8], Problem> {
        match self.body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Ok(&self.body),
            None => Err(Problem::Damaged("it is empty".to_owned())),
            Some(_) => {
                let kind = self
                    .text(&CONTENT_TYPE)
                    .unwrap_or("text of an unknown kind");
                let kind = kind.split(';').next().unwrap_or(kind).trim();
                let html = kind == "text/html" || self.body.trim_ascii_start().starts_with(b"<");
                Err(Problem::NotJson(
                    if html { "text/html (a web page)" } else { kind }.to_owned(),
                ))
            }
        }
    }

    /// What a refusal says.
    fn message(&self) -> Option<String> {
        wire::refusal(&self.body)
    }

    /// Where a redirect leads: scheme, host and port only, since the rest may hold secrets.
    fn target(&self) -> Option<String> {
        let target = self.url.join(self.text(&LOCATION)?).ok()?;
        Some(target.origin().ascii_serialization())
    }

    /// When the Manager wants to be asked again: in so many seconds, or at a date, which is
    /// counted by the Manager's own clock.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.text(&RETRY_AFTER)?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = http_date(text)?.duration_since(self.date()?);
        Some(wait.try_into().unwrap_or(Duration::ZERO))
    }
}

/// A date in the form that RFC 9110, 5.6.7 prefers, which is also one of RFC 2822.
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text).ok().map(|date| date.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            url: "https://manager.example/api/computers/search"
                .parse()
                .unwrap(),
            body: body.into(),
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let wait = |headers: &[(&'static str, &str)]| reply(503, headers, "").retry_after();
        assert_eq!(wait(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        let date = ("date", "Sat, 01 Aug 2026 12:00:00 GMT");
        let after = ("retry-after", "Sat, 01 Aug 2026 12:00:30 GMT");
        assert_eq!(wait(&[date, after]), Some(Duration::from_secs(30)));
        let before = ("retry-after", "Sat, 01 Aug 2026 11:00:00 GMT");
        assert_eq!(wait(&[date, before]), Some(Duration::ZERO));
        for unusable in ["", "-1", "soon", "1.5"] {
            assert_eq!(wait(&[date, ("retry-after", unusable)]), None);
        }
    }

    #[test]
    fn a_redirect_is_named_by_host_only() {
        let location = (
            "location",
            "https://user:pw@sso.example:8443/login?session=secret",
        );
        assert_eq!(
            reply(302, &[location], "").json().unwrap_err(),
            Problem::Redirect(Some("https://sso.example:8443".to_owned()))
        );
    }

    #[test]
    fn only_the_manager_itself_says_that_something_is_gone() {
        let problem = |body| reply(404, &[], body).json_of("computer").unwrap_err();
        assert_eq!(
            problem("{\"message\":\"The computer does not exist.\"}"),
            Problem::Gone("computer")
        );
        for elsewhere in ["<html>", "", "404 page not found"] {
            assert_eq!(problem(elsewhere), Problem::NotFound, "{elsewhere}");
        }
    }

    #[test]
    fn a_deletion_is_answered_by_nothing_or_by_json() {
        let deletion = |status, body| reply(status, &[], body).deletion_of("scheduled task");
        assert_eq!(deletion(200, ""), Ok(()));
        assert_eq!(deletion(204, ""), Ok(()));
        assert_eq!(deletion(200, "{}"), Ok(()));
        assert!(matches!(deletion(200, "<html>"), Err(Problem::NotJson(_))));
        assert!(matches!(deletion(503, ""), Err(Problem::Status(503, ..))));
    }

    #[test]
    fn what_is_not_json_is_named() {
        let problem = |kind: &'static str, body| {
            reply(200, &[("content-type", kind)], body)
                .json()
                .unwrap_err()
                .to_string()
        };
        assert!(problem("application/json", " <html>").contains("text/html"));
        assert!(problem("text/plain; charset=utf-8", "hello").contains("with text/plain,"));
        assert!(problem("application/json", " ").contains("is empty"));
    }
}
