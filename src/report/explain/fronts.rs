//! The web fronts of an instance, hop by hop.

use rules::{
    Gap, Grader,
    instance::Instance,
    text::quoted,
    web::{Access, Front, Fronts, Guard, short_name},
};

use super::{Section, facts::second};
use crate::evaluation::Fleet;

/// The web edges that were looked at, and every front of the instance on the ports of the rule.
pub(super) fn sections(fleet: &Fleet, grader: &Grader, instance: &Instance) -> Vec<Section> {
    let ports = grader.web_ports();
    match fleet.facts(grader, instance).fronts(ports) {
        Err(gap) => vec![Section {
            title: "Web fronts".to_owned(),
            facts: vec![("not known", gap.to_string())],
        }],
        Ok(fronts) => {
            let mut sections = vec![of_edges(&fronts, ports)];
            sections.extend(fronts.list().iter().map(|front| of_front(&fronts, front)));
            sections
        }
    }
}

fn of_edges(fronts: &Fronts<'_>, ports: &[u16]) -> Section {
    let map = fronts.map();
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        ("taken", second(map.taken_at())),
        ("web ports", ports.join(", ")),
        ("fronts", fronts.list().len().to_string()),
    ];
    facts.extend(
        fronts
            .hidden()
            .map(|gap| ("may be hidden", gap.to_string())),
    );
    Section {
        title: format!("Web edges of account {} in {}", map.account(), map.region()),
        facts,
    }
}

fn of_front(fronts: &Fronts<'_>, front: &Front<'_>) -> Section {
    let mut facts = vec![("admits", admits(front))];
    for hop in &front.hops {
        let guard = carries(fronts.map().guard(hop));
        facts.push(("passes", format!("{}: {guard}", hop.shown())));
    }
    Section {
        title: format!("Web front: {}", front.shown()),
        facts,
    }
}

fn admits(front: &Front<'_>) -> String {
    let who = match &front.access {
        Ok(Access::AtCloudFront | Access::Internet) => "the internet".to_owned(),
        Ok(Access::CloudFrontOnly) => "only CloudFront".to_owned(),
        Err(gap) => format!("unknown: {gap}"),
    };
    match front.port {
        Some(port) => format!("{who}, on port {port}"),
        None => who,
    }
}

fn carries(guard: Result<Guard, Gap>) -> String {
    match guard {
        Ok(Guard::Carries(arn)) => format!("web ACL {}", quoted(short_name(&arn))),
        Ok(Guard::NoRules(arn)) => format!("web ACL {} without rules", quoted(short_name(&arn))),
        Ok(Guard::Classic) => "a web ACL of WAF Classic".to_owned(),
        Ok(Guard::Disabled) => "disables the web ACL".to_owned(),
        Ok(Guard::Absent) => "no web ACL".to_owned(),
        Ok(Guard::Impossible) => "cannot carry a web ACL".to_owned(),
        Err(gap) => gap.to_string(),
    }
}
