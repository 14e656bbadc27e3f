//! The instance that a task of ECS runs on.

use std::path::Path;

use aws_sdk_ecs::types::ContainerDefinition;
use deepgrade::aws::{clients::Clients, tasks};
use remediations::finding::EcsTask;
use serde_json::json;
use testbed::moto::{self, Moto};

use super::world::{block_on, clients};

/// Starts a task on an instance, and gives its cluster and its own ARN.
async fn start(clients: &Clients) -> (EcsTask, String) {
    let launched = clients.ec2().run_instances().image_id("ami-12c6146b");
    let launched = launched.min_count(1).max_count(1).send().await.unwrap();
    let instance = launched.instances()[0].instance_id().unwrap().to_owned();
    let ecs = clients.ecs();
    let cluster = ecs
        .create_cluster()
        .cluster_name("web")
        .send()
        .await
        .unwrap();
    let cluster = cluster.cluster.unwrap().cluster_arn.unwrap();
    // What the agent of ECS hands over, with the fields that moto reads.
    let document = json!({
        "instanceId": instance, "accountId": moto::ACCOUNT, "region": "us-east-1",
        "availabilityZone": "us-east-1a", "imageId": "ami-12c6146b", "instanceType": "t3.micro",
        "privateIp": "10.0.0.1", "architecture": "x86_64", "version": "2017-09-30",
    });
    let register = ecs.register_container_instance().cluster(&cluster);
    let register = register.instance_identity_document(document.to_string());
    let registered = register.send().await.unwrap();
    let container_instance = registered.container_instance.unwrap();
    let container = ContainerDefinition::builder().name("web").image("web");
    let container = container.cpu(10).memory(10).essential(true).build();
    let define = ecs.register_task_definition().family("web");
    define
        .container_definitions(container)
        .send()
        .await
        .unwrap();
    let start = ecs.start_task().cluster(&cluster).task_definition("web");
    let start = start.container_instances(container_instance.container_instance_arn.unwrap());
    let started = start.send().await.unwrap();
    let task = started.tasks()[0].task_arn().unwrap();
    let task = EcsTask {
        cluster: cluster.into(),
        task: task.into(),
    };
    (task, instance)
}

#[test]
fn a_task_leads_to_its_instance_and_one_that_is_no_more_to_none() {
    let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let clients = clients(moto.url());
    block_on(async {
        let (task, instance) = start(&clients).await;
        let host = async |task: EcsTask| tasks::host(clients.ecs(), &task).await;
        let found = host(task.clone()).await.unwrap();
        assert_eq!(found.unwrap().to_string(), instance);
        let gone = EcsTask {
            task: format!("arn:aws:ecs:us-east-1:{}:task/web/0a1b", moto::ACCOUNT).into(),
            ..task.clone()
        };
        assert_eq!(host(gone).await, Ok(None));
        let elsewhere = EcsTask {
            cluster: "none".into(),
            ..task
        };
        assert_eq!(host(elsewhere).await, Ok(None));
    });
}
