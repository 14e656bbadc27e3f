//! What one statement of a policy allows.

/// Some calls, and what they may be about.
///
/// Texts hold variables of the templates. `${HubAccountId}` and `${HubRegion}` say where the bucket,
/// the table and the functions are that all accounts share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The actions, as a policy of IAM names them.
    pub actions: &'static [&'static str],
    /// What they may be about.
    pub scope: Scope,
    /// What the request must be like.
    pub conditions: &'static [Condition],
    /// The condition of the template under which there is the right; `None` for always.
    pub only_if: Option<&'static str>,
    /// What for, in words that follow the actions.
    pub reason: &'static str,
}

/// What calls may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Anything: the actions accept nothing else.
    Anything,
    /// These ARNs.
    Arns(&'static [&'static str]),
    /// The ARN, or the ARNs, that a parameter of the template holds.
    Parameter(&'static str),
}

/// What a request must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The operator, as a policy of IAM names it.
    pub operator: &'static str,
    /// The key of the request.
    pub key: &'static str,
    /// The values, one of which it must have.
    pub values: &'static [&'static str],
}

impl Right {
    pub(super) const fn to(
        actions: &'static [&'static str],
        scope: Scope,
        reason: &'static str,
    ) -> Self {
        Self {
            actions,
            scope,
            conditions: &[],
            only_if: None,
            reason,
        }
    }

    /// The same for requests that are like this.
    pub(super) const fn when(self, conditions: &'static [Condition]) -> Self {
        Self { conditions, ..self }
    }

    /// The same under a condition of the template.
    pub(super) const fn only_if(self, condition: &'static str) -> Self {
        Self {
            only_if: Some(condition),
            ..self
        }
    }
}
