//! Colour, which never says anything that a word or a sign does not say too.

use anstyle::Style;

pub(super) const STRONG: Style = Style::new().bold();

/// The text in a style, where colours may be used.
pub(super) fn paint(colour: bool, style: Style, text: &str) -> String {
    if colour {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}
