//! Queues and topics.

use super::Work;
use crate::rights::right::{Right, Scope::Arns};

pub(in crate::rights) static TEAMS: Work = Work::new(
    "tells teams",
    &[Right::to(
        &["sns:Publish"],
        Arns(&[here!("sns", "${Prefix}-teams")]),
        "of instances that nothing protects",
    )],
);

pub(in crate::rights) static SENDING: Work = Work::new(
    "sends findings",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-findings")]),
        "of those that the ledger does not have",
    )],
);

pub(in crate::rights) static QUARANTINE: Work = Work::new(
    "puts aside what nobody understands",
    &[Right::to(
        &["sqs:SendMessage"],
        Arns(&[here!("sqs", "${Prefix}-quarantine")]),
        "of messages that hold no finding that can be read",
    )],
);

pub(in crate::rights) static DEAD_LETTERS: Work = Work::new(
    "counts dead letters",
    &[Right::to(
        &["sqs:GetQueueAttributes"],
        Arns(&[
            here!("sqs", "${Prefix}-rule-dead-letters"),
            here!("sqs", "${Prefix}-dead-letters"),
            here!("sqs", "${Prefix}-events-dead-letters"),
            here!("sqs", "${Prefix}-findings-dead-letters"),
            here!("sqs", "${Prefix}-quarantine"),
        ]),
        "of how many events nobody could deal with",
    )],
);
