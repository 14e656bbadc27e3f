//! A gap: a fact that could not be obtained. It is neither yes nor no.

use std::fmt;

use crate::reason::{Code, Reason};

/// What the codes of gaps mean. They are the same for every rule.
pub static CODES: &[&Code] = &[
    &INVENTORY_MISSING,
    &INVENTORY_STALE,
    &PAGE_MAY_BE_MISSING,
    &UNRECOGNISED,
    &NOT_REPORTED,
    &AMBIGUOUS_POLICY,
    &POLICIES_MISSING,
    &POLICY_NOT_LISTED,
    &OTHER_ACCOUNT,
    &WEB_EDGES_MISSING,
    &WEB_EDGES_STALE,
    &WEB_PART_UNREAD,
    &UNRESOLVED,
    &OTHER_CLOUDFRONT,
    &INTRUSION_PREVENTION_MISSING,
    &ASSIGNMENTS_UNKNOWN,
    &RULE_NOT_LISTED,
    &LEDGER_MISSING,
    &LEDGER_ROW_UNREAD,
    &FINDINGS_NOT_LISTED,
    &FINDING_WITHOUT_PLAN,
    &GUARD_RULES_MISSING,
    &GUARD_UNDECIDED,
    &EXCEPTIONS_UNREAD,
];

/// No inventory of a Manager could be read.
pub static INVENTORY_MISSING: Code = Code {
    id: "DS-GAP-001",
    meaning: "the inventory of a Manager could not be read",
    remedy: Some(
        "Look at the log of the function `inventory`: the Manager cannot be reached, refuses the \
         key, or was never read. On the command line, name a Manager, an inventory or files of \
         computers.",
    ),
};
/// The inventory is not of the time of the evaluation.
pub static INVENTORY_STALE: Code = Code {
    id: "DS-GAP-002",
    meaning: "the inventory of a Manager is too old, or of the future",
    remedy: Some(
        "See that the function `inventory` runs every 15 minutes and ends well. For files, save \
         instances and computers at one time, or say when with `--as-of`.",
    ),
};
/// The instance is in no page at hand, but there may be more pages.
pub static PAGE_MAY_BE_MISSING: Code = Code {
    id: "DS-GAP-003",
    meaning: "a page of computers may be missing",
    remedy: Some("Give all pages of computers, or say with `--complete` that there is no other."),
};
/// A value that this version does not know.
pub static UNRECOGNISED: Code = Code {
    id: "DS-GAP-004",
    meaning: "a value that Deepgrade does not know",
    remedy: Some(
        "Update Deepgrade. If the newest does not know the value either, report it with the value \
         that the reason quotes.",
    ),
};
/// A fact that the source did not report.
pub static NOT_REPORTED: Code = Code {
    id: "DS-GAP-005",
    meaning: "a fact that the source did not report",
    remedy: Some(
        "Ask the Manager without leaving out members (`expand`), and see that the role of the key \
         may view what is missing.",
    ),
};
/// A policy name that fits several policies.
pub static AMBIGUOUS_POLICY: Code = Code {
    id: "DS-GAP-006",
    meaning: "a policy name that fits more than one policy",
    remedy: Some("Name the policy by its path, as in `Base Policy/Linux Server`."),
};
/// The list of policies is not at hand.
pub static POLICIES_MISSING: Code = Code {
    id: "DS-GAP-007",
    meaning: "the policies of a Manager were not read",
    remedy: Some("Let the role of the key view all policies. For files, add `--policies`."),
};
/// A policy that is not in the Manager's list, or whose ancestry does not end.
pub static POLICY_NOT_LISTED: Code = Code {
    id: "DS-GAP-008",
    meaning: "a policy that is missing in the Manager's list of policies",
    remedy: Some(
        "Let the role of the key view all policies: the computer carries one that the list lacks.",
    ),
};
/// A computer that names the instance, but not its account or Region.
pub static OTHER_ACCOUNT: Code = Code {
    id: "DS-GAP-009",
    meaning: "a computer names the instance under another account or Region",
    remedy: Some(
        "Remove the stale computer from the Manager, or put its connector right: it names the \
         instance under another account or Region.",
    ),
};
/// What stands between the internet and the instance was not looked at.
pub static WEB_EDGES_MISSING: Code = Code {
    id: "DS-GAP-010",
    meaning: "the web edges of the instance were not read",
    remedy: Some(
        "Let the role read what is between the internet and the instances. For files, add \
         `--web`.",
    ),
};
/// The web edges are not of the time of the evaluation.
pub static WEB_EDGES_STALE: Code = Code {
    id: "DS-GAP-011",
    meaning: "the web edges are too old, or of the future",
    remedy: Some("For files, save the web edges again, at the time of the instances."),
};
/// A part of the web edges is not at hand.
pub static WEB_PART_UNREAD: Code = Code {
    id: "DS-GAP-012",
    meaning: "a part of the web edges could not be read",
    remedy: Some("Grant the right that the reason names, or wait where it was throttled."),
};
/// An origin or a target that may be the instance.
pub static UNRESOLVED: Code = Code {
    id: "DS-GAP-013",
    meaning: "an origin or a target that may be the instance is not resolved",
    remedy: Some(
        "Point the origin or the target at something in this account: where it leads otherwise \
         cannot be seen from here.",
    ),
};
/// Only CloudFront is let in, and it is not the account's own.
pub static OTHER_CLOUDFRONT: Code = Code {
    id: "DS-GAP-014",
    meaning: "only CloudFront is admitted, and no distribution of the account leads there",
    remedy: Some(
        "Grade the instance from the account that has the distribution, or let its security group \
         admit what this account has.",
    ),
};

/// The IPS rules of a Manager are not at hand.
pub static INTRUSION_PREVENTION_MISSING: Code = Code {
    id: "DS-GAP-020",
    meaning: "the IPS rules of a Manager were not read",
    remedy: Some("Let the role of the key view intrusion prevention rules and application types."),
};
/// Which IPS rules a computer or a policy has is not known.
pub static ASSIGNMENTS_UNKNOWN: Code = Code {
    id: "DS-GAP-021",
    meaning: "the IPS rules of a computer or of a policy are not known",
    remedy: Some(
        "Let the role of the key view the computer and its policy, and have the inventory \
         renewed.",
    ),
};
/// An IPS rule or its application type that is not in the Manager's list.
pub static RULE_NOT_LISTED: Code = Code {
    id: "DS-GAP-022",
    meaning: "an IPS rule or application type that is missing in the Manager's list",
    remedy: Some(
        "Let the role of the key view all intrusion prevention rules and application types, and \
         have the inventory renewed.",
    ),
};
/// What became of findings was not looked at.
pub static LEDGER_MISSING: Code = Code {
    id: "DS-GAP-030",
    meaning: "the ledger of findings was not read",
    remedy: Some(
        "See that `DEEPGRADE_LEDGER` names the table and that the role may query it. For files, \
         add `--ledger`.",
    ),
};
/// A row that may be about the instance.
pub static LEDGER_ROW_UNREAD: Code = Code {
    id: "DS-GAP-031",
    meaning: "a row of the ledger that may be about the instance cannot be read",
    remedy: Some(
        "Look at the row that the reason names with `deepgrade ledger show`: another version of \
         Deepgrade wrote it, or somebody changed it.",
    ),
};
/// There may be findings that nobody knows of.
pub static FINDINGS_NOT_LISTED: Code = Code {
    id: "DS-GAP-032",
    meaning: "the findings of a source were never listed, or not for too long",
    remedy: Some(
        "See that the function `backfill` runs twice a day and ends well: its log names the source \
         that it could not list.",
    ),
};
/// A finding that may lead to the instance.
pub static FINDING_WITHOUT_PLAN: Code = Code {
    id: "DS-GAP-033",
    meaning: "it is not known yet which instances a finding leads to",
    remedy: Some(
        "Look at the finding with `deepgrade ledger show`: it says what is missing. `follow-up` \
         tries again by itself.",
    ),
};

/// Nobody said by which Guard rules, or they are not the ones that were named.
pub static GUARD_RULES_MISSING: Code = Code {
    id: "DS-GAP-040",
    meaning: "the deployer's Guard rules are not set up, cannot be read, or are refused",
    remedy: Some(
        "See that `DEEPGRADE_GUARD_RULES` and `DEEPGRADE_GUARD_RULES_SHA256` name the file as it is, \
         and what `deepgrade guard lint` says of it. On the command line, add `--guard-rules`. \
         Where no Guard rules are wanted, leave the rule out of the pack.",
    ),
};
/// The facts are more, or other, than Guard rules are given.
pub static GUARD_UNDECIDED: Code = Code {
    id: "DS-GAP-041",
    meaning: "the facts of the instance are too many, or the Guard rules cannot be evaluated over them",
    remedy: Some(
        "See with `deepgrade facts` what the instance has, and try the rules on it with `deepgrade \
         guard test`.",
    ),
};

/// Whether an exception is made for what was found is not known.
pub static EXCEPTIONS_UNREAD: Code = Code {
    id: "DS-GAP-050",
    meaning: "the exceptions could not be read, and one that makes it not applicable may be made for what \
              was found",
    remedy: Some(
        "See that the file of exceptions is there, that it is the one whose SHA-256 the stack names, \
         and that `deepgrade exceptions lint` finds nothing wrong with it.",
    ),
};

/// A fact that could not be obtained, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    lasting: Lasting,
    reason: Reason,
}

/// How long a gap lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// The next attempt may obtain the fact: inventory missing or stale, throttled, timed out.
    Retryable,
    /// Somebody has to act before the fact can be obtained: unknown value, ambiguous name.
    Standing,
}

impl Gap {
    /// A gap that the next attempt may close.
    #[must_use]
    pub fn retryable(code: &'static Code, text: impl Into<String>) -> Self {
        Self {
            lasting: Lasting::Retryable,
            reason: Reason::new(code, text),
        }
    }

    /// A gap that stays until somebody acts.
    #[must_use]
    pub fn standing(code: &'static Code, text: impl Into<String>) -> Self {
        Self {
            lasting: Lasting::Standing,
            reason: Reason::new(code, text),
        }
    }

    /// How long the gap lasts.
    #[must_use]
    pub fn lasting(&self) -> Lasting {
        self.lasting
    }

    /// Why the fact could not be obtained.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(formatter)
    }
}
