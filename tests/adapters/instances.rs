use std::path::Path;

use aws_sdk_ec2::types::{InstanceType, ResourceType, Tag, TagSpecification};
use deepgrade::aws::instances;
use rules::{fact::Fact, instance::InstanceState};
use testbed::moto::{self, Moto};

use super::world::{block_on, clients};

#[test]
fn an_instance_is_read_as_ec2_describes_it() {
    let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let clients = clients(moto.url());
    let region = "us-east-1".parse().unwrap();
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::Instance)
        .tags(tag("team", "a"))
        .tags(tag("Name", "web \"1\""))
        .build();
    let launched = block_on(
        clients
            .ec2()
            .run_instances()
            .image_id("ami-12c6146b")
            .instance_type(InstanceType::T3Micro)
            .min_count(2)
            .max_count(2)
            .tag_specifications(tags)
            .send(),
    )
    .unwrap();
    let ids: Vec<_> = launched
        .instances()
        .iter()
        .map(|instance| instance.instance_id().unwrap())
        .collect();
    block_on(clients.ec2().stop_instances().instance_ids(ids[1]).send()).unwrap();

    let page = block_on(instances::page(clients.ec2(), &region, None)).unwrap();
    assert_eq!(page.next, None);
    let mut found: Vec<String> = page.items.iter().map(|each| each.id.to_string()).collect();
    found.sort();
    let mut all: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
    all.sort();
    assert_eq!(found, all);

    let of =
        |id: &str| block_on(instances::one(clients.ec2(), &region, id.parse().unwrap())).unwrap();
    let running = of(ids[0]).unwrap();
    assert!(page.items.contains(&running));
    assert_eq!(running.account, Some(moto::ACCOUNT.parse().unwrap()));
    assert_eq!(running.region, Some(region.clone()));
    assert_eq!(running.name.as_deref(), Some("web \"1\""));
    assert_eq!(running.state, Fact::Known(InstanceState::Running));
    assert!(matches!(running.launched, Fact::Known(_)));
    assert!(matches!(running.attached, Fact::Known(_)));
    let stopped = of(ids[1]).unwrap();
    assert_eq!(stopped.state, Fact::Known(InstanceState::Stopped));
    assert_eq!(of("i-0123456789abcdef0"), None);
}
