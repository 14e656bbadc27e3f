//! Why a computer of a seeded estate is as it is: healthy, or one of the known defects.

/// The state of a generated computer. Each occurs in every estate of at least
/// [`Condition::PERIOD`] computers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// Nothing to complain about.
    Healthy,
    /// Carries no policy.
    NoPolicy,
    /// Intrusion prevention only detects.
    DetectOnly,
    /// Intrusion prevention prevents, but has no rules.
    NoRules,
    /// Anti-malware is on without a real-time scan configuration.
    NoRealTimeScan,
    /// Anti-malware is off on the computer, against its policy.
    ModuleOff,
    /// A module reports a warning.
    ModuleWarning,
    /// A module reports an error.
    ModuleError,
    /// A module that the agent cannot run.
    ModuleNotSupported,
    /// The agent reports a warning; the computer is still managed.
    AgentWarning,
    /// The agent reports an error.
    AgentError,
    /// The agent does not answer.
    AgentOffline,
    /// The agent was never activated.
    NeverActivated,
    /// The agent is active, but last spoke days ago.
    StaleAgent,
    /// Security updates are old.
    StaleUpdates,
    /// The last policy send failed.
    SendFailed,
    /// The policy puts the network engine in Tap mode.
    TapByPolicy,
    /// The computer puts the network engine in Tap mode.
    TapByComputer,
    /// A second record of the instance of the computer before it.
    Duplicate,
    /// Known only through its agent, as its account has no connector.
    NoConnector,
    /// A WorkSpace.
    Workspace,
    /// A machine outside AWS.
    NotAws,
    /// A stopped instance.
    Stopped,
    /// A terminated instance whose record is left.
    Terminated,
}

impl Condition {
    /// All conditions.
    pub const ALL: [Self; 24] = [
        Self::Healthy,
        Self::NoPolicy,
        Self::DetectOnly,
        Self::NoRules,
        Self::NoRealTimeScan,
        Self::ModuleOff,
        Self::ModuleWarning,
        Self::ModuleError,
        Self::ModuleNotSupported,
        Self::AgentWarning,
        Self::AgentError,
        Self::AgentOffline,
        Self::NeverActivated,
        Self::StaleAgent,
        Self::StaleUpdates,
        Self::SendFailed,
        Self::TapByPolicy,
        Self::TapByComputer,
        Self::Duplicate,
        Self::NoConnector,
        Self::Workspace,
        Self::NotAws,
        Self::Stopped,
        Self::Terminated,
    ];

    /// So many computers in a row have every condition.
    pub const PERIOD: u64 = 60;

    /// The condition of the computer at `index` (from 0). The stride spreads the defects over
    /// the fleet and puts a healthy EC2 computer before each duplicate.
    pub(crate) fn at(seed: u64, index: u64) -> Self {
        const STRIDE: u64 = 37;
        let slot = (index * STRIDE + seed % Self::PERIOD) % Self::PERIOD;
        let condition = usize::try_from(slot)
            .ok()
            .and_then(|slot| Self::ALL.get(slot).copied());
        match condition {
            Some(Self::Duplicate) if index == 0 => Self::Healthy,
            condition => condition.unwrap_or(Self::Healthy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Condition;
    use std::collections::BTreeSet;

    #[test]
    fn every_condition_occurs_within_a_period_and_most_computers_are_healthy() {
        for seed in 0..Condition::PERIOD {
            let row: Vec<_> = (1..=Condition::PERIOD)
                .map(|i| Condition::at(seed, i))
                .collect();
            assert_eq!(
                row.iter().collect::<BTreeSet<_>>().len(),
                Condition::ALL.len()
            );
            let healthy = row.iter().filter(|c| **c == Condition::Healthy).count();
            assert_eq!(healthy, 37);
        }
    }

    #[test]
    fn a_duplicate_follows_a_healthy_computer() {
        for seed in 0..Condition::PERIOD {
            assert_ne!(Condition::at(seed, 0), Condition::Duplicate);
            for index in 1..=Condition::PERIOD {
                if Condition::at(seed, index) == Condition::Duplicate {
                    assert_eq!(Condition::at(seed, index - 1), Condition::Healthy);
                }
            }
        }
    }
}
