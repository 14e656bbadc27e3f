//! What Inspector says (Amazon Inspector API reference, `Finding`; Amazon Inspector user guide,
//! "Amazon EventBridge schema for Amazon Inspector events").

use std::collections::{BTreeSet, HashSet};

use remediations::finding::{
    About, Finding, FindingId, Life, Severity, SeverityWord, Vulnerability,
};
use rules::{cve::Cve, instance::InstanceId, ledger::Source, text::quoted};

use super::{
    Reading, Sent, foreign, instance, moment, node::Node, parsed, region, required, version,
};

const INSTANCE: &str = "AWS_EC2_INSTANCE";

/// A finding as Inspector reports it, of which nothing is believed yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) arn: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) severity: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) first_observed: Option<String>,
    /// The id of the vulnerability, and those of the ones that Inspector relates to it. Only some
    /// are CVEs.
    pub(crate) vulnerabilities: Vec<String>,
    pub(crate) resources: Vec<Resource>,
}

/// What a finding of Inspector is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    pub(crate) kind: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) region: Option<String>,
}

impl Report {
    pub(super) fn read(detail: &Node<'_>) -> Result<Self, String> {
        let mut vulnerabilities = Vec::new();
        if let Some(package) = detail.at("packageVulnerabilityDetails")? {
            vulnerabilities.extend(package.text("vulnerabilityId")?);
            vulnerabilities.extend(package.texts("relatedVulnerabilities")?);
        }
        let resources = detail.list("resources")?.into_iter().map(|resource| {
            Ok(Resource {
                kind: resource.text("type")?,
                id: resource.text("id")?,
                region: resource.text("region")?,
            })
        });
        Ok(Self {
            arn: detail.text("findingArn")?,
            account: detail.text("awsAccountId")?,
            kind: detail.text("type")?,
            title: detail.text("title")?,
            status: detail.text("status")?,
            severity: detail.text("severity")?,
            updated_at: detail.time("updatedAt"),
            first_observed: detail.time("firstObservedAt"),
            vulnerabilities,
            resources: resources.collect::<Result<_, String>>()?,
        })
    }

    /// The finding that it means; nothing where it is about no instance.
    pub(crate) fn finding<'a>(self, sent: impl Into<Sent<'a>>) -> Result<Reading, String> {
        let sent = sent.into();
        let (instances, named) = self.instances()?;
        if instances.is_empty() {
            return Ok(Reading::Ignored(self.about_others()));
        }
        Ok(Reading::Finding(Box::new(Finding {
            source: Source::Inspector,
            id: parsed::<FindingId>("findingArn", self.arn)?,
            account: parsed("awsAccountId", self.account)?,
            region: region(named, sent)?,
            version: version(self.updated_at.as_deref(), 0, sent)?,
            life: life(&required("status", self.status)?)?,
            sample: false,
            severity: severity(&required("severity", self.severity)?)?,
            kind: foreign(&required("type", self.kind)?),
            title: foreign(&self.title.unwrap_or_default()),
            since: self.first_observed.as_deref().and_then(moment),
            about: About::Vulnerability(Vulnerability {
                instances,
                cves: cves(&self.vulnerabilities),
            }),
        })))
    }

    /// The instances among its resources, and the Region that they are said to be in.
    fn instances(&self) -> Result<(Vec<InstanceId>, Option<String>), String> {
        if self.resources.is_empty() {
            return Err("missing resources".to_owned());
        }
        let (mut instances, mut region) = (Vec::new(), None);
        for resource in &self.resources {
            let kind = required("type of a resource", resource.kind.clone())?;
            if kind != INSTANCE {
                continue;
            }
            let id = required("id of a resource", resource.id.clone())?;
            let id = instance(&id).map_err(|error| format!("id of a resource: {error}"))?;
            if !instances.contains(&id) {
                instances.push(id);
            }
            region = region.or_else(|| resource.region.clone());
        }
        Ok((instances, region))
    }

    /// Why a finding that is about no instance is not answered.
    fn about_others(&self) -> String {
        let kinds = self
            .resources
            .iter()
            .filter_map(|resource| resource.kind.as_deref());
        let kinds: BTreeSet<String> = kinds.map(quoted).collect();
        let kinds: Vec<String> = kinds.into_iter().collect();
        let what = kinds.join(", ");
        format!("it is about {what}, and only findings on EC2 instances are answered")
    }
}

/// The CVEs among the ids of vulnerabilities, each once: advisories have ids of their own.
fn cves(ids: &[String]) -> Vec<Cve> {
    let mut seen = HashSet::new();
    let cves = ids.iter().filter_map(|id| id.parse::<Cve>().ok());
    cves.filter(|cve| seen.insert(*cve)).collect()
}

fn life(status: &str) -> Result<Life, String> {
    match status {
        "ACTIVE" => Ok(Life::Active),
        "CLOSED" => Ok(Life::Closed),
        "SUPPRESSED" => Ok(Life::Archived),
        other => Err(format!("status {} is not known", quoted(other))),
    }
}

fn severity(word: &str) -> Result<Severity, String> {
    let word = match word {
        "UNTRIAGED" => SeverityWord::Untriaged,
        "INFORMATIONAL" => SeverityWord::Informational,
        "LOW" => SeverityWord::Low,
        "MEDIUM" => SeverityWord::Medium,
        "HIGH" => SeverityWord::High,
        "CRITICAL" => SeverityWord::Critical,
        other => return Err(format!("severity {} is not known", quoted(other))),
    };
    Ok(Severity::Word(word))
}
