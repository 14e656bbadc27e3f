//! Completeness: what could not be told, why, and what to do about it.

use askama::Template;

use super::{
    super::{counted, number},
    cause::{self, Cause},
    marked::Marked,
    standing::{Share, Standing},
    survey::Survey,
};
use crate::results::{Omission, OmissionKind};

/// The most causes that are listed.
const MOST: usize = 40;

/// The most omissions that are listed.
const MOST_OMISSIONS: usize = 200;

/// What could not be told.
#[derive(Debug, Template)]
#[template(path = "completeness.html", config = "src/report/page/askama.toml")]
pub(super) struct Completeness<'a> {
    statement: String,
    /// The Managers of which pages may be missing.
    incomplete: Vec<&'a str>,
    causes: Vec<Row<'a>>,
    more: usize,
    /// What the results leave out, and how many such things there are.
    omissions: Vec<&'a Omission>,
    all_omissions: usize,
}

#[derive(Debug)]
struct Row<'a> {
    code: &'a str,
    meaning: &'a str,
    common: &'a str,
    remedy: Marked<'a>,
    instances: String,
}

impl<'a> Completeness<'a> {
    pub(super) fn of(survey: &'a Survey<'a>) -> Self {
        let undetermined = survey.all.undetermined;
        let causes = survey.causes.of(Standing::Undetermined);
        let share = Share {
            part: undetermined,
            of: survey.all.total(),
        };
        let omissions = survey.results.details.completeness.as_ref();
        let is_lossy = omissions.is_some_and(|omissions| {
            let mut kinds = omissions.first.iter().map(|omission| omission.kind);
            kinds.any(OmissionKind::is_loss)
        });
        let statement = match undetermined {
            0 if is_lossy => format!(
                "All of {} that there are could be decided, and these are not all that there should \
                 be: see below what they leave out.",
                counted(survey.all.total(), "result")
            ),
            0 => format!(
                "All of {} could be decided.",
                counted(survey.all.total(), "result")
            ),
            _ => format!(
                "{} of {} ({share}) could not be decided: a fact was missing. They are counted apart. \
                 AWS Config is told nothing of them, but where undetermined=non-compliant is set: \
                 there it shows them as NON_COMPLIANT, with the code DS-UNKNOWN.",
                number(undetermined),
                counted(survey.all.total(), "result")
            ),
        };
        let statement = match &survey.results.doubt {
            Some(doubt) => format!("{statement} The results contradict themselves: {doubt}."),
            None => statement,
        };
        let inventories = survey.results.inventories.iter();
        let incomplete = inventories
            .filter(|inventory| !inventory.complete)
            .map(|inventory| inventory.manager.as_str());
        let more = causes.len().saturating_sub(MOST);
        Self {
            statement,
            incomplete: incomplete.collect(),
            causes: causes.into_iter().take(MOST).map(Row::of).collect(),
            more,
            omissions: omissions
                .iter()
                .flat_map(|listed| &listed.first)
                .take(MOST_OMISSIONS)
                .collect(),
            all_omissions: omissions.map_or(0, |listed| listed.total),
        }
    }
}

impl<'a> Row<'a> {
    fn of(cause: Cause<'a>) -> Self {
        Self {
            code: cause.code,
            meaning: cause.known.map_or("", |code| code.meaning),
            common: cause.common,
            remedy: Marked::new(cause::remedy(cause.known)),
            instances: number(cause.instances.len()),
        }
    }
}
