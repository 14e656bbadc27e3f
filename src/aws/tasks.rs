//! The instance that a task of ECS runs on (Amazon ECS API reference, `DescribeTasks` and
//! `DescribeContainerInstances`).

use aws_sdk_ecs::Client;
use remediations::finding::EcsTask;
use rules::instance::InstanceId;

use super::refusal::refusal;
use crate::ports::{Error, Fault};

const TASKS: &str = "ecs:DescribeTasks";
const CONTAINER_INSTANCES: &str = "ecs:DescribeContainerInstances";

/// The instance that a task runs on; `None` for one that ECS does not know any more, and for one
/// that runs on no instance.
///
/// # Errors
/// What ECS, or the way to it, said.
pub async fn host(client: &Client, task: &EcsTask) -> Result<Option<InstanceId>, Error> {
    let call = client
        .describe_tasks()
        .cluster(&*task.cluster)
        .tasks(&*task.task);
    let output = match call.send().await {
        Ok(output) => output,
        Err(error) if is_unknown_cluster(&error) => return Ok(None),
        Err(error) => return Err(refusal(TASKS, &error)),
    };
    let container_instance = output
        .tasks()
        .iter()
        .find_map(|task| task.container_instance_arn());
    let Some(container_instance) = container_instance else {
        return Ok(None);
    };
    let call = client
        .describe_container_instances()
        .cluster(&*task.cluster);
    let call = call.container_instances(container_instance);
    let output = call
        .send()
        .await
        .map_err(|error| refusal(CONTAINER_INSTANCES, &error))?;
    let mut instances = output.container_instances().iter();
    let Some(id) = instances.find_map(|instance| instance.ec2_instance_id()) else {
        return Ok(None);
    };
    // Machines of ECS Anywhere have ids of another kind, and are no EC2 instances.
    if id.starts_with("mi-") {
        return Ok(None);
    }
    let id = id.parse().map_err(|bad| {
        Error::Permanent(Fault::Deployment, format!("{CONTAINER_INSTANCES}: {bad}"))
    })?;
    Ok(Some(id))
}

fn is_unknown_cluster(
    error: &aws_sdk_ecs::error::SdkError<
        aws_sdk_ecs::operation::describe_tasks::DescribeTasksError,
    >,
) -> bool {
    error.as_service_error().is_some_and(
        aws_sdk_ecs::operation::describe_tasks::DescribeTasksError::is_cluster_not_found_exception,
    )
}
