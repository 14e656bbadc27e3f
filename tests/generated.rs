//! Pages that come from the catalogue are up to date. `BLESS=1 cargo test --test generated`
//! rewrites them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use deepgrade::{
    handbook,
    pack::Variant,
    rights::{self, AUDITOR, DOCTOR, LIVE, Place, ROLES},
};
use rules::CATALOGUE;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn assert_is(path: &str, wanted: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        fs::write(at(path), wanted).unwrap();
    }
    let found = fs::read_to_string(at(path)).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is out of date: BLESS=1 cargo test --test generated"
    );
}

/// Holds a section of a file to what it should be. Several tests write sections of one file.
fn assert_section(path: &str, name: &str, section: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let held = ONE_AT_A_TIME.lock();
    let _held = held.unwrap_or_else(PoisonError::into_inner);
    assert_is(path, &with_section(path, name, section));
}

/// A file with the text between `<!-- name -->` and `<!-- end -->` replaced.
fn with_section(path: &str, name: &str, section: &str) -> String {
    let text = fs::read_to_string(at(path)).unwrap();
    let (before, rest) = text.split_once(&format!("<!-- {name} -->\n")).unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}<!-- {name} -->\n{section}<!-- end -->{after}")
}

/// A template with the lines between `# name` and `# end` replaced by those that are given for the
/// indentation of the marks.
fn with_lines(text: &str, name: &str, lines: impl FnOnce(usize) -> String) -> String {
    let mark = format!("# {name}\n");
    let (before, rest) = text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no `# {name}`"));
    let indent = before.len() - before.rfind('\n').unwrap() - 1;
    let end = format!("{}# end\n", " ".repeat(indent));
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{mark}{}{end}{after}", lines(indent))
}

/// A template with the parts of the conformance pack that it holds.
fn with_pack(text: &str) -> String {
    // The documents are named after the stack.
    let pack = Variant {
        documents: "${Prefix}-".to_owned(),
        ..Variant::default()
    };
    let text = with_lines(text, "pack: names", |at| pack.stack_parameter_names(at));
    let text = with_lines(&text, "pack: parameters", |at| {
        pack.stack_parameter_section(at)
    });
    if text.contains("# pack: stacks\n") {
        return with_lines(&text, "pack: stacks", |at| {
            pack.stack_parameter_values("ParameterKey", "ParameterValue", at)
        });
    }
    let text = with_lines(&text, "pack: values", |at| {
        pack.stack_parameter_values("ParameterName", "ParameterValue", at)
    });
    with_lines(&text, "pack: body", |at| pack.stack_body(at).unwrap())
}

#[test]
fn the_stacks_of_an_organization_are_told_what_the_rules_ask() {
    let path = "cloudformation/organization.yaml";
    assert_is(path, &with_pack(&fs::read_to_string(at(path)).unwrap()));
}

#[test]
fn the_roles_of_the_templates_are_what_the_code_needs() {
    for (path, place, names) in [
        (
            "cloudformation/functions.yaml",
            Place::Hub,
            &[
                "inventory",
                "respond",
                "follow-up",
                "operate",
                "backfill",
                "waf",
            ][..],
        ),
        (
            "cloudformation/account.yaml",
            Place::Anywhere,
            &["rule", "member"],
        ),
    ] {
        let mut text = fs::read_to_string(at(path)).unwrap();
        if place == Place::Anywhere {
            text = with_pack(&text);
        }
        for role in ROLES.iter().filter(|role| names.contains(&role.name)) {
            text = with_lines(&text, &format!("rights: {}", role.name), |indent| {
                rights::statements(role, place, indent)
            });
        }
        assert_is(path, &text);
    }
}

#[test]
fn the_accounts_share_what_the_rules_need() {
    let path = "cloudformation/foundation.yaml";
    let text = fs::read_to_string(at(path)).unwrap();
    let text = with_lines(&text, "rights: the bucket", rights::bucket_policy);
    assert_is(
        path,
        &with_lines(&text, "rights: the table", rights::table_policy),
    );
}

/// What Guard rules are written over.
#[test]
fn the_schema_of_facts_is_what_the_code_writes() {
    let mut schema = serde_json::to_string_pretty(&deepgrade::facts::schema()).unwrap();
    schema.push('\n');
    assert_is("docs/facts.schema.json", &schema);
}

#[test]
fn the_page_of_the_functions_shows_their_rights() {
    let path = "docs/functions.md";
    for role in ROLES.iter().chain([&DOCTOR, &AUDITOR]) {
        let name = format!("rights: {}", role.name);
        assert_section(path, &name, &rights::table(role));
    }
}

#[test]
fn the_readme_shows_every_rule_parameter_and_right() {
    assert_section("README.md", "rules", &handbook::rule_table());
    assert_section("README.md", "parameters", &handbook::parameter_table());
    assert_section("README.md", "rights: live", &rights::table(&LIVE));
}

#[test]
fn the_conformance_pack_holds_every_rule() {
    let pack = Variant::default().render().unwrap();
    assert_is("conformance-pack.yaml", &pack);
}

#[test]
fn every_rule_has_its_page() {
    for rule in CATALOGUE {
        assert_is(&format!("docs/rules/{}.md", rule.id), &handbook::page(rule));
    }
    let pages = fs::read_dir(at("docs/rules")).unwrap().count();
    assert_eq!(pages, CATALOGUE.len(), "docs/rules holds a page of no rule");
}

#[test]
fn every_code_has_a_page_that_says_what_to_do() {
    assert_is("docs/troubleshooting.md", &handbook::troubleshooting());
}

/// A reader of a failing verdict, or of a gap, is told what to do.
#[test]
fn every_gap_says_what_to_do() {
    for code in rules::gap::CODES {
        assert!(code.remedy.is_some(), "{} does not say what to do", code.id);
    }
}

#[test]
fn the_readme_shows_every_remediation() {
    assert_section("README.md", "remediations", &handbook::remediation_table());
}

#[test]
fn the_page_of_the_matrix_shows_every_row_that_is_built_in() {
    assert_section("docs/matrix.md", "rows", &handbook::matrix_table());
}

#[test]
fn every_remediation_has_its_page() {
    for remediation in remediations::CATALOGUE {
        assert_is(
            &format!("docs/remediations/{}.md", remediation.id),
            &handbook::remediation_page(remediation),
        );
    }
    let pages = fs::read_dir(at("docs/remediations")).unwrap().count();
    let remediations = remediations::CATALOGUE.len();
    assert_eq!(
        pages, remediations,
        "docs/remediations holds a page of no remediation"
    );
}
