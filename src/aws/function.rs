//! A function of Lambda, and who may invoke it (AWS Lambda API reference, `GetFunctionConfiguration`
//! and `GetPolicy`).

use aws_sdk_lambda::Client;

use super::refusal::refusal;
use crate::{deployment::function::FunctionSeen, ports::Error};

const CONFIGURATION: &str = "lambda:GetFunctionConfiguration";
const POLICY: &str = "lambda:GetPolicy";

/// What the function of that ARN is set up with; `None` where there is no such function.
///
/// # Errors
/// What Lambda, or the way to it, said.
pub async fn configuration(client: &Client, arn: &str) -> Result<Option<FunctionSeen>, Error> {
    let call = client.get_function_configuration().function_name(arn);
    let output = match call.send().await {
        Ok(output) => output,
        Err(error) => {
            let answer = error.as_service_error();
            if answer.is_some_and(|answer| answer.is_resource_not_found_exception()) {
                return Ok(None);
            }
            return Err(refusal(CONFIGURATION, &error));
        }
    };
    let variables = output.environment().and_then(|given| given.variables());
    let variables = variables.into_iter().flatten();
    Ok(Some(FunctionSeen {
        state: output.state().map(|state| state.as_str().to_owned()),
        variables: variables
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    }))
}

/// Who may invoke what the ARN names, the function or an alias or version of it, as a policy in
/// JSON; `None` where nobody was let in.
///
/// # Errors
/// What Lambda, or the way to it, said.
pub async fn policy(client: &Client, arn: &str) -> Result<Option<String>, Error> {
    match client.get_policy().function_name(arn).send().await {
        Ok(output) => Ok(output.policy),
        Err(error) => {
            let answer = error.as_service_error();
            if answer.is_some_and(|answer| answer.is_resource_not_found_exception()) {
                return Ok(None);
            }
            Err(refusal(POLICY, &error))
        }
    }
}
