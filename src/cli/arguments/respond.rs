//! The arguments of `respond`.

use std::path::PathBuf;

use clap::{
    Args, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use rules::{instance::InstanceId, module::Module};

use super::Source;

/// The arguments of `respond`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Respond {
    /// A finding of GuardDuty, Macie or Inspector: the event of EventBridge, as it is or in a
    /// notification of SNS; `-` is standard input
    #[arg(
        value_name = "EVENT",
        required_unless_present_any = ["request", "act"],
        conflicts_with_all = ["request", "act"]
    )]
    pub(in crate::cli) event: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) asked: Asked,
    #[command(flatten)]
    pub(in crate::cli) source: Source,
    #[command(flatten)]
    pub(in crate::cli) allowed: Allowed,
    /// Save the plan, for --act
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "act",
        help_heading = "Approval"
    )]
    pub(in crate::cli) save: Option<PathBuf>,
    /// Carry out a saved plan, exactly: with the operators' keys of the Managers in --settings, and
    /// only if the same would be planned now
    #[arg(
        long,
        value_name = "PLAN",
        requires = "settings",
        conflicts_with = "request",
        help_heading = "Approval"
    )]
    pub(in crate::cli) act: Option<PathBuf>,
    /// The ARN of a topic of SNS, by which teams are told of instances that nothing protects
    #[arg(
        long,
        value_name = "ARN",
        requires_all = ["act", "region"],
        help_heading = "Approval"
    )]
    pub(in crate::cli) topic: Option<String>,
    /// How many seconds acting may take as a whole: what is not done then is gone on with when the
    /// same command is run again
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 600,
        value_parser = clap::value_parser!(u64).range(1..=86_400),
        requires = "act",
        help_heading = "Approval"
    )]
    pub(in crate::cli) timeout: u64,
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        help_heading = "Result"
    )]
    pub(in crate::cli) output: RespondForm,
    /// Where to write the result; without this, standard output
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub(in crate::cli) output_file: Option<PathBuf>,
}

/// What an operator asks for, rather than a finding.
#[derive(Args, Debug)]
#[command(next_help_heading = "Request")]
pub(in crate::cli) struct Asked {
    /// Ask for something on one instance, rather than answer a finding
    #[arg(long, value_name = "WHAT", requires = "on")]
    pub(in crate::cli) request: Option<Wanted>,
    /// The id of the instance
    #[arg(long, value_name = "INSTANCE", requires = "request", value_parser = instance)]
    pub(in crate::cli) on: Option<InstanceId>,
    /// The name or path of the policy, for assign-policy
    #[arg(long, value_name = "NAME", requires = "request")]
    pub(in crate::cli) policy: Option<String>,
    /// A module, for enable-modules; may be repeated
    #[arg(long, value_name = "MODULE", requires = "request", value_parser = modules())]
    pub(in crate::cli) module: Vec<Module>,
}

/// What an operator can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Wanted {
    /// To scan the instance.
    RunScans,
    /// To put a policy on its computer, if that has none.
    AssignPolicy,
    /// To switch modules on that are off.
    EnableModules,
}

/// What plans may do beyond the defaults.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is allowed")]
pub(in crate::cli) struct Allowed {
    /// A policy that may get IPS rules, by name or path, `*` for all; may be repeated
    #[arg(long, value_name = "POLICY", conflicts_with = "request")]
    pub(in crate::cli) policy_may_change: Vec<String>,
    /// What the IPS rules for a CVE are assigned to
    #[arg(long, value_name = "SCOPE", conflicts_with = "request")]
    pub(in crate::cli) scope: Option<ScopeWord>,
    /// Switch modules on that a finding asks for and that are off, on the computer alone
    #[arg(long, conflicts_with = "request")]
    pub(in crate::cli) enable_modules: bool,
}

/// What the IPS rules for a CVE are assigned to.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum ScopeWord {
    /// The computer's policy.
    Policy,
    /// The computer.
    Computer,
}

/// The form of a plan.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum RespondForm {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

fn instance(text: &str) -> Result<InstanceId, String> {
    text.parse()
        .map_err(|_| "wanted is the id of an instance such as i-0123456789abcdef0".to_owned())
}

/// Takes the words of the protection modules.
fn modules() -> impl TypedValueParser<Value = Module> {
    PossibleValuesParser::new(Module::PROTECTION.iter().map(|module| module.word())).map(|word| {
        let mut modules = Module::PROTECTION.iter().copied();
        let named = modules.find(|module| module.word() == word);
        named.unwrap_or(Module::AntiMalware)
    })
}
