//! The section `remediation` as it is written, before it is checked.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use remediations::{matrix::Matrix, options::Scope, web_groups::Preferences};
use rules::text::quoted;
use serde::Deserialize;

use super::{HOURS, Hours, RemediationSettings};
use crate::settings::Value;

/// How many IPS rules a computer should have at most: with more, what is sent to the agent may be too
/// large for it (Deep Security guide, "Agent configuration package too large").
const RULES: RangeInclusive<usize> = 1..=300;
/// How much may run on one Manager at once.
const AT_ONCE: RangeInclusive<usize> = 1..=1_000;
/// As many calls as are made to one Manager in an hour: 400 a minute.
const AN_HOUR: RangeInclusive<u64> = 1..=24_000;
/// How many web ACLs may be changed in an hour.
const WEB_ACLS: RangeInclusive<usize> = 1..=1_000;

/// What is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Given {
    matrix: Option<Matrix>,
    apply_recommendations: Option<bool>,
    enable_modules: Option<bool>,
    scope: Option<Scope>,
    policies_that_may_change: Option<Vec<Box<str>>>,
    most_rules: Option<Value>,
    owner_tag: Option<String>,
    scan_window_hours: Option<Value>,
    patience_hours: Option<Value>,
    errands_at_once: Option<Value>,
    errands_an_hour: Option<Value>,
    assignments_an_hour: Option<Value>,
    assignments_an_hour_to_a_policy: Option<Value>,
    changes_an_hour: Option<Value>,
    rule_groups: Option<Preferences>,
    web_acls_an_hour: Option<Value>,
}

impl TryFrom<Given> for RemediationSettings {
    type Error = String;

    fn try_from(given: Given) -> Result<Self, String> {
        let rest = Self::default();
        let hours = |name, given, rest: Hours| {
            let hours = whole(name, given, HOURS, rest.0)?;
            Ok::<_, String>(Hours(hours))
        };
        let an_hour = |name, given, rest| whole(name, given, AN_HOUR, rest);
        if given.owner_tag.as_deref().is_some_and(is_blank) {
            return Err("ownerTag is empty, and can be the name of a tag".to_owned());
        }
        let policies = given.policies_that_may_change.unwrap_or_default();
        if let Some(position) = policies.iter().position(|name| is_blank(name)) {
            let number = position + 1;
            return Err(format!(
                "policiesThatMayChange: name {number} is empty, and can be that of a policy, its \
                 path, or `*`"
            ));
        }
        Ok(Self {
            matrix: given.matrix.unwrap_or(rest.matrix),
            apply_recommendations: given
                .apply_recommendations
                .unwrap_or(rest.apply_recommendations),
            enable_modules: given.enable_modules.unwrap_or(rest.enable_modules),
            scope: given.scope.unwrap_or(rest.scope),
            policies_that_may_change: policies,
            most_rules: whole("mostRules", given.most_rules, RULES, rest.most_rules)?,
            owner_tag: given.owner_tag.unwrap_or(rest.owner_tag),
            scan_window_hours: hours(
                "scanWindowHours",
                given.scan_window_hours,
                rest.scan_window_hours,
            )?,
            patience_hours: hours("patienceHours", given.patience_hours, rest.patience_hours)?,
            errands_at_once: whole(
                "errandsAtOnce",
                given.errands_at_once,
                AT_ONCE,
                rest.errands_at_once,
            )?,
            errands_an_hour: an_hour("errandsAnHour", given.errands_an_hour, rest.errands_an_hour)?,
            assignments_an_hour: an_hour(
                "assignmentsAnHour",
                given.assignments_an_hour,
                rest.assignments_an_hour,
            )?,
            assignments_an_hour_to_a_policy: an_hour(
                "assignmentsAnHourToAPolicy",
                given.assignments_an_hour_to_a_policy,
                rest.assignments_an_hour_to_a_policy,
            )?,
            changes_an_hour: an_hour("changesAnHour", given.changes_an_hour, rest.changes_an_hour)?,
            rule_groups: given.rule_groups.unwrap_or(rest.rule_groups),
            web_acls_an_hour: whole(
                "webAclsAnHour",
                given.web_acls_an_hour,
                WEB_ACLS,
                rest.web_acls_an_hour,
            )?,
        })
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// A number that is written down, or the one that counts without.
fn whole<T>(
    name: &str,
    given: Option<Value>,
    range: RangeInclusive<T>,
    rest: T,
) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    let Some(Value(text)) = given else {
        return Ok(rest);
    };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!(
            "{name} is {}, and can be a whole number from {} to {}",
            quoted(&text),
            range.start(),
            range.end()
        )
    })
}
