//! Web ACLs of AWS WAF, and how a front names its own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::part::Part;
use crate::fact::{Fact, Readable};

/// A web ACL (AWS WAF API reference, `WebACL`), of the scope `REGIONAL` or `CLOUDFRONT`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebAcl {
    /// The ARN.
    pub arn: Box<str>,
    /// How many rules it has, those of Firewall Manager included.
    pub rules: Part<u32>,
    /// The rule groups that its rules refer to, those of Firewall Manager included; left out where
    /// they were not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_groups: Option<Vec<RuleGroup>>,
    /// The capacity that it uses, in web ACL capacity units (WCU); left out as the rule groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
}

/// A rule group that a web ACL refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleGroup {
    /// The vendor of a managed rule group (AWS WAF API reference, `ManagedRuleGroupStatement`);
    /// left out for one of an account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Box<str>>,
    /// The name. Foreign text.
    pub name: Box<str>,
}

impl RuleGroup {
    /// Whether a web ACL that refers to this one needs the other one no more: it is the same, or
    /// it is one of an account's own that is called the same, and may be a copy of it.
    #[must_use]
    pub fn stands_for(&self, other: &Self) -> bool {
        self.name == other.name && (self.vendor.is_none() || self.vendor == other.vendor)
    }
}

/// What a front names as its web ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebAclLink {
    /// It carries none.
    None,
    /// A web ACL of AWS WAF, by ARN.
    Current(Box<str>),
    /// A web ACL of WAF Classic, by id or ARN. AWS has ended the support of WAF Classic.
    Classic(Box<str>),
}

/// A web ACL in CloudFront's form (CloudFront API reference, `DistributionSummary.WebACLId`): an
/// ARN, the bare UUID of WAF Classic, or empty for none; in a document, `none`.
impl Readable for WebAclLink {
    fn read_text(text: &str) -> Fact<Self> {
        if matches!(text, "" | "none") {
            return Fact::Known(Self::None);
        }
        let service = text
            .strip_prefix("arn:")
            .and_then(|rest| rest.split(':').nth(1));
        match service {
            Some("wafv2") => Fact::Known(Self::Current(text.into())),
            Some("waf" | "waf-regional") => Fact::Known(Self::Classic(text.into())),
            None if is_uuid(text) => Fact::Known(Self::Classic(text.into())),
            _ => Fact::Unrecognised(text.into()),
        }
    }

    fn written(&self) -> Cow<'static, str> {
        match self {
            Self::None => "none".into(),
            Self::Current(text) | Self::Classic(text) => text.to_string().into(),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// What a distribution tenant makes of its distribution's web ACL, where it customises it
/// (CloudFront API reference, `WebAclCustomization`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantAcl {
    /// It carries none.
    Disabled,
    /// It carries another one, by ARN.
    Overridden(Box<str>),
}

impl Readable for TenantAcl {
    fn read_text(text: &str) -> Fact<Self> {
        if text == "disabled" {
            return Fact::Known(Self::Disabled);
        }
        match WebAclLink::read_text(text) {
            Fact::Known(WebAclLink::Current(arn)) => Fact::Known(Self::Overridden(arn)),
            _ => Fact::Unrecognised(text.into()),
        }
    }

    fn written(&self) -> Cow<'static, str> {
        match self {
            Self::Disabled => "disabled".into(),
            Self::Overridden(arn) => arn.to_string().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_acl_is_known_by_its_form() {
        let current = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/prod/a1";
        let classic = [
            "473e64fd-f30b-4765-81a0-62ad96dd167a",
            "arn:aws:waf-regional:eu-west-1:111122223333:webacl/473e64fd",
        ];
        assert_eq!(
            WebAclLink::read_text(current),
            Fact::Known(WebAclLink::Current(current.into()))
        );
        for text in classic {
            assert_eq!(
                WebAclLink::read_text(text),
                Fact::Known(WebAclLink::Classic(text.into()))
            );
        }
        assert_eq!(WebAclLink::read_text(""), Fact::Known(WebAclLink::None));
        for text in ["prod", "arn:aws:s3:::prod", "473e64fd-f30b"] {
            assert_eq!(WebAclLink::read_text(text), Fact::Unrecognised(text.into()));
        }
    }
}
