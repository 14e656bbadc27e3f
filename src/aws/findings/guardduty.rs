//! GuardDuty (Amazon GuardDuty API reference, `ListDetectors`, `GetDetector`, `ListFindings`,
//! `GetFindings`, `ListMembers`).

use aws_sdk_guardduty::{
    Client,
    types::{
        Condition, DetectorStatus, Finding, FindingCriteria, FindingResourceType, OrderBy,
        ResourceData, ResourceV2, SortCriteria,
    },
};

use super::{
    Answer,
    members::{Coverage, Members, add_member, none_by},
};
use crate::{
    aws::refusal::refusal,
    event::finding::{
        Reading, Sent,
        guardduty::{Report, Task, says_sample},
    },
    ports::{Error, Page},
};

const LIST_DETECTORS: &str = "guardduty:ListDetectors";
const GET_DETECTOR: &str = "guardduty:GetDetector";
const LIST: &str = "guardduty:ListFindings";
const GET: &str = "guardduty:GetFindings";
const MEMBERS: &str = "guardduty:ListMembers";

/// The most findings that are listed, or asked for, at once; and the most members.
pub(super) const AT_ONCE: usize = 50;

/// The word for a member whose findings its administrator has (Amazon GuardDuty API reference,
/// `Member`, which names no other; Amazon GuardDuty user guide, "Disassociating (removing) member
/// account from administrator account").
const ENABLED: &str = "Enabled";

/// The id of the detector of the Region, where there is one that is enabled: a Region has one at
/// most.
pub(super) async fn detector(client: &Client) -> Result<Option<String>, Error> {
    let detectors = client.list_detectors().send().await;
    let detectors = detectors.map_err(|error| refusal(LIST_DETECTORS, &error))?;
    let Some(id) = detectors.detector_ids().first() else {
        return Ok(None);
    };
    let detector = client.get_detector().detector_id(id).send().await;
    let detector = detector.map_err(|error| refusal(GET_DETECTOR, &error))?;
    let on = detector.status() == Some(&DetectorStatus::Enabled);
    Ok(on.then(|| id.clone()))
}

/// The accounts that the detector's is the administrator of. What another word than `Enabled` means
/// for findings is written nowhere, apart from that nothing new is found where GuardDuty is suspended.
pub(super) async fn members(client: &Client, detector: &str) -> Result<Members, Error> {
    let (mut members, mut next) = (Members::new(), None);
    loop {
        let call = client.list_members().detector_id(detector);
        let call = call.max_results(AT_ONCE as i32).set_next_token(next);
        let output = match call.send().await {
            Ok(output) => output,
            Err(error) => return none_by(MEMBERS, &error),
        };
        for member in output.members() {
            let coverage = match member.relationship_status().unwrap_or_default() {
                ENABLED => Coverage::On,
                other => Coverage::Unknown(other.into()),
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
/// of an administrator. Findings of every kind of resource are listed: an access key or an attack
/// sequence leads to an instance as well.
pub(super) async fn list(
    client: &Client,
    detector: &str,
    next: Option<&str>,
) -> Result<Page<String>, Error> {
    let is = |value: String| Condition::builder().equals(value).build();
    let criteria = FindingCriteria::builder()
        .criterion("service.archived", is("false".to_owned()))
        .build();
    let order = SortCriteria::builder()
        .attribute_name("updatedAt")
        .order_by(OrderBy::Desc)
        .build();
    let call = client
        .list_findings()
        .detector_id(detector)
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

/// The findings with these ids, of which there are at most [`AT_ONCE`]. Those that GuardDuty does
/// not know any more are missing.
pub(super) async fn get(
    client: &Client,
    detector: &str,
    ids: Vec<String>,
) -> Result<Vec<Finding>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let call = client.get_findings().detector_id(detector);
    let call = call.set_finding_ids(Some(ids));
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
    let service = finding.service();
    let resource = finding.resource();
    let information = service.and_then(|service| service.additional_info()?.value());
    let instance = resource.and_then(|resource| resource.instance_details()?.instance_id());
    let principal = resource.and_then(|resource| resource.access_key_details()?.principal_id());
    let mut report = Report {
        id: text(finding.id()),
        account: text(finding.account_id()),
        region: text(finding.region()),
        kind: text(finding.r#type()),
        title: text(finding.title()),
        severity: finding.severity(),
        updated_at: text(finding.updated_at()),
        first_seen: text(service.and_then(|service| service.event_first_seen())),
        count: service
            .and_then(|service| service.count())
            .and_then(|count| count.try_into().ok())
            .unwrap_or_default(),
        archived: service
            .and_then(|service| service.archived())
            .unwrap_or(false),
        sample: information.is_some_and(says_sample),
        role: text(service.and_then(|service| service.resource_role())),
        instance: text(instance),
        principals: text(principal).into_iter().collect(),
        ..Report::default()
    };
    if let Some(cluster) = resource.and_then(|resource| resource.ecs_cluster_details()) {
        let task = cluster.task_details();
        report.tasks.push(Task {
            cluster: text(cluster.arn()),
            arn: text(task.and_then(|task| task.arn())),
            launch_type: text(task.and_then(|task| task.launch_type())),
        });
    }
    let sequence = service.and_then(|service| service.detection()?.sequence());
    for resource in sequence
        .map(|sequence| sequence.resources())
        .unwrap_or_default()
    {
        add(&mut report, resource);
    }
    report
}

/// Adds what a resource of an attack sequence cites.
fn add(report: &mut Report, resource: &ResourceV2) {
    let uid = resource.uid().map(str::to_owned);
    let data = resource.data();
    match resource.resource_type() {
        Some(FindingResourceType::Ec2Instance) => report.sequence.push(uid.unwrap_or_default()),
        Some(FindingResourceType::EcsTask) => {
            let task = data.and_then(|data| data.ecs_task());
            let launch_type = task.and_then(|task| task.launch_type());
            report.tasks.push(Task {
                cluster: None,
                arn: uid,
                launch_type: launch_type.map(|word| word.as_str().to_owned()),
            });
        }
        _ => {}
    }
    if let Some(data) = data {
        let instances = instances_of(data).into_iter().flatten();
        report.sequence.extend(instances.cloned());
        let key = data.access_key().and_then(|key| key.principal_id());
        report.principals.extend(key.map(str::to_owned));
    }
}

/// The instances that clusters, groups, images, profiles and the like are said to have.
fn instances_of(data: &ResourceData) -> [&[String]; 8] {
    [
        data.ecs_cluster().map(|it| it.ec2_instance_uids()),
        data.eks_cluster().map(|it| it.ec2_instance_uids()),
        data.iam_instance_profile().map(|it| it.ec2_instance_uids()),
        data.autoscaling_auto_scaling_group()
            .map(|it| it.ec2_instance_uids()),
        data.ec2_launch_template().map(|it| it.ec2_instance_uids()),
        data.ec2_vpc().map(|it| it.ec2_instance_uids()),
        data.ec2_image().map(|it| it.ec2_instance_uids()),
        data.cloudformation_stack().map(|it| it.ec2_instance_uids()),
    ]
    .map(Option::unwrap_or_default)
}
