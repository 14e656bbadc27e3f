//! Where a finding leads that does not say on which instances it is.

use std::collections::BTreeSet;

use remediations::{
    Finding, Plan,
    action::Action,
    catalogue,
    finding::About,
    plan::{Protection, Step},
    record::{Record, Subject},
};
use rules::{
    Gap, gap,
    instance::{AccountId, InstanceId},
    text::{clean, quoted},
};

use super::Remediate;
use crate::{
    ledger::{Partition, Table, read_graded},
    ports::{
        Error,
        answering::{Act, BucketReader, Investigate, Readers},
    },
};

/// What is to be done where not everything is seen.
const FIND: &str = "find every instance that it leads to";

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
                let others = self.accounts_besides(finding.account).await;
                let others = others.map_err(|error| error.to_string())?;
                let readers = self.investigate.readers(&partition, bucket, &others).await;
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
                    account: finding.account,
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
                    elsewhere: Vec::new(),
                })
            }
            About::Vulnerability(_) | About::Request(_) => Ok(Leads::default()),
        }
    }

    /// Where a finding leads of which nothing is seen: perhaps to any account that the ledger knows.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(super) async fn leads_anywhere(
        &self,
        finding: &Finding,
        why: &str,
    ) -> Result<Leads, Error> {
        let others = match &finding.about {
            About::Bucket(_) => self.accounts_besides(finding.account).await?,
            About::Threat(_) | About::Vulnerability(_) | About::Request(_) => BTreeSet::new(),
        };
        let gap = Gap::retryable(&gap::FINDING_WITHOUT_PLAN, why);
        Ok(Leads {
            elsewhere: others.into_iter().map(|one| (one, gap.clone())).collect(),
            ..Leads::default()
        })
    }

    /// The other accounts that the ledger knows.
    async fn accounts_besides(&self, own: AccountId) -> Result<BTreeSet<AccountId>, Error> {
        let known = read_graded(&self.table).await?;
        let accounts = known.into_iter().map(|partition| partition.account);
        Ok(accounts.filter(|account| *account != own).collect())
    }

    /// Where in the ledger it has to be told that not every instance of an account is found, for as
    /// long as that is so: an account that it does not know is not graded by it.
    pub(super) async fn blind_in(
        &self,
        finding: &Finding,
        led: &Leads,
    ) -> Result<Vec<Subject>, Error> {
        if led.elsewhere.is_empty() {
            return Ok(Vec::new());
        }
        let is_blind = |partition: &Partition| {
            let mut blind = led.elsewhere.iter().map(|(account, _)| *account);
            blind.any(|account| account == partition.account)
        };
        let known = read_graded(&self.table).await?;
        let blind = known.into_iter().filter(is_blind);
        let subject = |place: Partition| Subject::of(finding, place.account, None, place.region);
        Ok(blind.map(subject).collect())
    }

    /// The record in another account of a finding that leads to instances there that are not found.
    pub(super) fn planned_blind(&self, record: Record, led: &Leads) -> Record {
        let own = led.elsewhere.iter();
        let own = own.filter(|(account, _)| *account == record.home());
        let plan = Plan {
            remediation: remediation(&record.finding),
            instance: None,
            protection: Protection::NoInstance,
            steps: own
                .map(|(_, gap)| Step::cannot(FIND, gap.to_string()))
                .collect(),
            without_rule_in: None,
            trail: Vec::new(),
        };
        record.planned(plan, self.now())
    }

    /// The record of a finding itself, with where it led. A team is told of one that leads nowhere.
    pub(super) fn planned_head(&self, record: Record, led: &Leads, led_to: Vec<Subject>) -> Record {
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
        let own = led.gaps.iter();
        let own = own.map(|gap| Step::cannot(FIND, gap.to_string()));
        // What is not seen of other accounts is told there, and leaves nothing open here.
        let others = led.elsewhere.iter().map(|(account, gap)| {
            let what = format!("find every instance of account {account} that it leads to");
            Step::skip(what, gap.to_string())
        });
        let trail = led.instances.iter().map(|reader| match reader.account {
            own if own == finding.account => reader.instance.to_string(),
            other => format!("{} in account {other}", reader.instance),
        });
        let blind_trail = led.elsewhere.iter().map(|(account, gap)| {
            format!("account {account}, where not every instance is found: {gap}")
        });
        let plan = Plan {
            remediation: remediation(finding),
            instance: None,
            protection: Protection::NoInstance,
            steps: told.into_iter().chain(own).chain(others).collect(),
            without_rule_in: None,
            trail: trail.chain(blind_trail).map(Box::from).collect(),
        };
        Record { led_to, ..record }.planned(plan, self.now())
    }
}

impl BucketReader {
    /// The finding on the instance.
    pub(super) fn subject(&self, finding: &Finding) -> Subject {
        Subject::of(
            finding,
            self.account,
            Some(self.instance),
            self.region.clone(),
        )
    }
}

impl Readers {
    /// Everywhere that a finding leads: where it is `blind`, and what is out of sight of where it led
    /// `before`, included.
    pub(super) fn all(
        &self,
        finding: &Finding,
        blind: &[Subject],
        before: &[Subject],
    ) -> Vec<Subject> {
        let seen = self.instances.iter().map(|reader| reader.subject(finding));
        let mut all: Vec<Subject> = seen.chain(blind.iter().cloned()).collect();
        for one in before.iter().filter(|one| self.may_lead_to(one)) {
            if !all.contains(one) {
                all.push(one.clone());
            }
        }
        all
    }

    /// Whether an instance that a finding led to before is out of sight, so that it may still lead
    /// there.
    fn may_lead_to(&self, before: &Subject) -> bool {
        before.instance.is_some()
            && match before.account {
                None => !self.gaps.is_empty(),
                Some(account) => self.elsewhere.iter().any(|(other, _)| *other == account),
            }
    }
}

fn remediation(finding: &Finding) -> Box<str> {
    catalogue::answering(finding)
        .map_or("", |(remediation, _)| remediation.id)
        .into()
}
