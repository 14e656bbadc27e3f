//! The parameters that rules take. All are strings, as AWS Config passes them.

use std::fmt;

use crate::{module::Module, text::quoted};

/// A parameter that a rule takes.
#[derive(Debug)]
pub struct Parameter {
    /// The name, in camelCase.
    pub name: &'static str,
    /// What it sets, in one clause.
    pub summary: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The value when none is given; empty for a parameter that is optional.
    pub default: &'static str,
}

/// What values a parameter takes.
#[derive(Debug)]
pub enum Kind {
    /// A whole number.
    Integer {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// One of some words.
    Choice(&'static [&'static str]),
    /// Yes or no.
    Flag,
    /// A list of protection modules.
    Modules,
    /// A list of names or paths of policies. A comma in a name is written `\,`.
    PolicyNames,
    /// A list of TCP ports.
    Ports,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer { min, max } => write!(formatter, "a whole number from {min} to {max}"),
            Self::Choice(words) => write!(formatter, "one of {}", words.join(", ")),
            Self::Flag => write!(formatter, "true or false"),
            Self::Modules => {
                write!(
                    formatter,
                    "a list of {}",
                    module_words().collect::<Vec<_>>().join(", ")
                )
            }
            Self::PolicyNames => write!(
                formatter,
                "a list of names or paths of policies, with commas (`\\,` for one that belongs to a name)"
            ),
            Self::Ports => write!(formatter, "a list of port numbers from 1 to 65535"),
        }
    }
}

/// The parameters that every rule takes which needs a computer.
pub static COMMON: &[&Parameter] = &[
    &GRACE_PERIOD_MINUTES,
    &MAX_INVENTORY_AGE_MINUTES,
    &UNDETERMINED,
];

/// The parameters that every rule about instances takes.
pub static OF_EVERY_INSTANCE: &[&Parameter] = &[&UNDETERMINED];

/// For how long an instance that Deep Security does not know is not applicable.
pub static GRACE_PERIOD_MINUTES: Parameter = Parameter {
    name: "gracePeriodMinutes",
    summary: "for how long after its primary network interface was attached an instance may be \
              unknown to Deep Security",
    kind: Kind::Integer {
        min: 0,
        max: 10_080,
    },
    default: "60",
};

/// How old an inventory may be.
pub static MAX_INVENTORY_AGE_MINUTES: Parameter = Parameter {
    name: "maxInventoryAgeMinutes",
    summary: "how old an inventory of a Manager, or a picture of the web edges, may be before its \
              facts are gaps",
    kind: Kind::Integer {
        min: 15,
        max: 1_440,
    },
    default: "120",
};

/// What becomes of a gap.
pub static UNDETERMINED: Parameter = Parameter {
    name: "undetermined",
    summary: "what an instance is that cannot be judged: `no-result` puts nothing, \
              `non-compliant` fails closed",
    kind: Kind::Choice(&["no-result", "non-compliant"]),
    default: "no-result",
};

/// Where web servers listen.
pub static WEB_PORTS: Parameter = Parameter {
    name: "webPorts",
    summary: "the ports of web servers",
    kind: Kind::Ports,
    default: "80,443,8080,8443",
};

/// A parameter that was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadParameter {
    rule: &'static str,
    parameter: String,
    complaint: String,
}

impl BadParameter {
    pub(crate) fn new(rule: &'static str, parameter: &str, complaint: impl Into<String>) -> Self {
        Self {
            rule,
            parameter: quoted(parameter),
            complaint: complaint.into(),
        }
    }
}

impl fmt::Display for BadParameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            parameter,
            complaint,
        } = self;
        write!(formatter, "rule {rule}: parameter {parameter}: {complaint}")
    }
}

impl std::error::Error for BadParameter {}

pub(crate) fn module_words() -> impl Iterator<Item = &'static str> {
    Module::PROTECTION.iter().map(|module| module.word())
}
