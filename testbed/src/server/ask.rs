//! A request, read whole.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderMap};
use serde_json::Value;

/// Where the REST API begins.
pub(crate) const ROOT: &str = "/api";

/// What a client asked.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    /// Below [`ROOT`]; the whole path for anything that is not there.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// Absent for an empty body.
    pub(crate) body: Option<Result<Value, String>>,
    /// The body as it came.
    pub(crate) raw: Bytes,
    pub(crate) headers: HeaderMap,
}

impl Ask {
    /// # Errors
    /// The connection broke.
    pub(crate) async fn read(request: Request<Incoming>) -> Result<Self, hyper::Error> {
        let (parts, body) = request.into_parts();
        let bytes = body.collect().await?.to_bytes();
        let path = parts.uri.path();
        Ok(Self {
            method: parts.method.as_str().to_owned(),
            path: path
                .strip_prefix(ROOT)
                .filter(|rest| rest.starts_with('/'))
                .unwrap_or(path)
                .to_owned(),
            query: parts.uri.query().map(decoded_pairs).unwrap_or_default(),
            body: (!bytes.is_empty())
                .then(|| serde_json::from_slice(&bytes).map_err(|error| error.to_string())),
            raw: bytes,
            headers: parts.headers,
        })
    }

    /// The secret, from either of the two headers.
    pub(crate) fn secret(&self) -> Option<&str> {
        let plain = self
            .headers
            .get("api-secret-key")
            .and_then(|value| value.to_str().ok());
        plain.or_else(|| {
            self.headers
                .get(AUTHORIZATION)?
                .to_str()
                .ok()?
                .strip_prefix("ApiKey ")
        })
    }

    pub(crate) fn accepts_gzip(&self) -> bool {
        let accepted = self
            .headers
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok());
        accepted.is_some_and(|accepted| accepted.contains("gzip"))
    }

    pub(crate) fn json(&self) -> Option<&Value> {
        self.body.as_ref().and_then(|body| body.as_ref().ok())
    }

    pub(crate) fn expand(&self) -> impl Iterator<Item = &str> {
        self.query
            .iter()
            .filter(|(name, _)| name == "expand")
            .map(|(_, value)| value.as_str())
    }

    /// The official SDK writes `True` and `False`.
    pub(crate) fn overrides(&self) -> bool {
        let given = self
            .query
            .iter()
            .rev()
            .find(|(name, _)| name == "overrides");
        given.is_some_and(|(_, value)| value.eq_ignore_ascii_case("true"))
    }
}

fn decoded_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let code = std::str::from_utf8(&digits).ok();
                bytes.extend(code.and_then(|code| u8::from_str_radix(code, 16).ok()));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded_pairs;

    #[test]
    fn a_query_is_taken_apart_and_decoded() {
        let pairs = decoded_pairs("expand=a&expand=b%2Fc&overrides=True&x");
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("expand", "a"),
                ("expand", "b/c"),
                ("overrides", "True"),
                ("x", "")
            ]
        );
    }
}
