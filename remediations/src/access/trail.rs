//! Why a role may reach a bucket, or may not, in lines for an operator.

use std::fmt::Write as _;

use rules::text::{fitted, quoted};

use super::{
    bucket::{BucketFacts, Operation},
    evaluation::{Doubt, Each, Evaluation, Evidence, Says},
    extent::Extent,
    reader::Answer,
    role::Role,
};

/// The most lines of a trail, and the most characters of a line.
const LINES: usize = 12;
const LINE: usize = 240;

/// The trail of an evaluation.
pub(super) fn trail(
    role: &Role,
    bucket: &BucketFacts,
    evaluation: &Evaluation<'_>,
    answer: Answer,
) -> Vec<Box<str>> {
    let mut lines: Vec<String> = evaluation.evidence.iter().map(line).collect();
    if answer == Answer::Denied {
        lines.insert(0, conclusion(role, bucket, evaluation));
    }
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES - 1);
        lines.push(format!("and {} more statements that bear on it", more + 1));
    }
    let fitted = |line: String| fitted(&line, LINE).into();
    lines.into_iter().map(fitted).collect()
}

/// Why nothing is allowed.
fn conclusion(role: &Role, bucket: &BucketFacts, evaluation: &Evaluation<'_>) -> String {
    let is_none = |extents: Each<Extent>| extents == [Extent::None; 4];
    let parts = &evaluation.parts;
    let foreign = bucket.account.filter(|owner| *owner != role.arn.account());
    if is_none(parts.identity()) && is_none(parts.of_bucket()) {
        return "no policy allows it".to_owned();
    }
    if let Some(owner) = foreign {
        if is_none(parts.of_bucket()) {
            return format!(
                "the policy of the bucket, which is of account {owner}, does not allow it"
            );
        }
        if is_none(parts.identity()) {
            return format!(
                "no policy of the role allows it, and the bucket is of account {owner}"
            );
        }
    }
    match &role.boundary {
        Some(boundary) if is_none(parts.own()) => {
            let name = quoted(&boundary.name);
            format!("the permissions boundary {name} does not allow it")
        }
        _ => "what allows it is denied, or only hands it on to the account".to_owned(),
    }
}

fn line(evidence: &Evidence<'_>) -> String {
    let policy = match evidence.policy {
        Some(policy) => format!("{} {}", policy.kind, quoted(&policy.name)),
        None => "bucket policy".to_owned(),
    };
    let (number, statement, extents, to_account, doubt) = match &evidence.says {
        Says::Unread(reason) => return format!("{policy} cannot be read: {reason}"),
        Says::Statement {
            number,
            statement,
            extents,
            to_account,
            doubt,
        } => (number, statement, extents, to_account, doubt),
    };
    let statement_name = match &statement.id {
        Some(id) => quoted(id),
        None => number.to_string(),
    };
    let may = if doubt.is_some() { "may " } else { "" };
    let verb = match (statement.allows, doubt.is_some()) {
        (true, false) => "allows",
        (true, true) => "allow",
        (false, false) => "denies",
        (false, true) => "deny",
    };
    let mut line = format!(
        "{policy}, statement {statement_name}: {may}{verb} {}",
        operations(*extents)
    );
    if extents.contains(&Extent::Part) {
        line.push_str(" for some of the objects");
    }
    if *to_account {
        line.push_str(" to the account of the role");
    }
    if let Some(doubt) = doubt {
        let _ = match doubt {
            Doubt::Unrecognised(element) => {
                write!(line, "; what {} means is not known", quoted(element))
            }
            Doubt::Principal => write!(line, "; whether it is about the role is not known"),
            Doubt::Resource => write!(line, "; whether its resources fit is not known"),
            Doubt::Condition(condition) => {
                let (operator, key) = (quoted(&condition.operator), quoted(&condition.key));
                write!(line, "; whether {operator} of {key} holds is not known")
            }
        };
    }
    line
}

fn operations(extents: Each<Extent>) -> String {
    let each = Operation::ALL.iter().zip(extents);
    let meant = each.filter(|(_, extent)| *extent > Extent::None);
    let names: Vec<&str> = meant.map(|(operation, _)| operation.action()).collect();
    names.join(", ")
}
