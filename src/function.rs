//! The functions on AWS Lambda. A binary serves several; the handler's name says which it is.
//!
//! ```text
//! evaluate     the functions that grade: inventory, rule
//! remediate    the functions that answer findings: respond, follow_up, operate, backfill, waf
//! inventory    reads the Managers, and publishes what they know: a schedule invokes it
//! rule         answers AWS Config: every Config rule invokes it
//! invocation   what Lambda hands over, and the time that it grants
//! refused      what Lambda is told of an invocation that did not do all that was asked
//! ```
//!
//! Authority is separated at link time: nothing of `evaluate` leads to `remediate`.

use std::{process::ExitCode, sync::Arc};

use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    aws::{
        clients::{self, Clients},
        function_settings,
    },
    environment, telemetry,
    time::{RealTime, Time},
};

pub mod evaluate;
mod inventory;
mod invocation;
mod refused;
pub mod remediate;
mod rule;

use invocation::Invocation;
use refused::Refused;

/// The variable in which Lambda says which function this is (AWS Lambda developer guide, "Defined
/// runtime environment variables").
const HANDLER: &str = "_HANDLER";

/// What every function is set up with.
struct Start {
    /// Which function it is.
    handler: String,
    clients: Arc<Clients>,
    /// Those by which the inventory, the settings and the ledger are reached.
    hub: Arc<Clients>,
    time: Arc<dyn Time>,
}

/// Serves invocations until Lambda ends the process.
fn run(serve: impl AsyncFnOnce(Start) -> Result<(), String>) -> ExitCode {
    telemetry::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let clients = Arc::new(Clients::new(clients::defaults().load().await));
            serve(Start {
                handler: environment::variable(HANDLER).unwrap_or_default(),
                hub: function_settings::hub(&clients)?,
                clients,
                time: Arc::new(RealTime::start()),
            })
            .await
        }),
        Err(error) => Err(format!("cannot wait for the network: {error}")),
    };
    if let Err(complaint) = ended {
        tracing::error!("{complaint}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Answers every invocation.
async fn answer<T: Serialize>(
    answer: impl AsyncFn(Invocation) -> Result<T, Refused>,
) -> Result<(), String> {
    let answer = &answer;
    let each = async |event: LambdaEvent<Box<RawValue>>| answer(Invocation::from(event)).await;
    let served = lambda_runtime::run(service_fn(each)).await;
    served.map_err(|error| format!("the Lambda runtime ended: {error}"))
}
