//! The Config rules of every account and Region that have results (AWS Config API reference,
//! `DescribeAggregateComplianceByConfigRules`).

use aws_sdk_config::{
    Client,
    types::{AggregateComplianceByConfigRule, ComplianceType},
};
use rules::verdict::Compliance;

use super::{next, refusal, source};
use crate::{
    aggregator::ListedRule,
    ports::{Error, Page},
};

const ACTION: &str = "config:DescribeAggregateComplianceByConfigRules";
/// The most in a page.
const FULL_PAGE: i32 = 1_000;

/// One page of the rules.
///
/// # Errors
/// What Config, or the way to it, said.
pub(super) async fn page(
    client: &Client,
    aggregator: &str,
    page: Option<&str>,
) -> Result<Page<Option<ListedRule>>, Error> {
    let call = client
        .describe_aggregate_compliance_by_config_rules()
        .configuration_aggregator_name(aggregator)
        .limit(FULL_PAGE)
        .set_next_token(page.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let rules = output.aggregate_compliance_by_config_rules().iter();
    Ok(Page {
        items: rules.map(listed).collect(),
        next: next(output.next_token),
    })
}

fn listed(rule: &AggregateComplianceByConfigRule) -> Option<ListedRule> {
    let compliance = rule.compliance();
    let compliance = compliance.and_then(|compliance| compliance.compliance_type());
    Some(ListedRule {
        source: source(rule.account_id(), rule.aws_region())?,
        name: rule.config_rule_name()?.to_owned(),
        compliance: match compliance {
            Some(ComplianceType::Compliant) => Some(Compliance::Compliant),
            Some(ComplianceType::NonCompliant) => Some(Compliance::NonCompliant),
            _ => None,
        },
    })
}
