//! The repository's own rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use deepgrade::{exceptions, settings::Settings};
use remediations::{action::Scan, finding::Threat, matrix};
use rules::{CATALOGUE, exceptions::Terms, module::Module};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file with that ending below a folder.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The numbers are those that the frameworks themselves give.
#[test]
fn every_rule_bears_on_requirements_of_frameworks() {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    for rule in CATALOGUE {
        let frameworks = rule.frameworks;
        for number in frameworks.pci_dss.iter().chain(frameworks.cis_controls) {
            let parts: Vec<&str> = number.split('.').collect();
            assert!(
                parts.len() >= 2 && parts.iter().all(|part| digits(part)),
                "{number}"
            );
        }
        for control in frameworks.nist_800_53 {
            let (family, number) = control.split_once('-').unwrap();
            let is_family =
                family.len() == 2 && family.bytes().all(|byte| byte.is_ascii_uppercase());
            assert!(is_family && digits(number), "{control}");
        }
        assert!(frameworks.each().count() >= 2, "{}", rule.id);
        for (framework, numbers) in frameworks.each() {
            assert!(
                numbers.is_sorted_by_key(|number| parts_of(number)),
                "{framework}: {numbers:?}"
            );
        }
    }
}

/// A number as its parts, to sort by.
fn parts_of(number: &str) -> Vec<(String, u32)> {
    let parts = number.split(['.', '-']);
    parts
        .map(|part| {
            (
                part.trim_matches(char::is_numeric).to_owned(),
                part.parse().unwrap_or(0),
            )
        })
        .collect()
}

#[test]
fn every_rule_is_one_file_with_a_manual_and_cases() {
    for rule in CATALOGUE {
        let manual = rule.manual();
        for heading in [
            "# What it checks",
            "# Why it matters",
            "# How it decides",
            "# When it cannot tell",
        ] {
            assert!(manual.contains(heading), "{}: no `{heading}`", rule.id);
        }
        let name = rule.id.replace('-', "_");
        assert!(
            root()
                .join(format!("rules/src/catalogue/{name}.rs"))
                .is_file(),
            "{}",
            rule.id
        );
        let cases = root().join(format!("tests/cases/rules/{}.yaml", rule.id));
        assert!(cases.is_file(), "{}: no cases", rule.id);
    }
    let files = files(&root().join("rules/src/catalogue"), ".rs").len();
    assert_eq!(
        files,
        CATALOGUE.len(),
        "a file of the catalogue holds no rule"
    );
    let cases = fs::read_dir(root().join("tests/cases/rules"))
        .unwrap()
        .count();
    assert_eq!(cases, CATALOGUE.len(), "a file of cases is of no rule");
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let mut documents = files(&root().join("docs"), ".md");
    documents.extend(["README.md", "SECURITY.md", "CHANGELOG.md"].map(|name| root().join(name)));
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if link.starts_with("http") || link.starts_with('#') {
                continue;
            }
            let target = link.split('#').next().unwrap();
            let path = document.parent().unwrap().join(target);
            assert!(
                path.exists(),
                "{}: {link} leads nowhere",
                document.display()
            );
        }
    }
}

/// Rules are pure: what could fetch, wait or look at a clock is not even linked.
#[test]
fn the_page_of_the_functions_names_every_variable_and_setting() {
    let page = fs::read_to_string(root().join("docs/functions.md")).unwrap();
    let known: String = page.split('|').filter(|cell| cell.contains('`')).collect();
    let mut variables = 0;
    let mut sources = files(&root().join("src/function"), ".rs");
    sources.extend(files(&root().join("src/aws"), ".rs"));
    for file in sources {
        let source = fs::read_to_string(&file).unwrap();
        let named = source.split("\"DEEPGRADE_").skip(1);
        for (name, _) in named.filter_map(|rest| rest.split_once('"')) {
            variables += 1;
            assert!(
                known.contains(&format!("`DEEPGRADE_{name}`")),
                "DEEPGRADE_{name}"
            );
        }
    }
    assert!(variables > 8, "{variables}");
    // What is read of an unknown name is the list of those that are known.
    let unknown = Settings::parse("x", b"remediation: {x: 1}".to_vec());
    let unknown = unknown.unwrap_err();
    let (_, settings) = unknown.split_once("expected one of ").unwrap();
    let settings: Vec<&str> = settings.split(", ").collect();
    assert!(settings.len() > 12, "{unknown}");
    for name in settings {
        assert!(known.contains(&format!("`{name}`")), "{name}: {unknown}");
    }
}

/// The example of the page is one that counts, and does what the page says.
#[test]
fn the_example_of_the_matrix_is_a_settings_file() {
    let page = fs::read_to_string(root().join("docs/matrix.md")).unwrap();
    let (_, example) = page.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let read = |text: String| Settings::parse("docs/matrix.md", text.into_bytes()).unwrap();
    let matrix = read(example.to_owned()).remediation.matrix;
    let threat = Threat {
        role: None,
        instances: Vec::new(),
        tasks: Vec::new(),
    };
    let answer = |kind: &str| matrix.answer(kind, &threat);
    let probed = answer("Recon:EC2/PortProbeUnprotectedPort");
    assert_eq!(probed.modules, [Module::IntrusionPrevention]);
    assert!(!probed.compromise);
    let listed = answer("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom");
    assert!(listed.compromise && listed.scans.contains(&Scan::Malware));
    assert_eq!(
        listed.modules,
        [Module::AntiMalware, Module::IntrusionPrevention]
    );
    let at_runtime = answer("Execution:Runtime/NewBinaryExecuted");
    assert_eq!(at_runtime.scans, matrix::FLOOR);
    assert!(at_runtime.modules.is_empty() && !at_runtime.compromise);
    // Every word that the page lists is one.
    let cells = page
        .split('|')
        .filter(|cell| cell.contains("the modules that should be on"));
    let words: Vec<&str> = cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(words.len(), Module::PROTECTION.len(), "{words:?}");
    let rows = format!("{{pattern: X, modules: [{}]}}", words.join(", "));
    read(format!("remediation: {{matrix: [{rows}]}}"));
}

/// The examples of exceptions are exceptions, and the page names every member.
#[test]
fn the_examples_of_exceptions_are_a_file_of_exceptions() {
    let read = |name: &str, text: &str| {
        let mut terms = Terms::default();
        terms.protected_tags.insert("exempt".to_owned());
        let read = exceptions::parse(name, text.as_bytes().to_vec(), terms).unwrap();
        assert_eq!(read.unprotected().next(), None);
        read.exceptions.iter().len()
    };
    let example = fs::read_to_string(root().join("docs/exceptions.yaml")).unwrap();
    assert_eq!(read("docs/exceptions.yaml", &example), 3);
    let page = fs::read_to_string(root().join("docs/exceptions.md")).unwrap();
    let (_, shown) = page.split_once("```yaml\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    assert_eq!(read("docs/exceptions.md", shown), 1);
    let unknown = exceptions::parse("x", b"exceptions: [{x: 1}]".to_vec(), Terms::default());
    let unknown = unknown.unwrap_err().to_string();
    let (_, members) = unknown.split_once("expected one of ").unwrap();
    for member in members.split(", ") {
        assert!(page.contains(&format!("`{member}`")), "{member}: {unknown}");
    }
}

#[test]
fn the_pure_crate_depends_on_nothing_that_acts() {
    let manifest = fs::read_to_string(root().join("rules/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let dependencies = dependencies.split('[').next().unwrap();
    let names: Vec<&str> = dependencies
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names, ["jiff", "serde", "strsim"]);
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let jiff = workspace
        .lines()
        .find(|line| line.starts_with("jiff = "))
        .unwrap();
    assert!(
        jiff.contains("default-features = false") && !jiff.contains("\"std\""),
        "{jiff}"
    );
}

/// The first command of a newcomer compiles no AWS SDK, and no function carries the code that signs
/// people in.
#[test]
fn the_sdks_are_only_where_they_are_asked_for() {
    let none = packages(&[]);
    for sdk in ["aws-sdk", "aws-config", "testbed"] {
        assert!(!none.contains(sdk), "{none}");
    }
    let function = packages(&["--features", "aws"]);
    assert!(function.contains("aws-sdk-config "), "{function}");
    assert!(!function.contains("aws-sdk-sso"), "{function}");
    let live = packages(&["--features", "live"]);
    assert!(live.contains("aws-sdk-sso "), "{live}");
}

/// The packages that are linked with these features, one a line.
fn packages(features: &[&str]) -> String {
    let tree = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--locked", "--offline", "--package", "deepgrade"])
        .args(["--edges", "normal", "--prefix", "none"])
        .args(features)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{tree:?}");
    String::from_utf8(tree.stdout).unwrap()
}
