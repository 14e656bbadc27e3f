//! # What it checks
//! That the agent spoke to its Manager within `maxAgentAgeHours` before the inventory was taken,
//! and that its security updates are current.
//!
//! # Why it matters
//! A Manager goes on showing the last state that an agent reported. Behind a row that looks
//! healthy may be an agent that has been silent for weeks, or one with last year's patterns.
//!
//! # How it decides
//! The time of the last communication is compared with the time of the inventory, both by the
//! Manager's clock. Security updates are current when the Manager reports them `active`.
//!
//! # When it cannot tell
//! When the computer cannot be determined, when the last communication lies after the inventory,
//! or when the state of the updates is not reported or not known; unless the agent is certain to
//! be silent.

use jiff::SignedDuration;

use crate::{
    computer::LAST_COMMUNICATION,
    facts::{Facts, Need},
    framework::Frameworks,
    gap::{self, Gap},
    inventories::Sighting,
    module::Status,
    parameter::{BadParameter, Kind, Parameter},
    reason::Code,
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    time::minute,
    values::Values,
    verdict::{Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "agent-is-fresh",
    summary: "that the agent has spoken recently and its security updates are current",
    severity: Severity::Medium,
    frameworks: Frameworks {
        pci_dss: &["5.3.1", "10.7.2"],
        nist_800_53: &["CM-8", "SI-3"],
        cis_controls: &["10.2"],
    },
    trigger: Trigger::Hourly,
    parameters: &[&MAX_AGENT_AGE_HOURS],
    codes: &[&FRESH, &SILENT, &OUTDATED],
    source: include_str!("agent_is_fresh.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Running,
        needs: &[Need::Computer],
        wishes: &[],
        prepare,
    }),
};

static MAX_AGENT_AGE_HOURS: Parameter = Parameter {
    name: "maxAgentAgeHours",
    summary: "how long before the inventory the agent may have spoken last",
    kind: Kind::Integer { min: 1, max: 8_760 },
    default: "24",
};

static FRESH: Code = Code {
    id: "DS-AGT-001",
    meaning: "the agent spoke recently and its updates are current",
    remedy: None,
};
static SILENT: Code = Code {
    id: "DS-AGT-002",
    meaning: "the agent is silent",
    remedy: Some(
        "See that the instance runs, that its agent does, and that it reaches the Manager \
         (`dsa_control -m` on the instance asks for a heartbeat).",
    ),
};
static OUTDATED: Code = Code {
    id: "DS-AGT-003",
    meaning: "security updates are not current",
    remedy: Some(
        "Have the Manager send a security update, and see that the agent reaches its relay.",
    ),
};

fn prepare(values: &Values) -> Result<Check, BadParameter> {
    let max_age = values.hours(&MAX_AGENT_AGE_HOURS)?;
    Ok(Box::new(move |facts| check(facts, max_age)))
}

fn check(facts: &Facts<'_>, max_age: SignedDuration) -> Result<Verdict, Gap> {
    let sighting = facts.sighting()?;
    let spoke = spoke_ground(&sighting, max_age);
    let updates = updates_ground(&sighting);
    let grounds = vec![
        spoke.unwrap_or_else(|gap| Ground::unknown(&SILENT, gap)),
        updates.unwrap_or_else(|gap| Ground::unknown(&OUTDATED, gap)),
    ];
    Verdict::weigh(&sighting, grounds, &FRESH)
}

fn spoke_ground(sighting: &Sighting<'_>, max_age: SignedDuration) -> Result<Ground, Gap> {
    let taken_at = sighting.inventory().taken_at();
    let agent = &sighting.computer().agent;
    if !agent.activated {
        return Ok(Ground::fails(&SILENT, "no agent is activated"));
    }
    let Some(spoke) = agent
        .last_communication
        .get_if_reported(LAST_COMMUNICATION)?
    else {
        return Ok(Ground::fails(&SILENT, "the agent has never spoken"));
    };
    let age = taken_at.duration_since(spoke);
    if sighting.inventory().is_before(spoke) {
        let text = format!(
            "{LAST_COMMUNICATION}, {}, lies after the inventory of {}",
            minute(spoke),
            minute(taken_at)
        );
        return Err(Gap::standing(&gap::UNRECOGNISED, text));
    }
    if age > max_age {
        let hours = max_age.as_hours();
        let text = format!(
            "the agent spoke last {}, more than {hours} h before the inventory",
            minute(spoke)
        );
        return Ok(Ground::fails(&SILENT, text));
    }
    Ok(Ground::holds(&SILENT, "the agent spoke recently"))
}

fn updates_ground(sighting: &Sighting<'_>) -> Result<Ground, Gap> {
    let updates = sighting
        .computer()
        .security_updates
        .get("the state of security updates")?;
    Ok(match updates {
        Status::Active => Ground::holds(&OUTDATED, "its security updates are current"),
        other => Ground::fails(
            &OUTDATED,
            format!("security updates are {other}, wanted active"),
        ),
    })
}
