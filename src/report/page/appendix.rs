//! The appendix: every result that is not compliant, by account and cause.

use std::collections::BTreeMap;

use askama::Template;
use rules::reason::Code;

use super::{
    super::number, Subject, cause, embedded::EmbeddedRow, standing::Standing, survey::Survey,
};

/// The appendix.
#[derive(Debug, Template)]
#[template(path = "appendix.html", config = "src/report/page/askama.toml")]
pub(super) struct Appendix<'a> {
    accounts: Vec<Account<'a>>,
    total: String,
    shown: String,
    csv: Option<&'a str>,
    are_many: bool,
}

#[derive(Debug)]
struct Account<'a> {
    name: &'a str,
    groups: Vec<Group<'a>>,
}

/// The rows of one account that have one code.
#[derive(Debug)]
struct Group<'a> {
    standing: Standing,
    code: &'a str,
    known: Option<&'static Code>,
    count: String,
    rows: Vec<&'a EmbeddedRow<'a>>,
}

impl Group<'_> {
    fn meaning(&self) -> &'static str {
        self.known.map_or("", |code| code.meaning)
    }
}

impl<'a> Appendix<'a> {
    pub(super) fn of(subject: &Subject<'a>, survey: &'a Survey<'a>) -> Self {
        type Groups<'a> = BTreeMap<(Standing, &'a str), Vec<&'a EmbeddedRow<'a>>>;
        let mut accounts: BTreeMap<&str, Groups<'a>> = BTreeMap::new();
        for row in &survey.embedded.rows {
            let groups = accounts.entry(row.account()).or_default();
            let group = groups.entry((row.standing, row.row.code)).or_default();
            group.push(row);
        }
        let account = |(name, groups): (&'a str, Groups<'a>)| Account {
            name,
            groups: groups
                .into_iter()
                .map(|((standing, code), rows)| Group {
                    standing,
                    code,
                    known: cause::code(code),
                    count: number(rows.len()),
                    rows,
                })
                .collect(),
        };
        Self {
            accounts: accounts.into_iter().map(account).collect(),
            total: number(survey.embedded.total),
            shown: number(survey.embedded.rows.len()),
            csv: subject.csv,
            are_many: survey.embedded.are_many(),
        }
    }
}
