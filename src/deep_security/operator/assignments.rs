//! Rules that are assigned, and rules that a recommendation scan recommends.

use std::{borrow::Cow, collections::BTreeSet};

use jiff::Timestamp;
use remediations::action::Target;
use rules::{
    fact::{Fact, Readable},
    gap::Gap,
    module::Module,
};
use serde_json::json;

use super::{Operator, calls, times::milliseconds};
use crate::deep_security::{
    call::{Call, Reply},
    error::{Error, Problem},
    run::{Run, unreadable},
    wire,
};

/// What a module's rules are on a computer or a policy, inherited ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignments {
    /// The ids of the rules that are assigned.
    pub assigned: BTreeSet<u64>,
    /// Of the rules that are not assigned those that the last recommendation scan recommends; for
    /// a policy, over the computers that use it.
    pub recommended_to_assign: BTreeSet<u64>,
    /// Of the rules that are assigned those that the last recommendation scan would take away.
    /// They are reported, and never taken away.
    pub recommended_to_unassign: BTreeSet<u64>,
    /// The scan that recommends them.
    pub scan: RecommendationScan,
}

/// The last recommendation scan. One scan is for intrusion prevention, integrity monitoring and
/// log inspection together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecommendationScan {
    /// Whether what it recommends holds.
    pub status: Fact<ScanStatus>,
    /// When it ended, by the Manager's clock; missing for never.
    pub at: Fact<Timestamp>,
}

/// Whether what a recommendation scan recommends holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanStatus {
    /// There was no scan.
    None,
    /// It holds.
    Valid,
    /// It is too old.
    OutOfDate,
    /// The Manager itself does not know.
    Unknown,
}

impl ScanStatus {
    const ALL: [Self; 4] = [Self::None, Self::Valid, Self::OutOfDate, Self::Unknown];

    /// The Manager's own word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid => "valid",
            Self::OutOfDate => "out-of-date",
            Self::Unknown => "unknown",
        }
    }
}

impl Readable for ScanStatus {
    fn read_text(text: &str) -> Fact<Self> {
        let known = Self::ALL.into_iter().find(|status| status.word() == text);
        known.map_or_else(|| Fact::Unrecognised(text.into()), Fact::Known)
    }

    fn written(&self) -> Cow<'static, str> {
        self.word().into()
    }
}

impl RecommendationScan {
    /// When it ended, in milliseconds since 1970; `None` for never.
    ///
    /// # Errors
    /// A standing gap when it is reported in a way that is not understood.
    pub fn last(&self) -> Result<Option<i64>, Gap> {
        milliseconds(&self.at, "the time of the last recommendation scan")
    }

    /// Whether a scan was done that was asked for when the last one was `before`, in milliseconds
    /// since 1970: the time differs, and what the scan recommends holds.
    ///
    /// # Errors
    /// A standing gap when time or status are reported in a way that is not understood.
    pub fn done_since(&self, before: Option<i64>) -> Result<bool, Gap> {
        let last = self.last()?;
        if last.is_none() || last == before {
            return Ok(false);
        }
        let status = self.status.get("the status of the recommendation scan")?;
        Ok(status == ScanStatus::Valid)
    }
}

/// What became of assigning rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The rules of those asked for that were not there before.
    pub added: BTreeSet<u64>,
    /// Those of them that somebody else took away meanwhile, so that they were added once more.
    pub again: BTreeSet<u64>,
    /// How it is now. All rules that were asked for are in it.
    pub now: Assignments,
}

impl Operator {
    /// What is assigned and recommended, with one call.
    ///
    /// # Errors
    /// [`Problem::Gone`] where the Manager does not know the computer or policy any more,
    /// [`Problem::Improper`] for a module other than intrusion prevention, integrity monitoring and
    /// log inspection, and whenever it cannot be read.
    pub async fn assignments(&self, target: Target, module: Module) -> Result<Assignments, Error> {
        self.assignments_in(&self.run(), target, module).await
    }

    pub(super) async fn assignments_in(
        &self,
        run: &Run<'_>,
        target: Target,
        module: Module,
    ) -> Result<Assignments, Error> {
        let call = list_call(run, target, module)?;
        run.ask(&call, None, |reply| in_reply(reply, target)).await
    }

    /// Assigns rules in addition to those that are there, and checks that they all are there then.
    /// The Manager may assign more, since rules depend on others. Where all are there already,
    /// nothing is written.
    ///
    /// # Errors
    /// [`Problem::NotDone`] with the rules that are missing in the end, [`Problem::UnknownRule`]
    /// for a rule that does not exist, and those of [`Operator::assignments`].
    pub async fn assign(
        &self,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<Assigned, Error> {
        let run = self.run();
        let list = list_call(&run, target, module)?;
        let before = self.assignments_in(&run, target, module).await?;
        let added: BTreeSet<u64> = rules.difference(&before.assigned).copied().collect();
        if added.is_empty() {
            return Ok(Assigned {
                added,
                again: BTreeSet::new(),
                now: before,
            });
        }
        let call = calls::assign(&list, target);
        let mut now = self.add(&run, &call, target, module, &added).await?;
        // Somebody may take rules away between two calls, also some that were there before.
        let again: BTreeSet<u64> = rules.difference(&now.assigned).copied().collect();
        if !again.is_empty() {
            now = self.add(&run, &call, target, module, &again).await?;
        }
        let missing: Vec<String> = rules
            .difference(&now.assigned)
            .map(ToString::to_string)
            .collect();
        if !missing.is_empty() {
            let noun = calls::noun(target);
            let what = format!("rules missing on the {noun}: {}", missing.join(", "));
            return Err(run.error(Some(&call), Problem::NotDone(what)));
        }
        Ok(Assigned { added, again, now })
    }

    /// Adds rules. To add them twice is to add them once, so that this may be tried again.
    async fn add(
        &self,
        run: &Run<'_>,
        call: &Call,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<Assignments, Error> {
        let body = json!({ "ruleIDs": rules }).to_string();
        let added = run.ask(call, Some(body), |reply| in_reply(reply, target));
        match added.await {
            // A Manager does not tell whether it is the target or a rule that does not exist.
            Err(error) if error.is_gone() => {
                self.assignments_in(run, target, module).await?;
                Err(run.error(Some(call), Problem::UnknownRule(None)))
            }
            added => added,
        }
    }
}

fn list_call(run: &Run<'_>, target: Target, module: Module) -> Result<Call, Error> {
    calls::assignments(target, module).ok_or_else(|| {
        let what = format!("no rules can be assigned for {}", module.name());
        run.error(None, Problem::Improper(what))
    })
}

fn in_reply(reply: &Reply, target: Target) -> Result<Assignments, Problem> {
    let json = reply.json_of(calls::noun(target))?;
    wire::assignments(json).map_err(|error| unreadable(&error))
}
