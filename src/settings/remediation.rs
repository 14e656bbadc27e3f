//! What a deployer says of answering findings: the options of plans, and how much is done.

use jiff::SignedDuration;
use remediations::{
    matrix::Matrix,
    options::{Options, Scope},
    web_groups::Preferences,
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::remediate::Limits;

/// The most hours of a window: 30 days. A table deletes what is older than the windows.
const MOST_HOURS: u16 = 720;

/// The section `remediation`. What it does not say is as [`Options`] and [`Limits`] have it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
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

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hours = u16::deserialize(deserializer)?;
        if (1..=MOST_HOURS).contains(&hours) {
            return Ok(Self(hours));
        }
        let line = format!("{hours} is not a number of hours from 1 to {MOST_HOURS}");
        Err(D::Error::custom(line))
    }
}

impl Default for RemediationSettings {
    fn default() -> Self {
        let (options, limits) = (Options::default(), Limits::default());
        let hours = |duration: SignedDuration| {
            Hours(u16::try_from(duration.as_hours()).unwrap_or(MOST_HOURS))
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

    #[test]
    fn a_name_that_is_not_known_is_refused_with_those_that_are_and_hours_have_bounds() {
        let read = |text: &str| Settings::parse("settings.yaml", text.as_bytes().to_vec());
        let settings = read("remediation:\n  patienceHours: 48\n  ownerTag: team\n").unwrap();
        assert_eq!(settings.remediation.limits().patience.as_hours(), 48);
        assert_eq!(settings.remediation.limits().scan_window.as_hours(), 24);
        for (text, said) in [
            ("acting: true", "scanWindowHours"),
            ("patienceHours: 0", "from 1 to 720"),
            ("scanWindowHours: 721", "from 1 to 720"),
        ] {
            let error = read(&format!("remediation:\n  {text}\n")).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
