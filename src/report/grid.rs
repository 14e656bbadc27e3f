//! Text in columns, wrapped at blanks and never cut.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets::NOTHING,
};

/// A column of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// How wide its text is.
    pub(super) width: Wide,
    /// How many blanks stand after it.
    pub(super) gap: usize,
    /// Whether the text stands at the right, as numbers do.
    pub(super) right: bool,
}

/// How wide the text of a column is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wide {
    /// As wide as this, and wrapped.
    Exactly(usize),
    /// As wide as it is, and at least as wide as this.
    AtLeast(usize),
}

impl Wide {
    /// All that is left of a width that is not limited, or of one that is.
    pub(super) fn rest(width: Option<usize>, used: usize) -> Self {
        width.map_or(Self::AtLeast(0), |width| {
            Self::Exactly(width.saturating_sub(used))
        })
    }
}

impl Column {
    pub(super) const fn left(width: Wide, gap: usize) -> Self {
        Self {
            width,
            gap,
            right: false,
        }
    }
}

/// The lines of rows of cells.
pub(super) fn lines(
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Vec<String> {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .add_rows(rows);
    for (column, wanted) in table.column_iter_mut().zip(columns) {
        let gap = narrow(wanted.gap);
        column.set_padding((0, gap));
        let with_gap = |width| Width::Fixed(narrow(width).max(1).saturating_add(gap));
        column.set_constraint(match wanted.width {
            Wide::Exactly(width) => ColumnConstraint::Absolute(with_gap(width)),
            Wide::AtLeast(width) => ColumnConstraint::LowerBoundary(with_gap(width)),
        });
        if wanted.right {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// A text wrapped at blanks.
pub(super) fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    lines(
        &[Column::left(Wide::rest(width, 0), 0)],
        [vec![text.to_owned()]],
    )
}

fn narrow(width: usize) -> u16 {
    width.try_into().unwrap_or(u16::MAX)
}
