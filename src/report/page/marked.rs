//! Texts of our own in which code stands between backticks.

use std::borrow::Cow;

use askama::{Template, filters::HtmlSafe};

/// A text with its code marked as such.
#[derive(Debug, Template)]
#[template(
    ext = "html",
    source = "{% for (is_code, part) in self.parts() %}{% if is_code %}<code>{{ part }}</code>{% else %}{{ part }}{% endif %}{% endfor %}"
)]
pub(super) struct Marked<'a>(Cow<'a, str>);

impl HtmlSafe for Marked<'_> {}

impl<'a> Marked<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self(text.into())
    }

    fn parts(&self) -> impl Iterator<Item = (bool, &str)> {
        let parts = self.0.split('`').enumerate();
        parts.map(|(position, part)| (position % 2 == 1, part))
    }
}
