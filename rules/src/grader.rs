//! A rule with its parameters set. Here is what all rules about instances have in common: the
//! scope, instances that Deep Security does not know, and failing closed.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::{
    exceptions::{ExceptedAs, Exceptions, Unread},
    facts::{Facts, Need},
    gap::{self, Gap},
    instance::Instance,
    inventories::Inventories,
    parameter::{
        BadParameter, GRACE_PERIOD_MINUTES, Kind, MAX_INVENTORY_AGE_MINUTES, UNDETERMINED,
    },
    reason::{Code, Reason},
    rule::{AboutInstance, Check, Rule},
    time::{CLOCK_TOLERANCE, minute},
    verdict::{Compliance, Verdict},
};

mod account;
mod prepared;

pub use account::AccountGrader;
pub use prepared::Prepared;

/// The codes of verdicts that any rule about instances may give.
pub static CODES: &[&Code] = &[
    &OUT_OF_SCOPE,
    &GRACE_PERIOD,
    &NOT_IN_DEEP_SECURITY,
    &GONE,
    &LEFT_SCOPE,
    &OTHER_RESOURCE,
    &FAILED_CLOSED,
    &EXCEPTED,
];

/// The instance is not one that the rule grades.
pub static OUT_OF_SCOPE: Code = Code {
    id: "DS-INS-001",
    meaning: "the instance is stopped or terminated",
    remedy: None,
};
/// The instance is new, and Deep Security does not know it yet.
pub static GRACE_PERIOD: Code = Code {
    id: "DS-INS-002",
    meaning: "the instance is new and not in Deep Security yet",
    remedy: Some("Nothing, before the time that it names. Then see DS-INS-003."),
};
/// No Manager knows the instance.
pub static NOT_IN_DEEP_SECURITY: Code = Code {
    id: "DS-INS-003",
    meaning: "no Manager has a computer for the instance",
    remedy: Some(
        "Install and activate an agent, or have the Manager's connector of the AWS account see \
         the instance. See that the key of the reader may view all computers.",
    ),
};
/// There is no such instance any more.
pub static GONE: Code = Code {
    id: "DS-INS-004",
    meaning: "the instance is gone",
    remedy: None,
};
/// The instance exists, and is none of the Config rule's business.
pub static LEFT_SCOPE: Code = Code {
    id: "DS-INS-005",
    meaning: "the instance has left the scope of the Config rule, or Config does not record it",
    remedy: None,
};
/// The scope of the Config rule is wider than instances.
pub static OTHER_RESOURCE: Code = Code {
    id: "DS-INS-006",
    meaning: "the resource is not an EC2 instance",
    remedy: None,
};
/// The instance cannot be judged, and the deployer chose to fail closed.
pub static FAILED_CLOSED: Code = Code {
    id: "DS-UNKNOWN",
    meaning: "the instance cannot be judged, and `undetermined=non-compliant` is set",
    remedy: Some("See the code of the gap that the reason names."),
};

/// What the rule requires does not hold, and somebody answers for it.
pub static EXCEPTED: Code = Code {
    id: "DS-EXC",
    meaning: "what the rule requires does not hold, and an exception is made for it until the end of the \
              day that the reason names",
    remedy: Some(
        "Mend what stands behind `excepted:` before that day: from the next on it counts again. \
         `deepgrade exceptions list` names who answers for it.",
    ),
};

/// A rule about instances with its parameters set, ready to grade.
pub struct Grader {
    rule: &'static Rule,
    about: &'static AboutInstance,
    check: Check,
    grace_period: SignedDuration,
    max_inventory_age: SignedDuration,
    fails_closed: bool,
    policy_names: Vec<(&'static str, String)>,
    web_ports: Vec<u16>,
    exceptions: Result<Arc<Exceptions>, Unread>,
}

impl std::fmt::Debug for Grader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Grader")
            .field("rule", &self.rule.id)
            .finish_non_exhaustive()
    }
}

impl Grader {
    fn new(
        rule: &'static Rule,
        about: &'static AboutInstance,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, BadParameter> {
        let values = rule.values(given)?;
        let mut policy_names = Vec::new();
        let mut web_ports = Vec::new();
        for parameter in rule.parameters() {
            if matches!(parameter.kind, Kind::PolicyNames) {
                let names = values.policy_names(parameter)?;
                policy_names.extend(names.into_iter().map(|name| (parameter.name, name)));
            }
            if matches!(parameter.kind, Kind::Ports) {
                web_ports.extend(values.ports(parameter)?);
            }
        }
        Ok(Self {
            rule,
            about,
            check: (about.prepare)(&values)?,
            grace_period: values.minutes(&GRACE_PERIOD_MINUTES)?,
            max_inventory_age: values.minutes(&MAX_INVENTORY_AGE_MINUTES)?,
            fails_closed: values.choice(&UNDETERMINED)? == "non-compliant",
            policy_names,
            web_ports,
            exceptions: Ok(Arc::default()),
        })
    }

    /// The rule with the exceptions that are made, or with what stands in their place. Without this
    /// there are none.
    #[must_use]
    pub fn with_exceptions(mut self, exceptions: Result<Arc<Exceptions>, Unread>) -> Self {
        self.exceptions = exceptions;
        self
    }

    /// The exceptions that are made, where they are known.
    #[must_use]
    pub fn exceptions(&self) -> Option<&Exceptions> {
        self.exceptions.as_deref().ok()
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// The facts that it reads.
    #[must_use]
    pub fn needs(&self) -> &'static [Need] {
        self.about.needs
    }

    /// The facts that it uses where they are there, and never misses.
    #[must_use]
    pub fn wishes(&self) -> &'static [Need] {
        self.about.wishes
    }

    /// The ports of web servers, where the rule asks for web fronts.
    #[must_use]
    pub fn web_ports(&self) -> &[u16] {
        &self.web_ports
    }

    /// Refuses a parameter that names a policy which no Manager knows. Nothing is refused while
    /// the policies of a Manager are a gap: the name may be one of them.
    ///
    /// # Errors
    /// The first name that is unknown, with the nearest that is known.
    pub fn check_policy_names(&self, inventories: &Inventories) -> Result<(), BadParameter> {
        for (parameter, name) in &self.policy_names {
            if let Some(unknown) = inventories.unknown_policy(name) {
                let complaint = unknown.to_string();
                return Err(BadParameter::new(self.rule.id, parameter, complaint));
            }
        }
        Ok(())
    }

    /// The facts about an instance at `now`.
    #[must_use]
    pub fn facts<'a>(
        &self,
        now: Timestamp,
        instance: &'a Instance,
        inventories: &'a Inventories,
    ) -> Facts<'a> {
        Facts::join(now, instance, inventories, self.max_inventory_age)
    }

    /// What the rule says of the instance.
    ///
    /// # Errors
    /// The gap that keeps it from saying anything, unless it fails closed.
    pub fn grade(&self, facts: &Facts<'_>) -> Result<Verdict, Gap> {
        let judged = self.judge(facts);
        let excepted = judged.and_then(|verdict| self.except(verdict, facts));
        // What fails closed is no finding that anybody could have made an exception for.
        excepted.or_else(|gap| {
            if self.fails_closed {
                let text = format!("cannot be judged: {gap}");
                return Ok(Verdict::non_compliant(Reason::new(&FAILED_CLOSED, text)));
            }
            Err(gap)
        })
    }

    /// The verdict with the exception that is made for it. Nothing but what is non-compliant asks for
    /// one.
    fn except(&self, verdict: Verdict, facts: &Facts<'_>) -> Result<Verdict, Gap> {
        if verdict.compliance() != Compliance::NonCompliant {
            return Ok(verdict);
        }
        let exceptions = match &self.exceptions {
            Ok(exceptions) => exceptions,
            Err(unread) => {
                return match unread.excepted_as {
                    // So it is with an exception and without one.
                    ExceptedAs::NonCompliant => Ok(verdict),
                    ExceptedAs::NotApplicable => Err(unread.gap.clone()),
                };
            }
        };
        let made = exceptions.of(self.rule.id, facts.instance(), facts.now());
        Ok(match made {
            Some(exception) => verdict.excepted(exception, exceptions.terms().excepted_as),
            None => verdict,
        })
    }

    fn judge(&self, facts: &Facts<'_>) -> Result<Verdict, Gap> {
        let state = facts.state()?;
        if !self.about.scope.includes(state) {
            let reason = Reason::new(&OUT_OF_SCOPE, format!("the instance is {state}"));
            return Ok(Verdict::not_applicable(reason));
        }
        if self.about.needs.contains(&Need::Computer) && facts.computer()?.is_none() {
            return self.judge_unknown(facts);
        }
        (self.check)(facts)
    }

    /// An instance that no Manager knows: not applicable while it is new, then non-compliant.
    fn judge_unknown(&self, facts: &Facts<'_>) -> Result<Verdict, Gap> {
        let instance = facts.instance();
        let attached = instance
            .attached
            .get_if_reported("the time the instance was launched")?;
        let launched = match attached {
            Some(time) => time,
            None => instance
                .launched
                .get("the time the instance was launched")?,
        };
        // A sum beyond the calendar's end lies in the future as well.
        let grace_ends = launched
            .saturating_add(self.grace_period)
            .unwrap_or(launched);
        if launched.duration_since(facts.now()) > CLOCK_TOLERANCE {
            let text = format!(
                "not in Deep Security, and launched {}, after the time of the evaluation",
                minute(launched)
            );
            return Err(Gap::standing(&gap::UNRECOGNISED, text));
        }
        if facts.now() < grace_ends {
            let text = format!(
                "not in Deep Security yet: launched {}, grace until {}",
                minute(launched),
                minute(grace_ends)
            );
            return Ok(Verdict::not_applicable(Reason::new(&GRACE_PERIOD, text)));
        }
        // A picture from before that shows what was not there yet, not what is missing.
        if !facts.is_absent_since(grace_ends) {
            let text = format!(
                "not in Deep Security yet: launched {}, grace until {} and the next inventory",
                minute(launched),
                minute(grace_ends)
            );
            return Ok(Verdict::not_applicable(Reason::new(&GRACE_PERIOD, text)));
        }
        let text = format!("not in Deep Security: launched {}", minute(launched));
        Ok(Verdict::non_compliant(Reason::new(
            &NOT_IN_DEEP_SECURITY,
            text,
        )))
    }
}
