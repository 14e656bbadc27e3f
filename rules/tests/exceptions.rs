//! Exceptions against the cases in `tests/cases/exceptions.yaml`, and what holds for all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[allow(dead_code, reason = "other tests change more of it")]
mod world;

use std::{collections::BTreeMap, fs, sync::Arc};

use proptest::{prelude::*, sample::select};
use rules::{
    Gap, Grader, Verdict, catalogue,
    exception::Draft,
    exceptions::{ExceptedAs, Exceptions, Standing, Terms, Unread},
    facts::Need,
    gap,
    reason::ANNOTATION_LIMIT,
    verdict::Compliance,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use world::{Given, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    refused: Vec<Refused>,
    made: Vec<Made>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    given: Map<String, Value>,
    with: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    name: String,
    #[serde(default)]
    given: Map<String, Value>,
    now: Option<String>,
    #[serde(rename = "excepted as")]
    excepted_as: Option<String>,
    then: String,
    verdict: Option<String>,
}

fn cases() -> Cases {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/cases/exceptions.yaml"
    );
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn draft(change: &Map<String, Value>) -> Draft {
    let mut draft = json!({
        "id": "legacy-web", "instance": "i-0123456789abcdef0", "rules": ["instance-has-policy"],
        "reason": "replaced in January", "owner": "team-web", "ticket": "T-12",
        "created": "2026-11-01", "expires": "2027-01-31",
    });
    let members = draft.as_object_mut().unwrap();
    for (name, value) in change {
        match value {
            Value::Null => members.remove(name),
            given => members.insert(name.clone(), given.clone()),
        };
    }
    serde_json::from_value(draft).unwrap()
}

fn terms() -> Terms {
    Terms {
        protected_tags: ["exempt".to_owned()].into(),
        ..Terms::default()
    }
}

/// The instance has a policy, and another one is wanted.
fn failing(now: Option<&str>) -> World {
    let now = now.unwrap_or("2026-11-24T12:00:00Z");
    World::of(&Given {
        now: Some(now.to_owned()),
        instance: json!({"tags": {"exempt": "legacy", "team": "web"}})
            .as_object()
            .unwrap()
            .clone(),
        inventory: Some(json!({"takenAt": now})),
        ..Given::default()
    })
}

fn wanting(policy: &str) -> Grader {
    let rule = catalogue::find("instance-has-policy").unwrap();
    let given = [("policyNames".to_owned(), policy.to_owned())];
    rule.of_instances().unwrap().with(given).unwrap()
}

fn graded(grader: &Grader, world: &World) -> Result<Verdict, Gap> {
    let facts = grader.facts(world.now, &world.instance, &world.inventories);
    let facts = facts.with_web_edges(&world.web_edges);
    grader.grade(&facts.with_ledgers(&world.ledgers))
}

#[test]
fn an_exception_that_cannot_be_used_is_refused_with_what_to_write() {
    for Refused { given, with } in cases().refused {
        let complaints = Exceptions::new([draft(&given)], terms()).unwrap_err();
        let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
        let [line] = lines.as_slice() else {
            panic!("{given:?}: {lines:?}");
        };
        assert!(line.starts_with("exception "), "{line}");
        assert!(line.contains(&with), "{line}\n  wanted {with}");
        assert!(!line.contains(['\n', '\u{202e}']), "{line}");
    }
}

#[test]
fn an_exception_is_made_for_what_it_says_and_for_nothing_else() {
    for case in cases().made {
        let world = failing(case.now.as_deref());
        let excepted_as = case.excepted_as.as_deref().map(ExceptedAs::of_word);
        let terms = Terms {
            excepted_as: excepted_as.map(Option::unwrap).unwrap_or_default(),
            ..terms()
        };
        let exceptions = Exceptions::new([draft(&case.given)], terms).unwrap();
        let grader = wanting("Database").with_exceptions(Ok(Arc::new(exceptions)));
        let verdict = graded(&grader, &world).unwrap();
        let line = verdict.reason().to_string();
        assert!(line.starts_with(&case.then), "{}: {line}", case.name);
        let wanted = case.verdict.as_deref().unwrap_or("NON_COMPLIANT");
        assert_eq!(verdict.compliance().word(), wanted, "{}", case.name);
        let excepted = case.then.starts_with("DS-EXC");
        let id = excepted.then_some("legacy-web");
        assert_eq!(verdict.exception(), id, "{}", case.name);
    }
}

#[test]
fn everything_that_is_wrong_is_told_and_an_id_belongs_to_one() {
    let change = json!({"reason": "", "expires": "x", "instance": "i-1"});
    let drafts = [
        draft(&Map::new()),
        draft(change.as_object().unwrap()),
        draft(&Map::new()),
    ];
    let complaints = Exceptions::new(drafts, terms()).unwrap_err();
    let positions: Vec<usize> = complaints.iter().map(|each| each.position).collect();
    assert_eq!(positions, [1, 1, 1, 1, 2]);
    assert!(complaints[4].what.contains("is there twice"));
}

/// Of several the one counts that holds longest, whatever their order: otherwise an annotation would
/// change when nothing did.
#[test]
fn of_several_the_one_counts_that_holds_longest() {
    let with = |id: &str, expires: &str| {
        let change = json!({"id": id, "expires": expires});
        draft(change.as_object().unwrap())
    };
    let one = [
        with("b", "2027-01-31"),
        with("a", "2026-12-24"),
        with("c", "2027-01-31"),
    ];
    let other = [one[2].clone(), one[1].clone(), one[0].clone()];
    for drafts in [one, other] {
        let exceptions = Exceptions::new(drafts, terms()).unwrap();
        let grader = wanting("Database").with_exceptions(Ok(Arc::new(exceptions)));
        let verdict = graded(&grader, &failing(None)).unwrap();
        assert_eq!(verdict.exception(), Some("b"));
    }
}

#[test]
fn an_exception_is_spoken_of_two_weeks_before_it_expires() {
    let exceptions = Exceptions::new([draft(&Map::new())], terms()).unwrap();
    let standing = |now: &str| {
        let exception = exceptions.iter().next().unwrap();
        exceptions.standing(exception, now.parse().unwrap())
    };
    assert_eq!(standing("2026-10-31T23:59:59Z"), Standing::NotYet);
    assert_eq!(standing("2027-01-16T23:59:59Z"), Standing::Active);
    assert_eq!(standing("2027-01-17T00:00:00Z"), Standing::ExpiresSoon(14));
    assert_eq!(standing("2027-01-31T23:59:59Z"), Standing::ExpiresSoon(0));
    assert_eq!(standing("2027-02-01T00:00:00Z"), Standing::Expired);
}

/// While the exceptions cannot be read, what needs none is told. What may have one is told as well where
/// it is non-compliant with one and without, and is a gap where it may be not applicable.
#[test]
fn without_the_exceptions_only_what_would_be_another_verdict_is_a_gap() {
    let gap = Gap::standing(&gap::EXCEPTIONS_UNREAD, "unread");
    let unread = |excepted_as| {
        let gap = gap.clone();
        Err(Unread { excepted_as, gap })
    };
    let world = failing(None);
    let rule = catalogue::find("instance-has-policy").unwrap();
    for excepted_as in ExceptedAs::ALL {
        let passing = wanting("Base Policy/Linux/Web Server").with_exceptions(unread(excepted_as));
        let verdict = graded(&passing, &world).unwrap();
        assert_eq!(verdict.compliance(), Compliance::Compliant);

        let bare = graded(&wanting("Database"), &world).unwrap();
        let failing = wanting("Database").with_exceptions(unread(excepted_as));
        let closed = rule.of_instances().unwrap().with([
            ("policyNames".to_owned(), "Database".to_owned()),
            ("undetermined".to_owned(), "non-compliant".to_owned()),
        ]);
        let closed = closed.unwrap().with_exceptions(unread(excepted_as));
        let closed = graded(&closed, &world).unwrap();
        assert_eq!(closed.exception(), None);
        match excepted_as {
            ExceptedAs::NonCompliant => {
                assert_eq!(graded(&failing, &world), Ok(bare.clone()));
                assert_eq!(closed, bare);
            }
            ExceptedAs::NotApplicable => {
                assert_eq!(graded(&failing, &world), Err(gap.clone()));
                assert!(closed.reason().to_string().starts_with("DS-UNKNOWN "));
            }
        }
    }
}

/// What fails closed is no finding: no exception turns what could not be told into a verdict.
#[test]
fn no_exception_is_made_for_what_could_not_be_told() {
    let world = World::of(&Given {
        inventory: Some(json!("none")),
        ..Given::default()
    });
    let change = json!({"rules": "all"});
    let terms = Terms {
        excepted_as: ExceptedAs::NotApplicable,
        ..terms()
    };
    let exceptions = Exceptions::new([draft(change.as_object().unwrap())], terms).unwrap();
    let exceptions = Arc::new(exceptions);
    for rule in
        catalogue::of_instances().filter(|rule| rule.about().needs.contains(&Need::Computer))
    {
        let closed = [("undetermined".to_owned(), "non-compliant".to_owned())];
        let without = rule.with(closed.clone()).unwrap();
        let with = rule.with(closed).unwrap();
        let with = with.with_exceptions(Ok(Arc::clone(&exceptions)));
        let verdict = graded(&with, &world).unwrap();
        assert_eq!(Ok(&verdict), graded(&without, &world).as_ref());
        assert_eq!(verdict.compliance(), Compliance::NonCompliant);
    }
}

/// An exception of any kind, expired ones and those for others included.
fn any_draft() -> impl Strategy<Value = Draft> {
    let ids = catalogue::of_instances().map(|rule| rule.rule().id);
    let some = prop::collection::vec(select(ids.collect::<Vec<_>>()), 1..4);
    let rules = prop_oneof![Just(json!("all")), some.prop_map(|ids| json!(ids))];
    let instance = select(vec![
        Value::Null,
        json!("i-0123456789abcdef0"),
        json!("i-0123456789abcdef1"),
    ]);
    let account = select(vec![
        Value::Null,
        json!("111122223333"),
        json!("444455556666"),
    ]);
    let tag = select(vec![
        Value::Null,
        json!("exempt=legacy"),
        json!("exempt=other"),
        json!("team=web"),
    ]);
    let days = select(vec![
        ("2026-11-01", "2027-01-31"),
        ("2026-01-01", "2026-11-23"),
        ("2026-11-25", "2027-01-31"),
        ("2026-11-24", "2026-11-24"),
    ]);
    let scope = (instance, account, tag)
        .prop_filter("an exception is made for something", |(one, two, three)| {
            !(one.is_null() && two.is_null() && three.is_null())
        });
    let said = "[a-z\u{202e}\n]{0,300}";
    (scope, rules, days, said).prop_map(|((instance, account, tag), rules, days, said)| {
        let change = json!({
            "instance": instance, "account": account, "tag": tag, "rules": rules,
            "created": days.0, "expires": days.1, "reason": format!("because {said}"),
        });
        draft(change.as_object().unwrap())
    })
}

fn any_world() -> impl Strategy<Value = World> {
    let computer = select(vec![
        Value::Null,
        json!("none"),
        json!({"policy": null}),
        json!({"modules": {"antiMalware": {"state": "off", "status": "inactive"}}}),
        json!({"agent": {"activated": true, "status": "?"}}),
    ]);
    let inventory = prop_oneof![4 => Just(None), 1 => Just(Some(json!("none")))];
    let state = select(vec!["running", "stopped", "terminated", "?"]);
    let tagged = any::<bool>();
    (computer, inventory, state, tagged).prop_map(|(computer, inventory, state, tagged)| {
        let tags = if tagged {
            json!({"exempt": "legacy", "team": "web"})
        } else {
            json!({})
        };
        World::of(&Given {
            instance: json!({"state": state, "tags": tags})
                .as_object()
                .unwrap()
                .clone(),
            computer: (!computer.is_null()).then_some(computer),
            inventory,
            ..Given::default()
        })
    })
}

/// The exceptions, each with an id of its own.
fn exceptions(drafts: &[Draft], excepted_as: ExceptedAs) -> Exceptions {
    let drafts = drafts.iter().enumerate().map(|(position, draft)| Draft {
        id: Some(format!("exception-{position}")),
        ..draft.clone()
    });
    let terms = Terms {
        excepted_as,
        ..terms()
    };
    Exceptions::new(drafts, terms).unwrap()
}

/// Every rule, without exceptions and with these.
fn both(exceptions: &Arc<Exceptions>) -> Vec<(Grader, Grader)> {
    let given = |id: &str| -> BTreeMap<String, String> {
        match id {
            "instance-has-policy" => [("policyNames".to_owned(), "Database".to_owned())].into(),
            _ => BTreeMap::new(),
        }
    };
    let rules = catalogue::of_instances().map(|rule| {
        let given = given(rule.rule().id);
        let with = rule.with(given.clone()).unwrap();
        let with = with.with_exceptions(Ok(Arc::clone(exceptions)));
        (rule.with(given).unwrap(), with)
    });
    rules.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Exceptions change nothing but what is non-compliant, and of that what one of them is made
    /// for and holds; they never make anything compliant; and their lines fit.
    #[test]
    fn an_exception_changes_only_what_it_is_made_for(
        world in any_world(),
        drafts in prop::collection::vec(any_draft(), 0..4),
        excepted_as in select(ExceptedAs::ALL.to_vec()),
    ) {
        let exceptions = Arc::new(exceptions(&drafts, excepted_as));
        for (without, with) in both(&exceptions) {
            let (plain, excepted) = (graded(&without, &world), graded(&with, &world));
            let rule = with.rule().id;
            let made = exceptions.iter().any(|exception| {
                exceptions.miss(exception, rule, &world.instance, world.now).is_none()
            });
            match plain {
                Ok(plain) if plain.compliance() == Compliance::NonCompliant && made => {
                    let excepted = excepted.unwrap();
                    let wanted = match excepted_as {
                        ExceptedAs::NonCompliant => Compliance::NonCompliant,
                        ExceptedAs::NotApplicable => Compliance::NotApplicable,
                    };
                    prop_assert_eq!(excepted.compliance(), wanted);
                    prop_assert_eq!(excepted.grounds(), plain.grounds());
                    let line = excepted.reason().to_string();
                    prop_assert!(line.starts_with("DS-EXC until "), "{}", line);
                    prop_assert!(line.chars().count() <= ANNOTATION_LIMIT, "{}", line);
                    prop_assert!(!line.chars().any(char::is_control), "{}", line);
                }
                plain => prop_assert_eq!(excepted, plain, "{}", rule),
            }
        }
    }

    /// An exception that is for another instance, has expired, does not hold yet or is for a tag that
    /// nobody protects changes nothing, beside whatever others.
    #[test]
    fn one_exception_more_changes_nothing_elsewhere(
        world in any_world(),
        drafts in prop::collection::vec(any_draft(), 0..3),
        more in any_draft(),
    ) {
        let before = Arc::new(exceptions(&drafts, ExceptedAs::NonCompliant));
        let all: Vec<Draft> = drafts.iter().cloned().chain([more.clone()]).collect();
        let after = Arc::new(exceptions(&all, ExceptedAs::NonCompliant));
        let added = after.iter().last().unwrap();
        for ((_, one), (_, other)) in both(&before).into_iter().zip(both(&after)) {
            let miss = after.miss(added, one.rule().id, &world.instance, world.now);
            if miss.is_some() {
                prop_assert_eq!(graded(&other, &world), graded(&one, &world), "{:?}", miss);
            }
        }
        let is_elsewhere = more.instance.as_deref().is_some_and(|id| id.ends_with('1'))
            || more.account.as_deref().is_some_and(|id| id.starts_with('4'))
            || more.tag.as_deref().is_some_and(|tag| tag != "exempt=legacy")
            || more.expires.as_deref() == Some("2026-11-23")
            || more.created.as_deref() == Some("2026-11-25");
        if is_elsewhere {
            for (_, other) in both(&after) {
                let verdict = graded(&other, &world);
                let by = verdict.as_ref().ok().and_then(Verdict::exception);
                prop_assert!(by != Some(added.id()));
            }
        }
    }
}

/// What a template left empty makes no exception wider.
#[test]
fn a_member_of_the_scope_without_a_value_is_refused() {
    for member in ["instance", "account", "tag"] {
        let mut given = json!({
            "id": "legacy-web", "account": "111122223333", "rules": "all",
            "reason": "replaced in January", "owner": "team-web", "ticket": "T-12",
            "created": "2026-11-01", "expires": "2027-01-31",
        });
        given[member] = Value::Null;
        let draft: Draft = serde_json::from_value(given).unwrap();
        assert!(Exceptions::new([draft], terms()).is_err(), "{member}");
    }
}
