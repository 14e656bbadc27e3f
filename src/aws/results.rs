//! What AWS Config shows (AWS Config API reference, `GetComplianceDetailsByConfigRule` and
//! `GetComplianceDetailsByResource`).

use aws_sdk_config::{
    Client,
    types::{ComplianceType, EvaluationResult},
};
use rules::verdict::Compliance;

use super::{moment::moment, refusal::refusal};
use crate::{
    ports::{Error, Fault, Page},
    posting::{Present, Resource},
};

const OF_RULE: &str = "config:GetComplianceDetailsByConfigRule";
const OF_RESOURCE: &str = "config:GetComplianceDetailsByResource";
/// The most results in a page.
const FULL_PAGE: i32 = 100;
/// The verdicts that Config shows. What is not applicable it shows by showing nothing.
const SHOWN: [ComplianceType; 2] = [ComplianceType::Compliant, ComplianceType::NonCompliant];

/// One page of what Config shows of a rule.
///
/// # Errors
/// What Config, or the way to it, said; or that it said something which is not understood.
pub async fn of_rule(
    client: &Client,
    rule_name: &str,
    next: Option<&str>,
) -> Result<Page<Present>, Error> {
    let call = client
        .get_compliance_details_by_config_rule()
        .config_rule_name(rule_name)
        .set_compliance_types(Some(SHOWN.into()))
        .limit(FULL_PAGE)
        .set_next_token(next.map(str::to_owned));
    let output = call
        .send()
        .await
        .map_err(|error| refusal(OF_RULE, &error))?;
    let results = output.evaluation_results();
    let items = results.iter().map(|result| present(OF_RULE, result));
    Ok(Page {
        items: items.collect::<Result<_, _>>()?,
        next: output.next_token.filter(|token| !token.is_empty()),
    })
}

/// What Config shows of a rule and a resource; `None` for nothing.
///
/// # Errors
/// As [`of_rule`].
pub async fn of_resource(
    client: &Client,
    rule_name: &str,
    resource: &Resource,
) -> Result<Option<Present>, Error> {
    let mut next = None;
    loop {
        let call = client
            .get_compliance_details_by_resource()
            .resource_type(resource.kind())
            .resource_id(resource.id())
            .set_compliance_types(Some(SHOWN.into()))
            .set_next_token(next);
        let output = call
            .send()
            .await
            .map_err(|error| refusal(OF_RESOURCE, &error))?;
        let mut results = output.evaluation_results().iter();
        if let Some(result) = results.find(|result| rule_of(result) == Some(rule_name)) {
            return present(OF_RESOURCE, result).map(Some);
        }
        next = output.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(None);
        }
    }
}

fn rule_of(result: &EvaluationResult) -> Option<&str> {
    let identifier = result.evaluation_result_identifier()?;
    identifier.evaluation_result_qualifier()?.config_rule_name()
}

fn present(action: &str, result: &EvaluationResult) -> Result<Present, Error> {
    read(result).ok_or_else(|| {
        let line = format!("{action}: the answer holds a result that is not understood");
        Error::Permanent(Fault::Deployment, line)
    })
}

fn read(result: &EvaluationResult) -> Option<Present> {
    let identifier = result.evaluation_result_identifier()?;
    let qualifier = identifier.evaluation_result_qualifier()?;
    let compliance = match result.compliance_type()? {
        ComplianceType::Compliant => Compliance::Compliant,
        ComplianceType::NonCompliant => Compliance::NonCompliant,
        _ => return None,
    };
    Some(Present {
        resource: Resource::new(qualifier.resource_type()?, qualifier.resource_id()?),
        compliance,
        annotation: result.annotation().map(str::to_owned),
        at: moment(identifier.ordering_timestamp()?)?,
    })
}
