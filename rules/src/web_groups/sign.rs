//! What the application type of an IPS rule says of the machine that the rule is assigned to.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// What answers web requests on a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WebKind {
    /// A web server.
    WebServer,
    /// A web application, such as a content management system.
    WebApplication,
}

impl WebKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::WebServer, Self::WebApplication];

    /// The word for settings and data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WebServer => "webServer",
            Self::WebApplication => "webApplication",
        }
    }
}

impl fmt::Display for WebKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::WebServer => "web server",
            Self::WebApplication => "web application",
        })
    }
}

/// What an application type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Something answers web requests.
    Web(WebKind),
    /// It is written in PHP.
    Php,
    /// It is WordPress.
    WordPress,
    /// It runs on Linux or another Unix.
    Unix,
    /// It runs on Windows.
    Windows,
}

/// Application types of Deep Security are named by family and product: `Web Server Apache`,
/// `Web Application PHP Based` (Deep Security help center, "Application types"). These are the
/// families, as the first words of a name.
const FAMILIES: [(&[&str], Option<WebKind>); 6] = [
    (&["web", "server"], Some(WebKind::WebServer)),
    (&["web", "service"], Some(WebKind::WebServer)),
    (&["web", "services"], Some(WebKind::WebServer)),
    (&["web", "application"], Some(WebKind::WebApplication)),
    (&["web", "client"], None),
    (&["web", "proxy"], None),
];

/// A product, as words that follow each other anywhere in a name.
struct Product {
    words: &'static [&'static str],
    /// What it is, where the name begins with no family.
    kind: Option<WebKind>,
    /// What it says besides.
    signs: &'static [Sign],
}

const fn product(
    words: &'static [&'static str],
    kind: Option<WebKind>,
    signs: &'static [Sign],
) -> Product {
    Product { words, kind, signs }
}

const SERVER: Option<WebKind> = Some(WebKind::WebServer);
const APPLICATION: Option<WebKind> = Some(WebKind::WebApplication);

const PRODUCTS: [Product; 25] = [
    product(&["wordpress"], APPLICATION, &[Sign::Php, Sign::WordPress]),
    product(&["joomla"], APPLICATION, &[Sign::Php]),
    product(&["drupal"], APPLICATION, &[Sign::Php]),
    product(&["typo3"], APPLICATION, &[Sign::Php]),
    product(&["magento"], APPLICATION, &[Sign::Php]),
    product(&["phpmyadmin"], APPLICATION, &[Sign::Php]),
    product(&["php"], APPLICATION, &[Sign::Php]),
    product(&["cms"], APPLICATION, &[]),
    product(&["content", "management"], APPLICATION, &[]),
    product(&["struts"], APPLICATION, &[]),
    product(&["coldfusion"], APPLICATION, &[]),
    product(&["sharepoint"], APPLICATION, &[Sign::Windows]),
    product(&["asp", "net"], APPLICATION, &[Sign::Windows]),
    product(&["iis"], SERVER, &[Sign::Windows]),
    product(&["nginx"], SERVER, &[]),
    product(&["tomcat"], SERVER, &[]),
    product(&["lighttpd"], SERVER, &[]),
    product(&["apache", "http"], SERVER, &[]),
    product(&["apache", "httpd"], SERVER, &[]),
    product(&["windows"], None, &[Sign::Windows]),
    product(&["microsoft"], None, &[Sign::Windows]),
    product(&["remote", "desktop"], None, &[Sign::Windows]),
    product(&["linux"], None, &[Sign::Unix]),
    product(&["unix"], None, &[Sign::Unix]),
    product(&["samba"], None, &[Sign::Unix]),
];

/// Words of application types for what a machine calls, which says nothing of what it answers.
const CALLING: [&str; 2] = ["client", "browser"];

/// What an application type says of the machine, by its name; none of it where the type is of
/// something else than the web; `None` where the table does not know the name.
pub(super) fn signs(application_type: &str) -> Option<BTreeSet<Sign>> {
    let lower = application_type.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| CALLING.contains(word)) {
        return Some(BTreeSet::new());
    }
    let families = FAMILIES.iter();
    let mut families = families.filter(|(first, _)| words.starts_with(first));
    let family = families.next().map(|(_, kind)| *kind);
    let holds = |product: &&Product| {
        let mut runs = words.windows(product.words.len());
        runs.any(|run| run == product.words)
    };
    let products: Vec<&Product> = PRODUCTS.iter().filter(holds).collect();
    if family.is_none() && products.is_empty() {
        return None;
    }
    let mut signs = BTreeSet::new();
    match family {
        Some(kind) => signs.extend(kind.map(Sign::Web)),
        None => {
            let kinds = products.iter().filter_map(|product| product.kind);
            signs.extend(kinds.map(Sign::Web));
        }
    }
    signs.extend(products.iter().flat_map(|product| product.signs));
    Some(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: Sign = Sign::Web(WebKind::WebServer);
    const APPLICATION: Sign = Sign::Web(WebKind::WebApplication);

    #[test]
    fn an_application_type_is_known_by_its_family_and_its_product() {
        let known: [(&str, &[Sign]); 18] = [
            ("Web Server Common", &[SERVER]),
            ("Web Server Apache", &[SERVER]),
            ("Web Server Apache Tomcat", &[SERVER]),
            ("Web Server Miscellaneous", &[SERVER]),
            ("Web Server HTTPS", &[SERVER]),
            ("Web Server IIS", &[SERVER, Sign::Windows]),
            (
                "Web Server IIS FrontPage Extensions",
                &[SERVER, Sign::Windows],
            ),
            ("Web Server SharePoint", &[SERVER, Sign::Windows]),
            ("Web Application Common", &[APPLICATION]),
            ("Web Application Tomcat", &[APPLICATION]),
            ("Web Application Ruby Based", &[APPLICATION]),
            ("Web Application PHP Based", &[APPLICATION, Sign::Php]),
            ("web application\u{a0}php-based", &[APPLICATION, Sign::Php]),
            ("WordPress", &[APPLICATION, Sign::Php, Sign::WordPress]),
            ("Nginx", &[SERVER]),
            ("Windows SMB Server", &[Sign::Windows]),
            ("Web Client Internet Explorer/Edge", &[]),
            ("Suspicious Client Activity", &[]),
        ];
        for (name, expected) in known {
            let expected: BTreeSet<Sign> = expected.iter().copied().collect();
            assert_eq!(signs(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn a_type_that_only_sounds_like_one_is_not_taken_for_it() {
        for name in [
            "Database MySQL",
            "Apache Kafka",
            "Website Server",
            "Phpish",
            "Webmail",
            "",
            "\u{202e}",
        ] {
            assert_eq!(signs(name), None, "{name}");
        }
    }
}
