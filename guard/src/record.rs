//! What the library tells of an evaluation: a tree of everything that it looked at.

use serde::{Deserialize, de::IgnoredAny};

use crate::policy::{Outcome, Status};

#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    container: Option<Container>,
    children: Vec<Record>,
}

#[derive(Debug, Deserialize)]
enum Container {
    FileCheck(IgnoredAny),
    RuleCheck(Named),
    RuleCondition(IgnoredAny),
    TypeCheck(IgnoredAny),
    TypeCondition(IgnoredAny),
    TypeBlock(IgnoredAny),
    Filter(IgnoredAny),
    WhenCheck(Group),
    WhenCondition(IgnoredAny),
    Disjunction(Group),
    BlockGuardCheck(Group),
    GuardClauseBlockCheck(Group),
    ClauseValueCheck(Check),
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Group {
    status: Status,
}

#[derive(Debug, Deserialize)]
#[expect(clippy::enum_variant_names, reason = "the library's own names")]
enum Check {
    Success,
    Comparison(Judged),
    InComparison(Judged),
    Unary(Unary),
    NoValueForEmptyCheck(Option<String>),
    DependentRule(Judged),
    MissingBlockValue(Judged),
}

#[derive(Debug, Deserialize)]
struct Unary {
    value: Judged,
}

#[derive(Debug, Deserialize)]
struct Judged {
    custom_message: Option<String>,
    status: Status,
}

impl Record {
    /// What became of every rule, in the order of the text; `None` where the tree is not one of
    /// rules.
    pub(crate) fn outcomes(self) -> Option<Vec<Outcome>> {
        if !matches!(self.container, Some(Container::FileCheck(_))) {
            return None;
        }
        let rules = self
            .children
            .into_iter()
            .map(|child| match &child.container {
                Some(Container::RuleCheck(Named { name, status })) => {
                    let mut messages = Vec::new();
                    if *status == Status::Fail {
                        child.messages(&mut messages);
                    }
                    Some(Outcome {
                        rule: name.clone(),
                        status: *status,
                        messages,
                    })
                }
                _ => None,
            });
        rules.collect()
    }

    /// The messages of what failed, each once. What a condition or a filter finds is no failure.
    fn messages(&self, found: &mut Vec<String>) {
        let message = match &self.container {
            Some(
                Container::RuleCheck(Named { status, .. })
                | Container::WhenCheck(Group { status })
                | Container::Disjunction(Group { status })
                | Container::BlockGuardCheck(Group { status })
                | Container::GuardClauseBlockCheck(Group { status }),
            ) if *status == Status::Fail => None,
            Some(Container::ClauseValueCheck(check)) => match check {
                Check::Comparison(judged)
                | Check::InComparison(judged)
                | Check::DependentRule(judged)
                | Check::MissingBlockValue(judged)
                | Check::Unary(Unary { value: judged })
                    if judged.status == Status::Fail =>
                {
                    judged.custom_message.as_deref()
                }
                Check::NoValueForEmptyCheck(message) => message.as_deref(),
                _ => return,
            },
            _ => return,
        };
        let message = message.map(str::trim).filter(|message| !message.is_empty());
        if let Some(message) = message
            && !found.iter().any(|known| known == message)
        {
            found.push(message.to_owned());
        }
        for child in &self.children {
            child.messages(found);
        }
    }
}
