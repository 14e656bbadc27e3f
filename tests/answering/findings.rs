//! Findings as their sources would send them, narrowed.

use jiff::Timestamp;
use remediations::{
    Finding,
    finding::{
        About, Bucket, Life, Request, Severity, SeverityWord, Threat, Version, Vulnerability, Wish,
    },
};
use rules::{
    cve::Cve,
    instance::{AccountId, InstanceId},
    ledger::Source,
};

use super::{stage::as_of, world::region};

/// A type of finding that asks for every scan.
pub(crate) const BITCOIN: &str = "CryptoCurrency:EC2/BitcoinTool.B!DNS";

pub(crate) fn account() -> AccountId {
    testbed::estate::ACCOUNTS[0].0.parse().unwrap()
}

fn finding(source: Source, id: &str, kind: &str, about: About) -> Finding {
    Finding {
        source,
        id: id.parse().unwrap(),
        account: account(),
        region: region(),
        version: Version {
            updated_at: as_of(),
            count: 1,
        },
        life: Life::Active,
        sample: false,
        severity: match source {
            Source::GuardDuty => Severity::Score(80),
            _ => Severity::Word(SeverityWord::High),
        },
        kind: kind.into(),
        title: "A title".into(),
        since: None,
        about,
    }
}

pub(crate) fn threat(kind: &str, instances: &[InstanceId]) -> Finding {
    let threat = Threat {
        role: None,
        instances: instances.to_vec(),
        tasks: Vec::new(),
    };
    finding(
        Source::GuardDuty,
        "16afba5c5c43e07c",
        kind,
        About::Threat(threat),
    )
}

pub(crate) fn bucket() -> Finding {
    let bucket = Bucket {
        name: "audit-data".into(),
        object: None,
    };
    let kind = "SensitiveData:S3Object/Personal";
    finding(Source::Macie, "64b917aa38430", kind, About::Bucket(bucket))
}

pub(crate) fn vulnerability(id: &str, instance: InstanceId, cves: &[Cve]) -> Finding {
    let vulnerability = Vulnerability {
        instances: vec![instance],
        cves: cves.to_vec(),
    };
    let kind = "PACKAGE_VULNERABILITY";
    finding(
        Source::Inspector,
        id,
        kind,
        About::Vulnerability(vulnerability),
    )
}

pub(crate) fn request(id: &str, instance: InstanceId, wish: Wish) -> Finding {
    let request = Request { instance, wish };
    finding(Source::Operator, id, "request", About::Request(request))
}

/// A later version of a finding.
pub(crate) fn later(finding: &Finding, seconds: i64) -> Finding {
    let milliseconds = finding.version.updated_at.as_millisecond() + 1000 * seconds;
    Finding {
        version: Version {
            updated_at: Timestamp::from_millisecond(milliseconds).unwrap(),
            count: finding.version.count + 1,
        },
        ..finding.clone()
    }
}
