//! # What it checks
//! That the agent and every module that is on report `active`, and that the last policy send
//! succeeded.
//!
//! # Why it matters
//! A warning is how Deep Security says that protection is not what it is set to be: an engine
//! that is offline, an agent that lost its Manager, a policy that never arrived.
//!
//! # How it decides
//! By the Manager's status words, never by its messages, which are localised. An agent that was
//! never activated is not clear. A policy send succeeded when the last success is not older than
//! the last request. Activity monitoring and the SAP scanner are judged where the Manager has
//! them.
//!
//! # When it cannot tell
//! When the computer cannot be determined, when a status word is not known, when one of the seven
//! protection modules is not in the Manager's response, or when no policy send was ever reported;
//! unless something else is certain not to be clear.

use crate::{
    computer::{Agent, PolicySend},
    facts::{Facts, Need},
    framework::Frameworks,
    gap::Gap,
    module::{Module, ModuleReport, ModuleState, Status},
    parameter::BadParameter,
    reason::Code,
    rule::{AboutInstance, Check, Rule, Scope, Severity, Subject, Trigger},
    text::quoted,
    values::Values,
    verdict::{Ground, Verdict},
};

pub(super) static RULE: Rule = Rule {
    id: "instance-is-clear",
    summary: "that Deep Security reports no warning or error for the instance",
    severity: Severity::Medium,
    frameworks: Frameworks {
        pci_dss: &["10.7.2"],
        nist_800_53: &["SI-3", "SI-6"],
        cis_controls: &["10.6"],
    },
    trigger: Trigger::ChangeAndHourly,
    parameters: &[],
    codes: &[&CLEAR, &AGENT, &MODULE, &POLICY_SEND],
    source: include_str!("instance_is_clear.rs"),
    subject: Subject::Instance(AboutInstance {
        scope: Scope::Running,
        needs: &[Need::Computer],
        wishes: &[],
        prepare,
    }),
};

static CLEAR: Code = Code {
    id: "DS-CLR-001",
    meaning: "agent, modules and policy send report no trouble",
    remedy: None,
};
static AGENT: Code = Code {
    id: "DS-CLR-002",
    meaning: "the agent is not active",
    remedy: Some("Look at the agent's status in the Manager; the reason quotes it."),
};
static MODULE: Code = Code {
    id: "DS-CLR-003",
    meaning: "a module that is on is not active",
    remedy: Some("Look at the module's status in the Manager; the reason quotes it."),
};
static POLICY_SEND: Code = Code {
    id: "DS-CLR-004",
    meaning: "the last policy send did not succeed",
    remedy: Some("Send the policy again in the Manager, and see that the agent is reached."),
};

fn prepare(_: &Values) -> Result<Check, BadParameter> {
    Ok(Box::new(check))
}

fn check(facts: &Facts<'_>) -> Result<Verdict, Gap> {
    let sighting = facts.sighting()?;
    let computer = sighting.computer();
    let agent = agent_ground(&computer.agent).unwrap_or_else(|gap| Ground::unknown(&AGENT, gap));
    let mut grounds = vec![agent];
    for module in Module::ALL {
        let report = match computer.modules.reported(*module) {
            Some(report) => Ok(report),
            None if Module::PROTECTION.contains(module) => computer.modules.get(*module),
            None => continue,
        };
        match report.and_then(|report| module_trouble(*module, report)) {
            Ok(None) => {}
            Ok(Some(trouble)) => grounds.push(Ground::fails(&MODULE, trouble)),
            Err(gap) => grounds.push(Ground::unknown(&MODULE, gap)),
        }
    }
    if grounds.len() == 1 {
        grounds.push(Ground::holds(&MODULE, "every module that is on is active"));
    }
    let sent = sent_ground(&computer.policy_send);
    grounds.push(sent.unwrap_or_else(|gap| Ground::unknown(&POLICY_SEND, gap)));
    Verdict::weigh(&sighting, grounds, &CLEAR)
}

fn agent_ground(agent: &Agent) -> Result<Ground, Gap> {
    if !agent.activated {
        return Ok(Ground::fails(&AGENT, "no agent is activated"));
    }
    let status = agent.status.get("the agent's status")?;
    Ok(match (status, &agent.message) {
        (Status::Active, _) => Ground::holds(&AGENT, "the agent is active"),
        (_, None) => Ground::fails(&AGENT, format!("the agent is {status}")),
        (_, Some(message)) => {
            Ground::fails(&AGENT, format!("the agent is {status} {}", quoted(message)))
        }
    })
}

fn module_trouble(module: Module, report: &ModuleReport) -> Result<Option<String>, Gap> {
    if report.state_of(module)? == ModuleState::Off {
        return Ok(None);
    }
    let status = report.status_of(module)?;
    Ok((status != Status::Active).then(|| report.described(module, status)))
}

fn sent_ground(send: &PolicySend) -> Result<Ground, Gap> {
    Ok(match send.trouble()? {
        Some(trouble) => Ground::fails(&POLICY_SEND, trouble),
        None => Ground::holds(&POLICY_SEND, "the last policy send succeeded"),
    })
}
