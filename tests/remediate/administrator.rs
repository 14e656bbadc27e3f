//! An account that the function's administers the sources of findings for, in several Regions.

use aws_sdk_inspector2::types::ResourceScanType;
use deepgrade::{
    aws::clients::Clients,
    ledger::{Key, Partition, read_ledger, read_records, read_regions},
};
use remediations::record::Record;
use rules::ledger::{Ledger, Source, Watermark};
use testbed::{edges::Member, moto};

use super::{members::ROLE, scene::Scene, stage::Function};

pub(crate) const HOME: &str = "us-east-1";
pub(crate) const OTHER: &str = "eu-west-1";
pub(crate) const MEMBER: &str = "444455556666";
pub(crate) const SECOND: &str = "555566667777";
pub(crate) const INSTANCE: &str = "i-0123456789abcdef0";

impl Scene {
    pub(crate) fn in_region(&self, region: &str) -> Clients {
        self.stage.clients.elsewhere(&region.parse().unwrap())
    }

    /// An administrator in two Regions, in which every source is on.
    pub(crate) fn of_an_administrator() -> Self {
        let scene = Self::new();
        for region in [HOME, OTHER] {
            let clients = scene.in_region(region);
            scene.stage.block_on(async {
                let detector = clients.guardduty().create_detector();
                detector.enable(true).send().await.unwrap();
                let inspector = clients.inspector2().enable().account_ids(moto::ACCOUNT);
                let inspector = inspector.resource_types(ResourceScanType::Ec2);
                inspector.send().await.unwrap();
            });
        }
        scene
    }

    /// Makes an account a member of every source in a Region.
    pub(crate) fn join(&self, region: &str, account: &str) {
        for (service, status) in [
            ("guardduty", "Enabled"),
            ("macie2", "Enabled"),
            ("inspector2", "ENABLED"),
        ] {
            self.relate(service, region, account, status);
        }
        self.scan(region, account, true);
    }

    pub(crate) fn relate(&self, service: &'static str, region: &str, account: &str, status: &str) {
        self.edges.add_member(Member {
            service,
            region: region.to_owned(),
            account: account.to_owned(),
            status: status.to_owned(),
            times: None,
        });
    }

    /// Whether Inspector scans the instances of a member.
    pub(crate) fn scan(&self, region: &str, account: &str, on: bool) {
        let clients = self.in_region(region);
        let (inspector, ec2) = (clients.inspector2(), ResourceScanType::Ec2);
        self.stage.block_on(async {
            if on {
                let call = inspector.enable().account_ids(account);
                call.resource_types(ec2).send().await.unwrap();
            } else {
                let call = inspector.disable().account_ids(account);
                call.resource_types(ec2).send().await.unwrap();
            }
        });
    }

    pub(crate) fn backfill_of(&self, regions: &str) -> Function {
        let bootstrap = self.bootstrap("backfill", "");
        let bootstrap = bootstrap
            .environment("DEEPGRADE_REGIONS", regions)
            .environment("DEEPGRADE_MEMBER_ROLE", ROLE);
        self.stage.launch_function("backfill", bootstrap)
    }

    /// A threat on an instance of an account, which GuardDuty lists in a Region.
    pub(crate) fn found(&self, id: &str, account: &str, region: &str) {
        let mut finding = self.threat(id, INSTANCE)["detail"].take();
        finding["accountId"] = account.into();
        finding["region"] = region.into();
        self.edges.add_guardduty_finding_in(region, finding);
    }

    /// Whether a source counts as listed, and as on; `None` where it does not.
    pub(crate) fn listed(&self, account: &str, region: &str, source: Source) -> Option<bool> {
        let row = self.row(&Key::watermark(&place(account, region), source))?;
        let watermark: Watermark = row.read().unwrap();
        Some(watermark.enabled)
    }

    /// The same of every source.
    pub(crate) fn all_listed(&self, account: &str, region: &str) -> [Option<bool>; 3] {
        [Source::GuardDuty, Source::Macie, Source::Inspector]
            .map(|source| self.listed(account, region, source))
    }

    pub(crate) fn records_of(&self, account: &str, region: &str) -> Vec<Record> {
        let (table, place) = (self.table(), place(account, region));
        let read = self.stage.block_on(read_records(&table, &place)).unwrap();
        assert_eq!(read.1, []);
        read.0
    }

    /// What the rules of an account and Region are told.
    pub(crate) fn ledger_of(&self, account: &str, region: &str) -> Ledger {
        let (table, place) = (self.table(), place(account, region));
        self.stage.block_on(read_ledger(&table, &place)).unwrap()
    }

    pub(crate) fn regions_of(&self, account: &str) -> Vec<String> {
        let account = account.parse().unwrap();
        let read = self.stage.block_on(read_regions(&self.table(), account));
        let names = read.unwrap().into_iter().map(|region| region.to_string());
        names.collect()
    }
}

pub(crate) fn place(account: &str, region: &str) -> Partition {
    Partition::read(&format!("{account}#{region}")).unwrap()
}

pub(crate) fn own_problem(line: &str, parts: &[&str]) {
    assert!(parts.iter().all(|part| line.contains(part)), "{line}");
}
