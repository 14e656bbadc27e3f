//! No name can forge a line, hide a word, run in a spreadsheet or mark up a page.

use deepgrade::{
    evaluation::Fleet,
    report::{
        Format, Options,
        page::{self, Audience, Subject},
    },
    results::{Details, grade},
};
use proptest::prelude::*;
use serde_json::json;

use super::fleet::{explained, from_json, graders, output, small, wide};

const FORMATS: [Format; 5] = [
    Format::Table,
    Format::Json,
    Format::Jsonl,
    Format::Csv,
    Format::Markdown,
];

/// One instance and its computer, with these names everywhere that a name can stand.
fn named(tag: &str, computer: &str) -> Fleet {
    let id = "i-0123456789abcdef0";
    let module = json!({ "state": "on", "status": "error", "message": tag });
    let fleet = json!({
        "asOf": "2026-11-24T10:00:00Z",
        "instances": [{ "id": id, "name": tag, "state": "running" }],
        "webEdges": [{
            "schemaVersion": "1", "account": "111122223333", "region": "eu-west-1",
            "takenAt": "2026-11-24T10:00:00Z", "webAcls": [], "securityGroups": [],
            "distributions": [{
                "id": tag, "domain": tag, "enabled": true, "webAcl": computer,
                "origins": [{ "domain": computer }, { "domain": "lb.example" }],
            }],
            "loadBalancers": [{
                "id": tag, "dnsName": "lb.example", "kind": computer, "scheme": tag,
                "listeners": { "unread": tag, "retryable": true },
                "targetGroups": [{ "name": tag, "targets": [{ "id": id }, { "id": computer }] }],
            }],
            "instances": { "unread": computer, "retryable": false },
        }],
        "inventories": [{
            "schemaVersion": "1", "manager": computer, "takenAt": "2026-11-24T10:00:00Z",
            "completeness": "complete",
            "policies": [{ "id": 1, "name": tag }],
            "computers": [{
                "id": 7, "name": computer, "policy": 1, "securityUpdates": computer,
                "instance": { "id": id, "source": "agent" },
                "agent": { "activated": true, "status": "error", "message": computer },
                "modules": { "antiMalware": module, "webReputation": module },
            }],
        }],
    });
    from_json(&fleet.to_string())
}

fn is_hostile(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
}

/// The cells of a Markdown row: what stands between bars that are not escaped.
fn cells(row: &str) -> usize {
    let mut bars = 0;
    let mut escaped = false;
    for character in row.chars() {
        bars += usize::from(character == '|' && !escaped);
        escaped = character == '\\' && !escaped;
    }
    bars - 1
}

fn check(fleet: &Fleet) {
    let results = fleet.instances.len() * rules::catalogue::of_instances().count();
    check_pages(fleet);
    for format in FORMATS {
        for options in [Options::default(), wide(40), wide(80)] {
            let (text, _) = output(format, fleet, &options);
            let text = if format == Format::Csv {
                text.replace("\r\n", "\n")
            } else {
                text
            };
            let found = text.chars().find(|character| is_hostile(*character));
            assert_eq!(found, None, "{format:?}");
        }
    }
    for position in 0..fleet.instances.len() {
        let text = explained(fleet, position, &wide(60));
        assert!(!text.chars().any(is_hostile));
    }

    let (jsonl, _) = output(Format::Jsonl, fleet, &Options::default());
    assert_eq!(jsonl.lines().count(), results);

    let (table, _) = output(Format::Csv, fleet, &Options::default());
    let mut table = csv::Reader::from_reader(table.as_bytes());
    let records: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), results);
    for cell in records.iter().flatten() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }

    let (markdown, _) = output(Format::Markdown, fleet, &Options::default());
    let rows: Vec<_> = markdown
        .lines()
        .filter(|line| line.contains("| DS-"))
        .collect();
    assert_eq!(rows.len(), results);
    for row in rows {
        assert_eq!(cells(row), 5, "{row}");
        assert!(!row.contains(['<', '>']), "{row}");
        assert!(!row.replace("\\://", "").contains("://"), "{row}");
    }
}

/// Every tag of a page with its attributes. What stands in a name is neither.
fn tags(page: &str) -> impl Iterator<Item = (&str, Vec<(&str, &str)>)> {
    page.split('<').skip(1).map(|rest| {
        let (tag, _) = rest.split_once('>').expect("a tag that does not end");
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut parts = attributes.split('"');
        let mut found = Vec::new();
        while let Some(before) = parts.next() {
            let bare = before.trim().trim_end_matches(['=', '/']);
            let mut names = bare.split_whitespace();
            let quoted = parts.next().unwrap_or("");
            let last = names.next_back();
            found.extend(names.map(|name| (name, "")));
            found.extend(last.map(|name| (name, quoted)));
        }
        (name, found)
    })
}

/// No name adds a tag or an attribute that does something, and no link leads away.
fn check_page(page: &str) {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, script) = rest.split_once("<script>").unwrap_or((rest, "</script>"));
    let (_, tail) = script.split_once("</script>").unwrap();
    let found = page.chars().find(|character| is_hostile(*character));
    assert_eq!(found, None);
    for (name, attributes) in [head, body, tail].into_iter().flat_map(tags) {
        let is_active = [
            "script", "style", "img", "iframe", "object", "embed", "link", "form", "base",
        ];
        assert!(!is_active.contains(&name.trim_start_matches('/')), "{name}");
        for (attribute, value) in attributes {
            assert!(
                attribute != "style" && attribute != "src" && !attribute.starts_with("on"),
                "{name} {attribute}={value}"
            );
            let leads_away = attribute == "href" && !value.starts_with(['#', '.']);
            assert!(!leads_away, "{value}");
        }
    }
}

fn check_pages(fleet: &Fleet) {
    let details = Details::of(fleet, &graders(), None);
    let results = grade(fleet, &graders(), details).unwrap();
    let subject = Subject {
        results: &results,
        history: None,
        inputs: Some(&[]),
        csv: Some("\"><script>.csv"),
    };
    for audience in [Audience::Auditor, Audience::Engineer] {
        let mut page = Vec::new();
        page::write(&subject, audience, &mut page).unwrap();
        check_page(&String::from_utf8(page).unwrap());
    }
}

#[test]
#[should_panic(expected = "b onerror=y")]
fn an_attribute_that_a_name_added_is_noticed() {
    check_page("<style></style><p><b class=\"x\" onerror=\"y\">");
}

#[test]
fn the_names_of_the_small_fleet_are_harmless() {
    check(&small());
}

#[test]
fn known_attacks_are_harmless() {
    for name in [
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "a\u{202e}gnp.exe",
        "a\u{0}b",
        "x\r\nSubject: y",
        "\\| \\",
        "\u{1b}[31mred\u{1b}]8;;https://example.org\u{7}",
        "\"\"\",\"",
        "\u{1f600}",
    ] {
        check(&named(name, name));
    }
    for padding in 240..=256 {
        let name = "p".repeat(padding) + &"\u{1f600}".repeat(20);
        check(&named(&name, &name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_harms_an_output(tag in any::<String>(), computer in "[\\PC=+@|\\\\`<\\[\\]*_\u{202e}\n\r\t\"',-]{0,300}") {
        check(&named(&tag, &computer));
    }
}
