//! What an annotation says: the code, and what was seen. It may come from anybody who may put
//! results.

use rules::text::clean;

/// The code of an annotation that names an exception.
const EXCEPTED: &str = "DS-EXC";

/// An annotation, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Annotation {
    /// For example `DS-MOD-002`.
    pub(super) code: String,
    /// What was seen. Cleaned.
    pub(super) reason: String,
    /// The ticket of the exception that is made for it.
    pub(super) exception: Option<String>,
}

impl Annotation {
    /// Takes an annotation apart; `None` for one that is not Deepgrade's.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = clean(text);
        let (code, reason) = text.split_once(' ')?;
        let letters = code.strip_prefix("DS-")?;
        let (letters, number) = match letters.split_once('-') {
            Some((letters, number)) => (letters, Some(number)),
            None => (letters, None),
        };
        let is_code = !letters.is_empty()
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.is_none_or(|number| {
                number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())
            });
        (is_code && !reason.is_empty()).then(|| Self {
            exception: (code == EXCEPTED).then(|| ticket(reason)).flatten(),
            code: code.to_owned(),
            reason: reason.to_owned(),
        })
    }
}

/// The ticket in `until 2027-01-31 T-12: reason`.
fn ticket(reason: &str) -> Option<String> {
    let rest = reason.strip_prefix("until ")?;
    let (_, rest) = rest.split_once(' ')?;
    let (ticket, _) = rest.split_once(": ")?;
    (!ticket.is_empty()).then(|| ticket.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_code_and_reason() {
        let read = Annotation::read("DS-MOD-002 intrusion prevention is\u{202e} detect").unwrap();
        assert_eq!(read.code, "DS-MOD-002");
        assert_eq!(read.reason, "intrusion prevention is detect");
        assert_eq!(read.exception, None);
    }

    #[test]
    fn an_excepted_one_names_the_ticket() {
        let read = Annotation::read("DS-EXC until 2027-01-31 T-12: legacy host").unwrap();
        assert_eq!(
            (read.code.as_str(), read.exception.as_deref()),
            ("DS-EXC", Some("T-12"))
        );
    }

    #[test]
    fn what_is_not_deepgrades_is_not_taken_for_it() {
        for foreign in [
            "",
            "DS-MOD-002",
            "DS-MOD-02 x",
            "ds-MOD-002 x",
            "DS- x",
            "fine",
            "DS-mod-002 x",
        ] {
            assert_eq!(Annotation::read(foreign), None, "{foreign}");
        }
    }
}
