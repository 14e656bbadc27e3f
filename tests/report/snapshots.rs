//! What every output looks like. `INSTA_UPDATE=always` accepts a change.

use deepgrade::report::{Format, Options, Word};
use insta::assert_snapshot;

use super::fleet::{explained, output, small, wide};

#[test]
fn the_table_is_readable_at_every_width() {
    for width in [40, 80, 120, 200] {
        let (table, _) = output(Format::Table, &small(), &wide(width));
        assert_snapshot!(format!("table_at_{width}"), table);
    }
}

#[test]
fn a_table_in_a_pipe_has_one_line_a_row() {
    let (table, summary) = output(Format::Table, &small(), &Options::default());
    let rows = table.lines().filter(|line| line.contains(" DS-")).count();
    assert_eq!(rows, summary.all.total());
    assert_snapshot!(table);
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plain = output(Format::Table, &small(), &wide(80)).0;
    let options = Options {
        colour: true,
        ..wide(80)
    };
    let coloured = output(Format::Table, &small(), &options).0;
    assert_ne!(coloured, plain);
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    let last = small().instances.len() - 1;
    let explanation = explained(&small(), last, &options);
    assert_eq!(
        anstream::adapter::strip_str(&explanation).to_string(),
        explained(&small(), last, &wide(80))
    );
}

#[test]
fn rows_that_are_left_out_are_mentioned_and_the_urgent_ones_are_shown() {
    let options = Options {
        rows: 2,
        ..wide(80)
    };
    assert_snapshot!(
        "table_of_two_rows",
        output(Format::Table, &small(), &options).0
    );
    let markdown = output(Format::Markdown, &small(), &options).0;
    assert!(markdown.contains("showing 2 of 11; `--rows 0` or `--output csv` gives all"));
    let all = Options { rows: 0, ..options };
    assert!(!output(Format::Table, &small(), &all).0.contains("showing"));
}

#[test]
fn data_formats() {
    let plain = Options::default();
    assert_snapshot!("json", output(Format::Json, &small(), &plain).0);
    assert_snapshot!("jsonl", output(Format::Jsonl, &small(), &plain).0);
    assert_snapshot!("csv", output(Format::Csv, &small(), &plain).0);
    assert_snapshot!("markdown", output(Format::Markdown, &small(), &plain).0);
}

#[test]
fn every_instance_is_explained_fact_by_fact() {
    let fleet = small();
    let explanations = (0..fleet.instances.len())
        .map(|position| explained(&fleet, position, &wide(100)))
        .collect::<Vec<_>>();
    assert_snapshot!("explain", explanations.join("────────\n\n"));
    assert_snapshot!("explain_at_40", explained(&fleet, 1, &wide(40)));
}

#[test]
fn every_format_gives_the_same_counts() {
    let fleet = small();
    let expected = output(Format::Jsonl, &fleet, &Options::default()).1;
    for format in [Format::Table, Format::Json, Format::Csv, Format::Markdown] {
        assert_eq!(output(format, &fleet, &Options::default()).1, expected);
    }
    assert_eq!(
        expected.all.total(),
        expected.instances * expected.rules.len()
    );
    for word in Word::ALL {
        assert!(*expected.all.get(word) > 0, "{word:?} does not occur");
    }
    assert_eq!(expected.worst(), Some(rules::rule::Severity::Critical));
}

#[test]
fn a_stale_inventory_leaves_everything_undetermined_until_the_next_attempt() {
    let mut fleet = small();
    fleet.as_of += jiff::SignedDuration::from_hours(3);
    fleet.instances.truncate(2);
    let (lines, summary) = output(Format::Jsonl, &fleet, &Options::default());
    assert_eq!(summary.all.undetermined, summary.all.total());
    assert_eq!(summary.worst(), None);
    let gaps = lines.matches("\"retryable\":true").count();
    assert_eq!(gaps, 2 * rules::catalogue::of_instances().count());
    assert_snapshot!("explain_stale", explained(&fleet, 0, &wide(80)));
}

#[test]
fn a_fleet_without_instances_is_no_error() {
    let mut fleet = small();
    fleet.instances.clear();
    assert_snapshot!("empty_table", output(Format::Table, &fleet, &wide(80)).0);
    assert_eq!(output(Format::Jsonl, &fleet, &Options::default()).0, "");
    assert_eq!(
        output(Format::Csv, &fleet, &Options::default())
            .0
            .lines()
            .count(),
        1
    );
}
