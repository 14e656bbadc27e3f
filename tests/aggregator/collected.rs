//! What is collected, and what an aggregator does not tell.

use deepgrade::{aggregator::RuleNames, report::Word, results::OmissionKind};
use testbed::config::{AggregatedSource, Aggregator, Compliance, Crowd, Pack, Rule};

use crate::world::{HOME, HOUR, NAME, NOW, REGION, World, omissions, wanted};

const OTHER: &str = "444455556666";
const INSTANCE: &str = "AWS::EC2::Instance";

fn instance(number: u64) -> String {
    Crowd::id(number)
}

#[test]
fn every_account_is_collected_with_codes_reasons_packs_and_scores() {
    let world = World::new();
    for account in [OTHER, HOME] {
        world.deploy(account, 250);
    }
    for foreign in ["restricted-ssh", "acme-instance-is-clear"] {
        let rule = world.config.put_rule(Rule::new(foreign).hourly()).unwrap();
        let clear = "the port is closed";
        world.put(
            &rule,
            (INSTANCE, "i-0123456789abcdef0"),
            Compliance::Compliant,
            clear,
            NOW,
        );
    }
    for account in [HOME, OTHER] {
        world.config.put_pack(Pack {
            account: account.to_owned(),
            region: REGION.to_owned(),
            name: "deepgrade".to_owned(),
            compliant_rules: 1,
            non_compliant_rules: 8,
            rules: 9,
            score: Some(75.0),
        });
    }
    world.aggregate([HOME, OTHER]);
    let lists = [
        "AggregateComplianceByConfigRules",
        "AggregateEvaluationResults",
    ];
    let lists = lists.map(str::to_owned).into();
    world
        .config
        .options(|options| options.empty_first_pages = lists);

    let collected = world.try_to_collect(&wanted(), None).unwrap();
    assert_eq!((collected.accounts, collected.foreign), (2, 2));
    let results = collected.results;
    let rules = rules::catalogue::of_instances().count();
    assert_eq!(collected.rules, 2 * (rules + 1));
    assert_eq!(results.instances().len(), 500);
    assert_eq!(results.len(), 500 * rules);
    let counts = results.counts();
    assert_eq!(counts.undetermined + counts.not_applicable, 0);
    // Of 250 numbers in a row that begin with one divisible by four.
    assert_eq!(counts.non_compliant, 2 * 63 * rules);
    assert_eq!(omissions(&results), Vec::<String>::new());
    // The newest result is that of the rule about the account.
    assert_eq!(results.as_of.as_millisecond(), NOW - HOUR);
    let mut rows = results.rows();
    let first = rows.next().unwrap();
    let number = HOME.parse::<u64>().unwrap() << 20;
    assert_eq!(first.instance, instance(number));
    assert_eq!((first.account, first.region), (Some(HOME), Some(REGION)));
    assert_eq!(
        (first.rule, first.severity),
        ("instance-has-policy", "high")
    );
    assert_eq!(
        (first.verdict, first.code),
        (Word::NonCompliant, "DS-TST-002")
    );
    assert_eq!(
        first.reason,
        format!("intrusion prevention is detect on {number}")
    );
    let of_first = rows
        .take_while(|row| row.instance == first.instance)
        .count();
    assert_eq!(of_first + 1, rules, "the rows of an instance are together");
    let packs = results.details.packs.as_deref().unwrap();
    let scores: Vec<_> = packs
        .iter()
        .map(|pack| (&*pack.account, pack.score))
        .collect();
    assert_eq!(
        scores,
        [(HOME, Some(75.0)), (OTHER, None)],
        "AWS tells its own only"
    );
    assert_eq!((packs[1].compliant_rules, packs[1].rules), (1, 9));

    let mut written = Vec::new();
    deepgrade::results::write(&results, &mut written).unwrap();
    let read = deepgrade::results::read(written.as_slice()).unwrap();
    assert_eq!(read.as_of, results.as_of);
    assert_eq!(read.details, results.details);
    let rows = |results: &deepgrade::results::Results| -> Vec<String> {
        results.rows().map(|row| format!("{row:?}")).collect()
    };
    assert_eq!(rows(&read), rows(&results));
    let schema = serde_json::to_value(deepgrade::report::schema()).unwrap();
    let document = serde_json::from_slice(&written).unwrap();
    jsonschema::validator_for(&schema)
        .unwrap()
        .validate(&document)
        .unwrap();
}

#[test]
fn what_is_not_told_does_not_look_compliant() {
    let [failed, silent, gone, partly] = [
        "100000000001",
        "100000000002",
        "100000000003",
        "100000000004",
    ];
    let world = World::new();
    world.deploy(HOME, 8);
    world.crowd(partly, "agent-is-fresh", 8);
    world.health(gone, Compliance::Compliant, NOW - HOUR);
    let aggregator = Aggregator::new(NAME)
        .region(REGION)
        .source(AggregatedSource::new(HOME, REGION).updated_at(NOW - HOUR))
        .source(
            AggregatedSource::new(failed, REGION)
                .failed("AccessDenied", "no\nrole")
                .updated_at(NOW - HOUR),
        )
        .source(AggregatedSource::new(silent, REGION))
        .source(AggregatedSource::new(partly, REGION).outdated())
        .source(AggregatedSource::new(gone, REGION))
        .remembers(
            gone,
            REGION,
            "ds-instance-is-clear-conformance-pack-abcdefghi",
        );
    world.config.put_aggregator(aggregator);
    let mut wanted = wanted();
    wanted.configured = vec![crate::world::source("100000000005")];
    let results = world.try_to_collect(&wanted, None).unwrap().results;
    let told = omissions(&results).join("\n");
    for wanted in [
        "SourceFailed 100000000001 -: cannot be collected from, last heard of 2026-11-20 09:01Z: \
         AccessDenied no role",
        "SourceFailed 100000000005 -: is to be collected from, and its status is not told",
        "NotDeployed 100000000001 -: no rule of Deepgrade has results",
        "NotDeployed 100000000002 -: no rule of Deepgrade has results",
        "NotCheckedAgain 100000000004 -: nothing proves that unchanged results were checked again",
        "SourceOutdated 100000000004 -: what is shown is not the newest",
        "NotUnderstood 100000000003 instance-is-clear: was listed with results, and shows none",
        "NoResults 100000000003 -: no results of agent-is-fresh, cves-are-shielded",
        "NoResults 100000000004 -: no results of cves-are-shielded, evaluator-is-healthy",
    ] {
        assert!(told.contains(wanted), "no `{wanted}` in:\n{told}");
    }
    let listed = results.details.completeness.unwrap();
    assert_eq!(listed.total, listed.first.len());
    assert!(listed.first.is_sorted_by_key(|omission| omission.kind));
    let last = listed.first.last().unwrap();
    assert!(!last.kind.is_loss(), "{last:?}");
}

#[test]
fn a_result_that_is_not_understood_is_no_verdict() {
    let world = World::new();
    world.health(HOME, Compliance::NonCompliant, NOW - HOUR);
    let rule = world.rule(HOME, "modules-are-active");
    let say = |id: &str, compliance, annotation: &str| {
        world.put(&rule, (INSTANCE, id), compliance, annotation, NOW - HOUR);
    };
    let [foreign, excepted, future] = [1, 2, 3].map(instance);
    say(&foreign, Compliance::Compliant, "all is\u{202e} well");
    say(
        &excepted,
        Compliance::NonCompliant,
        "DS-EXC until 2027-01-31 T-12: old host",
    );
    world.put(
        &rule,
        (INSTANCE, &future),
        Compliance::Compliant,
        "DS-MOD-001 as it should be",
        NOW + HOUR,
    );
    say(
        "somebody",
        Compliance::Compliant,
        "DS-MOD-001 as it should be",
    );
    // Another pack has the same rule, and is stricter.
    let second = world.rule(HOME, "modules-are-active");
    let stricter = "DS-MOD-002 intrusion prevention is detect";
    world.put(
        &second,
        (INSTANCE, &future),
        Compliance::NonCompliant,
        stricter,
        NOW - HOUR,
    );
    world.aggregate([HOME]);
    let results = world.collect();
    let rows: Vec<_> = results.rows().collect();
    let shown = rows
        .iter()
        .map(|row| (row.instance, row.verdict, row.code, row.exception));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            (&*foreign, Word::Undetermined, "DS-GAP-004", None),
            (&*excepted, Word::NonCompliant, "DS-EXC", Some("T-12")),
            (&*future, Word::NonCompliant, "DS-MOD-002", None),
        ]
    );
    assert_eq!(
        rows[0].reason,
        "AWS Config shows COMPLIANT, with an annotation that is not Deepgrade's: \"all is well\""
    );
    assert_eq!(
        results.as_of.as_millisecond(),
        NOW - HOUR,
        "the future is no time of anything"
    );
    assert_eq!(
        omissions(&results),
        [
            "NotUnderstood 111122223333 modules-are-active: 1 result not about an instance, such as \
             that on \"somebody\"",
            "NotCheckedAgain 111122223333 -: unchanged results were not all checked again: \
             evaluator-is-healthy said 2026-11-20 09:01Z: DS-EVL-000 evaluated 4/4",
        ]
    );
    let listed = results.details.completeness.as_ref().unwrap();
    let doubled = listed
        .first
        .iter()
        .find(|one| one.kind == OmissionKind::Doubled);
    assert_eq!(
        doubled.unwrap().text,
        "several Config rules run it: of each instance the worst result is shown"
    );
}

#[test]
fn rules_of_a_deployers_prefix_are_found_and_others_are_not() {
    let world = World::new();
    let rule = Rule::new("acme-agent-is-fresh")
        .hourly()
        .in_pack()
        .region(REGION);
    let rule = world.config.put_rule(rule).unwrap();
    let fresh = "DS-AGT-001 the agent spoke";
    world.put(
        &rule,
        (INSTANCE, &instance(1)),
        Compliance::Compliant,
        fresh,
        NOW,
    );
    world.aggregate([HOME]);
    let mut wanted = wanted();
    let collected = world.try_to_collect(&wanted, None).unwrap();
    assert_eq!((collected.results.len(), collected.foreign), (0, 1));
    wanted.names = RuleNames::beginning_with("acme-");
    let collected = world.try_to_collect(&wanted, None).unwrap();
    assert_eq!((collected.results.len(), collected.foreign), (1, 0));
}
