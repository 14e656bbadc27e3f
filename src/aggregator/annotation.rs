//! What an annotation says: the code, and what was seen. It may come from anybody who may put
//! results.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
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
    /// The exception that is made for it.
    pub(super) exception: Option<Excepted>,
}

/// The exception that an annotation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excepted {
    /// The last day on which it holds, in UTC.
    until: Date,
    ticket: String,
}

impl Excepted {
    /// The ticket, while the exception holds: a result may be shown for longer.
    pub(super) fn ticket_at(&self, now: Timestamp) -> Option<&str> {
        let today = TimeZone::UTC.to_datetime(now).date();
        (today <= self.until).then_some(&*self.ticket)
    }
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
            exception: (code == EXCEPTED).then(|| excepted(reason)).flatten(),
            code: code.to_owned(),
            reason: reason.to_owned(),
        })
    }
}

/// What is excepted in `until 2027-01-31 T-12: reason`.
fn excepted(reason: &str) -> Option<Excepted> {
    let rest = reason.strip_prefix("until ")?;
    let (until, rest) = rest.split_once(' ')?;
    let (ticket, _) = rest.split_once(": ")?;
    let until = until.parse().ok()?;
    (!ticket.is_empty()).then(|| Excepted {
        until,
        ticket: ticket.to_owned(),
    })
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
    fn an_excepted_one_names_the_ticket_until_the_day_is_over() {
        let read = Annotation::read("DS-EXC until 2027-01-31 T-12: legacy host").unwrap();
        assert_eq!(read.code, "DS-EXC");
        let excepted = read.exception.unwrap();
        let at = |time: &str| excepted.ticket_at(time.parse().unwrap());
        assert_eq!(at("2027-01-31T23:59:59Z"), Some("T-12"));
        assert_eq!(at("2027-02-01T00:00:00Z"), None);
        let odd = Annotation::read("DS-EXC until 2027-02-31 T-12: legacy host").unwrap();
        assert_eq!(odd.exception, None);
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
