//! What the rows are called.

use std::fmt;

use jiff::Timestamp;
use remediations::{
    action::{Errand, Place},
    finding::{Finding, FindingId},
    record::{Record, Subject},
};
use rules::{
    instance::{AccountId, InstanceId, Region},
    ledger::Source,
};

/// Where the findings of an account and Region are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.account, self.region)
    }
}

impl From<&Finding> for Partition {
    fn from(finding: &Finding) -> Self {
        Self {
            account: finding.account,
            region: finding.region.clone(),
        }
    }
}

impl From<&Record> for Partition {
    fn from(record: &Record) -> Self {
        Self {
            account: record.home(),
            region: record.region.clone(),
        }
    }
}

impl Partition {
    /// Where it is recorded what a finding leads to.
    #[must_use]
    pub fn of(subject: &Subject, finding: &Finding) -> Self {
        Self {
            account: subject.account.unwrap_or(finding.account),
            region: subject.region.clone(),
        }
    }

    /// Reads what [`Key::partition`] wrote; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (account, region) = text.split_once('#')?;
        Some(Self {
            account: account.parse().ok()?,
            region: region.parse().ok()?,
        })
    }
}

/// What a row is called: the two parts of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The partition key.
    pub partition: String,
    /// The sort key.
    pub sort: String,
}

impl Key {
    /// A finding on an instance, or the finding itself.
    #[must_use]
    pub fn record(
        partition: &Partition,
        instance: Option<InstanceId>,
        source: Source,
        finding: &FindingId,
    ) -> Self {
        let instance = instance.map_or_else(|| "-".to_owned(), |instance| instance.to_string());
        Self {
            partition: partition.to_string(),
            sort: format!("{instance}#{}#{finding}", source.word()),
        }
    }

    /// The finding that a record holds.
    #[must_use]
    pub fn of_record(record: &Record) -> Self {
        let finding = &record.finding;
        let partition = Partition::from(record);
        Self::record(&partition, record.instance, finding.source, &finding.id)
    }

    /// Whether it is that of a finding, on an instance or itself.
    #[must_use]
    pub fn is_of_finding(&self) -> bool {
        let source = self.sort.split('#').nth(1);
        let is_listing = self.sort.starts_with(Self::WATERMARK);
        !is_listing && source.and_then(Source::of_word).is_some()
    }

    /// When a source was listed last.
    #[must_use]
    pub fn watermark(partition: &Partition, source: Source) -> Self {
        Self {
            partition: partition.to_string(),
            sort: format!("{}{}", Self::WATERMARK, source.word()),
        }
    }

    /// That there are findings in an account and Region.
    #[must_use]
    pub fn partition(partition: &Partition) -> Self {
        Self {
            partition: Self::PARTITIONS.to_owned(),
            sort: partition.to_string(),
        }
    }

    /// That a source was listed of an account and Region.
    #[must_use]
    pub fn listed(partition: &Partition) -> Self {
        Self {
            partition: Self::LISTED.to_owned(),
            sort: partition.to_string(),
        }
    }

    /// That Macie reports from a Region of an account.
    #[must_use]
    pub fn region(partition: &Partition) -> Self {
        Self {
            partition: partition.account.to_string(),
            sort: partition.region.to_string(),
        }
    }

    /// How the sort keys of findings of a source themselves begin, apart from the instances that
    /// they are on.
    #[must_use]
    pub fn findings_themselves(source: Source) -> String {
        format!("-#{}#", source.word())
    }

    /// What a computer was told to do.
    #[must_use]
    pub fn errand(computer: &Place, errand: Errand) -> Self {
        Self {
            partition: Self::manager(&computer.manager),
            sort: format!("{}{}#{}", Self::ERRAND, computer.computer, errand.word()),
        }
    }

    /// Reads what [`Key::errand`] wrote; `None` for anything else.
    #[must_use]
    pub fn read_errand(key: &Self, manager: &str) -> Option<(Place, Errand)> {
        let (computer, word) = key.sort.strip_prefix(Self::ERRAND)?.split_once('#')?;
        let mut errands = Errand::ALL.iter().copied();
        let place = Place {
            manager: manager.into(),
            computer: computer.parse().ok()?,
        };
        Some((place, errands.find(|errand| errand.word() == word)?))
    }

    /// How often something was done to a Manager in an hour.
    #[must_use]
    pub fn hour(manager: &str, hour: Timestamp, what: &str) -> Self {
        Self {
            partition: Self::manager(manager),
            sort: format!("hour#{}#{what}", hour.strftime("%Y-%m-%dT%H")),
        }
    }

    /// That response rules are to be run in an account and Region.
    #[must_use]
    pub fn kick(partition: &Partition) -> Self {
        Self {
            partition: "kicks".to_owned(),
            sort: partition.to_string(),
        }
    }

    /// That a web ACL was changed. In the order of time, so that an hour is read alone.
    #[must_use]
    pub fn web_acl(partition: &Partition, at: Timestamp, arn: &str) -> Self {
        Self {
            partition: partition.to_string(),
            sort: format!("{}{at}#{arn}", Self::WEB_ACL),
        }
    }

    /// How the sort keys of the web ACLs begin that were changed in an hour.
    #[must_use]
    pub fn web_acls_of_hour(hour: Timestamp) -> String {
        format!("{}{}", Self::WEB_ACL, hour.strftime("%Y-%m-%dT%H"))
    }

    /// The kill switch.
    #[must_use]
    pub fn acting() -> Self {
        Self {
            partition: "control".to_owned(),
            sort: "acting".to_owned(),
        }
    }

    /// What tells the ledger apart from others.
    #[must_use]
    pub fn identity() -> Self {
        Self {
            partition: "control".to_owned(),
            sort: "identity".to_owned(),
        }
    }

    /// The partition of what was done to a Manager.
    #[must_use]
    pub fn manager(manager: &str) -> String {
        format!("manager#{manager}")
    }

    /// How the sort keys of watermarks begin.
    pub const WATERMARK: &'static str = "watermark#";
    /// How the sort keys of changes of web ACLs begin.
    pub const WEB_ACL: &'static str = "web-acl#";
    /// How the sort keys of errands begin.
    pub const ERRAND: &'static str = "errand#";
    /// The partition that lists the accounts and Regions of which sources were listed.
    pub const LISTED: &'static str = "listed";
    /// The partition that lists the accounts and Regions in which there are findings.
    pub const PARTITIONS: &'static str = "partitions";
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.partition, self.sort)
    }
}
