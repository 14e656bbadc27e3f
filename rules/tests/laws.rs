//! Laws that hold for every rule of the catalogue, on worlds drawn at random.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "laws/drawn.rs"]
mod drawn;
#[path = "laws/health.rs"]
mod health;
#[path = "laws/ledger.rs"]
mod ledger;
#[path = "laws/web.rs"]
mod web;
mod world;

use std::{collections::BTreeSet, ops::Not as _};

use drawn::{a_world, graders};
use proptest::{prelude::*, sample::select};
use rules::{
    CATALOGUE, Facts, Gap, Grader, Verdict, catalogue,
    facts::Need,
    gap, grader,
    ledger::{Ledger, Ledgers, Source},
    reason::ANNOTATION_LIMIT,
    verdict::Compliance,
};
use serde_json::json;
use world::{Given, World};

fn facts<'a>(world: &'a World, grader: &Grader) -> Facts<'a> {
    world.facts(grader)
}

/// What was graded, in one line.
fn shown(graded: &Result<Verdict, Gap>) -> String {
    match graded {
        Ok(verdict) => format!("{} {}", verdict.compliance().word(), verdict.reason()),
        Err(gap) => gap.to_string(),
    }
}

fn a_gap() -> Gap {
    Gap::retryable(&gap::INVENTORY_MISSING, "erased")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What a rule does not declare, it does not read; what it declares may become a gap, and a
    /// gap never becomes another verdict; what it only wishes for may make its annotation longer
    /// and changes nothing else. (A verdict that stands without the erased fact may have
    /// fewer clauses in its reason.)
    #[test]
    fn needs_do_not_lie(world in a_world(), graders in graders()) {
        for grader in graders {
            let whole = grader.grade(&facts(&world, &grader));
            for need in Need::ALL {
                let erased = grader.grade(&facts(&world, &grader).without(*need, a_gap()));
                if grader.wishes().contains(need) {
                    let (erased, whole) = (shown(&erased), shown(&whole));
                    prop_assert!(
                        whole.starts_with(&erased), "{} misses {:?}: {} {}",
                        grader.rule().id, need, erased, whole
                    );
                    continue;
                }
                if !grader.needs().contains(need) {
                    prop_assert_eq!(&erased, &whole, "{} reads {:?}", grader.rule().id, need);
                    continue;
                }
                let compliance = |graded: &Result<Verdict, Gap>| {
                    graded.as_ref().map(Verdict::compliance).map_err(Clone::clone)
                };
                if compliance(&erased) != compliance(&whole) {
                    prop_assert_eq!(erased, Err(a_gap()), "{}", grader.rule().id);
                }
            }
        }
    }

    #[test]
    fn an_annotation_fits_and_holds_no_control_characters(world in a_world(), graders in graders()) {
        for grader in graders {
            let line = match grader.grade(&facts(&world, &grader)) {
                Ok(verdict) => verdict.reason().to_string(),
                Err(gap) => gap.to_string(),
            };
            prop_assert!(line.chars().count() <= ANNOTATION_LIMIT, "{}", line);
            prop_assert!(!line.chars().any(char::is_control), "{}", line);
        }
    }

    #[test]
    fn a_verdict_uses_only_codes_that_its_rule_lists(world in a_world(), graders in graders()) {
        for grader in graders {
            match grader.grade(&facts(&world, &grader)) {
                Ok(verdict) => {
                    let code = verdict.reason().code();
                    let listed = grader.rule().codes.contains(&code) || grader::CODES.contains(&code);
                    prop_assert!(listed, "{}: {}", grader.rule().id, code.id);
                }
                Err(gap) => prop_assert!(gap::CODES.contains(&gap.reason().code())),
            }
        }
    }

    /// Without a readable Manager nothing is compliant that needs a computer, whatever the rest
    /// says.
    #[test]
    fn nothing_is_compliant_without_evidence(mut world in a_world(), graders in graders()) {
        world.inventories = rules::inventories::Inventories::new(vec![Err(a_gap())]);
        for grader in graders {
            if grader.needs().contains(&Need::Computer) {
                let graded = grader.grade(&facts(&world, &grader));
                prop_assert!(graded.is_ok_and(|verdict| verdict.compliance() == Compliance::Compliant).not());
            }
        }
    }

    /// Without a ledger no rule that needs one is compliant, nor while a finding may be missing in
    /// it, whatever the rest says.
    #[test]
    fn no_finding_is_answered_without_a_complete_ledger(mut world in a_world(), graders in graders()) {
        let (account, region) = ("111122223333".parse().unwrap(), "eu-west-1".parse().unwrap());
        let ledger = world.ledgers.of(&world.instance).cloned().unwrap_or_default();
        let unread = |ledger: Ledger, source: &Source| ledger.with_gap(None, *source, a_gap());
        let partial = Source::ALL.iter().fold(ledger, unread);
        for ledgers in [
            Ledgers::default(),
            Ledgers::default().with(account, region, Ok(partial)),
        ] {
            world.ledgers = ledgers;
            for grader in graders.iter().filter(|grader| grader.needs().contains(&Need::Ledger)) {
                let graded = grader.grade(&facts(&world, grader));
                prop_assert!(graded.is_ok_and(|verdict| verdict.compliance() == Compliance::Compliant).not());
            }
        }
    }

    /// Without web edges no rule that needs them is compliant, whatever the rest says.
    #[test]
    fn no_front_is_guarded_without_web_edges(mut world in a_world(), graders in graders()) {
        world.web_edges = rules::web::WebEdges::default();
        for grader in graders {
            if grader.needs().contains(&Need::WebEdges) {
                let graded = grader.grade(&facts(&world, &grader));
                prop_assert!(graded.is_ok_and(|verdict| verdict.compliance() == Compliance::Compliant).not());
            }
        }
    }

    /// A part of the web edges that was not read changes no verdict into another: it leaves the
    /// verdict or a gap.
    #[test]
    fn what_was_not_read_makes_no_front_better(
        world in a_world(),
        unread in web::unread(),
        bypass in select(vec!["deny", "allow"]),
    ) {
        let whole = web::graded(&world, &world.web_edges, bypass);
        let partial = web::graded(&world, &web::without(&world.web_edges, unread), bypass);
        if let Ok(verdict) = partial {
            let expected = whole.as_ref().map(Verdict::compliance);
            prop_assert_eq!(expected, Ok(verdict.compliance()), "without {}", unread);
        }
    }

    /// A web map that is written down and read again is the same.
    #[test]
    fn a_web_map_survives_being_written(world in a_world()) {
        for map in world.web_edges.maps() {
            let written = serde_json::to_string(map).unwrap();
            let read: rules::web::WebMap = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read, map);
        }
    }

    /// Failing closed turns every gap into a failure and changes no verdict.
    #[test]
    fn failing_closed_changes_only_gaps(world in a_world()) {
        for rule in catalogue::of_instances() {
            let closed = rule.with([("undetermined".to_owned(), "non-compliant".to_owned())]).unwrap();
            let open = rule.with([]).unwrap();
            let seen = closed.grade(&facts(&world, &closed)).unwrap();
            match open.grade(&facts(&world, &open)) {
                Ok(verdict) => prop_assert_eq!(seen, verdict),
                Err(_) => prop_assert_eq!(seen.compliance(), Compliance::NonCompliant),
            }
        }
    }

    /// Any text as any parameter is taken or refused by name, and nothing panics.
    #[test]
    fn a_parameter_is_taken_or_refused_by_name(name in parameter_name(), value in any::<String>()) {
        for rule in CATALOGUE {
            if let Err(refused) = rule.with([(name.clone(), value.clone())]) {
                let line = refused.to_string();
                prop_assert!(line.starts_with(&format!("rule {}: parameter ", rule.id)), "{}", line);
                prop_assert!(!line.contains('\n'), "{}", line);
            }
        }
    }

    /// An inventory that is written down and read again is the same.
    #[test]
    fn an_inventory_survives_being_written(world in a_world()) {
        for inventory in world.inventories.readable() {
            let written = serde_json::to_string(inventory).unwrap();
            let read: rules::inventory::Inventory = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read, inventory, "{}", written);
        }
    }
}

fn parameter_name() -> impl Strategy<Value = String> {
    let known: Vec<String> = CATALOGUE
        .iter()
        .flat_map(|rule| rule.parameters())
        .map(|parameter| parameter.name.to_owned())
        .collect();
    prop_oneof![select(known), any::<String>()]
}

#[test]
fn ids_codes_and_parameter_names_are_unique_and_well_formed() {
    let mut ids = BTreeSet::new();
    let mut codes = BTreeSet::new();
    let common = grader::CODES.iter().chain(gap::CODES);
    for code in CATALOGUE.iter().flat_map(|rule| rule.codes).chain(common) {
        assert!(codes.insert(code.id), "{} is used twice", code.id);
    }
    for rule in CATALOGUE {
        assert!(ids.insert(rule.id), "{} is used twice", rule.id);
        // AWS Config adds 27 characters in a conformance pack and caps the sum at 64.
        assert!(
            format!("ds-{}", rule.id).len() <= 37,
            "{} is too long",
            rule.id
        );
        assert!(rule.summary.starts_with("that "), "{}", rule.summary);
        let names: BTreeSet<_> = rule.parameters().map(|parameter| parameter.name).collect();
        assert_eq!(names.len(), rule.parameters().count(), "{}", rule.id);
    }
}

#[test]
fn a_rule_is_found_by_its_id_and_by_the_name_of_its_config_rule() {
    for rule in CATALOGUE {
        assert_eq!(catalogue::find(rule.id).unwrap().id, rule.id);
        assert_eq!(
            catalogue::find(&format!("ds-{}", rule.id)).unwrap().id,
            rule.id
        );
    }
    assert!(catalogue::find("instance-has-policies").is_none());
}

#[test]
fn a_default_is_a_value_that_its_parameter_takes() {
    for rule in CATALOGUE {
        for parameter in rule
            .parameters()
            .filter(|parameter| !parameter.default.is_empty())
        {
            let given = [(parameter.name.to_owned(), parameter.default.to_owned())];
            assert!(rule.with(given).is_ok(), "{} {}", rule.id, parameter.name);
        }
    }
}

#[test]
fn a_check_of_a_rule_that_needs_a_computer_never_sees_an_instance_without_one() {
    let world = World::of(&Given {
        computer: Some(json!("none")),
        ..Given::default()
    });
    let graders = catalogue::of_instances().map(|rule| rule.with([]).unwrap());
    for grader in graders.filter(|grader| grader.needs().contains(&Need::Computer)) {
        let verdict = grader.grade(&facts(&world, &grader)).unwrap();
        assert_eq!(verdict.reason().code(), &grader::NOT_IN_DEEP_SECURITY);
    }
}
