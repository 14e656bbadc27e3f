//! An EC2 instance, as AWS names it.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    fact::{Fact, Readable, words},
    text::quoted,
};

mod tags;

pub use tags::Tags;

/// One EC2 instance, reduced to what grading needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instance {
    /// The instance id.
    pub id: InstanceId,
    /// The AWS account that owns the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The Region that the instance runs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The tag `Name`. Foreign text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// Its tags, as far as somebody wants to know them.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Where the instance is in its life.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub state: Fact<InstanceState>,
    /// When the primary network interface was attached. Unlike the launch time it does not move
    /// when the instance is stopped and started.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub attached: Fact<Timestamp>,
    /// When the instance was started last.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub launched: Fact<Timestamp>,
}

impl Instance {
    /// An instance of which no more is known than what it is called.
    #[must_use]
    pub fn bare(id: InstanceId, account: AccountId, region: Region) -> Self {
        Self {
            id,
            account: Some(account),
            region: Some(region),
            name: None,
            tags: Tags::default(),
            state: Fact::Missing,
            attached: Fact::Missing,
            launched: Fact::Missing,
        }
    }
}

words! {
    /// The life cycle of an instance (EC2 API reference, `InstanceState.Name`).
    InstanceState {
        /// Being launched.
        Pending = "pending",
        /// Running.
        Running = "running",
        /// Being terminated.
        ShuttingDown = "shutting-down",
        /// Gone.
        Terminated = "terminated",
        /// Being stopped.
        Stopping = "stopping",
        /// Stopped.
        Stopped = "stopped",
    }
}

/// An instance id: `i-` and 8 or 17 hexadecimal digits. A fleet holds many of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId {
    /// The first of 17 digits; `None` where there are 8.
    first: Option<u8>,
    rest: u64,
}

impl FromStr for InstanceId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = || NotAnId {
            kind: "an EC2 instance id",
            text: quoted(text),
        };
        let digits = text.strip_prefix("i-").ok_or_else(refused)?;
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        if !matches!(digits.len(), 8 | 17) || !digits.bytes().all(hexadecimal) {
            return Err(refused());
        }
        // The check above leaves only what both parts can be read from.
        let (first, rest) = digits.split_at(digits.len() % 8);
        let first = (!first.is_empty())
            .then(|| u8::from_str_radix(first, 16))
            .transpose();
        let rest = u64::from_str_radix(rest, 16);
        match (first, rest) {
            (Ok(first), Ok(rest)) => Ok(Self { first, rest }),
            _ => Err(refused()),
        }
    }
}

impl Readable for InstanceId {
    fn read_text(text: &str) -> Fact<Self> {
        text.parse()
            .map_or_else(|_| Fact::Unrecognised(text.into()), Fact::Known)
    }

    fn written(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            Some(first) => write!(formatter, "i-{first:x}{:016x}", self.rest),
            None => write!(formatter, "i-{:08x}", self.rest),
        }
    }
}

impl fmt::Debug for InstanceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// An AWS account: twelve digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

impl FromStr for AccountId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = || NotAnId {
            kind: "an AWS account id",
            text: quoted(text),
        };
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        text.parse().map(Self).map_err(|_| refused())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// An AWS Region, for example `eu-west-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Box<str>);

impl Region {
    /// The Region of an Availability Zone or Local Zone: `eu-west-1` of `eu-west-1b` and
    /// `us-west-2` of `us-west-2-lax-1a`.
    ///
    /// # Errors
    /// When the text is not the name of a zone.
    pub fn of_zone(zone: &str) -> Result<Self, NotAnId> {
        let refused = || NotAnId {
            kind: "an Availability Zone",
            text: quoted(zone),
        };
        let is_number = |part: &str| {
            part.bytes()
                .next()
                .is_some_and(|byte| byte.is_ascii_digit())
        };
        let mut length = 0;
        for part in zone.split('-') {
            length += part.len();
            if is_number(part) {
                let digits = part.bytes().take_while(u8::is_ascii_digit).count();
                let end = length - (part.len() - digits);
                return zone.get(..end).ok_or_else(refused)?.parse();
            }
            length += 1;
        }
        Err(refused())
    }
}

impl FromStr for Region {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > 32 || !text.bytes().all(allowed) {
            return Err(NotAnId {
                kind: "an AWS Region",
                text: quoted(text),
            });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text that is not the id it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnId {
    kind: &'static str,
    text: String,
}

impl fmt::Display for NotAnId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is not {}", self.text, self.kind)
    }
}

impl std::error::Error for NotAnId {}

/// Serialises an id as the text that AWS writes.
macro_rules! as_text {
    ($($id:ty),+) => {$(
        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )+};
}
as_text!(InstanceId, AccountId, Region);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_lengths_of_instance_ids_are_ids() {
        for id in ["i-0abc1234", "i-0123456789abcdef0"] {
            assert_eq!(id.parse::<InstanceId>().unwrap().to_string(), id);
        }
        for text in [
            ".",
            "i-xyz",
            "",
            "i-0ABC1234",
            "i-0abc' OR '1'='1",
            "i-0123456789abcdef01",
        ] {
            assert!(text.parse::<InstanceId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_zone_gives_its_region() {
        for (zone, region) in [
            ("eu-west-1b", "eu-west-1"),
            ("us-gov-west-1a", "us-gov-west-1"),
            ("us-west-2-lax-1a", "us-west-2"),
            ("ap-southeast-2", "ap-southeast-2"),
        ] {
            assert_eq!(Region::of_zone(zone).unwrap().to_string(), region);
        }
        assert!(Region::of_zone("nowhere").is_err());
    }
}
