//! AWS's own managed rule groups, which every account can use without a subscription.

use std::collections::BTreeSet;

use super::{
    served::Served,
    sign::{Sign, WebKind},
};
use crate::web::RuleGroup;

/// The vendor's name of AWS's own rule groups.
const VENDOR: &str = "AWS";

/// One of AWS's own managed rule groups.
#[derive(Debug)]
pub struct AwsGroup {
    /// The name.
    pub name: &'static str,
    /// The capacity that it uses, in web ACL capacity units.
    pub capacity: u32,
    /// What it is for: one of these.
    kinds: &'static [WebKind],
    /// What has to be known besides, where it is for something narrower.
    only: Option<Sign>,
}

const BOTH: &[WebKind] = WebKind::ALL;
const APPLICATION: &[WebKind] = &[WebKind::WebApplication];

const fn group(
    name: &'static str,
    capacity: u32,
    kinds: &'static [WebKind],
    only: Option<Sign>,
) -> AwsGroup {
    AwsGroup {
        name,
        capacity,
        kinds,
        only,
    }
}

/// What is recommended of AWS's own (AWS WAF developer guide, "Baseline rule groups" and "Use-case
/// specific rule groups", names and capacities). The group for Linux goes with that for POSIX
/// systems, as the guide says. Groups that cost extra and lists of addresses are never recommended:
/// IPS rules say nothing of what they are for.
pub static AWS: [AwsGroup; 8] = [
    group("AWSManagedRulesCommonRuleSet", 700, BOTH, None),
    group("AWSManagedRulesKnownBadInputsRuleSet", 200, BOTH, None),
    group("AWSManagedRulesSQLiRuleSet", 200, APPLICATION, None),
    group(
        "AWSManagedRulesPHPRuleSet",
        100,
        APPLICATION,
        Some(Sign::Php),
    ),
    group(
        "AWSManagedRulesWordPressRuleSet",
        100,
        APPLICATION,
        Some(Sign::WordPress),
    ),
    group("AWSManagedRulesLinuxRuleSet", 200, BOTH, Some(Sign::Unix)),
    group("AWSManagedRulesUnixRuleSet", 100, BOTH, Some(Sign::Unix)),
    group(
        "AWSManagedRulesWindowsRuleSet",
        200,
        BOTH,
        Some(Sign::Windows),
    ),
];

impl AwsGroup {
    /// How a web ACL refers to it.
    #[must_use]
    pub fn group(&self) -> RuleGroup {
        RuleGroup {
            vendor: Some(VENDOR.into()),
            name: self.name.into(),
        }
    }

    /// Whether it is for what these signs say, of a machine that answers for these kinds.
    #[must_use]
    pub fn fits(&self, kinds: &BTreeSet<WebKind>, signs: &BTreeSet<Sign>) -> bool {
        self.kinds.iter().any(|kind| kinds.contains(kind))
            && self.only.is_none_or(|sign| signs.contains(&sign))
    }

    /// Whether an application type with these signs is a reason for it, besides the kinds.
    #[must_use]
    pub fn is_led_to_by(&self, signs: &BTreeSet<Sign>) -> bool {
        match self.only {
            Some(only) => signs.contains(&only),
            None => self
                .kinds
                .iter()
                .any(|kind| signs.contains(&Sign::Web(*kind))),
        }
    }
}

/// Those of AWS's own that fit what a machine serves and that a web ACL with these rule groups
/// lacks, in the order of the table. Of a web ACL that has managed rule groups of another vendor
/// nothing is lacking: what those are for is not known, and they may take the place of AWS's.
pub fn lacking<'a>(
    served: &'a Served,
    held: &'a [RuleGroup],
) -> impl Iterator<Item = &'static AwsGroup> + 'a {
    let vendors = || held.iter().filter_map(|group| group.vendor.as_deref());
    let only_aws = vendors().all(|vendor| vendor == VENDOR);
    AWS.iter().filter(move |own| {
        let group = own.group();
        let fits = only_aws && own.fits(&served.kinds, &served.signs);
        fits && !held.iter().any(|known| known.stands_for(&group))
    })
}
