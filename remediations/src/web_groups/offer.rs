//! The managed rule groups that a web ACL can be given.

use std::collections::BTreeMap;

use rules::{Gap, web::RuleGroup, web_groups::WebKind};
use serde::{Deserialize, Serialize};

/// A managed rule group, as its list or its product describes it. Foreign text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The vendor's name.
    pub vendor: Box<str>,
    /// The name.
    pub name: Box<str>,
    /// The title of its product; empty where none is known.
    pub title: Box<str>,
    /// What is said of it; empty for nothing.
    pub description: Box<str>,
}

/// The managed rule groups of one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Those that the account can use now: AWS's own, and those that it has subscribed to.
    pub usable: Vec<Offer>,
    /// The others, which have to be subscribed to first.
    pub for_sale: Vec<Offer>,
    /// Why titles are missing and none is for sale, where the products could not be listed.
    pub products: Option<Gap>,
}

/// The rule groups that a deployer names for a kind, rather than those that are recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<WebKind, RuleGroup>")]
pub struct Preferences(BTreeMap<WebKind, RuleGroup>);

impl TryFrom<BTreeMap<WebKind, RuleGroup>> for Preferences {
    type Error = String;

    fn try_from(groups: BTreeMap<WebKind, RuleGroup>) -> Result<Self, String> {
        for (kind, group) in &groups {
            let kind = kind.word();
            if group.name.trim().is_empty() {
                return Err(format!("ruleGroups: the name of {kind} is empty"));
            }
            let vendor = group.vendor.as_deref();
            if vendor.is_some_and(|vendor| vendor.trim().is_empty()) {
                return Err(format!("ruleGroups: the vendor of {kind} is empty"));
            }
        }
        Ok(Self(groups))
    }
}

impl Preferences {
    /// Names the rule group for a kind.
    pub fn prefer(&mut self, kind: WebKind, group: RuleGroup) {
        self.0.insert(kind, group);
    }

    /// The rule group that is named for a kind.
    #[must_use]
    pub fn of(&self, kind: WebKind) -> Option<&RuleGroup> {
        self.0.get(&kind)
    }
}

/// What the titles of Trend Micro's products hold, in letters and digits only. There are two: one
/// for web servers (Apache, NGINX), one for content management systems (WordPress, Joomla, Drupal)
/// (trendmicro.com, "Managed Rules for AWS WAF"). Their vendor and names are written down nowhere,
/// so they are recognised and never assumed.
const TITLES: [(&str, WebKind); 9] = [
    ("webserver", WebKind::WebServer),
    ("apache", WebKind::WebServer),
    ("nginx", WebKind::WebServer),
    ("contentmanagement", WebKind::WebApplication),
    ("cms", WebKind::WebApplication),
    ("wordpress", WebKind::WebApplication),
    ("joomla", WebKind::WebApplication),
    ("drupal", WebKind::WebApplication),
    ("webapplication", WebKind::WebApplication),
];

impl Offer {
    /// Whether it is Trend Micro's, by its vendor or its title.
    #[must_use]
    pub fn is_of_trend_micro(&self) -> bool {
        [&self.vendor, &self.title]
            .into_iter()
            .any(|text| letters(text).contains("trendmicro"))
    }

    /// What it is for, by its title, or by its name and what is said of it where those say
    /// something and the title does not.
    #[must_use]
    pub fn kind(&self) -> Option<WebKind> {
        let texts = [&self.title, &self.name, &self.description];
        texts.into_iter().find_map(|text| kind(text))
    }

    /// How a web ACL refers to it.
    #[must_use]
    pub fn group(&self) -> RuleGroup {
        RuleGroup {
            vendor: Some(self.vendor.clone()),
            name: self.name.clone(),
        }
    }
}

/// The one kind that a text speaks of. The vendor's product line is called after AWS WAF, a "web
/// application firewall", which says nothing of the product.
fn kind(text: &str) -> Option<WebKind> {
    let letters = letters(text).replace("webapplicationfirewall", "");
    let spoken = TITLES.iter().filter(|(part, _)| letters.contains(part));
    let mut kinds: Vec<WebKind> = spoken.map(|(_, kind)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [kind] => Some(*kind),
        _ => None,
    }
}

fn letters(text: &str) -> String {
    let characters = text.chars().filter(|character| character.is_alphanumeric());
    characters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(vendor: &str, name: &str, title: &str) -> Offer {
        Offer {
            vendor: vendor.into(),
            name: name.into(),
            title: title.into(),
            ..Offer::default()
        }
    }

    #[test]
    fn trend_micros_groups_are_recognised_whatever_they_are_called() {
        for (offer, kind) in [
            (
                offer(
                    "Trend Micro",
                    "apache_nginx",
                    "Trend Micro Managed Rules for AWS WAF - WebServer (Apache, Nginx)",
                ),
                Some(WebKind::WebServer),
            ),
            (
                offer(
                    "vendor-7",
                    "g1",
                    "TREND-MICRO rules: Content Management System (CMS)",
                ),
                Some(WebKind::WebApplication),
            ),
            (
                offer("TrendMicro", "CmsRules", ""),
                Some(WebKind::WebApplication),
            ),
            (
                offer("trendmicro", "Rules", "Web Application Firewall rules"),
                None,
            ),
            (offer("trendmicro", "Rules", "Web server and CMS"), None),
        ] {
            assert!(offer.is_of_trend_micro(), "{offer:?}");
            assert_eq!(offer.kind(), kind, "{offer:?}");
        }
        assert!(!offer("Fortinet", "all", "Trend of micro attacks").is_of_trend_micro());
    }
}
