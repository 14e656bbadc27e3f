//! The pages for auditors and engineers. `INSTA_UPDATE=always` accepts a change.

use std::{fs, path::Path, process::Command};

use deepgrade::{
    report::{
        Row, Word,
        page::{Audience, Input, Subject, write},
    },
    results::{Builder, Results, grade},
};
use insta::assert_snapshot;

use super::{
    estate::{self, AS_OF},
    fleet::{graders, small},
};

fn page(subject: &Subject<'_>, audience: Audience) -> String {
    let mut out = Vec::new();
    write(subject, audience, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn bare(results: &Results) -> Subject<'_> {
    Subject {
        results,
        history: None,
        inputs: Some(&[]),
        csv: None,
    }
}

/// What a page says, without its style and its script.
fn body(page: &str) -> &str {
    let (_, body) = page.split_once("<body>").unwrap();
    body.split_once("<script>").map_or(body, |(body, _)| body)
}

#[test]
fn both_pages_of_the_small_fleet() {
    let mut results = grade(&small(), &graders(), estate::details()).unwrap();
    results.details.packs = None;
    let inputs = [Input {
        name: "result.json".to_owned(),
        sha256: Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned()),
    }];
    let subject = Subject {
        inputs: Some(&inputs),
        csv: Some("the report #1.csv"),
        ..bare(&results)
    };
    assert_snapshot!("page_auditor", body(&page(&subject, Audience::Auditor)));
    assert_snapshot!("page_engineer", body(&page(&subject, Audience::Engineer)));
}

#[test]
fn results_without_instances_make_pages_that_say_so() {
    let mut fleet = small();
    fleet.instances.clear();
    let results = grade(&fleet, &graders(), Default::default()).unwrap();
    for audience in [Audience::Auditor, Audience::Engineer] {
        let page = page(&bare(&results), audience);
        assert!(page.contains("0 instances"), "{page}");
        assert!(!page.contains("NaN") && !page.contains("100.0%"), "{page}");
    }
}

/// A browser opens only so many rows quickly; those that are left out are told, and are the least
/// urgent ones.
#[test]
fn a_page_holds_the_most_urgent_rows_and_says_how_many_there_are() {
    let results = estate::results(4_000, AS_OF.parse().unwrap(), 50);
    let page = page(&bare(&results), Audience::Engineer);
    let rows = |standing: &str| {
        page.matches(&format!("data-standing=\"{standing}\""))
            .count()
    };
    assert_eq!(
        rows("failing") + rows("excepted") + rows("undetermined"),
        5_000
    );
    let urgent = results
        .rows()
        .filter(|row| row.verdict.word() == "NON_COMPLIANT")
        .count();
    let undetermined = results.counts().undetermined;
    assert!(urgent > 5_000, "{urgent}");
    let total = urgent + undetermined;
    let total = format!("{},{:03}", total / 1_000, total % 1_000);
    assert!(
        page.contains(&format!("showing 5,000 of {total}")),
        "{total}"
    );
    assert!(!page.contains("data-rank=\"4\""), "a severity is not known");
    assert!(page.len() < 4 << 20, "{} bytes", page.len());
}

/// What does not run is not compliant by the few rules that grade it, what is excepted for having no
/// computer has none, and what fails closed could not be told.
#[test]
fn an_instance_counts_by_what_is_known_of_it() {
    let mut builder = Builder::default();
    let policy = "instance-has-policy";
    let absent = "until 2027-01-31 T-1: r; excepted: DS-INS-003 not in Deep Security";
    for (instance, rule, verdict, code, reason, exception) in [
        ("i-1", policy, Word::Compliant, "DS-POL-001", "", None),
        (
            "i-1",
            "modules-are-active",
            Word::NotApplicable,
            "DS-INS-001",
            "",
            None,
        ),
        (
            "i-2",
            policy,
            Word::NonCompliant,
            "DS-EXC",
            absent,
            Some("x"),
        ),
        (
            "i-4",
            policy,
            Word::NonCompliant,
            "DS-EXC",
            "until 2027-01-31 T-1: as long as there is room; excepted: DS-INS",
            Some("x"),
        ),
        (
            "i-3",
            policy,
            Word::NonCompliant,
            "DS-UNKNOWN",
            "cannot be judged",
            None,
        ),
    ] {
        let row = Row {
            instance,
            account: None,
            region: None,
            name: None,
            computer: None,
            computer_id: None,
            manager: None,
            rule,
            severity: "high",
            verdict,
            code,
            reason,
            retryable: None,
            exception,
        };
        builder.add(&row).unwrap();
    }
    let as_of = AS_OF.parse().unwrap();
    let results = builder.build(as_of, Vec::new(), Vec::new(), Default::default());
    let page = page(&bare(&results), Audience::Auditor);
    let cards = page.split("<p class=\"count\">").skip(1);
    let counts: Vec<&str> = cards
        .map(|card| card.split("</p>").next().unwrap())
        .map(|card| card.rsplit(' ').next().unwrap())
        .collect();
    // Compliant, non-compliant, undetermined, excepted, out of scope.
    assert_eq!(counts, ["0", "0", "1", "2", "1"]);
    assert!(
        page.contains("1 of 5 results (20.0%) could not be decided"),
        "{page}"
    );
    assert!(page.contains("with the code DS-UNKNOWN"), "{page}");
    let (_, funnel) = page
        .split_once("<th scope=\"row\">has a computer in Deep Security</th>")
        .unwrap();
    assert!(
        funnel.starts_with("<td class=\"number\">1</td>"),
        "{funnel}"
    );
}

/// The same results give the same bytes.
#[test]
fn a_page_does_not_depend_on_when_it_is_made() {
    let results = estate::results(60, AS_OF.parse().unwrap(), 80);
    for audience in [Audience::Auditor, Audience::Engineer] {
        assert_eq!(
            page(&bare(&results), audience),
            page(&bare(&results), audience)
        );
    }
}

/// Opens the pages in Chromium at every size, in both colour schemes and on paper, with names that
/// attack them; axe-core and the keyboard judge. The pictures stay in the target directory.
#[test]
fn pages_are_good_to_look_at_and_ask_for_nothing() {
    let results = estate::results(30, AS_OF.parse().unwrap(), 86);
    let history = estate::history(&results);
    let inputs = [Input {
        name: "result.json.gz".to_owned(),
        sha256: Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned()),
    }];
    let subject = Subject {
        results: &results,
        history: Some(&history),
        inputs: Some(&inputs),
        csv: Some("report.csv"),
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    let large = estate::results(4_000, AS_OF.parse().unwrap(), 50);
    for (name, page) in [
        ("auditor", page(&subject, Audience::Auditor)),
        ("engineer", page(&subject, Audience::Engineer)),
        ("auditor-large", page(&bare(&large), Audience::Auditor)),
        ("engineer-large", page(&bare(&large), Audience::Engineer)),
    ] {
        fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
    let chromium = testbed::browser::chromium().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/browser");
    let requirements = root.join("requirements.txt");
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = testbed::python::environment(parent, &[&requirements]).unwrap();
    let judged = Command::new(python)
        .arg(root.join("judge.py"))
        .args([chromium, folder])
        .args(["auditor", "engineer", "auditor-large", "engineer-large"])
        .output()
        .unwrap();
    let said = [judged.stdout, judged.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(judged.status.success() && said.is_empty(), "{said}");
}
