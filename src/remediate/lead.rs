//! Where a finding leads that does not say on which instances it is.

use remediations::{
    Finding, Plan,
    action::Action,
    catalogue,
    finding::About,
    plan::{Protection, Step},
    record::{LedTo, Record},
};
use rules::{
    instance::InstanceId,
    text::{clean, quoted},
};

use super::Remediate;
use crate::{
    ledger::{Partition, Table},
    ports::answering::{Act, BucketReader, Investigate, Readers},
};

/// Where a finding leads.
pub(super) type Leads = Readers;

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// The instances that a finding leads to.
    ///
    /// # Errors
    /// A line that says what cannot be seen.
    pub(super) async fn leads(&self, finding: &Finding) -> Result<Leads, String> {
        if finding.sample {
            return Ok(Leads::default());
        }
        let partition = Partition::from(finding);
        match &finding.about {
            About::Bucket(bucket) => {
                let readers = self.investigate.readers(&partition, bucket).await;
                readers.map_err(|error| error.to_string())
            }
            About::Threat(threat) => {
                let mut instances = threat.instances.clone();
                let mut trails = Vec::new();
                for task in &threat.tasks {
                    let host = self.investigate.host_of_task(&partition, task).await;
                    if let Some(host) = host.map_err(|error| error.to_string())?
                        && !instances.contains(&host)
                    {
                        instances.push(host);
                        trails.push((host, format!("task {} runs on it", quoted(&task.task))));
                    }
                }
                let reader = |instance: InstanceId| BucketReader {
                    instance,
                    region: finding.region.clone(),
                    trail: trails
                        .iter()
                        .filter(|(host, _)| *host == instance)
                        .map(|(_, why)| why.clone().into())
                        .collect(),
                };
                Ok(Leads {
                    instances: instances.into_iter().map(reader).collect(),
                    gaps: Vec::new(),
                })
            }
            About::Vulnerability(_) | About::Request(_) => Ok(Leads::default()),
        }
    }

    /// The record of a finding itself, with where it led. A team is told of one that leads nowhere.
    pub(super) fn planned_head(&self, record: Record, led: &Leads) -> Record {
        let finding = &record.finding;
        let what = match (finding.sample, led.instances.is_empty(), &finding.about) {
            (true, ..) => Some("is a sample"),
            (false, true, About::Threat(_)) => Some("cites no EC2 instance"),
            _ => None,
        };
        let message = what.map(|what| {
            format!(
                "{} finding {} ({}, {}) in {} {} {what}",
                finding.source,
                finding.id,
                finding.severity,
                clean(&finding.kind),
                finding.account,
                finding.region,
            )
        });
        let told = message.zip(what).map(|(message, what)| {
            let message = message.into();
            Step::act(
                Action::Notify {
                    owner: None,
                    message,
                },
                format!("it {what}"),
            )
        });
        let blind = led
            .gaps
            .iter()
            .map(|gap| Step::cannot("find every instance that it leads to", gap.to_string()));
        let led_to = led.instances.iter().map(|reader| LedTo {
            instance: reader.instance,
            region: reader.region.clone(),
        });
        let trail = led
            .instances
            .iter()
            .map(|reader| reader.instance.to_string().into());
        let remediation =
            catalogue::answering(finding).map_or("", |(remediation, _)| remediation.id);
        let plan = Plan {
            remediation: remediation.into(),
            instance: None,
            protection: Protection::NoInstance,
            steps: told.into_iter().chain(blind).collect(),
            without_rule_in: None,
            trail: trail.collect(),
        };
        let led_to = led_to.collect();
        Record { led_to, ..record }.planned(plan, self.now())
    }
}
