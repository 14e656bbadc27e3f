//! Where a Manager is.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use reqwest::Url;
use rules::text::quoted;

/// The base URL of a Manager's API. It holds no credentials and ends in `/api`; it is https, or
/// http to a loopback address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerUrl(Url);

/// A text that is not the URL of a Manager, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadManagerUrl(String);

impl fmt::Display for BadManagerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Manager URL refused: {}", self.0)
    }
}

impl std::error::Error for BadManagerUrl {}

impl FromStr for ManagerUrl {
    type Err = BadManagerUrl;

    fn from_str(text: &str) -> Result<Self, BadManagerUrl> {
        let url = Url::parse(text).map_err(|error| unreadable(text, &error.to_string()))?;
        // A text without a scheme, `manager.example:4119`, parses as a scheme and a path.
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return Err(unreadable(text, "it has no host"));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it holds credentials; give the API key separately");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("it holds a query or a fragment; it must end in /api");
        }
        let literal = literal(host);
        if let Some(kind) = literal.and_then(refused) {
            return refuse(format!("{host} is {kind}, and no Manager is there"));
        }
        match url.scheme() {
            "https" => {}
            "http" if literal.is_some_and(|address| address.to_canonical().is_loopback()) => {}
            "http" => {
                return refuse(
                    "the key must not travel unencrypted: use https; http is only for a loopback \
                     address such as 127.0.0.1",
                );
            }
            scheme => return refuse(format!("{scheme} is not https")),
        }
        with_api_path(url)
    }
}

/// The URL with its path in the one form that is joined to: `/api`, without a slash at the end.
fn with_api_path(mut url: Url) -> Result<ManagerUrl, BadManagerUrl> {
    let segments: Vec<&str> = url
        .path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let path = match segments.as_slice() {
        [] => "/api".to_owned(),
        [.., "api"] => format!("/{}", segments.join("/")),
        _ => {
            let before: Vec<&str> = segments
                .iter()
                .take_while(|segment| **segment != "api")
                .copied()
                .collect();
            let before = if before.len() == segments.len() {
                Vec::new()
            } else {
                before
            };
            url.set_path(&[before.as_slice(), &["api"]].concat().join("/"));
            return refuse(format!(
                "its path must end in /api; it should probably be {}",
                quoted(url.as_str())
            ));
        }
    };
    url.set_path(&path);
    Ok(ManagerUrl(url))
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, BadManagerUrl> {
    Err(BadManagerUrl(reason.into()))
}

/// The refusal of a text that is not a whole URL. It is repeated only where it cannot hold a
/// password.
fn unreadable(text: &str, complaint: &str) -> BadManagerUrl {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]/".contains(&byte);
    let complete = format!("https://{}", text.trim_end_matches('/'));
    if text.contains("://") || !text.bytes().all(plain) || complete.parse::<ManagerUrl>().is_err() {
        return BadManagerUrl(format!(
            "it is not a URL such as https://host:4119/api ({complaint})"
        ));
    }
    BadManagerUrl(format!(
        "it has no scheme; it should probably be {}",
        quoted(&complete)
    ))
}

impl ManagerUrl {
    /// The URL of something below the base; `path` begins with a slash.
    pub(super) fn join(&self, path: &str, query: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url.set_query((!query.is_empty()).then_some(query));
        url
    }

    /// Whether the connection is encrypted; if not, it does not leave the machine.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Display for ManagerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str())
    }
}

/// The address that a host is written as. Decimal, octal and hexadecimal spellings are already
/// normalised in a [`Url`].
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

/// Why an address is never that of a Manager: it is where a cloud keeps the credentials of a
/// machine, or it is not the address of one host.
pub(super) fn refused(address: IpAddr) -> Option<&'static str> {
    match address.to_canonical() {
        IpAddr::V4(address) => refused_v4(address),
        IpAddr::V6(address) if address.is_loopback() => None,
        IpAddr::V6(address) => {
            refused_v6(address).or_else(|| embedded(address).and_then(refused_v4))
        }
    }
}

fn refused_v4(address: Ipv4Addr) -> Option<&'static str> {
    if address.is_link_local() {
        Some("a link-local or metadata address")
    } else if address == Ipv4Addr::new(100, 100, 100, 200)
        || address == Ipv4Addr::new(168, 63, 129, 16)
    {
        Some("a metadata address")
    } else if address.is_unspecified() || address.is_broadcast() || address.is_multicast() {
        Some("not the address of a host")
    } else {
        None
    }
}

fn refused_v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_unicast_link_local() {
        Some("a link-local address")
    } else if address.segments().starts_with(&[0xfd00, 0x0ec2]) {
        // EC2 user guide, "Instance metadata": fd00:ec2::254.
        Some("a metadata address")
    } else if address.is_unspecified() || address.is_multicast() {
        Some("not the address of a host")
    } else {
        None
    }
}

/// The IPv4 address inside an IPv6 address: IPv4-compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let bits = match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0) | (0x64, 0xff9b, 0, 0, 0, 0) => [high, low],
        (0x2002, ..) => [b, c],
        _ => return None,
    };
    let [[first, second], [third, fourth]] = bits.map(u16::to_be_bytes);
    Some(Ipv4Addr::new(first, second, third, fourth))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let refused = text.parse::<ManagerUrl>().map(|url| url.to_string());
        refused.expect_err(text).to_string()
    }

    #[test]
    fn bad_input_19_a_manager_may_be_anywhere_but_its_key_travels_encrypted() {
        for (text, url) in [
            (
                "https://manager.example:4119/api",
                "https://manager.example:4119/api",
            ),
            ("https://manager.example", "https://manager.example/api"),
            ("https://10.0.0.5/api/", "https://10.0.0.5/api"),
            ("https://[fd12::5]:4119", "https://[fd12::5]:4119/api"),
            (
                "https://proxy.example/dsm//api",
                "https://proxy.example/dsm/api",
            ),
            ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
            ("http://[::1]:8080", "http://[::1]:8080/api"),
        ] {
            assert_eq!(text.parse::<ManagerUrl>().unwrap().to_string(), url);
        }
        for text in [
            "http://localhost/api",
            "http://10.0.0.5/api",
            "http://manager.example/api",
            "http://127.0.0.1.example/api",
        ] {
            assert!(refusal(text).contains("use https"), "{text}");
        }
        assert!(refusal("ftp://manager.example/api").contains("ftp is not https"));
    }

    #[test]
    fn bad_input_19_link_local_and_metadata_addresses_are_refused_in_every_spelling() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "169.254.170.2",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[::169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "100.100.100.200",
            "0.0.0.0",
            "[::]",
        ] {
            let refusal = refusal(&format!("https://{host}/api"));
            assert!(refusal.starts_with("Manager URL refused: "), "{refusal}");
            assert!(refusal.ends_with("and no Manager is there"), "{refusal}");
        }
    }

    #[test]
    fn bad_input_19_credentials_are_refused_and_never_repeated() {
        for text in [
            "https://user:hunter2@manager.example/api",
            "https://hunter2@manager.example/api",
            "https://manager.example/api?key=hunter2",
            "https://manager.example/api#hunter2",
            "https://user:hunter2@manager.example:port/api",
            "user:hunter2@manager.example",
            "hunter2",
        ] {
            if text != "hunter2" {
                assert!(!refusal(text).contains("hunter2"), "{text}");
            }
            assert!(!refusal(text).contains('\n'));
        }
    }

    #[test]
    fn a_near_miss_names_the_url_that_was_probably_meant() {
        for (text, meant) in [
            (
                "https://manager.example:4119/rest",
                "https://manager.example:4119/api",
            ),
            (
                "https://manager.example/api/computers",
                "https://manager.example/api",
            ),
            (
                "https://manager.example/dsm/api/v1",
                "https://manager.example/dsm/api",
            ),
            ("manager.example:4119", "https://manager.example:4119"),
            ("manager.example/api/", "https://manager.example/api"),
        ] {
            let refusal = refusal(text);
            assert!(
                refusal.ends_with(&format!("should probably be \"{meant}\"")),
                "{refusal}"
            );
        }
        assert!(refusal("").contains("it is not a URL"));
    }

    #[test]
    fn joining_doubles_no_slash() {
        let url: ManagerUrl = "https://manager.example/dsm/api/".parse().unwrap();
        let joined = url.join("/computers/search", "expand=none");
        assert_eq!(
            joined.as_str(),
            "https://manager.example/dsm/api/computers/search?expand=none"
        );
        assert_eq!(url.join("/apikeys/current", "").query(), None);
    }
}
