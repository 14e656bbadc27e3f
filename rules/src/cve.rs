//! A CVE identifier. It comes from findings and from rules, and it is compared exactly: text that
//! is not one is refused, so that no wildcard reaches a search.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::text::quoted;

/// A CVE identifier: `CVE-`, a year and a number of at least four digits (CVE Program, "CVE ID
/// syntax").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cve {
    year: u16,
    number: u64,
    /// How many digits the number is written with: leading zeros are part of the identifier.
    digits: u8,
}

/// A text that is not a CVE identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACve(String);

impl fmt::Display for NotACve {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} is not a CVE identifier, such as CVE-2021-44228",
            self.0
        )
    }
}

impl std::error::Error for NotACve {}

impl FromStr for Cve {
    type Err = NotACve;

    /// Blanks around the identifier and the case of its letters do not matter.
    fn from_str(text: &str) -> Result<Self, NotACve> {
        read(text.trim()).ok_or_else(|| NotACve(quoted(text)))
    }
}

fn read(text: &str) -> Option<Cve> {
    let (prefix, rest) = text.split_at_checked(4)?;
    let (year, number) = rest.split_once('-')?;
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = prefix.eq_ignore_ascii_case("CVE-")
        && year.len() == 4
        && (4..=19).contains(&number.len())
        && all_digits(year)
        && all_digits(number);
    if !fits {
        return None;
    }
    Some(Cve {
        year: year.parse().ok()?,
        number: number.parse().ok()?,
        digits: u8::try_from(number.len()).ok()?,
    })
}

impl fmt::Display for Cve {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = usize::from(self.digits);
        write!(formatter, "CVE-{:04}-{:0width$}", self.year, self.number)
    }
}

impl fmt::Debug for Cve {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Cve {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cve {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_26_only_whole_identifiers_are_taken() {
        for text in [
            "%",
            "CVE-2021-4",
            "CVE-2021-44228%",
            "CVE-2021-",
            "",
            "CVE-21-4422",
            "é",
        ] {
            assert!(text.parse::<Cve>().is_err(), "{text}");
        }
        let normalised: Cve = "cve-2021-44228 ".parse().unwrap();
        assert_eq!(normalised.to_string(), "CVE-2021-44228");
        let zeros: Cve = "CVE-2014-0160".parse().unwrap();
        assert_eq!(zeros.to_string(), "CVE-2014-0160");
    }

    #[test]
    fn a_longer_number_is_another_cve() {
        let of = |text: &str| text.parse::<Cve>().unwrap();
        assert_ne!(of("CVE-2021-4422"), of("CVE-2021-44228"));
        assert_ne!(of("CVE-2021-0442"), of("CVE-2021-00442"));
    }
}
