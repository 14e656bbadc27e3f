//! What a Config rule of an account and Region shows, with annotations (AWS Config API reference,
//! `GetAggregateComplianceDetailsByConfigRule`).

use aws_sdk_config::{
    Client,
    error::ProvideErrorMetadata as _,
    types::{AggregateEvaluationResult, ComplianceType},
};
use rules::verdict::Compliance;

use super::{next, refusal, source};
use crate::{
    aggregator::{Named, Source},
    aws::moment::moment,
    ports::{Error, Fault, Page},
    posting::{Present, Resource},
};

const ACTION: &str = "config:GetAggregateComplianceDetailsByConfigRule";
/// The most in a page.
const FULL_PAGE: i32 = 100;
/// The code by which Config says that a page is not there any more.
const NO_PAGE: &str = "InvalidNextTokenException";

/// One page of results.
///
/// # Errors
/// What Config, or the way to it, said.
pub(super) async fn page(
    client: &Client,
    aggregator: &str,
    rule: &Named,
    page: Option<&str>,
) -> Result<Page<Option<Present>>, Error> {
    let call = client
        .get_aggregate_compliance_details_by_config_rule()
        .configuration_aggregator_name(aggregator)
        .config_rule_name(&rule.name)
        .account_id(rule.source.account.to_string())
        .aws_region(rule.source.region.to_string())
        .limit(FULL_PAGE)
        .set_next_token(page.map(str::to_owned));
    let output = match call.send().await {
        Ok(output) => output,
        Err(error) if error.code() == Some(NO_PAGE) => {
            let line = refusal(ACTION, &error).to_string();
            return Err(Error::Permanent(Fault::Gone, line));
        }
        Err(error) => return Err(refusal(ACTION, &error)),
    };
    let results = output.aggregate_evaluation_results().iter();
    Ok(Page {
        items: results
            .map(|result| present(result, &rule.source))
            .collect(),
        next: next(output.next_token),
    })
}

/// A result, where it is one of the account and Region that were asked for.
fn present(result: &AggregateEvaluationResult, asked: &Source) -> Option<Present> {
    if source(result.account_id(), result.aws_region())? != *asked {
        return None;
    }
    let identifier = result.evaluation_result_identifier()?;
    let qualifier = identifier.evaluation_result_qualifier()?;
    Some(Present {
        resource: Resource::new(qualifier.resource_type()?, qualifier.resource_id()?),
        compliance: match result.compliance_type()? {
            ComplianceType::Compliant => Compliance::Compliant,
            ComplianceType::NonCompliant => Compliance::NonCompliant,
            _ => return None,
        },
        annotation: result.annotation().map(str::to_owned),
        at: moment(identifier.ordering_timestamp()?)?,
    })
}
