//! Puts results into AWS Config (AWS Config API reference, `PutEvaluations`).

use aws_sdk_config::{
    Client,
    error::BuildError,
    types::{ComplianceType, Evaluation},
};
use rules::verdict::Compliance;

use super::{moment::date_time, refusal::refusal};
use crate::{
    ports::{Error, Fault},
    posting::{Posting, Resource, ResultToken},
};

const ACTION: &str = "config:PutEvaluations";

/// Puts results, and gives back what Config did not take of them.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn put(
    client: &Client,
    batch: &[Posting],
    token: &ResultToken,
) -> Result<Vec<Resource>, Error> {
    let evaluations: Result<Vec<Evaluation>, _> = batch.iter().map(evaluation).collect();
    let evaluations = evaluations.map_err(|error| {
        let line = format!("{ACTION}: a result is not complete: {error}");
        Error::Permanent(Fault::Deployment, line)
    })?;
    let call = client
        .put_evaluations()
        .set_evaluations(Some(evaluations))
        .result_token(token.expose())
        .test_mode(token.is_test());
    let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let failed = output.failed_evaluations().iter();
    let failed = failed.map(|evaluation| {
        Resource::new(
            evaluation.compliance_resource_type(),
            evaluation.compliance_resource_id(),
        )
    });
    Ok(failed.collect())
}

fn evaluation(posting: &Posting) -> Result<Evaluation, BuildError> {
    let compliance = match posting.compliance() {
        Compliance::Compliant => ComplianceType::Compliant,
        Compliance::NonCompliant => ComplianceType::NonCompliant,
        Compliance::NotApplicable => ComplianceType::NotApplicable,
    };
    Evaluation::builder()
        .compliance_resource_type(posting.resource().kind())
        .compliance_resource_id(posting.resource().id())
        .compliance_type(compliance)
        .annotation(posting.annotation())
        .ordering_timestamp(date_time(posting.at()))
        .build()
}
