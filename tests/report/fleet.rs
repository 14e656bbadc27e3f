//! Fleets to write, and their outputs.

use deepgrade::{
    evaluation::Fleet,
    report::{Format, Options, Summary, explain, write},
    results::Details,
};
use rules::{
    Grader, catalogue,
    instance::Instance,
    inventories::Inventories,
    inventory::Inventory,
    ledger::{Entry, Ledger, Ledgers, Source, Standing, Watermark},
    rule::InstanceRule,
    web::{WebEdges, WebMap},
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FleetFile {
    as_of: jiff::Timestamp,
    instances: Vec<Instance>,
    inventories: Vec<Inventory>,
    #[serde(default)]
    web_edges: Vec<WebMap>,
}

/// The fleet in `fleet.json`.
pub(crate) fn small() -> Fleet {
    from_json(include_str!("fleet.json"))
}

pub(crate) fn from_json(text: &str) -> Fleet {
    let file: FleetFile = serde_json::from_str(text).unwrap();
    let mut instances = file.instances;
    instances.sort_by_key(|instance| instance.id);
    let mut web_edges = WebEdges::default();
    for map in file.web_edges {
        web_edges.add(map).unwrap();
    }
    Fleet {
        ledgers: ledgers(file.as_of, &instances),
        as_of: file.as_of,
        instances,
        inventories: Inventories::new(file.inventories.into_iter().map(Ok).collect()),
        web_edges,
    }
}

/// Every account and Region was listed lately, and there is an open finding on the last instance.
fn ledgers(as_of: jiff::Timestamp, instances: &[Instance]) -> Ledgers {
    let watermark = Watermark {
        enabled: true,
        listed_at: as_of - jiff::SignedDuration::from_hours(22),
    };
    let open = |instance: &Instance| {
        let entry = Entry {
            source: Source::GuardDuty,
            finding: "16afba5c".into(),
            severity: "sev 8".into(),
            kind: "CryptoCurrency:EC2/BitcoinTool.B!DNS".into(),
            standing: Standing::Open,
            outcome: "malware scan requested 2026-11-20T10:04Z".into(),
            cves: Vec::new(),
            since: None,
            updated_at: as_of,
        };
        (instance.id, entry)
    };
    let watermarks = || Source::ALL.iter().map(|source| (*source, watermark));
    let places = instances
        .iter()
        .filter_map(|instance| Some((instance.account?, instance.region.clone()?)));
    places.fold(Ledgers::default(), |ledgers, (account, region)| {
        let ledger = Ledger::new(instances.last().map(open), watermarks());
        ledgers.with(account, region, Ok(ledger))
    })
}

/// Every rule; the policy rule wants `Base/Web`.
pub(crate) fn graders() -> Vec<Grader> {
    let with = |rule: InstanceRule| {
        let wanted = ("policyNames".to_owned(), "Base/Web".to_owned());
        let takes_names = rule.rule().parameter("policyNames").is_some();
        rule.with(takes_names.then_some(wanted)).unwrap()
    };
    catalogue::of_instances().map(with).collect()
}

pub(crate) fn output(format: Format, fleet: &Fleet, options: &Options) -> (String, Summary) {
    let mut out = Vec::new();
    let graders = graders();
    let details = Details::of(fleet, &graders, None);
    let summary = write(format, fleet, &graders, &details, options, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), summary)
}

pub(crate) fn explained(fleet: &Fleet, position: usize, options: &Options) -> String {
    let mut out = Vec::new();
    let instance = &fleet.instances[position];
    explain(fleet, &graders(), instance, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) fn wide(width: usize) -> Options {
    Options {
        width: Some(width),
        ..Options::default()
    }
}
