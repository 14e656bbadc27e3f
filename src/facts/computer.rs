//! The computer and its policy.

use rules::{
    Facts, Gap, gap,
    inventories::Sighting,
    module::{EngineMode, Module, Shield, Strictness},
    text,
};

use super::{
    document::{
        AgentFacts, ComputerFacts, ModuleFacts, ModulesFacts, PolicyFacts, PolicySendFacts,
    },
    gaps::Gaps,
};

/// The computer that stands for an instance.
pub(super) fn of(facts: &Facts<'_>, sighting: &Sighting<'_>, gaps: &mut Gaps) -> ComputerFacts {
    let computer = sighting.computer();
    let updates = computer
        .security_updates
        .get("the state of the security updates");
    ComputerFacts {
        id: computer.id,
        name: text::clean(&computer.name),
        manager: text::clean(sighting.inventory().manager()),
        records: sighting.records() as u64,
        managed: gaps.fact("computer.managed", computer.agent.is_managed()),
        agent: agent(facts, sighting, gaps),
        policy_send: policy_send(sighting, gaps),
        security_updates: gaps.fact("computer.securityUpdates", updates),
        engine_mode: gaps.fact("computer.engineMode", engine_mode(facts, sighting)),
        modules: modules(facts, sighting, gaps),
    }
}

fn agent(facts: &Facts<'_>, sighting: &Sighting<'_>, gaps: &mut Gaps) -> AgentFacts {
    let agent = &sighting.computer().agent;
    let spoke = "the time of the agent's last communication";
    let last_communication = agent.last_communication.get_if_reported(spoke);
    let last_communication = gaps.optional("computer.agent.lastCommunication", last_communication);
    let version = agent.version.as_deref().map(text::clean);
    let (mut version_known, mut silent_hours) = (version.clone(), None);
    // An agent that was never activated has no version and never spoke.
    if agent.activated {
        version_known = gaps.reported(
            "computer.agent.version",
            "the version of the agent",
            version.as_ref(),
        );
        if last_communication.is_none() {
            let gap = Gap::standing(&gap::NOT_REPORTED, format!("{spoke} is not reported"));
            gaps.note("computer.agent.lastCommunication", gap);
        }
        silent_hours = gaps.age(
            "computer.agent.silentHours",
            last_communication,
            facts.now(),
        );
    }
    AgentFacts {
        activated: agent.activated,
        status: gaps.fact(
            "computer.agent.status",
            agent.status.get("the agent's status"),
        ),
        message: agent.message.as_deref().map(text::clean),
        version: version_known,
        last_communication,
        silent_hours,
    }
}

fn policy_send(sighting: &Sighting<'_>, gaps: &mut Gaps) -> PolicySendFacts {
    let send = &sighting.computer().policy_send;
    let requested = send
        .requested
        .get_if_reported("the time of the last policy send");
    let succeeded = send
        .succeeded
        .get_if_reported("the time of the last successful send");
    let up_to_date = send.trouble().map(|trouble| trouble.is_none());
    PolicySendFacts {
        requested: gaps.optional("computer.policySend.requested", requested),
        succeeded: gaps.optional("computer.policySend.succeeded", succeeded),
        up_to_date: gaps.fact("computer.policySend.upToDate", up_to_date),
    }
}

fn engine_mode(facts: &Facts<'_>, sighting: &Sighting<'_>) -> Result<EngineMode, Gap> {
    let computer = sighting.computer();
    if computer.engine_mode.is_missing() && computer.policy()?.is_some() {
        facts.policies(sighting)?;
    }
    sighting.inventory().engine_mode(computer)
}

fn modules(facts: &Facts<'_>, sighting: &Sighting<'_>, gaps: &mut Gaps) -> ModulesFacts {
    let mut modules = ModulesFacts::default();
    for module in Module::ALL {
        let place = match module {
            Module::AntiMalware => &mut modules.anti_malware,
            Module::WebReputation => &mut modules.web_reputation,
            Module::Firewall => &mut modules.firewall,
            Module::IntrusionPrevention => &mut modules.intrusion_prevention,
            Module::IntegrityMonitoring => &mut modules.integrity_monitoring,
            Module::LogInspection => &mut modules.log_inspection,
            Module::ApplicationControl => &mut modules.application_control,
            Module::ActivityMonitoring => &mut modules.activity_monitoring,
            Module::Sap => &mut modules.sap,
        };
        *place = one_module(*module, facts, sighting, gaps);
    }
    modules
}

/// A module; `None` where the Manager has none such, or does not say.
fn one_module(
    module: Module,
    facts: &Facts<'_>,
    sighting: &Sighting<'_>,
    gaps: &mut Gaps,
) -> Option<ModuleFacts> {
    let path = format!("computer.modules.{module}");
    let reports = &sighting.computer().modules;
    let report = if Module::PROTECTION.contains(&module) {
        gaps.fact(&path, reports.get(module))?
    } else {
        reports.reported(module)?
    };
    let shield = report.shields(module, Strictness::Strongest, || {
        engine_mode(facts, sighting)
    });
    let shields = shield.map(|shield| shield == Shield::Up);
    Some(ModuleFacts {
        state: gaps.fact(&format!("{path}.state"), report.state_of(module)),
        status: gaps.fact(&format!("{path}.status"), report.status_of(module)),
        message: report.message.as_deref().map(text::clean),
        rules: report.rules,
        real_time_scan: report.real_time_scan,
        shields: gaps.fact(&format!("{path}.shields"), shields),
    })
}

/// The policy that the computer carries; `None` where it carries none.
pub(super) fn policy(
    facts: &Facts<'_>,
    sighting: &Sighting<'_>,
    gaps: &mut Gaps,
) -> Option<PolicyFacts> {
    let id = gaps.optional("policy", sighting.computer().policy())?;
    let policies = facts.policies(sighting);
    let names = policies.and_then(|policies| {
        let lineage = policies.lineage(id)?;
        let names = lineage.iter().map(|policy| text::clean(&policy.name));
        Ok(names.collect::<Vec<_>>())
    });
    if let Err(gap) = &names {
        gaps.note("policy.name", gap.clone());
        gaps.note("policy.path", gap.clone());
    }
    let names = names.ok();
    let path = names.as_ref().map(|names| {
        let names: Vec<_> = names.iter().rev().map(String::as_str).collect();
        names.join("/")
    });
    Some(PolicyFacts {
        id,
        name: names.and_then(|names| names.into_iter().next()),
        path,
    })
}
