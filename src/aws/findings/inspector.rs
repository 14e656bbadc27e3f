//! Inspector (Amazon Inspector API reference, `BatchGetAccountStatus`, `ListFindings`,
//! `ListMembers`).

use aws_sdk_inspector2::{
    Client,
    operation::batch_get_account_status::BatchGetAccountStatusOutput,
    types::{
        AccountState, FilterCriteria, Finding, RelationshipStatus, SortCriteria, SortField,
        SortOrder, Status, StringComparison, StringFilter,
    },
};
use rules::{instance::AccountId, text::clean};

use super::{
    Answer,
    members::{Coverage, Members, add_member, none_by},
    said,
};
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
const MEMBERS: &str = "inspector2:ListMembers";

/// The most values of a filter, and so the most findings that are asked for at once.
pub(super) const AT_ONCE: usize = 10;
/// The most findings in a page.
const FULL_PAGE: i32 = 100;
/// The most members that are listed at once, and the most accounts whose status is asked for.
const MEMBERS_AT_ONCE: i32 = 50;
const STATUSES_AT_ONCE: usize = 100;

/// Whether Inspector scans the account's instances.
pub(super) async fn is_on(client: &Client, account: AccountId) -> Result<bool, Error> {
    let output = states(client, &[account]).await?;
    let mut states = output.accounts().iter();
    if let Some(state) = states.find(|state| state.account_id() == account.to_string()) {
        return Ok(of_instances(state) == Some(&Status::Enabled));
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

/// How Inspector stands in accounts: the client's own, and members of an administrator.
async fn states(
    client: &Client,
    accounts: &[AccountId],
) -> Result<BatchGetAccountStatusOutput, Error> {
    let ids = accounts.iter().map(ToString::to_string).collect();
    let call = client.batch_get_account_status();
    let call = call.set_account_ids(Some(ids));
    call.send().await.map_err(|error| refusal(STATUS, &error))
}

/// Whether instances are scanned, as the state of an account says.
fn of_instances(state: &AccountState) -> Option<&Status> {
    let ec2 = state.resource_state().and_then(|state| state.ec2());
    ec2.map(|state| state.status())
}

/// The accounts that the client's is the delegated administrator of. Inspector may be on in a member
/// and leave its instances alone.
pub(super) async fn members(client: &Client) -> Result<Members, Error> {
    let mut members = associated(client).await?;
    let on = members
        .iter()
        .filter(|(_, coverage)| **coverage == Coverage::On);
    let on: Vec<AccountId> = on.map(|(account, _)| *account).collect();
    for some in on.chunks(STATUSES_AT_ONCE) {
        let output = states(client, some).await?;
        let mut told = Members::new();
        for state in output.accounts() {
            let coverage = match of_instances(state) {
                Some(Status::Enabled) => Coverage::On,
                Some(Status::Disabled) => Coverage::Off,
                other => Coverage::Unknown(other.map_or("", |other| other.as_str()).into()),
            };
            add_member(&mut told, Some(state.account_id()), coverage);
        }
        for failed in output.failed_accounts() {
            let coverage = Coverage::Unknown(failed.error_code().as_str().into());
            add_member(&mut told, Some(failed.account_id()), coverage);
        }
        for account in some {
            let untold = || Coverage::Unknown("no status".into());
            members.insert(*account, told.remove(account).unwrap_or_else(untold));
        }
    }
    Ok(members)
}

/// The members, as the relationship with them says.
async fn associated(client: &Client) -> Result<Members, Error> {
    let (mut members, mut next) = (Members::new(), None);
    loop {
        let call = client.list_members().only_associated(true);
        let call = call.max_results(MEMBERS_AT_ONCE).set_next_token(next);
        let output = match call.send().await {
            Ok(output) => output,
            Err(error) => return none_by(MEMBERS, &error),
        };
        for member in output.members() {
            let coverage = match member.relationship_status() {
                Some(RelationshipStatus::Enabled) => Coverage::On,
                other => Coverage::Unknown(other.map_or("", |other| other.as_str()).into()),
            };
            add_member(&mut members, member.account_id(), coverage);
        }
        next = output.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(members);
        }
    }
}

/// One page of the findings that are active, about instances: the account's own, and those of the
/// members of an administrator. There is no order by the time of the last change, and that by the
/// last observation is the nearest.
pub(super) async fn list(client: &Client, next: Option<&str>) -> Result<Page<Finding>, Error> {
    let criteria = FilterCriteria::builder()
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

    fn account(&self) -> Option<&str> {
        Some(self.aws_account_id())
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
