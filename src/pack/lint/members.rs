//! What members there are, and what words, numbers and texts they take.

use rules::text::{clean, nearest, quoted};

use super::{
    Check,
    spot::{Place, Spot},
    template::Value,
};

impl<'a> Check<'a> {
    /// Objects to members that do not exist, with the nearest that does.
    pub(super) fn only(&mut self, spot: &Spot<'a>, known: &[&str]) {
        if spot.function().is_some() {
            return;
        }
        for (name, member) in spot.members() {
            if known.contains(&name) {
                continue;
            }
            let complaint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("there is no such member; did you mean `{near}`?"),
                None => format!("there is no such member; there are {}", known.join(", ")),
            };
            self.object(&member.place, complaint);
        }
    }

    /// The member of that name; objects where there is none.
    pub(super) fn wanted(&mut self, spot: &Spot<'a>, name: &str) -> Option<Spot<'a>> {
        let found = spot.member(name);
        if found.is_none() && spot.function().is_none() {
            self.object(&spot.place, format!("{name} is missing"));
        }
        found
    }

    /// Objects to texts that are none of these words.
    pub(super) fn one_of(&mut self, spot: &Spot<'a>, words: &[&str]) {
        for (text, place) in self.template.texts(spot) {
            if words.contains(&text) {
                continue;
            }
            let complaint = match nearest(text, words.iter().copied()) {
                Some(near) => format!("{} is unknown; did you mean {near}?", quoted(text)),
                None => format!("{} is none of {}", quoted(text), words.join(", ")),
            };
            self.object(&place, complaint);
        }
    }

    /// Objects to what is no whole number between these.
    pub(super) fn number(&mut self, spot: &Spot<'a>, min: u64, max: u64) {
        for (text, place) in self.template.texts(spot) {
            let number = text.parse().ok();
            if number.is_none_or(|number: u64| number < min || number > max) {
                let text = quoted(text);
                let complaint = format!("{text} is not a whole number from {min} to {max}");
                self.object(&place, complaint);
            }
        }
        self.no_structure(spot);
    }

    /// Objects to what is neither yes nor no.
    pub(super) fn flag(&mut self, spot: &Spot<'a>) {
        for (text, place) in self.template.texts(spot) {
            if !is_flag(text) {
                self.object(
                    &place,
                    format!("{} is neither true nor false", quoted(text)),
                );
            }
        }
        self.no_structure(spot);
    }

    /// Objects to texts that are too long, or empty.
    pub(super) fn length(&mut self, spot: &Spot<'a>, min: usize, max: usize) {
        for (text, place) in self.template.texts(spot) {
            self.length_of(&place, text, min, max);
        }
        self.no_structure(spot);
    }

    pub(super) fn length_of(&mut self, place: &Place, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length < min {
            self.object(place, "is empty");
        } else if length > max {
            let complaint =
                format!("{length} characters are more than the {max} that there may be");
            self.object(place, complaint);
        }
    }

    /// Objects to a list or members where a text is wanted.
    fn no_structure(&mut self, spot: &Spot<'a>) {
        for value in self.template.values(spot) {
            if let Value::Written(found) = value
                && (found.function().is_none())
                && (!found.members().is_empty() || !found.items().is_empty())
            {
                self.object(&found.place, "is to be a single value");
            }
        }
    }

    /// The items of a list; objects where there is something else.
    pub(super) fn list(&mut self, spot: &Spot<'a>) -> Vec<Spot<'a>> {
        if spot.text().is_some() || (spot.function().is_none() && !spot.members().is_empty()) {
            self.object(&spot.place, "is to be a list");
        }
        spot.items()
    }
}

/// Whether it is a word for yes or no (YAML 1.1, `bool`, as far as CloudFormation writes it).
fn is_flag(text: &str) -> bool {
    ["true", "false"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether it can name something in a template (CloudFormation user guide, "Resources": letters and
/// digits).
pub(super) fn is_logical_id(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A name for a sentence.
pub(super) fn cited(name: &str) -> String {
    format!("`{}`", clean(name))
}
