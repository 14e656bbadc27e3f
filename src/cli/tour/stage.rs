//! What the story is played on: the simulator as the Manager, and AWS as it is staged.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use remediations::{Finding, Options};
use rules::{
    fact::Fact,
    instance::{Instance, InstanceId, InstanceState},
    inventories::Inventories,
};
use testbed::{Estate, Key as ManagerKey, Manager, Options as ManagerOptions, SECRET};

use crate::{
    cli::{failure::Failure, respond::Hand},
    deep_security::{Access, ApiKey, Limits as ClientLimits, Reader, Scheme, operator::Operator},
    desk::{Desk, Known},
    event::finding::{Reading, read as read_finding},
    ledger::{Memory, Partition},
    ports::answering::{BucketReader, Owned, Readers},
    remediate::{Limits, Remediate},
    time::{ManualTime, Time},
};

/// How many computers the Manager has.
pub(super) const COMPUTERS: u64 = 120;

/// An instance of the staged account that Deep Security does not know.
pub(super) const UNKNOWN: &str = "i-0123456789abcdef0";

/// The findings, as EventBridge would send them.
pub(super) const EVENTS: [(&str, &str); 3] = [
    (
        "src/example/findings/guardduty.json",
        include_str!("../../example/findings/guardduty.json"),
    ),
    (
        "src/example/findings/macie.json",
        include_str!("../../example/findings/macie.json"),
    ),
    (
        "src/example/findings/inspector.json",
        include_str!("../../example/findings/inspector.json"),
    ),
];

pub(super) type Flow = Remediate<Desk, Hand, Memory>;

/// A Manager on loopback, and what AWS would say.
pub(super) struct Stage {
    pub(super) manager: Manager,
    pub(super) time: Arc<ManualTime>,
    pub(super) start: Timestamp,
}

impl Stage {
    /// A Manager, and a clock that stands still.
    pub(super) fn new() -> Result<Self, Failure> {
        let options = ManagerOptions {
            keys: vec![ManagerKey::operator(SECRET)],
            ..ManagerOptions::default()
        };
        let manager =
            Manager::start(Estate::seeded(1, COMPUTERS), options).map_err(Failure::runtime)?;
        let start = Timestamp::from_millisecond(manager.now()).map_err(Failure::runtime)?;
        Ok(Self {
            time: Arc::new(ManualTime::at(start)),
            start,
            manager,
        })
    }

    pub(super) fn access(&self) -> Result<Access, Failure> {
        Ok(Access {
            name: Some("simulator".to_owned()),
            url: self.manager.url().parse().map_err(Failure::runtime)?,
            key: ApiKey::new(Scheme::SecretKey, SECRET).map_err(Failure::runtime)?,
            ca: None,
            limits: ClientLimits::default(),
        })
    }

    pub(super) fn clock(&self) -> Arc<dyn Time> {
        Arc::clone(&self.time) as Arc<dyn Time>
    }

    pub(super) async fn inventories(&self) -> Result<Inventories, Failure> {
        let reader = Reader::new(self.access()?, self.clock()).map_err(Failure::runtime)?;
        let reading = reader.inventory(&|_| {}).await.map_err(Failure::runtime)?;
        Ok(Inventories::new(vec![Ok(reading.inventory)]))
    }

    /// What AWS would say: staged.
    pub(super) fn desk(
        &self,
        inventories: Inventories,
        findings: &[Finding],
    ) -> Result<Desk, Failure> {
        let home = findings
            .first()
            .ok_or_else(|| Failure::runtime("there is no finding"))?;
        let unknown: InstanceId = UNKNOWN.parse().map_err(Failure::runtime)?;
        let cited = findings.iter().flat_map(Finding::instances).copied();
        let ids: Vec<InstanceId> = cited.chain([unknown]).collect();
        let owned = |id: &InstanceId| {
            let owned = Owned {
                instance: Instance {
                    state: Fact::Known(InstanceState::Running),
                    ..Instance::bare(*id, home.account, home.region.clone())
                },
                owner: Some("team-web".into()),
            };
            (*id, Some(owned))
        };
        let reader = |id: &InstanceId| BucketReader {
            instance: *id,
            account: home.account,
            region: home.region.clone(),
            trail: vec!["role web is allowed s3:GetObject on audit-data (staged)".into()],
        };
        let mut readers: Vec<InstanceId> = ids.clone();
        readers.sort_unstable();
        readers.dedup();
        Ok(Desk {
            inventories: Arc::new(inventories),
            instances: Some(Known {
                instances: ids.iter().map(owned).collect(),
                whole: BTreeSet::from([Partition::from(home)]),
            }),
            readers: Some(Readers {
                instances: readers.iter().map(reader).collect(),
                gaps: Vec::new(),
                elsewhere: Vec::new(),
            }),
            hosts: BTreeMap::new(),
        })
    }

    pub(super) fn flow(&self, desk: &Desk, table: Memory) -> Result<Flow, Failure> {
        let operator = Operator::new(self.access()?, self.clock()).map_err(Failure::runtime)?;
        let options = Options {
            policies_that_may_change: vec!["*".into()],
            ..Options::default()
        };
        let hand = Hand::new(vec![Arc::new(operator)], None);
        Ok(Remediate::new(
            desk.clone(),
            hand,
            table,
            options,
            Limits::default(),
            self.clock(),
        ))
    }
}

/// The findings that come in.
pub(super) fn findings() -> Result<Vec<Finding>, Failure> {
    let finding = |(path, text): &(&str, &str)| match read_finding(text.as_bytes()) {
        Ok(Reading::Finding(finding)) => Ok(*finding),
        Ok(Reading::Ignored(why) | Reading::Ended(why)) => {
            Err(Failure::runtime(format!("{path}: {why}")))
        }
        Err(bad) => Err(Failure::runtime(format!("{path}: {bad}"))),
    };
    EVENTS.iter().map(finding).collect()
}
