//! The stage: a Manager, a ledger, a clock, and the flow between them.

use std::{sync::Arc, time::Duration};

use deepgrade::{
    ledger::{Key, Memory, Partition, Row, Table, Write, read_partitions},
    ports::{Error, Page},
    remediate::{Answered, Followed, Limits, Mode, Remediate, Unanswered},
    time::{ManualTime, Time as _},
};
use jiff::Timestamp;
use remediations::{
    Finding, Options,
    outcome::Outcome,
    record::{Record, State},
};
use rules::instance::InstanceId;
use testbed::{
    Estate, Key as ManagerKey, Manager, Options as ManagerOptions, SECRET,
    estate::{AS_OF, Condition, Summary},
};

use super::{
    crash::Crash,
    world::{World, publish, region},
};

/// The ledger in memory, whose calls are ports too.
#[derive(Debug)]
pub(crate) struct Crashing {
    pub(crate) memory: Arc<Memory>,
    crash: Crash,
}

impl Table for Crashing {
    async fn read(&self, key: &Key) -> Result<Option<Row>, Error> {
        self.crash.around(self.memory.read(key)).await
    }

    async fn write(&self, row: &Row) -> Result<Write, Error> {
        self.crash.around(self.memory.write(row)).await
    }

    async fn rows(
        &self,
        partition: &str,
        prefix: &str,
        page: Option<&str>,
    ) -> Result<Page<Result<Row, deepgrade::ledger::BadRow>>, Error> {
        self.crash
            .around(self.memory.rows(partition, prefix, page))
            .await
    }
}

pub(crate) type Flow = Remediate<World, World, Crashing>;

pub(crate) struct Stage {
    pub(crate) manager: Manager,
    pub(crate) time: Arc<ManualTime>,
    pub(crate) ledger: Arc<Memory>,
    pub(crate) crash: Crash,
    pub(crate) world: World,
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    runtime: tokio::runtime::Runtime,
}

/// A time by the clock at the start of every test.
pub(crate) fn as_of() -> Timestamp {
    Timestamp::from_millisecond(AS_OF).unwrap()
}

impl Stage {
    /// A Manager of 120 computers, of which an inventory is published.
    pub(crate) fn new() -> Self {
        let options = ManagerOptions {
            keys: vec![ManagerKey::operator(SECRET)],
            ..ManagerOptions::default()
        };
        let manager = Manager::start(Estate::seeded(1, 2 * Condition::PERIOD), options).unwrap();
        let time = Arc::new(ManualTime::at(as_of()));
        let crash = Crash::default();
        let world = World::new(&manager, &time, &crash);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let stage = Self {
            manager,
            time,
            ledger: Arc::default(),
            crash,
            world,
            options: Options {
                policies_that_may_change: vec!["*".into()],
                ..Options::default()
            },
            limits: Limits::default(),
            runtime: runtime.unwrap(),
        };
        stage.publish();
        stage.know_instances();
        stage.manager.forget_calls();
        stage
    }

    /// Publishes what the Manager knows now.
    pub(crate) fn publish(&self) {
        let published = self.runtime.block_on(publish(&self.manager, &self.time));
        self.world.scene.lock().unwrap().published = Some(published);
    }

    /// Lets EC2 know every instance of the Manager's computers.
    fn know_instances(&self) {
        let ids = self.manager.estate(|estate| {
            let ids = estate.computers.values().filter_map(instance_of);
            ids.collect::<Vec<_>>()
        });
        let mut scene = self.world.scene.lock().unwrap();
        scene
            .instances
            .extend(ids.into_iter().map(|id| (id, Some("team-web".to_owned()))));
    }

    /// What answers findings: a new process.
    pub(crate) fn process(&self) -> Flow {
        let world = || {
            let world = World::new(&self.manager, &self.time, &self.crash);
            World {
                scene: Arc::clone(&self.world.scene),
                ..world
            }
        };
        let table = Crashing {
            memory: Arc::clone(&self.ledger),
            crash: self.crash.clone(),
        };
        let (options, limits) = (self.options.clone(), self.limits.clone());
        Remediate::new(world(), world(), table, options, limits, self.time.clone())
    }

    /// Has a new process answer a finding.
    pub(crate) fn answer(&self, finding: &Finding) -> Result<Vec<Answered>, Unanswered> {
        self.answer_in(&self.process(), finding, Mode::Acting)
    }

    pub(crate) fn answer_in(
        &self,
        flow: &Flow,
        finding: &Finding,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        self.runtime.block_on(flow.respond(finding, mode))
    }

    /// Has a new process answer a finding that dies after so many moments; false when it lived.
    pub(crate) fn answer_and_die(&self, finding: &Finding, moments: u32) -> bool {
        let flow = self.process();
        self.crash.after(Some(moments));
        let run = self.crash.run(flow.respond(finding, Mode::Acting));
        let died = self.runtime.block_on(run).is_none();
        self.crash.after(None);
        died
    }

    /// Has processes answer a finding until one has claimed it, and died of that.
    pub(crate) fn claim_and_die(&self, finding: &Finding) {
        let mut moments = 0..;
        while self.records().is_empty() {
            assert!(self.answer_and_die(finding, moments.next().unwrap()));
        }
        assert!(matches!(self.record().state, State::Claimed { .. }));
    }

    /// Has a new process look again.
    pub(crate) fn follow_up(&self) -> Followed {
        self.follow_up_as(Mode::Acting)
    }

    pub(crate) fn follow_up_as(&self, mode: Mode) -> Followed {
        let flow = self.process();
        self.runtime.block_on(async {
            let mut all = Followed::default();
            flow.look_at_errands("ds").await.unwrap();
            for partition in read_partitions(flow.table()).await.unwrap() {
                let followed = flow.follow_up(&partition, mode).await.unwrap();
                all.looked_at += followed.looked_at;
                all.open += followed.open;
                all.changed |= followed.changed;
                all.unreadable.extend(followed.unreadable);
            }
            all
        })
    }

    /// Has a new process look again that dies after so many moments; false when it lived.
    pub(crate) fn follow_up_and_die(&self, moments: u32) -> bool {
        let flow = self.process();
        self.crash.after(Some(moments));
        let run = self.crash.run(async {
            for partition in read_partitions(flow.table()).await.unwrap() {
                flow.follow_up(&partition, Mode::Acting).await.unwrap();
            }
        });
        let died = self.runtime.block_on(run).is_none();
        self.crash.after(None);
        died
    }

    pub(crate) fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Lets time pass for everybody.
    pub(crate) fn pass(&self, minutes: u64) {
        self.time.advance(Duration::from_secs(60 * minutes));
        let passed = self.time.elapsed().as_millis();
        let behind = i64::try_from(passed).unwrap() - (self.manager.now() - AS_OF);
        self.manager.advance(behind);
    }

    /// Looks again until nothing changes by itself any more: where a scan may be under way, until
    /// its window is over.
    pub(crate) fn until_quiet(&self) {
        self.look_for_an_hour();
        if self.records().iter().any(waits_for_a_window) {
            let window = self.limits.scan_window.as_hours().unsigned_abs();
            self.pass(60 * window);
            self.look_for_an_hour();
        }
    }

    fn look_for_an_hour(&self) {
        self.publish();
        for _ in 0..6 {
            self.pass(10);
            self.follow_up();
        }
    }

    /// Every finding in the ledger.
    pub(crate) fn records(&self) -> Vec<Record> {
        let rows = self.ledger.all();
        let rows = rows.iter().filter(|row| row.state.is_some());
        rows.map(|row| row.record().unwrap()).collect()
    }

    /// The only finding in the ledger.
    pub(crate) fn record(&self) -> Record {
        let mut records = self.records();
        assert_eq!(records.len(), 1, "{records:?}");
        records.remove(0)
    }

    /// How the only finding is shown.
    pub(crate) fn line(&self) -> String {
        self.record().line()
    }

    /// The calls that were to change something at the Manager.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.manager.calls();
        let mut names: Vec<String> = calls.iter().map(testbed::Call::name).collect();
        names.retain(|name| !name.starts_with("GET ") && !name.ends_with("/search"));
        names
    }

    /// The first computer that was made with a condition, and its instance.
    pub(crate) fn computer(&self, condition: Condition) -> (u64, InstanceId) {
        let computers = self.computers(condition);
        *computers
            .first()
            .expect("a computer in the account and Region")
    }

    /// The computers that were made with a condition, and their instances.
    pub(crate) fn computers(&self, condition: Condition) -> Vec<(u64, InstanceId)> {
        self.manager.estate(|estate| {
            let ids = estate.with_condition(condition).into_iter();
            let here = ids.filter_map(|id| {
                let instance = instance_of(&estate.computers[&id])?;
                Some((u64::try_from(id).unwrap(), instance))
            });
            here.collect()
        })
    }

    /// What was published last.
    pub(crate) fn published(&self) -> Arc<rules::inventories::Inventories> {
        let scene = self.world.scene.lock().unwrap();
        scene.published.clone().unwrap()
    }

    /// A computer of that number as the Manager has it.
    pub(crate) fn at_manager<T>(
        &self,
        computer: u64,
        look: impl FnOnce(&mut testbed::estate::Computer) -> T,
    ) -> T {
        let id = i32::try_from(computer).unwrap();
        self.manager
            .estate(|estate| look(estate.computers.get_mut(&id).unwrap()))
    }

    pub(crate) fn partition(&self) -> Partition {
        Partition {
            account: super::findings::account(),
            region: region(),
        }
    }
}

/// The instance of a computer in the account and Region of the tests.
fn instance_of(computer: &testbed::estate::Computer) -> Option<InstanceId> {
    let Summary::Ec2(summary) = &computer.summary else {
        return None;
    };
    let is_here = summary.account == super::findings::account().to_string()
        && summary.zone.starts_with(&region().to_string());
    is_here.then(|| summary.instance.parse().unwrap())
}

/// Whether it is not known of a scan whether the Manager has it.
fn waits_for_a_window(record: &Record) -> bool {
    let unheard = |outcome: &Outcome| match outcome {
        Outcome::Waiting(why) => why.contains("is not known"),
        _ => false,
    };
    record.outcomes.iter().any(unheard)
}
