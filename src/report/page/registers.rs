//! The registers: exceptions with those who answer for them, and findings with what became of them.

use askama::Template;
use jiff::Timestamp;
use rules::time::minute;

use super::{
    super::{counted, number},
    survey::Survey,
};
use crate::results::{ExceptionShown, Listed, Record};

/// The most findings that are shown.
const MOST: usize = 500;

/// From how many days before its end on an exception needs somebody.
const SOON: i64 = 14;

/// The register of exceptions.
#[derive(Debug, Template)]
#[template(path = "exceptions.html", config = "src/report/page/askama.toml")]
pub(super) struct Exceptions<'a> {
    statement: String,
    rows: Vec<ExceptionRow<'a>>,
}

#[derive(Debug)]
struct ExceptionRow<'a> {
    exception: &'a ExceptionShown,
    expires: String,
    days: String,
    state: State,
}

/// Whether an exception holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Template)]
#[template(
    ext = "html",
    source = r#"<span class="badge {% match self %}{% when Self::Expired %}failing{% when Self::Inactive %}undetermined{% when Self::Soon %}undetermined{% when Self::Active %}excepted{% endmatch %}"><span aria-hidden="true">{% match self %}{% when Self::Expired %}✗{% when Self::Inactive %}–{% when Self::Soon %}!{% when Self::Active %}◆{% endmatch %}</span> {% match self %}{% when Self::Expired %}expired{% when Self::Inactive %}does not hold{% when Self::Soon %}expires soon{% when Self::Active %}holds{% endmatch %}</span>"#
)]
enum State {
    Expired,
    Inactive,
    Soon,
    Active,
}

impl askama::filters::HtmlSafe for State {}

impl State {
    fn of(exception: &ExceptionShown, as_of: Timestamp, days: i64) -> Self {
        match (exception.expires < as_of, exception.is_active) {
            (true, _) => Self::Expired,
            (false, false) => Self::Inactive,
            (false, true) if days <= SOON => Self::Soon,
            (false, true) => Self::Active,
        }
    }
}

impl<'a> Exceptions<'a> {
    pub(super) fn of(
        exceptions: Option<&'a [ExceptionShown]>,
        survey: &Survey<'_>,
        as_of: Timestamp,
    ) -> Self {
        let excepted = survey.all.excepted;
        let statement = match exceptions {
            None if excepted == 0 => "No exceptions were in the settings.".to_owned(),
            None => format!(
                "{} {} excepted; the results do not hold the register of exceptions.",
                counted(excepted, "result"),
                if excepted == 1 { "is" } else { "are" }
            ),
            Some(register) => format!(
                "{} in the register; {} excepted. What is excepted stays non-compliant in AWS Config \
                 unless the deployer chose otherwise, and is counted apart here.",
                counted(register.len(), "exception"),
                counted(excepted, "result")
            ),
        };
        let shown = |exception: &'a ExceptionShown| {
            let hours = exception.expires.duration_since(as_of).as_hours();
            let days = hours.div_euclid(24);
            ExceptionRow {
                exception,
                expires: minute(exception.expires),
                days: days.to_string(),
                state: State::of(exception, as_of, days),
            }
        };
        let mut rows: Vec<_> = exceptions.unwrap_or_default().iter().map(shown).collect();
        rows.sort_by(|left, right| {
            let order = |row: &ExceptionRow<'a>| (row.state, row.exception.expires);
            order(left).cmp(&order(right))
        });
        Self { statement, rows }
    }
}

/// The register of findings.
#[derive(Debug, Template)]
#[template(path = "records.html", config = "src/report/page/askama.toml")]
pub(super) struct Records<'a> {
    told: Option<Told<'a>>,
}

#[derive(Debug)]
struct Told<'a> {
    rows: Vec<RecordRow<'a>>,
    total: String,
    shown: String,
}

#[derive(Debug)]
struct RecordRow<'a> {
    record: &'a Record,
    instance: &'a str,
    recorded_at: String,
    changed_at: String,
}

impl<'a> Records<'a> {
    pub(super) fn of(records: Option<&'a Listed<Record>>) -> Self {
        let told = records.map(|records| {
            let rows = records.first.iter().take(MOST).map(|record| RecordRow {
                record,
                instance: record.instance.as_deref().unwrap_or("–"),
                recorded_at: minute(record.recorded_at),
                changed_at: minute(record.changed_at),
            });
            let rows: Vec<_> = rows.collect();
            Told {
                total: number(records.total),
                shown: number(rows.len()),
                rows,
            }
        });
        Self { told }
    }
}
