//! The functions on AWS Lambda. One binary serves them all; the handler's name says which it is.
//!
//! ```text
//! inventory    reads the Managers, and publishes what they know: a schedule invokes it
//! rule         answers AWS Config: every Config rule invokes it
//! invocation   what Lambda hands over, and the time that it grants
//! refused      what Lambda is told of an invocation that did not do all that was asked
//! ```

use std::{process::ExitCode, sync::Arc};

use lambda_runtime::{LambdaEvent, service_fn};
use rules::text::quoted;
use serde_json::value::RawValue;

use crate::{
    aws::clients::{self, Clients},
    environment, telemetry,
    time::{RealTime, Time},
};

mod inventory;
mod invocation;
mod refused;
mod rule;

use inventory::InventoryFunction;
use invocation::Invocation;
use refused::Refused;
use rule::RuleFunction;

/// The variable in which Lambda says which function this is (AWS Lambda developer guide, "Defined
/// runtime environment variables").
const HANDLER: &str = "_HANDLER";

/// Serves invocations of the function that the handler's name says, until Lambda ends the process.
#[must_use]
pub fn run() -> ExitCode {
    telemetry::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(serve()),
        Err(error) => Err(format!("cannot wait for the network: {error}")),
    };
    if let Err(complaint) = ended {
        tracing::error!("{complaint}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn serve() -> Result<(), String> {
    let handler = environment::variable(HANDLER).unwrap_or_default();
    let time: Arc<dyn Time> = Arc::new(RealTime::start());
    let clients = Arc::new(Clients::new(clients::defaults().load().await));
    let served = match handler.as_str() {
        "rule" => {
            let function = RuleFunction::new(clients, time)?;
            let answer = async |event: LambdaEvent<Box<RawValue>>| {
                function.answer(Invocation::from(event)).await
            };
            lambda_runtime::run(service_fn(answer)).await
        }
        "inventory" => {
            let function = InventoryFunction::new(clients, time)?;
            let answer = async |event: LambdaEvent<Box<RawValue>>| {
                function.answer(Invocation::from(event)).await
            };
            lambda_runtime::run(service_fn(answer)).await
        }
        other => {
            let other = quoted(other);
            return Err(format!(
                "the handler is {other}, and the functions of this binary are `rule` and `inventory`"
            ));
        }
    };
    served.map_err(|error| format!("the Lambda runtime ended: {error}"))
}
