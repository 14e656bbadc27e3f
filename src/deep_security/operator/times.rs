//! What the Manager shows of scans and policy sends: by these times, and by nothing else, it is
//! told whether one was done. A scheduled task only says that it was handed out.

use std::collections::BTreeSet;

use jiff::Timestamp;
use remediations::action::{Scan, Target};
use rules::{
    computer::{ComputerId, PolicySend},
    fact::Fact,
    gap::Gap,
    module::Module,
};

use super::{
    Operator,
    assignments::RecommendationScan,
    calls::{self, COMPUTER},
    look_up::expect_id,
};
use crate::deep_security::{
    call::Call,
    error::Error,
    pages::{self, Searched},
    run::unreadable,
    wire,
};

/// What a computer itself shows of scans and policy sends, by the Manager's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComputerTimes {
    /// The computer.
    pub id: ComputerId,
    /// Whether it is managed; a gap where its agent's status is missing or unknown. One that is not
    /// managed cannot be relied on to run what it is asked to.
    pub managed: Result<bool, Gap>,
    /// When the last integrity scan ended.
    pub integrity_scan: Fact<Timestamp>,
    /// When the last malware scan ended that a task asked for.
    pub scheduled_malware_scan: Fact<Timestamp>,
    /// When the last malware scan ended that somebody asked for by hand.
    pub manual_malware_scan: Fact<Timestamp>,
    /// When a policy send was last asked for, and when one last succeeded.
    pub policy_send: PolicySend,
    /// What the agent is at or waits for. Foreign, localised texts: a hint for people, from which
    /// nothing follows.
    pub agent_tasks: Vec<Box<str>>,
}

/// What the Manager shows of scans and policy sends of one computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanTimes {
    /// What the computer itself shows.
    pub computer: ComputerTimes,
    /// The last recommendation scan.
    pub recommendation: RecommendationScan,
}

impl ComputerTimes {
    /// When the last integrity scan ended, in milliseconds since 1970; `None` for never.
    ///
    /// # Errors
    /// A standing gap when it is reported in a way that is not understood.
    pub fn integrity(&self) -> Result<Option<i64>, Gap> {
        milliseconds(&self.integrity_scan, "the time of the last integrity scan")
    }

    /// When the last malware scan ended, whoever asked for it, in milliseconds since 1970; `None`
    /// for never. Which of the two times a one-off task moves is not documented, so either counts.
    ///
    /// # Errors
    /// A standing gap when one of them is reported in a way that is not understood.
    pub fn malware(&self) -> Result<Option<i64>, Gap> {
        let scheduled = "the time of the last scheduled malware scan";
        let manual = "the time of the last manual malware scan";
        let scheduled = milliseconds(&self.scheduled_malware_scan, scheduled)?;
        Ok(scheduled.max(milliseconds(&self.manual_malware_scan, manual)?))
    }

    /// When the policy was last sent with success, in milliseconds since 1970; `None` for never.
    ///
    /// # Errors
    /// A standing gap when it is reported in a way that is not understood.
    pub fn policy_sent(&self) -> Result<Option<i64>, Gap> {
        let name = "the time of the last policy send that succeeded";
        milliseconds(&self.policy_send.succeeded, name)
    }
}

impl ScanTimes {
    /// When the last scan of a kind ended, in milliseconds since 1970; `None` for never. A scan
    /// that was asked for is done when this differs from what it was before; a recommendation scan
    /// also has to be [valid](RecommendationScan::done_since).
    ///
    /// # Errors
    /// A standing gap when it is reported in a way that is not understood.
    pub fn last(&self, scan: Scan) -> Result<Option<i64>, Gap> {
        match scan {
            Scan::Recommendation => self.recommendation.last(),
            Scan::Integrity => self.computer.integrity(),
            Scan::Malware => self.computer.malware(),
        }
    }
}

/// A time by the Manager's clock, as it is compared with another one.
pub(super) fn milliseconds(time: &Fact<Timestamp>, name: &str) -> Result<Option<i64>, Gap> {
    let time = time.get_if_reported(name)?;
    Ok(time.map(Timestamp::as_millisecond))
}

impl Searched for ComputerTimes {
    fn call() -> &'static Call {
        &calls::COMPUTERS_TIMES
    }
}

impl Operator {
    /// Everything that the Manager shows of scans and policy sends of one computer, with two
    /// calls.
    ///
    /// # Errors
    /// [`Problem::Gone`](crate::deep_security::Problem::Gone) where the Manager does not know the
    /// computer any more, and whenever it cannot be read.
    pub async fn scan_times(&self, computer: ComputerId) -> Result<ScanTimes, Error> {
        let run = self.run();
        let call = calls::computer_times(computer);
        let times = run.ask(&call, None, |reply| {
            let times: ComputerTimes =
                wire::object(reply.json_of(COMPUTER)?).map_err(|error| unreadable(&error))?;
            expect_id(COMPUTER, times.id, computer)?;
            Ok(times)
        });
        let times = times.await?;
        let target = Target::Computer(computer);
        let module = Module::IntrusionPrevention;
        let assignments = self.assignments_in(&run, target, module).await?;
        Ok(ScanTimes {
            computer: times,
            recommendation: assignments.scan,
        })
    }

    /// What many computers themselves show, by rising id, with at most one call for each and at
    /// most one for each page of computers between the first and the last. A computer that the
    /// Manager does not know any more is left out. Recommendation scans are not in it, since only
    /// the [assignments](Operator::assignments) of a computer show them.
    ///
    /// # Errors
    /// Whenever it cannot be said which of them exist.
    pub async fn computer_times(
        &self,
        computers: &BTreeSet<ComputerId>,
    ) -> Result<Vec<ComputerTimes>, Error> {
        pages::with_ids(&self.run(), computers).await
    }
}
