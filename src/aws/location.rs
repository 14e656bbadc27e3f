//! Where something lies in S3, as a person writes it: `s3://bucket/key`.

use std::{fmt, str::FromStr};

use rules::text::quoted;

/// A bucket, and a key or prefix in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Location {
    /// The bucket.
    pub bucket: String,
    /// The key or prefix, without a slash at its start or end; may be empty.
    pub key: String,
}

/// A text that is not such a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLocation(String);

impl fmt::Display for BadLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} is not a place in S3: s3://BUCKET/KEY is wanted",
            self.0
        )
    }
}

impl std::error::Error for BadLocation {}

impl FromStr for S3Location {
    type Err = BadLocation;

    fn from_str(text: &str) -> Result<Self, BadLocation> {
        let refused = || BadLocation(quoted(text));
        let place = text.strip_prefix("s3://").ok_or_else(refused)?;
        let (bucket, key) = place.split_once('/').unwrap_or((place, ""));
        // Bucket naming rules of the Amazon S3 user guide; older buckets have longer names.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if !(3..=255).contains(&bucket.len()) || !bucket.bytes().all(plain) {
            return Err(refused());
        }
        let key = key.trim_end_matches('/');
        if key.starts_with('/') || key.chars().any(char::is_control) || key.len() > 900 {
            return Err(refused());
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }
}

impl fmt::Display for S3Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "s3://{}/{}", self.bucket, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_and_a_key() {
        let place = |text: &str| {
            let place: S3Location = text.parse().unwrap();
            (place.bucket, place.key)
        };
        let owned = |bucket: &str, key: &str| (bucket.to_owned(), key.to_owned());
        assert_eq!(place("s3://audit/a/b.yaml"), owned("audit", "a/b.yaml"));
        assert_eq!(place("s3://audit/inventory/"), owned("audit", "inventory"));
        assert_eq!(place("s3://audit"), owned("audit", ""));
        assert_eq!(place("s3://audit/"), owned("audit", ""));
    }

    #[test]
    fn what_is_no_place_is_quoted() {
        for text in [
            "",
            "audit/a",
            "https://audit/a",
            "s3://",
            "s3:///a",
            "s3://a b/c",
            "s3://audit//a",
            "s3://audit/a\nb",
        ] {
            let refused = text.parse::<S3Location>().unwrap_err().to_string();
            assert!(refused.ends_with("s3://BUCKET/KEY is wanted"), "{refused}");
            assert!(!refused.contains('\n'));
        }
    }
}
