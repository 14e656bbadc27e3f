//! The API key of a Manager, in a type that cannot be printed.

use std::fmt;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

const API_SECRET_KEY: HeaderName = HeaderName::from_static("api-secret-key");

/// How a key is presented. It is configured and never guessed, so that a key is never sent in a
/// way that its Manager does not expect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// The header `api-secret-key`: Deep Security Manager, and legacy accounts of Workload
    /// Security (Deep Security API guide, "Authenticate").
    #[default]
    SecretKey,
    /// The header `Authorization: ApiKey …`: Cloud One Workload Security (OpenAPI document of
    /// Workload Security, `securitySchemes`).
    ApiKey,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: &'static [Self] = &[Self::SecretKey, Self::ApiKey];

    /// The word for a setting.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SecretKey => "secret-key",
            Self::ApiKey => "api-key",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// A key, and how it is presented.
#[derive(Clone, Debug)]
pub struct ApiKey {
    scheme: Scheme,
    secret: SecretString,
}

/// A text that is not a key. It never says what the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadApiKey {
    /// There is no text.
    #[error("the API key is empty")]
    Empty,
    /// There is something that no key has.
    #[error(
        "the API key is not a valid header value: it holds a line break, a blank or a character \
         outside ASCII"
    )]
    NotAHeaderValue,
}

impl ApiKey {
    /// A key from its text.
    ///
    /// # Errors
    /// When the text is empty, or is not all visible ASCII.
    pub fn new(scheme: Scheme, text: &str) -> Result<Self, BadApiKey> {
        if text.is_empty() {
            return Err(BadApiKey::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadApiKey::NotAHeaderValue);
        }
        Ok(Self {
            scheme,
            secret: text.into(),
        })
    }

    /// A key from the content of a file, which may end in one line break.
    ///
    /// # Errors
    /// As [`ApiKey::new`].
    pub fn from_file_content(scheme: Scheme, content: &str) -> Result<Self, BadApiKey> {
        let line = content.strip_suffix('\n').unwrap_or(content);
        Self::new(scheme, line.strip_suffix('\r').unwrap_or(line))
    }

    /// How the key is presented.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Puts the key into the headers of every call.
    pub(super) fn put_into(&self, headers: &mut HeaderMap) -> Result<(), BadApiKey> {
        let secret = self.secret.expose_secret();
        let (name, text) = match self.scheme {
            Scheme::SecretKey => (API_SECRET_KEY, SecretString::from(secret)),
            Scheme::ApiKey => (AUTHORIZATION, format!("ApiKey {secret}").into()),
        };
        let mut value =
            HeaderValue::from_str(text.expose_secret()).map_err(|_| BadApiKey::NotAHeaderValue)?;
        value.set_sensitive(true);
        headers.insert(name, value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "2:c2VjcmV0LW9mLWEtdGVzdA==";

    #[test]
    fn a_key_is_never_printed() {
        let key = ApiKey::new(Scheme::ApiKey, SECRET).unwrap();
        assert!(!format!("{key:?}").contains(SECRET));
        let mut headers = HeaderMap::new();
        key.put_into(&mut headers).unwrap();
        assert!(!format!("{headers:?}").contains(SECRET));
        assert_eq!(headers[AUTHORIZATION], format!("ApiKey {SECRET}"));
    }

    #[test]
    fn each_scheme_has_its_header() {
        let mut headers = HeaderMap::new();
        let key = ApiKey::new(Scheme::SecretKey, SECRET).unwrap();
        key.put_into(&mut headers).unwrap();
        assert_eq!(headers["api-secret-key"], SECRET);
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn bad_input_23_what_is_not_visible_ascii_is_not_a_key() {
        for text in [
            "a\nb",
            "a\n",
            "a\rb",
            "a b",
            "\ta",
            "schlüssel",
            "a\u{0}",
            "\u{feff}a",
        ] {
            let refused = ApiKey::new(Scheme::SecretKey, text).unwrap_err();
            assert_eq!(refused, BadApiKey::NotAHeaderValue, "{text:?}");
            assert!(refused.to_string().contains("not a valid header value"));
        }
        assert_eq!(
            ApiKey::new(Scheme::SecretKey, "").unwrap_err(),
            BadApiKey::Empty
        );
    }

    #[test]
    fn a_key_file_may_end_in_one_line_break() {
        for content in ["key", "key\n", "key\r\n"] {
            let key = ApiKey::from_file_content(Scheme::SecretKey, content).unwrap();
            assert_eq!(key.secret.expose_secret(), "key");
        }
        for content in ["key\n\n", "\nkey", "a\nb\n"] {
            assert!(ApiKey::from_file_content(Scheme::SecretKey, content).is_err());
        }
        let refused = ApiKey::from_file_content(Scheme::SecretKey, "\n").unwrap_err();
        assert_eq!(refused, BadApiKey::Empty);
    }
}
