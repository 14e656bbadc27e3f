//! The functions that grade. They link nothing that changes a Manager or AWS WAF.

use std::process::ExitCode;

use rules::text::quoted;

use super::{answer, inventory::InventoryFunction, rule::RuleFunction};

/// Serves invocations of the function that the handler's name says, until Lambda ends the process.
#[must_use]
pub fn run() -> ExitCode {
    super::run(async |start| match start.handler.as_str() {
        "rule" => {
            let function = RuleFunction::new(&start)?;
            answer(async |invocation| function.answer(invocation).await).await
        }
        "inventory" => {
            let function = InventoryFunction::new(&start)?;
            answer(async |invocation| function.answer(invocation).await).await
        }
        other => {
            let other = quoted(other);
            Err(format!(
                "the handler is {other}, and the functions of this binary are `rule` and `inventory`"
            ))
        }
    })
}
