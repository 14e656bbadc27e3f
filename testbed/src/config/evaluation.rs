//! What a rule says of a resource.

use serde_json::{Map, Value, json};

use super::time::seconds;

/// The words of the model, one of which may come out of Config, but not go in.
pub(crate) const WORDS: [&str; 4] = [
    "COMPLIANT",
    "NON_COMPLIANT",
    "NOT_APPLICABLE",
    "INSUFFICIENT_DATA",
];

/// The words that PutEvaluations takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of AWS")]
pub enum Compliance {
    Compliant,
    NonCompliant,
    NotApplicable,
}

impl Compliance {
    /// The word of AWS.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Compliant => "COMPLIANT",
            Self::NonCompliant => "NON_COMPLIANT",
            Self::NotApplicable => "NOT_APPLICABLE",
        }
    }

    /// `None` for a word that is not one of the three.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Compliant, Self::NonCompliant, Self::NotApplicable]
            .into_iter()
            .find(|compliance| compliance.word() == word)
    }
}

/// One entry of PutEvaluations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// `AWS::EC2::Instance`
    pub resource_type: String,
    /// `i-0123456789abcdef0`
    pub resource_id: String,
    /// What the rule says.
    pub compliance: Compliance,
    /// Why.
    pub annotation: Option<String>,
    /// What orders it among others of the same resource, in ms since the epoch.
    pub ordering: i64,
}

impl Evaluation {
    /// By the names of the wire.
    pub(crate) fn json(&self) -> Value {
        let mut entry = json!({
            "ComplianceResourceType": self.resource_type,
            "ComplianceResourceId": self.resource_id,
            "ComplianceType": self.compliance.word(),
            "OrderingTimestamp": seconds(self.ordering),
        });
        annotate(&mut entry, self.annotation.as_deref());
        entry
    }
}

/// A result as Config shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What the rule said.
    pub evaluation: Evaluation,
    /// When Config took it, in ms since the epoch.
    pub recorded_at: i64,
    /// When Config made the event that it answers.
    pub invoked_at: i64,
}

impl Shown {
    /// By the names of the wire.
    pub(crate) fn json(&self, rule: &str) -> Value {
        let mut entry = json!({
            "EvaluationResultIdentifier": {
                "EvaluationResultQualifier": {
                    "ConfigRuleName": rule,
                    "ResourceType": self.evaluation.resource_type,
                    "ResourceId": self.evaluation.resource_id,
                    "EvaluationMode": "DETECTIVE",
                },
                "OrderingTimestamp": seconds(self.evaluation.ordering),
            },
            "ComplianceType": self.evaluation.compliance.word(),
            "ResultRecordedTime": seconds(self.recorded_at),
            "ConfigRuleInvokedTime": seconds(self.invoked_at),
        });
        annotate(&mut entry, self.evaluation.annotation.as_deref());
        entry
    }
}

/// AWS leaves out what is not set.
fn annotate(entry: &mut Value, annotation: Option<&str>) {
    let members: Option<&mut Map<String, Value>> = entry.as_object_mut();
    if let (Some(members), Some(annotation)) = (members, annotation) {
        members.insert("Annotation".to_owned(), json!(annotation));
    }
}
