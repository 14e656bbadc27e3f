//! What a deployer says of answering findings: the options of plans, and how much is done.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use remediations::{
    matrix::Matrix,
    options::{Options, Scope},
    web_groups::Preferences,
};
use serde::Deserialize;

use crate::remediate::Limits;

mod given;

use given::Given;

/// The hours that a window may have: up to 30 days. A table deletes what is older than the windows.
const HOURS: RangeInclusive<u16> = 1..=720;

/// The section `remediation`. What it does not say is as [`Options`] and [`Limits`] have it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Given")]
pub struct RemediationSettings {
    /// What GuardDuty findings are answered with, before the built-in table.
    pub matrix: Matrix,
    /// Whether what a recommendation scan recommends is assigned to the computer.
    pub apply_recommendations: bool,
    /// Whether a module that a finding asks for and that is off is switched on.
    pub enable_modules: bool,
    /// What the IPS rules for a CVE are assigned to.
    pub scope: Scope,
    /// The policies that may change, by name or path; `*` for all.
    pub policies_that_may_change: Vec<Box<str>>,
    /// How many IPS rules one finding may have assigned.
    pub most_rules: usize,
    /// The tag of an instance that names the team that it belongs to.
    pub owner_tag: String,
    /// For how long a scan of one kind on one computer is not repeated.
    pub scan_window_hours: Hours,
    /// How long a computer may take before what it was told counts as not done.
    pub patience_hours: Hours,
    /// How many errands run on the computers of one Manager at once.
    pub errands_at_once: usize,
    /// How many errands the computers of one Manager are sent on in an hour.
    pub errands_an_hour: u64,
    /// How often rules are assigned at one Manager in an hour.
    pub assignments_an_hour: u64,
    /// How often rules are assigned to one policy in an hour.
    pub assignments_an_hour_to_a_policy: u64,
    /// How often computers of one Manager are changed in an hour.
    pub changes_an_hour: u64,
    /// The managed rule groups of AWS WAF for a kind of website, rather than those that are
    /// recognised.
    pub rule_groups: Preferences,
    /// How many web ACLs of an account and Region are changed in an hour.
    pub web_acls_an_hour: usize,
}

/// How many web ACLs of an account and Region are changed in an hour, where nobody says.
const WEB_ACLS_AN_HOUR: usize = 20;

/// A number of hours from 1 to 720.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours(u16);

impl Hours {
    /// The time.
    #[must_use]
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_hours(self.0.into())
    }
}

impl Default for RemediationSettings {
    fn default() -> Self {
        let (options, limits) = (Options::default(), Limits::default());
        let hours = |duration: SignedDuration| {
            Hours(u16::try_from(duration.as_hours()).unwrap_or(*HOURS.end()))
        };
        Self {
            matrix: options.matrix,
            apply_recommendations: options.apply_recommendations,
            enable_modules: options.enable_modules,
            scope: options.scope,
            policies_that_may_change: options.policies_that_may_change,
            most_rules: options.most_rules,
            owner_tag: "owner".to_owned(),
            scan_window_hours: hours(limits.scan_window),
            patience_hours: hours(limits.patience),
            errands_at_once: limits.errands_at_once,
            errands_an_hour: limits.errands_an_hour,
            assignments_an_hour: limits.assignments_an_hour,
            assignments_an_hour_to_a_policy: limits.assignments_an_hour_to_a_policy,
            changes_an_hour: limits.changes_an_hour,
            rule_groups: Preferences::default(),
            web_acls_an_hour: WEB_ACLS_AN_HOUR,
        }
    }
}

impl RemediationSettings {
    /// What plans are made by.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            matrix: self.matrix.clone(),
            apply_recommendations: self.apply_recommendations,
            enable_modules: self.enable_modules,
            scope: self.scope,
            policies_that_may_change: self.policies_that_may_change.clone(),
            most_rules: self.most_rules,
        }
    }

    /// How much is done.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            scan_window: self.scan_window_hours.duration(),
            patience: self.patience_hours.duration(),
            errands_at_once: self.errands_at_once,
            errands_an_hour: self.errands_an_hour,
            assignments_an_hour: self.assignments_an_hour,
            assignments_an_hour_to_a_policy: self.assignments_an_hour_to_a_policy,
            changes_an_hour: self.changes_an_hour,
            ..Limits::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn read(text: &str) -> Result<Settings, String> {
        let text = format!("remediation:\n{text}");
        Settings::parse("settings.yaml", text.into_bytes())
    }

    #[test]
    fn what_is_said_counts_and_the_rest_is_as_it_is_without() {
        let settings = read("  patienceHours: 48\n  ownerTag: team\n  mostRules: '7'\n").unwrap();
        let remediation = settings.remediation;
        assert_eq!(remediation.limits().patience.as_hours(), 48);
        assert_eq!(remediation.limits().scan_window.as_hours(), 24);
        assert_eq!(remediation.limits().errands_at_once, 25);
        assert_eq!(remediation.most_rules, 7);
        assert_eq!(remediation.owner_tag, "team");
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_name_with_what_can() {
        for (text, said) in [
            ("acting: true", "scanWindowHours"),
            ("patienceHours: 0", "patienceHours is \"0\""),
            ("patienceHours: 0", "a whole number from 1 to 720"),
            ("scanWindowHours: 721", "a whole number from 1 to 720"),
            (
                "mostRules: 0",
                "mostRules is \"0\", and can be a whole number from 1 to 300",
            ),
            ("errandsAtOnce: 0", "a whole number from 1 to 1000"),
            ("errandsAnHour: -1", "errandsAnHour is \"-1\""),
            ("assignmentsAnHour: 1.5", "assignmentsAnHour is \"1.5\""),
            ("assignmentsAnHourToAPolicy: many", "is \"many\""),
            ("changesAnHour: 24001", "a whole number from 1 to 24000"),
            ("webAclsAnHour: 0", "webAclsAnHour is \"0\""),
            ("ownerTag: ''", "ownerTag is empty"),
            (
                "policiesThatMayChange: ['Linux', ' ']",
                "policiesThatMayChange: name 2 is empty",
            ),
            (
                "ruleGroups: {webServer: {vendor: '', name: X}}",
                "ruleGroups: the vendor of webServer is empty",
            ),
            (
                "ruleGroups: {webServer: {vendor: AWS, name: ''}}",
                "ruleGroups: the name of webServer is empty",
            ),
            (
                "matrix: [{pattern: ''}]",
                "matrix: the pattern of row 1 is empty",
            ),
            (
                "matrix: [{pattern: 'Recon:'}, {pattern: 'Recon:'}]",
                "matrix: rows 1 and 2 have the pattern \"Recon:\"",
            ),
        ] {
            let error = read(&format!("  {text}\n")).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_value_of_another_shape_is_refused_in_words_of_yaml() {
        for text in [
            "mostRules: [1]",
            "mostRules: {}",
            "applyRecommendations: perhaps",
            "scope: everything",
            "policiesThatMayChange: Linux",
            "policiesThatMayChange: [[Linux]]",
            "matrix: {pattern: x}",
            "matrix: [{pattern: [x]}]",
            "matrix: [{pattern: x, compromise: 3}]",
            "matrix: [{pattern: x, scans: [virus]}]",
            "ruleGroups: [AWS]",
            "ownerTag: [team]",
        ] {
            let error = read(&format!("  {text}\n")).unwrap_err();
            println!("{text}: {error}");
            for leaked in [
                "u64",
                "u16",
                "usize",
                "i64",
                "struct ",
                "enum ",
                "newtype",
                "Wire",
                "Given",
                "unit variant",
                "unit value",
                "Matrix",
                "CustomRow",
                "serde",
            ] {
                assert!(!error.contains(leaked), "{text}: {error}");
            }
        }
    }
}
