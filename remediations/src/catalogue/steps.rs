//! Steps that several remediations take.

use rules::{
    Gap,
    module::{Module, ModuleState},
    text::clean,
};

use crate::{
    action::{Action, Scan},
    finding::Finding,
    options::Options,
    plan::{Plan, Protection, Step},
    situation::{Host, Managed, Situation, Unmanaged},
};

/// The modules that a recommendation scan recommends rules for (Deep Security API reference,
/// "Assignments and recommendations").
const RECOMMENDED: &[Module] = &[
    Module::IntrusionPrevention,
    Module::IntegrityMonitoring,
    Module::LogInspection,
];

/// The plan for an instance: the steps are those that are added where it has a managed computer.
/// The owner of one that has none is told, and about one that is gone nothing is done.
pub(super) fn plan(
    remediation: &str,
    finding: &Finding,
    situation: &Situation<'_>,
    add: impl FnOnce(&Managed<'_>, &mut Plan) -> Result<(), Gap>,
) -> Result<Plan, Gap> {
    let mut plan = blank(remediation, situation);
    match &situation.host {
        Host::Managed(managed) => add(managed, &mut plan)?,
        Host::Gone => plan.protection = Protection::Gone,
        Host::Unmanaged(unmanaged) => {
            plan.protection = Protection::Unmanaged;
            plan.steps.push(tell_owner(finding, situation, unmanaged));
        }
    }
    Ok(plan)
}

/// A plan without a step, for an instance with a managed computer.
pub(super) fn blank(remediation: &str, situation: &Situation<'_>) -> Plan {
    Plan {
        remediation: remediation.into(),
        instance: Some(situation.instance),
        protection: Protection::Managed,
        steps: Vec::new(),
        without_rule_in: None,
        trail: Vec::new(),
    }
}

/// The step that tells the owner of an instance that Deep Security cannot act on it.
fn tell_owner(finding: &Finding, situation: &Situation<'_>, unmanaged: &Unmanaged<'_>) -> Step {
    let why = unmanaged.why();
    let message = format!(
        "{source} finding {id} ({severity}, {kind}) on {instance} in {account} {region}: Deep \
         Security does not protect the instance, since {why}; install and activate the agent",
        source = finding.source,
        id = finding.id,
        severity = finding.severity,
        kind = clean(&finding.kind),
        instance = situation.instance,
        account = situation.account,
        region = situation.region,
    );
    let action = Action::Notify {
        owner: situation.owner.map(Into::into),
        message: message.into(),
    };
    Step::act(action, why)
}

/// The steps of scans, for the reasons that come with them. A scan whose module is off is skipped.
pub(super) fn scans(
    managed: &Managed<'_>,
    scans: impl IntoIterator<Item = (Scan, String)>,
) -> Result<Vec<Step>, Gap> {
    let mut steps = Vec::new();
    for (scan, reason) in scans {
        let off = match scan.module() {
            Some(module) if !managed.has_on(module)? => Some(module),
            _ => None,
        };
        steps.push(match off {
            Some(module) => Step::skip(scan.to_string(), format!("{} is off", module.name())),
            None => Step::act(
                Action::Scan {
                    computer: managed.place(),
                    scan,
                },
                reason,
            ),
        });
    }
    Ok(steps)
}

/// The steps that put to use what a recommendation scan recommends: assign it to the computer, and
/// send the policy.
pub(super) fn recommendations(managed: &Managed<'_>, options: &Options) -> Result<Vec<Step>, Gap> {
    const WHAT: &str = "apply the recommendations";
    if !options.apply_recommendations {
        return Ok(vec![Step::skip(
            WHAT,
            "the settings do not allow it (applyRecommendations)",
        )]);
    }
    let mut modules = Vec::new();
    for module in RECOMMENDED {
        if managed.has_on(*module)? {
            modules.push(*module);
        }
    }
    if modules.is_empty() {
        let why = "intrusion prevention, integrity monitoring and log inspection are off";
        return Ok(vec![Step::skip(WHAT, why)]);
    }
    let names: Vec<&str> = modules.iter().map(|module| module.name()).collect();
    let reason = format!("what is recommended for {}", names.join(", "));
    let computer = managed.place();
    let assign = Action::ApplyRecommendations {
        computer: computer.clone(),
        modules,
    };
    Ok(vec![
        Step::act(assign, reason),
        Step::act(
            Action::SendPolicy { computer },
            "so that the agent gets what was assigned",
        ),
    ])
}

/// The steps that switch modules on which a finding asks for.
pub(super) fn modules(
    managed: &Managed<'_>,
    wanted: &[Module],
    may_be_compromised: bool,
    options: &Options,
) -> Result<Vec<Step>, Gap> {
    let mut steps = Vec::new();
    for module in wanted {
        if managed.has_on(*module)? {
            continue;
        }
        let what = format!("switch {} on", module.name());
        let is_baseline = *module == Module::IntegrityMonitoring;
        steps.push(if !options.enable_modules {
            Step::skip(what, "the settings do not allow it (enableModules)")
        } else if is_baseline && may_be_compromised {
            Step::skip(
                what,
                "the instance may be compromised, and a new baseline would take an intruder's \
                 files for good ones",
            )
        } else {
            let action = Action::EnableModule {
                computer: managed.place(),
                module: *module,
                state: switched_on(*module),
            };
            Step::act(action, format!("{} is off", module.name()))
        });
    }
    Ok(steps)
}

/// What a module is set to that is switched on: its strongest state.
const fn switched_on(module: Module) -> ModuleState {
    match module {
        Module::IntrusionPrevention => ModuleState::Prevent,
        Module::IntegrityMonitoring => ModuleState::RealTime,
        _ => ModuleState::On,
    }
}
