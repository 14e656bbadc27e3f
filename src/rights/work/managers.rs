//! The keys of the Managers.

use super::Work;
use crate::rights::right::{Right, Scope::Parameter};

pub(in crate::rights) static READER_KEYS: Work = Work::new(
    "reads the Managers",
    &[Right::to(
        &["secretsmanager:GetSecretValue"],
        Parameter("DeepSecuritySecretArn"),
        "of the readers' API keys",
    )],
);

pub(in crate::rights) static OPERATOR_KEYS: Work = Work::new(
    "asks the Managers",
    &[Right::to(
        &["secretsmanager:GetSecretValue"],
        Parameter("OperatorSecretArn"),
        "of the operators' API keys",
    )
    .only_if("HasOperatorSecret")],
);
