//! Nothing is ever compliant without evidence: random sequences of events, faults and steps of the
//! clock through the flow, and a look at every result at the moment that it is put.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use deepgrade::{
    event::config::ConfigEvent,
    grade::Flow,
    ports::{Error, Page, Report},
    posting::{Posting, Present, Resource, ResultToken},
    time::{ManualTime, Time as _},
};
use jiff::SignedDuration;
use proptest::{prelude::*, sample::select};
use rules::{inventories::Inventories, verdict::Compliance};

use super::{
    canned::{Canned, id, instance},
    flaky::{Flaky, Trouble},
    message::Message,
    recorder::Recorder,
    stage::{GRANTED, start},
};

const INSTANCES: u64 = 4;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Happening {
    /// Time passes, in minutes.
    Pass(u64),
    /// A Manager is read; which instances have a computer, and whether it has a policy.
    Inventory(Vec<Option<bool>>),
    /// Nothing is known of the Managers.
    NoInventory,
    /// An instance is launched again, or terminated.
    Exists(u64, bool),
    /// Config sends an event, or keeps it for later.
    Event(Kind, Option<usize>),
    /// The n-th call from now on meets trouble: to the facts, or to Config.
    Trouble(bool, usize, Trouble),
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Scheduled,
    Change(u64),
    Oversized(u64),
    Deleted(u64),
    Unclear(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let number = 0..INSTANCES;
    let kind = prop_oneof![
        3 => Just(Kind::Scheduled),
        2 => number.clone().prop_map(Kind::Change),
        1 => number.clone().prop_map(Kind::Oversized),
        1 => number.clone().prop_map(Kind::Deleted),
        1 => number.clone().prop_map(Kind::Unclear),
    ];
    let computers = prop::collection::vec(any::<Option<bool>>(), INSTANCES as usize);
    let troubles = vec![
        Trouble::Throttled,
        Trouble::Down,
        Trouble::Cut,
        Trouble::Denied,
        Trouble::Silent,
    ];
    prop_oneof![
        3 => (0..100_u64).prop_map(Happening::Pass),
        3 => computers.prop_map(Happening::Inventory),
        1 => Just(Happening::NoInventory),
        1 => (number, any::<bool>()).prop_map(|(number, exists)| Happening::Exists(number, exists)),
        6 => (kind, prop::option::weighted(0.2, 1..6_usize))
            .prop_map(|(kind, late)| Happening::Event(kind, late)),
        2 => (any::<bool>(), 1..5_usize, select(troubles))
            .prop_map(|(facts, call, trouble)| Happening::Trouble(facts, call, trouble)),
    ]
}

/// Config, with somebody who looks at every result that is put.
struct Watched {
    config: Recorder,
    inventories: Arc<Mutex<Arc<Inventories>>>,
    time: Arc<ManualTime>,
}

impl Watched {
    /// Whether some Manager showed the instance with a policy, in an inventory that is fresh now.
    /// A run may take as long as it is granted between its look at the facts and the put.
    fn is_evident(&self, resource: &Resource) -> bool {
        let inventories = self.inventories.lock().unwrap().clone();
        let oldest = self.time.now() - SignedDuration::from_mins(120) - GRANTED;
        inventories.readable().any(|inventory| {
            inventory.taken_at() >= oldest
                && inventory.computers().iter().any(|computer| {
                    let link = computer.instance.as_ref().unwrap();
                    let named = link.id.get("id").unwrap().to_string();
                    named == resource.id() && computer.policy().unwrap().is_some()
                })
        })
    }
}

impl Report for Watched {
    async fn results_of_rule(
        &self,
        rule_name: &str,
        page: Option<&str>,
    ) -> Result<Page<Present>, Error> {
        self.config.results_of_rule(rule_name, page).await
    }

    async fn result_of_resource(
        &self,
        rule_name: &str,
        resource: &Resource,
    ) -> Result<Option<Present>, Error> {
        self.config.result_of_resource(rule_name, resource).await
    }

    async fn put(&self, batch: &[Posting], token: &ResultToken) -> Result<Vec<Resource>, Error> {
        for posting in batch {
            if posting.compliance() == Compliance::Compliant {
                assert!(self.is_evident(posting.resource()), "{posting:?}");
            }
        }
        self.config.put(batch, token).await
    }
}

/// The event, as Config would send it now.
fn message(kind: Kind, time: &ManualTime) -> Message {
    let change = |number| Message::change(&instance(number), time.now());
    match kind {
        Kind::Scheduled => Message::scheduled(time.now()),
        Kind::Change(number) => change(number),
        Kind::Oversized(number) => Message::oversized(&id(number).to_string(), time.now()),
        Kind::Deleted(number) => change(number).with_status("ResourceDeleted"),
        Kind::Unclear(number) => change(number).with_status("COMPLIANT"),
    }
}

/// Plays what happens; true when something was found compliant.
fn play(happenings: Vec<Happening>) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let time = Arc::new(ManualTime::at(start()));
    let gather = Flaky::new(Canned::default());
    let report = Flaky::new(Watched {
        config: Recorder::default(),
        inventories: Arc::clone(&gather.inner.inventories),
        time: Arc::clone(&time),
    });
    (0..INSTANCES).for_each(|number| gather.inner.add(instance(number)));
    let deliver = |message: &Message| {
        let event = ConfigEvent::read(&message.bytes()).unwrap();
        let flow = Flow {
            gather: &gather,
            report: &report,
            time: time.as_ref(),
        };
        runtime.block_on(flow.run(&event, time.elapsed() + GRANTED));
    };
    let mut kept: Vec<(usize, Message)> = Vec::new();
    for happening in happenings {
        match happening {
            Happening::Pass(minutes) => time.advance(Duration::from_secs(minutes * 60)),
            Happening::Inventory(computers) => {
                let known = (0..).zip(computers);
                let known = known.filter_map(|(number, policy)| Some((number, policy?)));
                gather.inner.know(time.now(), known);
            }
            Happening::NoInventory => gather.inner.know_nothing(),
            Happening::Exists(number, true) => gather.inner.add(instance(number)),
            Happening::Exists(number, false) => {
                gather.inner.instances.lock().unwrap().remove(&id(number));
            }
            Happening::Event(kind, None) => deliver(&message(kind, &time)),
            Happening::Event(kind, Some(later)) => kept.push((later, message(kind, &time))),
            Happening::Trouble(true, call, trouble) => gather.fail([call], trouble),
            Happening::Trouble(false, call, trouble) => report.fail([call], trouble),
        }
        for (later, message) in &mut kept {
            *later -= 1;
            if *later == 0 {
                deliver(message);
            }
        }
        kept.retain(|(later, _)| *later > 0);
    }
    let shown = report.inner.config.shown();
    shown
        .values()
        .any(|(compliance, _)| *compliance == Compliance::Compliant)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_compliant_without_evidence(happenings in prop::collection::vec(happening(), 1..40)) {
        play(happenings);
    }
}

/// The law would hold of a flow that never says anything as well.
#[test]
fn something_is_compliant_with_evidence() {
    assert!(play(vec![
        Happening::Inventory(vec![Some(true); 4]),
        Happening::Event(Kind::Scheduled, None),
    ]));
}
