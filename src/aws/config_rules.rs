//! The Config rules of Deepgrade (AWS Config API reference, `DescribeConfigRules` and
//! `DescribeConfigRuleEvaluationStatus`).

use aws_sdk_config::{
    Client,
    types::{ConfigRule, Owner},
};
use rules::{Rule, catalogue};
use serde_json::Value;

use super::{moment::moment, refusal::refusal};
use crate::{
    deployment::rules::{LastRun, RuleSeen},
    ports::{Error, Page},
};

const DESCRIBE: &str = "config:DescribeConfigRules";
const STATUS: &str = "config:DescribeConfigRuleEvaluationStatus";
/// The most rules that one call may name.
const AT_ONCE: usize = 25;

/// The Config rules of Deepgrade among those of the Region, page by page: a pack adds to their
/// names, so that they are known by the rule that they are told to run.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn page(client: &Client, next: Option<&str>) -> Result<Page<RuleSeen>, Error> {
    let call = client.describe_config_rules();
    let call = call.set_next_token(next.map(str::to_owned));
    let output = call
        .send()
        .await
        .map_err(|error| refusal(DESCRIBE, &error))?;
    Ok(Page {
        items: output.config_rules().iter().filter_map(seen).collect(),
        next: output.next_token.filter(|token| !token.is_empty()),
    })
}

fn seen(rule: &ConfigRule) -> Option<RuleSeen> {
    let source = rule.source()?;
    if *source.owner() != Owner::CustomLambda {
        return None;
    }
    let state = rule.config_rule_state().map(|state| state.as_str());
    Some(RuleSeen {
        name: rule.config_rule_name()?.to_owned(),
        rule: runs(rule)?.id,
        function: source.source_identifier()?.to_owned(),
        state: state.unwrap_or("in no state").to_owned(),
    })
}

/// The rule that a Config rule is told to run.
fn runs(rule: &ConfigRule) -> Option<&'static Rule> {
    let told: Value = serde_json::from_str(rule.input_parameters()?).ok()?;
    catalogue::find(told.get("rule")?.as_str()?)
}

/// What Config tells of the last runs of rules. Of custom rules it need not tell anything.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn last_runs(client: &Client, names: &[String]) -> Result<Vec<LastRun>, Error> {
    let mut runs = Vec::new();
    for names in names.chunks(AT_ONCE) {
        let mut next = None;
        loop {
            let call = client.describe_config_rule_evaluation_status();
            let call = call.set_config_rule_names(Some(names.to_vec()));
            let sent = call.set_next_token(next).send().await;
            let output = sent.map_err(|error| refusal(STATUS, &error))?;
            let statuses = output.config_rules_evaluation_status().iter();
            runs.extend(statuses.filter_map(|status| {
                let invocation = status.last_failed_invocation_time().and_then(moment);
                let evaluation = status.last_failed_evaluation_time().and_then(moment);
                Some(LastRun {
                    name: status.config_rule_name()?.to_owned(),
                    succeeded: status.last_successful_evaluation_time().and_then(moment),
                    failed: invocation.max(evaluation),
                    error: status
                        .last_error_message()
                        .or_else(|| status.last_error_code())
                        .map(str::to_owned),
                })
            }));
            next = output.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                break;
            }
        }
    }
    Ok(runs)
}
