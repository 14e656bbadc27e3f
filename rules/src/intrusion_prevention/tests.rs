use super::*;

fn rule(id: RuleId, cves: &[&str], depends_on: &[RuleId]) -> IntrusionPreventionRule {
    IntrusionPreventionRule {
        id,
        identifier: "".into(),
        name: format!("rule {id}").into(),
        cve: cves.iter().map(|cve| (*cve).into()).collect(),
        application_type: None,
        detect_only: false,
        minimum_agent_version: None,
        can_be_assigned_alone: None,
        depends_on: depends_on.to_vec(),
    }
}

fn of(rules: Vec<IntrusionPreventionRule>) -> IntrusionPrevention {
    let parts = IntrusionPreventionParts {
        rules,
        ..IntrusionPreventionParts::default()
    };
    IntrusionPrevention::new("first", parts)
}

fn shielding(known: &IntrusionPrevention, cve: &str) -> Vec<RuleId> {
    let rules = known.rules_for(cve.parse().unwrap());
    rules.map(|rule| rule.id).collect()
}

#[test]
fn rules_are_found_by_exactly_their_cves() {
    let known = of(vec![
        rule(3, &["CVE-2021-44228", "CVE-2021-45046"], &[]),
        rule(1, &[" cve-2021-44228", "CVE-2021-44228"], &[]),
        rule(2, &["CVE-2021-4422"], &[]),
        rule(4, &["MS17-010", "CVE-2021-44228%", "%"], &[]),
    ]);
    assert_eq!(shielding(&known, "CVE-2021-44228"), [1, 3]);
    assert_eq!(shielding(&known, "CVE-2021-4422"), [2]);
    assert_eq!(shielding(&known, "CVE-2021-45046"), [3]);
    assert!(shielding(&known, "CVE-2021-44229").is_empty());
    assert_eq!(known.rule(4).unwrap().cve.len(), 3);
    assert!(known.rule(5).is_none());
}

#[test]
fn what_a_rule_needs_comes_with_it_through_every_step_and_round_every_cycle() {
    let known = of(vec![
        rule(1, &[], &[2, 3]),
        rule(2, &[], &[4]),
        rule(3, &[], &[1]),
        rule(4, &[], &[4]),
        rule(5, &[], &[6]),
    ]);
    let closed = |ids: &[RuleId]| {
        let closed = known.with_dependencies(ids.iter().copied());
        closed.map(|rules| rules.as_slice().to_vec())
    };
    assert_eq!(closed(&[1]), Ok(vec![1, 2, 3, 4]));
    assert_eq!(closed(&[4, 2]), Ok(vec![2, 4]));
    assert_eq!(closed(&[]), Ok(vec![]));
    let gap = closed(&[5]).unwrap_err();
    assert_eq!(gap.reason().code().id, "DS-GAP-022");
    assert!(gap.to_string().contains("IPS rule 6"), "{gap}");
}

#[test]
fn what_is_assigned_is_a_gap_where_it_is_not_known_and_empty_where_it_is() {
    let assigned = |holders: &[(u64, &[RuleId])]| -> Assignments {
        let holders = holders.iter();
        holders
            .map(|(holder, rules)| (*holder, rules.iter().copied().collect()))
            .collect()
    };
    let parts = IntrusionPreventionParts {
        policies: assigned(&[(7, &[2, 1, 2])]),
        computers: assigned(&[(217, &[]), (218, &[1, 2]), (216, &[1, 2])]),
        ..IntrusionPreventionParts::default()
    };
    let known = IntrusionPrevention::new("first", parts.clone());
    assert_eq!(known.assigned_to_policy(7).unwrap().as_slice(), [1, 2]);
    assert_eq!(known.assigned_to_computer(217).unwrap().as_slice(), [0; 0]);
    assert!(known.assigned_to_computer(218).unwrap().contains(2));
    for gap in [known.assigned_to_policy(8), known.assigned_to_computer(7)] {
        assert_eq!(gap.unwrap_err().reason().code().id, "DS-GAP-021");
    }
    let text = serde_json::to_string(&parts.computers).unwrap();
    assert_eq!(
        text,
        r#"{"sets":[[1,2],[]],"holders":[[216,0],[217,1],[218,0]]}"#
    );
    let read: Assignments = serde_json::from_str(&text).unwrap();
    assert_eq!(read, parts.computers);
    let set = |holder| read.get(holder).unwrap().as_slice().as_ptr();
    assert_eq!(set(216), set(218), "equal sets are one");
    assert_eq!(IntrusionPreventionParts::from(known), parts);
}

#[test]
fn assignments_that_contradict_themselves_are_refused() {
    for text in [
        r#"{"sets":[[1]],"holders":[[216,1]]}"#,
        r#"{"sets":[[1],[2]],"holders":[[216,0],[216,1]]}"#,
    ] {
        assert!(serde_json::from_str::<Assignments>(text).is_err(), "{text}");
    }
}

#[test]
fn newer_assignments_come_over_older_ones() {
    let one: Assignments = [(1, RuleIds::from(vec![1])), (2, vec![2].into())]
        .into_iter()
        .collect();
    let other: Assignments = [(2, RuleIds::from(vec![3])), (3, vec![].into())]
        .into_iter()
        .collect();
    let both = one.renewed_by(other);
    let seen: Vec<_> = both
        .iter()
        .map(|(holder, rules)| (holder, rules.as_slice().to_vec()))
        .collect();
    assert_eq!(seen, [(1, vec![1]), (2, vec![3]), (3, vec![])]);
}

#[test]
fn the_application_type_of_a_rule_is_its_name_or_a_gap() {
    let mut rules = vec![rule(1, &[], &[]), rule(2, &[], &[]), rule(3, &[], &[])];
    rules[1].application_type = Some(9);
    rules[2].application_type = Some(8);
    let named = ApplicationType {
        id: 9,
        name: "Web Server Common".into(),
    };
    let with = |application_types| {
        let parts = IntrusionPreventionParts {
            rules: rules.clone(),
            application_types,
            ..IntrusionPreventionParts::default()
        };
        IntrusionPrevention::new("first", parts)
    };
    let known = with(Some(vec![named]));
    let of = |id| known.application_type(known.rule(id).unwrap());
    assert_eq!(of(1), Ok(None));
    assert_eq!(of(2), Ok(Some("Web Server Common")));
    assert_eq!(of(3).unwrap_err().reason().code().id, "DS-GAP-022");
    let unread = with(None);
    let unread = unread.application_type(unread.rule(2).unwrap());
    assert_eq!(unread.unwrap_err().reason().code().id, "DS-GAP-020");
}

#[test]
fn the_version_changes_exactly_with_what_decides_about_shielding() {
    let rules = || {
        vec![
            rule(1, &["CVE-2021-44228", "CVE-2021-45046"], &[2, 3]),
            rule(2, &[], &[]),
            rule(3, &[], &[]),
        ]
    };
    let before = of(rules()).version().clone();
    type Change = fn(&mut Vec<IntrusionPreventionRule>);
    let matters: [Change; 8] = [
        |rules| drop(rules.pop()),
        |rules| rules.push(rule(4, &[], &[])),
        |rules| rules[2].id = 4,
        |rules| drop(rules[0].cve.pop()),
        |rules| rules[1].cve = vec!["CVE-2021-45046".into()],
        |rules| rules[1].detect_only = true,
        |rules| rules[1].minimum_agent_version = Some("20.0.1".into()),
        |rules| rules[0].depends_on.truncate(1),
    ];
    for (number, change) in matters.into_iter().enumerate() {
        let mut changed = rules();
        change(&mut changed);
        assert_ne!(of(changed).version(), &before, "change {number}");
    }
    let does_not: [Change; 6] = [
        |rules| rules.reverse(),
        |rules| rules[0].cve.reverse(),
        |rules| rules[0].cve.push("not a CVE".into()),
        |rules| rules[0].depends_on.reverse(),
        |rules| rules[0].name = "another".into(),
        |rules| rules[0].application_type = Some(4),
    ];
    for (number, change) in does_not.into_iter().enumerate() {
        let mut changed = rules();
        change(&mut changed);
        assert_eq!(of(changed).version(), &before, "change {number}");
    }
    assert_eq!(before.to_string().len(), 32);
}
