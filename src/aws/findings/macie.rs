//! Macie (Amazon Macie API reference, "Amazon Macie Session", "Finding List", "Finding
//! Descriptions", "Members").

use aws_sdk_macie2::{
    Client,
    error::ProvideErrorMetadata as _,
    types::{
        CriterionAdditionalProperties, Finding, FindingCriteria, MacieStatus, OrderBy,
        RelationshipStatus, SortCriteria,
    },
};

use super::{
    Answer,
    members::{Coverage, Members, add_member, none_by},
};
use crate::{
    aws::{moment::moment, refusal::refusal},
    event::finding::{Reading, Sent, macie::Report},
    ports::{Error, Page},
};

const GET_SESSION: &str = "macie2:GetMacieSession";
const LIST: &str = "macie2:ListFindings";
const GET: &str = "macie2:GetFindings";
const MEMBERS: &str = "macie2:ListMembers";

/// The most findings that are listed, or asked for, at once.
pub(super) const AT_ONCE: usize = 50;
/// The most members that are listed at once.
const MEMBERS_AT_ONCE: i32 = 25;

/// What Macie says, as if a right were missing, where it was never switched on.
const NEVER_ON: &str = "Macie is not enabled";
/// What it says where there is no session to tell of.
const NO_SESSION: &str = "ResourceNotFoundException";

/// Whether Macie is switched on, and not paused.
pub(super) async fn is_on(client: &Client) -> Result<bool, Error> {
    match client.get_macie_session().send().await {
        Ok(session) => Ok(session.status() == Some(&MacieStatus::Enabled)),
        Err(error) if error.message().is_some_and(|said| said.contains(NEVER_ON)) => Ok(false),
        Err(error) if error.code() == Some(NO_SESSION) => Ok(false),
        Err(error) => Err(refusal(GET_SESSION, &error)),
    }
}

/// The accounts that the client's is the administrator of. Where Macie is suspended, which is called
/// `Paused`, its findings stay for up to 90 days (Amazon Macie API reference, "Member Status").
pub(super) async fn members(client: &Client) -> Result<Members, Error> {
    let (mut members, mut next) = (Members::new(), None);
    loop {
        let call = client.list_members().max_results(MEMBERS_AT_ONCE);
        let output = match call.set_next_token(next).send().await {
            Ok(output) => output,
            Err(error) => return none_by(MEMBERS, &error),
        };
        for member in output.members() {
            let coverage = match member.relationship_status() {
                Some(RelationshipStatus::Enabled) => Coverage::On,
                Some(RelationshipStatus::Paused) => Coverage::Paused,
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

/// One page of the ids of findings that nobody archived: the account's own, and those of the members
/// of an administrator.
pub(super) async fn list(client: &Client, next: Option<&str>) -> Result<Page<String>, Error> {
    let is = |value: String| CriterionAdditionalProperties::builder().eq(value).build();
    let criteria = FindingCriteria::builder()
        .criterion("archived", is("false".to_owned()))
        .build();
    let order = SortCriteria::builder()
        .attribute_name("updatedAt")
        .order_by(OrderBy::Desc)
        .build();
    let call = client
        .list_findings()
        .finding_criteria(criteria)
        .sort_criteria(order)
        .max_results(AT_ONCE as i32)
        .set_next_token(next.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(LIST, &error))?;
    Ok(Page {
        items: output.finding_ids.unwrap_or_default(),
        next: output.next_token,
    })
}

/// The findings with these ids, of which there are at most [`AT_ONCE`]. Those that Macie does not
/// know any more are missing.
pub(super) async fn get(client: &Client, ids: Vec<String>) -> Result<Vec<Finding>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let call = client.get_findings().set_finding_ids(Some(ids));
    let output = call.send().await.map_err(|error| refusal(GET, &error))?;
    Ok(output.findings.unwrap_or_default())
}

impl Answer for Finding {
    fn id(&self) -> Option<&str> {
        self.id()
    }

    fn account(&self) -> Option<&str> {
        self.account_id()
    }

    fn reading(&self, sent: Sent<'_>) -> Result<Reading, String> {
        report(self).finding(sent)
    }
}

fn report(finding: &Finding) -> Report {
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let time = |time: Option<_>| time.and_then(moment).map(|time| time.to_string());
    let severity = finding.severity();
    let affected = finding.resources_affected();
    let bucket = affected.and_then(|affected| affected.s3_bucket());
    let object = affected.and_then(|affected| affected.s3_object());
    Report {
        id: text(finding.id()),
        account: text(finding.account_id()),
        region: text(finding.region()),
        kind: text(finding.r#type().map(|kind| kind.as_str())),
        title: text(finding.title()),
        severity: text(severity.and_then(|severity| Some(severity.description()?.as_str()))),
        score: severity.and_then(|severity| Some(severity.score()? as f64)),
        created_at: time(finding.created_at()),
        updated_at: time(finding.updated_at()),
        count: finding
            .count()
            .and_then(|count| count.try_into().ok())
            .unwrap_or_default(),
        archived: finding.archived().unwrap_or(false),
        sample: finding.sample().unwrap_or(false),
        bucket: text(bucket.and_then(|bucket| bucket.name())),
        bucket_arn: text(bucket.and_then(|bucket| bucket.arn())),
        object: text(object.and_then(|object| object.key())),
    }
}
