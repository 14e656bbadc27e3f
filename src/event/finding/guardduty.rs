//! What GuardDuty says (Amazon GuardDuty API reference, `Finding`; Amazon GuardDuty user guide,
//! "GuardDuty finding format"). Types of findings are not told apart: new ones come by the month,
//! and what a finding cites says better which hosts it is about.

use remediations::finding::{
    About, EcsTask, Finding, FindingId, Life, ResourceRole, Severity, Threat,
};
use rules::{instance::InstanceId, ledger::Source, text::quoted};
use serde_json::Value;

use super::{
    Reading, Sent, foreign, instance, moment, node::Node, parsed, region, required, version,
};
use crate::event::json;

mod sequence;

/// The instance that samples are about (Amazon GuardDuty user guide, "Sample findings").
const OF_SAMPLES: &str = "i-99999999";
/// What the titles of samples begin with.
const SAMPLE: &str = "[SAMPLE]";

/// A finding as GuardDuty reports it, of which nothing is believed yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) id: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) severity: Option<f64>,
    pub(crate) updated_at: Option<String>,
    pub(crate) first_seen: Option<String>,
    pub(crate) count: u64,
    pub(crate) archived: bool,
    pub(crate) sample: bool,
    pub(crate) role: Option<String>,
    /// The id of the instance that it describes.
    pub(crate) instance: Option<String>,
    /// The instances of an attack sequence: ARNs or ids.
    pub(crate) sequence: Vec<String>,
    /// Whose credentials were used: `AROA…:SESSION`.
    pub(crate) principals: Vec<String>,
    /// The tasks of ECS that it is about.
    pub(crate) tasks: Vec<Task>,
}

/// A task of ECS, as GuardDuty reports it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Task {
    /// The ARN of its cluster, where it is named apart from the task's.
    pub(crate) cluster: Option<String>,
    /// Its own ARN.
    pub(crate) arn: Option<String>,
    /// What it runs on: `EC2`, `FARGATE`, …
    pub(crate) launch_type: Option<String>,
}

impl Report {
    pub(super) fn read(detail: &Node<'_>) -> Result<Self, String> {
        let mut report = Self {
            id: detail.text("id")?,
            account: detail.text("accountId")?,
            region: detail.text("region")?,
            kind: detail.text("type")?,
            title: detail.text("title")?,
            severity: detail.number("severity")?,
            updated_at: detail.time("updatedAt"),
            first_seen: detail.time("service.eventFirstSeen"),
            count: detail.count("service.count")?,
            archived: detail.flag("service.archived")?,
            sample: is_sample(detail)?,
            role: detail.text("service.resourceRole")?,
            instance: detail.text("resource.instanceDetails.instanceId")?,
            sequence: Vec::new(),
            principals: Vec::new(),
            tasks: Vec::new(),
        };
        report.sequence(detail)?;
        let principal = detail.text("resource.accessKeyDetails.principalId")?;
        report.principals.extend(principal);
        if let Some(cluster) = detail.at("resource.ecsClusterDetails")? {
            report.tasks.push(Task {
                cluster: cluster.text("arn")?,
                arn: cluster.text("taskDetails.arn")?,
                launch_type: cluster.text("taskDetails.launchType")?,
            });
        }
        Ok(report)
    }

    /// The finding that it means.
    pub(crate) fn finding<'a>(self, sent: impl Into<Sent<'a>>) -> Result<Reading, String> {
        let sent = sent.into();
        let (instances, tasks) = self.hosts()?;
        let title = self.title.unwrap_or_default();
        let sample = self.sample
            || title.starts_with(SAMPLE)
            || instances.iter().any(|id| id.to_string() == OF_SAMPLES);
        Ok(Reading::Finding(Box::new(Finding {
            source: Source::GuardDuty,
            id: parsed::<FindingId>("id", self.id)?,
            account: parsed("accountId", self.account)?,
            region: region(self.region, sent)?,
            version: version(self.updated_at.as_deref(), self.count, sent)?,
            life: if self.archived {
                Life::Archived
            } else {
                Life::Active
            },
            sample,
            severity: score(self.severity.ok_or("missing severity")?)?,
            kind: foreign(&required("type", self.kind)?),
            title: foreign(&title),
            since: self.first_seen.as_deref().and_then(moment),
            about: About::Threat(Threat {
                role: role(self.role.as_deref()),
                instances,
                tasks,
            }),
        })))
    }

    /// The hosts that it cites: what the first of these names that names any. The instance that it
    /// describes; the instances of an attack sequence; those whose credentials were used; tasks,
    /// whose instance has to be looked up.
    fn hosts(&self) -> Result<(Vec<InstanceId>, Vec<EcsTask>), String> {
        if let Some(id) = &self.instance {
            let id = id.parse();
            let id = id.map_err(|error| format!("instanceId: {error}"))?;
            return Ok((vec![id], Vec::new()));
        }
        let mut instances = Vec::new();
        for uid in &self.sequence {
            let id = instance(uid);
            let id = id.map_err(|error| format!("an instance of the sequence: {error}"))?;
            once(&mut instances, id);
        }
        if instances.is_empty() {
            for principal in &self.principals {
                // The name of a session with the credentials of an instance's role is the id of
                // the instance (Amazon EC2 user guide, "IAM roles for Amazon EC2").
                let session = principal.rsplit_once(':').map(|(_, session)| session);
                if let Some(Ok(id)) = session.map(str::parse) {
                    once(&mut instances, id);
                }
            }
        }
        if !instances.is_empty() {
            return Ok((instances, Vec::new()));
        }
        let mut tasks = Vec::new();
        for task in &self.tasks {
            if let Some(task) = task.on_an_instance()? {
                once(&mut tasks, task);
            }
        }
        Ok((instances, tasks))
    }
}

impl Task {
    /// The task, where it runs on an instance of EC2. What it does not say it runs on may be one.
    fn on_an_instance(&self) -> Result<Option<EcsTask>, String> {
        let Some(arn) = &self.arn else {
            return Ok(None);
        };
        let elsewhere = ["FARGATE", "EXTERNAL"];
        let launch_type = self.launch_type.as_deref().unwrap_or_default();
        if elsewhere
            .iter()
            .any(|kind| launch_type.eq_ignore_ascii_case(kind))
        {
            return Ok(None);
        }
        let cluster = self.cluster.clone().or_else(|| cluster_of(arn));
        let cluster = cluster.ok_or_else(|| format!("missing the cluster of {}", quoted(arn)))?;
        for arn in [&cluster, arn] {
            if !is_of_ecs(arn) {
                return Err(format!("{} is not an ARN of ECS", quoted(arn)));
            }
        }
        Ok(Some(EcsTask {
            cluster: cluster.into(),
            task: arn.as_str().into(),
        }))
    }
}

/// The ARN of the cluster that the ARN of a task names: all but the oldest do (Amazon ECS developer
/// guide, "Amazon Resource Names (ARNs) and IDs").
fn cluster_of(task: &str) -> Option<String> {
    let (head, rest) = task.split_once(":task/")?;
    let (cluster, _) = rest.split_once('/')?;
    Some(format!("{head}:cluster/{cluster}"))
}

fn is_of_ecs(arn: &str) -> bool {
    arn.starts_with("arn:")
        && arn.split(':').nth(2) == Some("ecs")
        && arn.len() <= 2048
        && arn.bytes().all(|byte| byte.is_ascii_graphic())
}

fn once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A severity in tenths. The guide's scale begins at 1.0 and once began at 0.1.
fn score(severity: f64) -> Result<Severity, String> {
    let tenths = (severity * 10.0).round();
    if (1.0..=100.0).contains(&tenths) {
        return Ok(Severity::Score(tenths as u16));
    }
    let said = quoted(&severity.to_string());
    Err(format!("severity {said} is not a number from 1 to 10"))
}

fn role(word: Option<&str>) -> Option<ResourceRole> {
    match word? {
        word if word.eq_ignore_ascii_case("ACTOR") => Some(ResourceRole::Actor),
        word if word.eq_ignore_ascii_case("TARGET") => Some(ResourceRole::Target),
        _ => None,
    }
}

/// Whether the finding says that it is a sample: in a member, or in a text of JSON that stands in
/// one.
fn is_sample(detail: &Node<'_>) -> Result<bool, String> {
    let Some(information) = detail.at("service.additionalInfo")? else {
        return Ok(false);
    };
    match information.value() {
        Value::String(text) => Ok(says_sample(text)),
        Value::Object(_) => {
            let text = match information.at("value")? {
                Some(node) if node.value().is_object() => node.flag("sample")?,
                Some(node) => node.value().as_str().is_some_and(says_sample),
                None => false,
            };
            Ok(text || information.flag("sample")?)
        }
        _ => Ok(false),
    }
}

/// Whether a text of JSON says that its finding is a sample.
pub(crate) fn says_sample(text: &str) -> bool {
    let value: Result<Value, String> = json::parse("additionalInfo", text.as_bytes());
    value.is_ok_and(|value| value.get("sample").and_then(Value::as_bool) == Some(true))
}
