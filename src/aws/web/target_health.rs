//! The targets of a target group (Elastic Load Balancing API reference, `DescribeTargetHealth`,
//! which answers without pages).

use aws_sdk_elasticloadbalancingv2::types;
use rules::{
    fact::{Fact, Readable as _},
    web::{Target, TargetState},
};

use crate::{aws::refusal::refusal, ports::Error};

use super::sweep::{Sweep, port};

/// Reads the targets of one group. Whose address a target is, is not found out here.
///
/// # Errors
/// When they cannot be read.
pub(super) async fn targets(sweep: &Sweep<'_>, group: &str) -> Result<Vec<Target>, Error> {
    let call = sweep.clients.elasticloadbalancingv2();
    let call = call.describe_target_health().target_group_arn(group);
    let answer = call.send().await;
    let answer =
        answer.map_err(|error| refusal("elasticloadbalancing:DescribeTargetHealth", &error))?;
    let targets = answer.target_health_descriptions().iter();
    Ok(targets.filter_map(target).collect())
}

fn target(described: &types::TargetHealthDescription) -> Option<Target> {
    let target = described.target()?;
    let state = described.target_health();
    let state = state.and_then(types::TargetHealth::state);
    Some(Target {
        id: target.id().unwrap_or_default().into(),
        instance: Fact::Missing,
        port: port(target.port()),
        state: state.map_or(Fact::Missing, |state| {
            TargetState::read_text(state.as_str())
        }),
    })
}
