//! The page about deploying shows every parameter: `BLESS=1 cargo test --test deployment` rewrites
//! it.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use deepgrade::pack::Variant;

use crate::{
    python::{KNOWN, TEMPLATES},
    template::text,
};

/// The parameters of a template, but for those of the rules.
fn table(template: &str) -> String {
    let rules = Variant::default().parameters();
    let is_of_rules = |name: &str| rules.iter().any(|parameter| parameter.name == name);
    let mut table = String::from("| Parameter | Holds | Default |\n|---|---|---|\n");
    // What else is linked decides whether members stay in the order of the template.
    let parameters = KNOWN.templates[template]["Parameters"].as_object().unwrap();
    let by_name: BTreeMap<_, _> = parameters.iter().collect();
    for (name, parameter) in by_name {
        if is_of_rules(name) {
            continue;
        }
        let default = match parameter.get("Default").map(text).as_deref() {
            None => "has to be given".to_owned(),
            Some("") => "empty".to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let description = text(&parameter["Description"]);
        writeln!(table, "| `{name}` | {description} | {default} |").unwrap();
    }
    table
}

#[test]
fn the_page_about_deploying_shows_every_parameter() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/deploy.md");
    let found = fs::read_to_string(path).unwrap();
    let mut wanted = found.clone();
    for template in TEMPLATES {
        let mark = format!("<!-- parameters: {template} -->\n");
        let (before, rest) = wanted.split_once(&mark).unwrap();
        let (_, after) = rest.split_once("<!-- end -->").unwrap();
        wanted = format!("{before}{mark}{}<!-- end -->{after}", table(template));
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, &wanted).unwrap();
    }
    let found = fs::read_to_string(path).unwrap();
    assert!(
        found == wanted,
        "docs/deploy.md: BLESS=1 cargo test --test deployment"
    );
}
