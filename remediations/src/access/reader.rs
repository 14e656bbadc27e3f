//! The answer for one role.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    bucket::{Asked, BucketFacts, Operation},
    evaluation::evaluate,
    extent::Extent,
    role::{Authorization, Role, RoleArn},
    trail::trail,
};

/// Whether a role may access a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// It may not.
    Denied,
    /// It depends on what is not known.
    Possible,
    /// It may.
    Allowed,
}

impl Answer {
    /// The word for sentences.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Possible => "possible",
            Self::Allowed => "allowed",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl From<Extent> for Answer {
    fn from(extent: Extent) -> Self {
        match extent {
            Extent::None => Self::Denied,
            Extent::Unsure => Self::Possible,
            // That it may access some objects is enough.
            Extent::Part | Extent::Whole => Self::Allowed,
        }
    }
}

/// A role, and whether it may access the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The role.
    pub role: RoleArn,
    /// The ARNs of the instance profiles that it is in.
    pub instance_profiles: Vec<Box<str>>,
    /// The best answer of all operations.
    pub answer: Answer,
    /// The operations that are allowed or possible, each with its own answer.
    pub operations: Vec<(Operation, Answer)>,
    /// Why, line by line: the statements that bear on it, and what could not be read. At most
    /// 12 lines of at most 240 characters.
    pub trail: Vec<Box<str>>,
}

/// Which roles may access a bucket: one of its objects where a key is given, any of them where none
/// is. There is an answer for every role, in their order.
///
/// The answer is on the safe side: what is not known makes it possible, not denied. What is not
/// looked at can take access away (service and resource control policies, policies of sessions and
/// of VPC endpoints, keys of KMS, public access blocks) or give more in ways that a bucket has to be
/// set up for (access points, access control lists).
#[must_use]
pub fn readers(
    authorization: &Authorization,
    bucket: &BucketFacts,
    object: Option<&str>,
) -> Vec<Reader> {
    let asked = Asked::of(bucket, object);
    let organization = authorization.organization.as_deref();
    let reader = |role| read_by(role, organization, bucket, &asked);
    authorization.roles.iter().map(reader).collect()
}

fn read_by(role: &Role, organization: Option<&str>, bucket: &BucketFacts, asked: &Asked) -> Reader {
    let evaluation = evaluate(role, organization, bucket, asked);
    let answers = evaluation.allowed.map(Answer::from);
    let answer = answers.into_iter().max().unwrap_or(Answer::Denied);
    let operations = Operation::ALL.into_iter().zip(answers);
    Reader {
        role: role.arn.clone(),
        instance_profiles: role.instance_profiles.clone(),
        answer,
        operations: operations
            .filter(|(_, answer)| *answer > Answer::Denied)
            .collect(),
        trail: trail(role, bucket, &evaluation, answer),
    }
}
