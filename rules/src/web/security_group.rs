//! Security groups: who may reach a port.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::{map::WebMap, part::Part};
use crate::{
    gap::{self, Gap},
    text::quoted,
};

/// A security group (EC2 API reference, `DescribeSecurityGroups`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityGroup {
    /// The id.
    pub id: Box<str>,
    /// What it lets in over TCP.
    pub ingress: Part<Vec<Ingress>>,
}

/// What a security group lets in: one source on a range of ports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ingress {
    /// The first port; left out for every port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u16>,
    /// The last port; left out for every port from the first on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u16>,
    /// A range of addresses, the name of an AWS-managed prefix list, a prefix list (`pl-…`) whose
    /// ranges are not known, or a security group (`sg-…`).
    pub source: Box<str>,
}

/// The names of the prefix lists of CloudFront's addresses toward origins (Amazon VPC user guide,
/// "Available AWS-managed prefix lists").
const CLOUDFRONT: [&str; 2] = [
    "com.amazonaws.global.cloudfront.origin-facing",
    "com.amazonaws.global.ipv6.cloudfront.origin-facing",
];

/// Who may reach a port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// The internet at large.
    pub(super) internet: bool,
    /// CloudFront.
    pub(super) cloudfront: bool,
    /// Somebody.
    pub(super) somebody: bool,
    /// Why it may be more than that.
    pub(super) gap: Option<Gap>,
}

enum Source {
    Internet,
    CloudFront,
    Other,
    Unknown,
}

impl Ingress {
    fn includes(&self, port: u16) -> bool {
        self.from.unwrap_or(0) <= port && port <= self.to.unwrap_or(u16::MAX)
    }

    fn kind(&self) -> Source {
        let source = self.source.trim();
        if CLOUDFRONT.contains(&source) {
            return Source::CloudFront;
        }
        if source.starts_with("sg-") || source.starts_with("com.amazonaws.") {
            return Source::Other;
        }
        let range = source.split_once('/').and_then(|(address, length)| {
            let length = length.parse::<u8>().ok()?;
            is_wide(address, length)
        });
        match range {
            Some(true) => Source::Internet,
            Some(false) => Source::Other,
            None => Source::Unknown,
        }
    }
}

/// Whether a range of addresses is a good part of the internet: of public addresses an IPv4 range
/// of /8 or wider, or an IPv6 range of /16 or wider. A rule for everybody can be written in halves.
/// `None` when it is no range.
fn is_wide(address: &str, length: u8) -> Option<bool> {
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        return (length <= 32).then(|| length <= 8 && !(length == 8 && is_reserved(address)));
    }
    let address = address.parse::<Ipv6Addr>().ok()?;
    let is_local = length >= 7 && address.octets().first().is_some_and(|first| *first >= 0xfc);
    (length <= 128).then_some(length <= 16 && !is_local)
}

/// Whether a range of /8 holds no public addresses.
fn is_reserved(address: Ipv4Addr) -> bool {
    matches!(address.octets().first(), Some(0 | 10 | 127 | 224..))
}

impl WebMap {
    /// Who may reach a port that these security groups guard.
    pub(super) fn reach(&self, groups: &[Box<str>], port: u16) -> Reach {
        let mut reach = Reach {
            internet: groups.is_empty(),
            somebody: groups.is_empty(),
            ..Reach::default()
        };
        for id in groups {
            match self.ingress(id) {
                Ok(ingress) => {
                    for each in ingress.iter().filter(|each| each.includes(port)) {
                        reach.admit(id, each);
                    }
                }
                Err(gap) => reach.gap = reach.gap.or(Some(gap)),
            }
        }
        reach
    }

    fn ingress(&self, id: &str) -> Result<&[Ingress], Gap> {
        let name = format!("security group {}", quoted(id));
        self.security_group(id)?
            .ingress
            .get(name)
            .map(Vec::as_slice)
    }
}

impl Reach {
    fn admit(&mut self, group: &str, ingress: &Ingress) {
        self.somebody = true;
        match ingress.kind() {
            Source::Internet => self.internet = true,
            Source::CloudFront => self.cloudfront = true,
            Source::Other => {}
            Source::Unknown => {
                let text = format!(
                    "security group {} admits {}, whose addresses are not known",
                    quoted(group),
                    quoted(&ingress.source)
                );
                let gap = Gap::standing(&gap::UNRECOGNISED, text);
                self.gap = self.gap.take().or(Some(gap));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_known_also_in_halves() {
        let wide = |range: &str| {
            let (address, length) = range.split_once('/').unwrap();
            is_wide(address, length.parse().unwrap())
        };
        for range in ["0.0.0.0/0", "128.0.0.0/1", "52.0.0.0/8", "::/0", "2000::/3"] {
            assert_eq!(wide(range), Some(true), "{range}");
        }
        for range in ["10.0.0.0/8", "203.0.113.0/24", "fc00::/7", "2001:db8::/32"] {
            assert_eq!(wide(range), Some(false), "{range}");
        }
        for range in ["pl/0", "1.2.3.4/33", "::/129"] {
            assert_eq!(wide(range), None, "{range}");
        }
    }
}
