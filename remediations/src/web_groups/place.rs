//! Where a web ACL is, by its ARN.

use std::fmt;

/// Where a web ACL is: what can be had for it is listed once for each such place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The account.
    pub account: Box<str>,
    /// The Region; us-east-1 for CloudFront.
    pub region: Box<str>,
    /// What it stands before.
    pub scope: Scope,
}

/// What a web ACL can stand before (AWS WAF API reference, `Scope`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Resources of a Region, such as load balancers.
    Regional,
    /// CloudFront distributions.
    CloudFront,
}

/// A web ACL, by the parts of its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAclId<'a> {
    /// Where it is.
    pub place: Place,
    /// Its name.
    pub name: &'a str,
    /// Its id.
    pub id: &'a str,
}

impl<'a> WebAclId<'a> {
    /// The parts of `arn:aws:wafv2:REGION:ACCOUNT:SCOPE/webacl/NAME/ID` (service authorization
    /// reference, "Resource types defined by AWS WAF V2"); `None` of any other text.
    #[must_use]
    pub fn of_arn(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (service, region, account) = (parts.next()?, parts.next()?, parts.next()?);
        let mut resource = parts.next()?.split('/');
        let scope = match resource.next()? {
            "global" => Scope::CloudFront,
            "regional" => Scope::Regional,
            _ => return None,
        };
        let named = (resource.next()?, resource.next()?, resource.next()?);
        match (service, named, resource.next()) {
            ("wafv2", ("webacl", name, id), None) => Some(Self {
                place: Place {
                    account: account.into(),
                    region: region.into(),
                    scope,
                },
                name,
                id,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Regional => "REGIONAL",
            Self::CloudFront => "CLOUDFRONT",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_acl_is_found_by_its_arn() {
        for (region, word, scope) in [
            ("us-east-1", "global", Scope::CloudFront),
            ("eu-west-1", "regional", Scope::Regional),
        ] {
            let arn = format!("arn:aws:wafv2:{region}:111122223333:{word}/webacl/prod/a1");
            let found = WebAclId::of_arn(&arn).unwrap();
            assert_eq!((found.name, found.id), ("prod", "a1"));
            let place = found.place;
            assert_eq!((&*place.region, &*place.account), (region, "111122223333"));
            assert_eq!(place.scope, scope);
        }
        for arn in [
            "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/prod/a1",
            "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/prod",
            "arn:aws:waf::111122223333:webacl/a1",
            "prod",
        ] {
            assert_eq!(WebAclId::of_arn(arn), None, "{arn}");
        }
    }
}
