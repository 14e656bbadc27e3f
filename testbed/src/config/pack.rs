//! A conformance pack, as a test says it stands.

use serde_json::{Value, json};

/// A conformance pack, for [`super::Config::put_pack`]. How it stands is said, and not worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// How many of its rules are compliant.
    pub compliant_rules: usize,
    /// How many are not.
    pub non_compliant_rules: usize,
    /// How many it has.
    pub rules: usize,
    /// Its score in percent; `None` without any result.
    pub score: Option<f64>,
}

impl Pack {
    pub(crate) fn compliance(&self) -> &'static str {
        if self.non_compliant_rules > 0 {
            "NON_COMPLIANT"
        } else if self.compliant_rules > 0 {
            "COMPLIANT"
        } else {
            "INSUFFICIENT_DATA"
        }
    }

    /// By the names of DescribeAggregateComplianceByConformancePacks.
    pub(crate) fn aggregated(&self) -> Value {
        json!({
            "ConformancePackName": self.name,
            "Compliance": {
                "ComplianceType": self.compliance(),
                "CompliantRuleCount": self.compliant_rules,
                "NonCompliantRuleCount": self.non_compliant_rules,
                "TotalRuleCount": self.rules,
            },
            "AccountId": self.account,
            "AwsRegion": self.region,
        })
    }

    /// By the names of ListConformancePackComplianceScores.
    pub(crate) fn scored(&self) -> Value {
        let score = self.score.map(|score| score.to_string());
        json!({
            "ConformancePackName": self.name,
            "Score": score.as_deref().unwrap_or("INSUFFICIENT_DATA"),
        })
    }
}
