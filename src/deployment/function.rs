//! The function that the Config rules invoke, and whether AWS Config may.

use std::collections::BTreeMap;

use rules::{instance::AccountId, text::quoted};
use serde::Deserialize;
use serde_json::Value;

use super::{Check, Grade, unread};
use crate::ports::Error;

/// Who invokes the function (AWS Config developer guide, "Granting Lambda permission").
const CONFIG: &str = "config.amazonaws.com";
const INVOKE: &str = "lambda:InvokeFunction";

/// What a function is set up with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionSeen {
    /// Its state, in Lambda's word.
    pub state: Option<String>,
    /// Its variables. They hold no secrets, and are not shown.
    pub variables: BTreeMap<String, String>,
}

impl FunctionSeen {
    /// The value of a variable; `None` where it is not set or is empty.
    #[must_use]
    pub fn told(&self, variable: &str) -> Option<&str> {
        let value = self.variables.get(variable)?.trim();
        (!value.is_empty()).then_some(value)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    statement: Many<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    #[serde(default)]
    principal: Value,
    #[serde(default)]
    action: Many<String>,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, Many<String>>>,
}

/// One or several: policies write both.
#[derive(Deserialize)]
#[serde(untagged)]
enum Many<T> {
    One(T),
    Several(Vec<T>),
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl<T> Many<T> {
    fn items(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Several(items) => items,
        }
    }
}

/// How far a statement lets AWS Config invoke the function for an account.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Lets {
    Not,
    /// Under a condition that is not understood here.
    Perhaps,
    /// For whichever account.
    Anybody,
    /// For the account.
    Account,
}

/// Judges whether AWS Config may invoke the function for rules of the account.
#[must_use]
pub fn permission(policy: &Result<Option<String>, Error>, account: AccountId) -> Check {
    let what = "permission of AWS Config";
    let policy = match policy {
        Err(error) => return unread(what, error),
        Ok(policy) => policy.as_deref(),
    };
    let read = policy.map(serde_json::from_str::<Policy>).transpose();
    let Ok(read) = read else {
        let detail = "the policy of the function is not understood";
        return Check::of(
            Grade::Unknown,
            what,
            detail,
            "look at it with aws lambda get-policy",
        );
    };
    let statements = read.as_ref().map(|policy| policy.statement.items());
    let statements = statements.unwrap_or_default().iter();
    if statements.clone().any(|one| one.effect != "Allow") {
        let detail = "the policy of the function denies something";
        let advice = "look with aws lambda get-policy whether that is for AWS Config";
        return Check::of(Grade::Unknown, what, detail, advice);
    }
    match statements.map(|one| one.lets(account)).max() {
        Some(Lets::Account) => Check::good(what, format!("it may invoke for account {account}")),
        Some(Lets::Anybody) => Check::of(
            Grade::Warning,
            what,
            "it may invoke for rules of any account",
            format!("add the condition AWS:SourceAccount {account} to the permission"),
        ),
        Some(Lets::Perhaps) => Check::of(
            Grade::Unknown,
            what,
            "it may invoke under a condition that is not understood",
            format!("see that it lets rules of account {account} through"),
        ),
        Some(Lets::Not) | None => Check::of(
            Grade::Bad,
            what,
            format!("{CONFIG} may not invoke the function for account {account}"),
            format!(
                "aws lambda add-permission --action {INVOKE} --principal {CONFIG} \
                 --source-account {account} --statement-id config --function-name FUNCTION"
            ),
        ),
    }
}

impl Statement {
    fn lets(&self, account: AccountId) -> Lets {
        let service = match &self.principal {
            Value::Object(kinds) => kinds.get("Service"),
            Value::String(anybody) if anybody == "*" => return Lets::Perhaps,
            _ => None,
        };
        let is_config = match service {
            Some(Value::String(service)) => service == CONFIG,
            Some(Value::Array(services)) => services.iter().any(|service| service == CONFIG),
            _ => false,
        };
        let invokes = |action: &String| {
            [INVOKE, "lambda:*", "*"]
                .iter()
                .any(|one| action.eq_ignore_ascii_case(one))
        };
        if !is_config || !self.action.items().iter().any(invokes) {
            return Lets::Not;
        }
        let mut lets = Lets::Anybody;
        for (operator, keys) in &self.condition {
            for (key, values) in keys {
                let values = values.items();
                let is_equal = ["StringEquals", "StringLike"].contains(&operator.as_str());
                let is_like = ["ArnLike", "ArnEquals", "StringLike"].contains(&operator.as_str());
                if is_like && key.eq_ignore_ascii_case("aws:SourceArn") {
                    let rules = format!(":{account}:config-rule/*");
                    let is_every_rule = |value: &&str| {
                        value.starts_with("arn:")
                            && value.contains(":config:")
                            && value.ends_with(&rules)
                    };
                    if !values.iter().any(|value| is_every_rule(&value.as_ref())) {
                        lets = Lets::Perhaps;
                    }
                    continue;
                }
                if is_equal && key.eq_ignore_ascii_case("aws:SourceAccount") {
                    if !values.iter().any(|value| *value == account.to_string()) {
                        return Lets::Not;
                    }
                    if lets == Lets::Anybody {
                        lets = Lets::Account;
                    }
                } else {
                    lets = Lets::Perhaps;
                }
            }
        }
        lets
    }
}

/// Judges whether the function is there, and can be invoked.
#[must_use]
pub fn state(arn: &str, function: &Result<Option<FunctionSeen>, Error>) -> Check {
    let name = quoted(arn);
    let seen = match function {
        Err(error) => return unread("function", error),
        Ok(seen) => seen,
    };
    match seen {
        None => Check::of(
            Grade::Bad,
            "function",
            format!("{name} does not exist"),
            "deploy the functions, or name the right one in the conformance pack",
        ),
        Some(seen) => match seen.state.as_deref() {
            // Inactive is what nobody invoked for long: the next event wakes it.
            None | Some("Active" | "Inactive") => Check::good("function", name),
            Some(state) => Check::of(
                Grade::Bad,
                "function",
                format!("{name} is {}", quoted(state)),
                "look at it in the console of Lambda",
            ),
        },
    }
}
