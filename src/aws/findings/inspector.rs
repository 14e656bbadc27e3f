//! Inspector (Amazon Inspector API reference, `BatchGetAccountStatus`, `ListFindings`).

use aws_sdk_inspector2::{
    Client,
    types::{
        FilterCriteria, Finding, SortCriteria, SortField, SortOrder, Status, StringComparison,
        StringFilter,
    },
};
use rules::{instance::AccountId, text::clean};

use super::{Answer, said};
use crate::{
    aws::{moment::moment, refusal::refusal},
    event::finding::{
        Reading, Sent,
        inspector::{Report, Resource},
    },
    ports::{Error, Fault, Page},
};

const STATUS: &str = "inspector2:BatchGetAccountStatus";
const LIST: &str = "inspector2:ListFindings";

/// The most values of a filter, and so the most findings that are asked for at once.
pub(super) const AT_ONCE: usize = 10;
/// The most findings in a page.
const FULL_PAGE: i32 = 100;

/// Whether Inspector scans the account's instances.
pub(super) async fn is_on(client: &Client, account: AccountId) -> Result<bool, Error> {
    let call = client.batch_get_account_status();
    let call = call.account_ids(account.to_string());
    let output = call.send().await.map_err(|error| refusal(STATUS, &error))?;
    let mut states = output.accounts().iter();
    if let Some(state) = states.find(|state| state.account_id() == account.to_string()) {
        let ec2 = state.resource_state().and_then(|state| state.ec2());
        return Ok(ec2.is_some_and(|state| *state.status() == Status::Enabled));
    }
    let failed = output.failed_accounts().first().map(|failed| {
        let code = failed.error_code().as_str();
        format!("{}: {}", clean(code), clean(failed.error_message()))
    });
    let why = failed.unwrap_or_else(|| "the answer does not hold the account".to_owned());
    Err(Error::Permanent(
        Fault::Deployment,
        format!("{STATUS}: {why}"),
    ))
}

/// One page of the account's findings that are active, about instances. An administrator lists
/// those of its members too. There is no order by the time of the last change, and that by the last
/// observation is the nearest.
pub(super) async fn list(
    client: &Client,
    account: AccountId,
    next: Option<&str>,
) -> Result<Page<Finding>, Error> {
    let criteria = FilterCriteria::builder()
        .aws_account_id(is(account.to_string())?)
        .resource_type(is("AWS_EC2_INSTANCE".to_owned())?)
        .finding_status(is("ACTIVE".to_owned())?)
        .build();
    let order = SortCriteria::builder()
        .field(SortField::LastObservedAt)
        .sort_order(SortOrder::Desc)
        .build();
    let order = order.map_err(|error| not_built(&error))?;
    let call = client
        .list_findings()
        .filter_criteria(criteria)
        .sort_criteria(order)
        .max_results(FULL_PAGE)
        .set_next_token(next.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(LIST, &error))?;
    Ok(Page {
        items: output.findings.unwrap_or_default(),
        next: output.next_token,
    })
}

/// The findings with these ARNs, of which there are at most [`AT_ONCE`], whatever their status.
/// Those that Inspector does not know any more are missing.
pub(super) async fn get(client: &Client, arns: Vec<String>) -> Result<Vec<Finding>, Error> {
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let filters = arns.into_iter().map(is).collect::<Result<_, _>>()?;
    let criteria = FilterCriteria::builder().set_finding_arn(Some(filters));
    let criteria = criteria.build();
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let call = client
            .list_findings()
            .filter_criteria(criteria.clone())
            .max_results(FULL_PAGE)
            .set_next_token(next);
        let output = call.send().await.map_err(|error| refusal(LIST, &error))?;
        found.extend(output.findings.unwrap_or_default());
        next = output.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(found);
        }
    }
}

fn is(value: String) -> Result<StringFilter, Error> {
    let filter = StringFilter::builder()
        .comparison(StringComparison::Equals)
        .value(value);
    filter.build().map_err(|error| not_built(&error))
}

/// A request that lacks what every one of its kind has.
fn not_built(error: &impl std::fmt::Display) -> Error {
    Error::Permanent(
        Fault::Deployment,
        format!("{LIST}: {}", clean(&error.to_string())),
    )
}

impl Answer for Finding {
    fn id(&self) -> Option<&str> {
        Some(self.finding_arn()).filter(|arn| !arn.is_empty())
    }

    fn reading(&self, sent: Sent<'_>) -> Result<Reading, String> {
        report(self).finding(sent)
    }
}

fn report(finding: &Finding) -> Report {
    let time = |time| moment(time).map(|time| time.to_string());
    let mut vulnerabilities = Vec::new();
    if let Some(package) = finding.package_vulnerability_details() {
        vulnerabilities.extend(said(package.vulnerability_id()));
        vulnerabilities.extend_from_slice(package.related_vulnerabilities());
    }
    let resources = finding.resources().iter().map(|resource| Resource {
        kind: said(resource.r#type().as_str()),
        id: said(resource.id()),
        region: resource.region().and_then(said),
    });
    Report {
        arn: said(finding.finding_arn()),
        account: said(finding.aws_account_id()),
        kind: said(finding.r#type().as_str()),
        title: finding.title().and_then(said),
        status: said(finding.status().as_str()),
        severity: said(finding.severity().as_str()),
        updated_at: finding.updated_at().and_then(time),
        first_observed: time(finding.first_observed_at()),
        vulnerabilities,
        resources: resources.collect(),
    }
}
