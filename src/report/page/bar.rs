//! Bars: parts of a whole side by side. What they show stands beside them in numbers too.

use askama::{Template, filters::HtmlSafe};

use super::standing::{Standing, Tally};

/// How wide a bar is, in its own units.
const WIDTH: usize = 1_000;

/// The narrowest that something may be shown: a few of very many are seen too.
const NARROWEST: usize = 12;

/// A bar.
#[derive(Debug, Template)]
#[template(
    ext = "html",
    source = r#"<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="1000" height="10"/>{% for segment in segments %}<rect class="{{ segment.class }}" x="{{ segment.x }}" width="{{ segment.width }}" height="10"/>{% endfor %}</svg>"#
)]
pub(super) struct Bar {
    segments: Vec<Segment>,
}

impl HtmlSafe for Bar {}

#[derive(Debug, PartialEq, Eq)]
struct Segment {
    class: &'static str,
    x: usize,
    width: usize,
}

impl Bar {
    /// What applies, by how it stands.
    pub(super) fn of(tally: &Tally) -> Self {
        let applying = Standing::ALL
            .into_iter()
            .filter(|standing| *standing != Standing::NotApplicable);
        let parts = applying.map(|standing| (standing.class(), tally.get(standing)));
        Self::new(&parts.collect::<Vec<_>>())
    }

    /// Parts in these colours, whose sum is the whole.
    pub(super) fn new(parts: &[(&'static str, usize)]) -> Self {
        let parts: Vec<_> = parts.iter().filter(|(_, count)| *count > 0).collect();
        let whole: usize = parts.iter().map(|(_, count)| count).sum();
        let room = WIDTH - NARROWEST * parts.len();
        let mut segments: Vec<Segment> = Vec::new();
        for (class, count) in parts {
            let x = segments.last().map_or(0, |last| last.x + last.width);
            let width = NARROWEST + (count * room).checked_div(whole).unwrap_or_default();
            segments.push(Segment { class, x, width });
        }
        // What rounding left over belongs to the last.
        if let Some(last) = segments.last_mut() {
            last.width = WIDTH - last.x;
        }
        Self { segments }
    }

    /// So much of a whole, and the rest empty.
    pub(super) fn part(class: &'static str, part: usize, whole: usize) -> Self {
        let width = (part * WIDTH).checked_div(whole).unwrap_or_default();
        let width = if part > 0 { width.max(NARROWEST) } else { 0 };
        Self {
            segments: vec![Segment { class, x: 0, width }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_is_seen_and_a_bar_is_full() {
        let bar = Bar::new(&[("failing", 1), ("undetermined", 0), ("compliant", 99_999)]);
        let widths: Vec<_> = bar.segments.iter().map(|segment| segment.width).collect();
        assert_eq!(widths, [NARROWEST, WIDTH - NARROWEST]);
        assert!(Bar::new(&[("failing", 0)]).segments.is_empty());
    }
}
