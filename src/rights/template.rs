//! Rights as the templates and the documentation write them.

use std::fmt::{self, Write as _};

use super::{
    right::{Condition, Right, Scope},
    role::Role,
    work::{EXCEPTIONS, OWN_INVENTORY, OWN_LEDGER, Work},
};

/// Where a template is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where the bucket, the table and the functions are that all accounts share.
    Hub,
    /// In any account and Region; parameters say where the hub is.
    Anywhere,
}

/// Who is allowed something by a statement.
#[derive(Clone, Copy)]
enum Whom<'a> {
    /// Whoever has this role.
    Role(&'a str),
    /// The function `rule` in every account of an organization, each for its own account.
    Members {
        /// The condition of the template under which there is one.
        only_if: Option<&'static str>,
    },
}

/// The principals of members, and what their requests must be like.
const MEMBERS: [Condition; 2] = [
    Condition {
        operator: "StringEquals",
        key: "aws:PrincipalOrgID",
        values: &["${OrganizationId}"],
    },
    Condition {
        operator: "ArnLike",
        key: "aws:PrincipalArn",
        values: &["arn:${AWS::Partition}:iam::*:role/${Prefix}-rule-*"],
    },
];

/// The statements of a role, as a list in YAML that is indented by so many spaces. A comment before
/// each says what it is for.
#[must_use]
pub fn statements(role: &Role, place: Place, indent: usize) -> String {
    let mut seen: Vec<&Right> = Vec::new();
    let mut text = String::new();
    for work in role.work() {
        for right in work.rights {
            if seen.contains(&right) {
                continue;
            }
            seen.push(right);
            let statement = Statement {
                right,
                whom: Whom::Role(role.name),
                place,
                indent,
            };
            // Writing to a string does not fail.
            let _ = write!(text, "{statement}");
        }
    }
    text
}

/// The statements of the bucket's policy by which the function `rule` of another account reads its
/// part of the inventory and the exceptions: those of its role, for whichever account asks.
#[must_use]
pub fn bucket_policy(indent: usize) -> String {
    let of = |work: &Work| members(work.rights, "s3:", Some("HasOrganization"), indent);
    of(&OWN_INVENTORY) + &of(&EXCEPTIONS)
}

/// The same of the policy of the ledger's table, which there is in an organization only.
#[must_use]
pub fn table_policy(indent: usize) -> String {
    members(OWN_LEDGER.rights, "dynamodb:", None, indent)
}

fn members(
    rights: &[Right],
    service: &str,
    only_if: Option<&'static str>,
    indent: usize,
) -> String {
    let own = rights.iter().filter(|right| {
        right
            .actions
            .iter()
            .all(|action| action.starts_with(service))
    });
    own.map(|right| {
        Statement {
            right,
            whom: Whom::Members { only_if },
            place: Place::Hub,
            indent,
        }
        .to_string()
    })
    .collect()
}

/// A statement in a list in YAML.
struct Statement<'a> {
    right: &'a Right,
    whom: Whom<'a>,
    place: Place,
    indent: usize,
}

impl Statement<'_> {
    fn conditions(&self) -> Vec<Condition> {
        let own = self.right.conditions.iter();
        match self.whom {
            Whom::Role(_) => own.copied().collect(),
            // That the bucket is the deployer's own, it knows itself.
            Whom::Members { .. } => own
                .filter(|condition| condition.key != "aws:ResourceAccount")
                .chain(&MEMBERS)
                .copied()
                .collect(),
        }
    }

    /// A text of the template.
    fn text(&self, text: &str) -> String {
        let text = match self.whom {
            Whom::Role(name) => text.replace("${Function}", name),
            Whom::Members { .. } => text.replace("${AWS::AccountId}", "${!aws:PrincipalAccount}"),
        };
        let text = match self.place {
            Place::Hub => text
                .replace("${HubAccountId}", "${AWS::AccountId}")
                .replace("${HubRegion}", "${AWS::Region}"),
            Place::Anywhere => text,
        };
        if text.replace("${!", "").contains("${") {
            format!("!Sub {text}")
        } else {
            format!("'{}'", text.replace("${!", "${"))
        }
    }

    /// The lines of the statement, without those that make it conditional.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec!["Effect: Allow".to_owned()];
        if let Whom::Members { .. } = self.whom {
            lines.push("Principal: '*'".to_owned());
        }
        lines.push("Action:".to_owned());
        lines.extend(
            self.right
                .actions
                .iter()
                .map(|action| format!("  - {action}")),
        );
        match self.right.scope {
            Scope::Anything => lines.push("Resource: '*'".to_owned()),
            Scope::Parameter(name) => lines.push(format!("Resource: !Ref {name}")),
            Scope::Arns(arns) => {
                lines.push("Resource:".to_owned());
                lines.extend(arns.iter().map(|arn| format!("  - {}", self.text(arn))));
            }
        }
        let conditions = self.conditions();
        if !conditions.is_empty() {
            lines.push("Condition:".to_owned());
        }
        let mut operator = "";
        for condition in conditions {
            if condition.operator != operator {
                operator = condition.operator;
                lines.push(format!("  {operator}:"));
            }
            match condition.values {
                [value] => lines.push(format!("    {}: {}", condition.key, self.text(value))),
                values => {
                    lines.push(format!("    {}:", condition.key));
                    let values = values.iter();
                    lines.extend(values.map(|value| format!("      - {}", self.text(value))));
                }
            }
        }
        lines
    }
}

impl fmt::Display for Statement<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let margin = " ".repeat(self.indent);
        writeln!(formatter, "{margin}# {}", self.right.reason)?;
        let only_if = match self.whom {
            Whom::Role(_) => self.right.only_if,
            Whom::Members { only_if } => only_if,
        };
        let Some(condition) = only_if else {
            return item(formatter, &margin, &self.lines());
        };
        writeln!(formatter, "{margin}- !If")?;
        let margin = format!("{margin}  ");
        writeln!(formatter, "{margin}- {condition}")?;
        item(formatter, &margin, &self.lines())?;
        writeln!(formatter, "{margin}- !Ref AWS::NoValue")
    }
}

/// An item of a list.
fn item(formatter: &mut fmt::Formatter<'_>, margin: &str, lines: &[String]) -> fmt::Result {
    for (place, line) in lines.iter().enumerate() {
        let mark = if place == 0 { "- " } else { "  " };
        writeln!(formatter, "{margin}{mark}{line}")?;
    }
    Ok(())
}

/// The rights of a role, as a table of the documentation.
#[must_use]
pub fn table(role: &Role) -> String {
    let mut table = String::from("| It | with | |\n|---|---|---|\n");
    for work in role.work() {
        for (place, right) in work.rights.iter().enumerate() {
            let name = if place == 0 { work.name } else { "" };
            let actions: Vec<String> = right
                .actions
                .iter()
                .map(|action| format!("`{action}`"))
                .collect();
            let actions = actions.join(", ");
            let _ = writeln!(table, "| {name} | {actions} | {} |", right.reason);
        }
    }
    table
}
