//! What the rule about the account proves. A result that does not change is not put again, so that an
//! old one looks the same whether it was checked again or not; this rule is put on every run.

use jiff::{SignedDuration, Timestamp};
use rules::{time::minute, verdict::Compliance};

use super::port::Source;
use crate::posting::{Present, Resource};

/// The rule.
pub(super) const HEALTH: &str = "evaluator-is-healthy";
/// How old its last result may be: it runs every hour, and an aggregator is a while behind.
const FRESH: SignedDuration = SignedDuration::from_hours(3);
/// How far two clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// Why nothing proves that the results of an account and Region were checked again; `None` where
/// something does.
pub(super) fn complaint(source: &Source, results: &[Present], now: Timestamp) -> Option<String> {
    let account = Resource::from(source.account);
    let own = results.iter().filter(|result| result.resource == account);
    let newest = own.max_by_key(|result| result.at);
    let Some(result) = newest else {
        return Some(format!(
            "nothing proves that unchanged results were checked again: {HEALTH} has no result"
        ));
    };
    let at = minute(result.at);
    let age = now.duration_since(result.at);
    if age < -SKEW {
        return Some(format!(
            "nothing proves that unchanged results were checked again: {HEALTH} has a result of \
             {at}, in the future"
        ));
    }
    if age > FRESH {
        return Some(format!(
            "unchanged results were not checked again since {at}, when {HEALTH} ran last"
        ));
    }
    match result.compliance {
        Compliance::Compliant => None,
        Compliance::NonCompliant | Compliance::NotApplicable => Some(format!(
            "unchanged results were not all checked again: {HEALTH} said {at}: {}",
            result.annotation.as_deref().unwrap_or("no reason")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fresh_compliant_result_of_the_account_proves_anything() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let source = Source {
            account: "111122223333".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
        };
        let result = |account: &str, at: &str, compliance| Present {
            resource: Resource::new("AWS::::Account", account),
            compliance,
            annotation: Some("DS-EVA-001 evaluated 3/4".to_owned()),
            at: at.parse().unwrap(),
        };
        let complaint = |results: &[Present]| complaint(&source, results, now);
        let good = |at: &str| result("111122223333", at, Compliance::Compliant);
        assert_eq!(complaint(&[good("2026-11-20T09:00:00Z")]), None);
        assert_eq!(complaint(&[good("2026-11-20T12:02:00Z")]), None);
        let bad = result(
            "111122223333",
            "2026-11-20T11:00:00Z",
            Compliance::NonCompliant,
        );
        for (results, said) in [
            (vec![], "has no result"),
            (
                vec![good("2026-11-20T08:59:00Z")],
                "since 2026-11-20 08:59Z",
            ),
            (vec![good("2026-11-20T12:03:00Z")], "in the future"),
            (vec![bad], "evaluated 3/4"),
            (
                vec![result(
                    "444455556666",
                    "2026-11-20T11:00:00Z",
                    Compliance::Compliant,
                )],
                "has no result",
            ),
        ] {
            let complaint = complaint(&results).unwrap();
            assert!(complaint.contains(said), "{complaint}");
        }
    }
}
