//! Long times with faults, and clocks that jump.

use std::collections::BTreeMap;

use deepgrade::{
    ledger::{Key, Row, Table as _, read_ledger, read_partitions},
    remediate::Mode,
    time::Time as _,
};
use jiff::Timestamp;
use remediations::{Finding, record::State};
use rules::{
    Prepared,
    fact::Fact,
    instance::{Instance, InstanceId, InstanceState},
    ledger::{Ledgers, Source, Watermark},
    verdict::Compliance,
};
use testbed::estate::Condition;

use super::{
    findings::{BITCOIN, threat},
    stage::Stage,
};

/// How long a step of time is, in minutes, and how many make a day.
const STEP: u64 = 10;
const DAY: usize = 144;

/// A day of findings on instances that can be scanned.
struct Day {
    stage: Stage,
    random: fastrand::Rng,
    /// The computers that can be scanned, with their instances.
    computers: Vec<(u64, InstanceId)>,
    /// The findings that their source will send until they are taken.
    queue: Vec<Finding>,
    /// When each instance was cited last by a finding that was taken.
    taken: BTreeMap<InstanceId, Timestamp>,
    sent: usize,
}

impl Day {
    fn new(seed: u64) -> Self {
        let stage = Stage::new();
        let computers = stage.computers(Condition::Healthy);
        assert!(computers.len() >= 2, "{computers:?}");
        Self {
            stage,
            random: fastrand::Rng::with_seed(seed),
            computers,
            queue: Vec::new(),
            taken: BTreeMap::new(),
            sent: 0,
        }
    }

    fn step(&mut self) {
        self.stage.pass(STEP);
        if self.random.u8(..10) < 3 {
            self.sent += 1;
            let (_, instance) = self.computers[self.random.usize(..self.computers.len())];
            let mut finding = threat(BITCOIN, &[instance]);
            finding.id = format!("{:032x}", self.sent).parse().unwrap();
            finding.version.updated_at = self.stage.time.now();
            self.queue.push(finding);
        }
        let process = self.stage.process();
        for finding in std::mem::take(&mut self.queue) {
            if self
                .stage
                .answer_in(&process, &finding, Mode::Acting)
                .is_ok()
            {
                let instance = finding.instances()[0];
                self.taken.insert(instance, finding.version.updated_at);
            } else {
                self.queue.push(finding);
            }
        }
        // Whatever fails is looked at again in the next step.
        self.stage.wait_for(async {
            for partition in read_partitions(process.table()).await.unwrap_or_default() {
                let _ = process.follow_up(&partition, Mode::Acting).await;
            }
        });
        if self.queue.is_empty() {
            self.note_listing();
        }
    }

    /// Writes down that the source was listed, and nothing was missing.
    fn note_listing(&self) {
        let key = Key::watermark(&self.stage.partition(), Source::GuardDuty);
        let watermark = Watermark {
            enabled: true,
            listed_at: self.stage.time.now(),
        };
        let ledger = &self.stage.ledger;
        self.stage.wait_for(async {
            let before = ledger.read(&key).await.unwrap();
            let row = Row::after(before.as_ref(), key, &watermark).unwrap();
            ledger.write(&row).await.unwrap();
        });
    }

    /// The instances of which the rule says that everything is answered.
    fn compliant(&self) -> Vec<(u64, InstanceId)> {
        let partition = self.stage.partition();
        let ledger = self
            .stage
            .wait_for(read_ledger(&*self.stage.ledger, &partition));
        let region = partition.region.clone();
        let ledgers = Ledgers::default().with(partition.account, region, Ok(ledger.unwrap()));
        let rule = rules::catalogue::named("threats-are-answered").unwrap();
        let Prepared::Instance(grader) = rule.with([]).unwrap() else {
            panic!("the rule is about instances");
        };
        let inventories = self.stage.published();
        let computers = self.computers.iter().copied();
        let is_compliant = |(_, id): &(u64, InstanceId)| {
            let instance = Instance {
                state: Fact::Known(InstanceState::Running),
                ..Instance::bare(*id, partition.account, partition.region.clone())
            };
            let facts = grader.facts(self.stage.time.now(), &instance, &inventories);
            let verdict = grader.grade(&facts.with_ledgers(&ledgers));
            verdict.is_ok_and(|verdict| verdict.compliance() == Compliance::Compliant)
        };
        computers.filter(is_compliant).collect()
    }

    /// What is said to be answered was scanned, by what the Manager itself holds.
    fn look_for_wrong_verdicts(&self) -> usize {
        let compliant = self.compliant();
        for (computer, instance) in &compliant {
            let Some(cited) = self.taken.get(instance) else {
                continue;
            };
            let scans = self
                .stage
                .at_manager(*computer, |computer| computer.scans.clone());
            let window = self.stage.limits.scan_window;
            let since = cited.checked_sub(window).unwrap().as_millisecond();
            for scanned in [scans.scheduled_malware, scans.recommendation] {
                assert!(
                    scanned.is_some_and(|scanned| scanned >= since),
                    "{instance} is compliant, cited {cited}, and scanned {scans:?}"
                );
            }
        }
        compliant.len()
    }
}

#[test]
fn case_60_a_day_of_faults_on_every_edge_loses_nothing_and_nothing_said_is_wrong() {
    for seed in 1..=2 {
        let mut day = Day::new(seed);
        day.stage.crash.fail(Some(seed));
        let mut compliant = 0;
        for step in 0..DAY {
            day.step();
            if step % 3 == 0 {
                compliant += day.look_for_wrong_verdicts();
            }
            if step % 6 == 0 {
                day.stage.publish();
            }
        }
        assert!(day.sent > 20 && compliant > 20, "{} {compliant}", day.sent);
        day.stage.crash.fail(None);
        for _ in 0..12 {
            day.step();
        }
        day.stage.until_quiet();
        assert_eq!(day.queue, []);
        let records = day.stage.records();
        assert_eq!(records.len(), day.sent, "seed {seed}");
        for record in records {
            assert_eq!(
                record.state,
                State::Answered,
                "seed {seed}: {}",
                record.line()
            );
        }
        let tasks = day.stage.wait_for(day.stage.world.managers.own_tasks("ds"));
        assert_eq!(tasks.unwrap().len(), 0, "seed {seed}");
    }
}
