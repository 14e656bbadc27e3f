use std::{collections::BTreeMap, path::Path};

use aws_sdk_ec2::types::{InstanceType, ResourceType, Tag, TagSpecification};
use deepgrade::aws::{clients::Clients, instances};
use rules::{
    fact::Fact,
    instance::{Instance, InstanceId, InstanceState},
};
use testbed::moto::{self, Moto};

use super::{
    pages,
    world::{block_on, clients},
};

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

/// The benchmark of the functions reads more instances than moto can hold. What it reads is what
/// moto says of as many as it can.
#[test]
fn pages_are_read_to_the_last_and_those_of_the_benchmark_are_such() {
    const COUNT: usize = 1_001;
    let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let real = clients(moto.url());
    let name = Tag::builder().key("Name").value("web").build();
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::Instance)
        .tags(name)
        .build();
    // A page of moto holds so many reservations, so that each is of one instance.
    let ids = block_on(async {
        let mut ids = Vec::new();
        while ids.len() < COUNT {
            let call = real.ec2().run_instances().image_id("ami-12c6146b");
            let call = call.min_count(1).max_count(1);
            let launched = call.tag_specifications(tags.clone()).send().await.unwrap();
            ids.push(launched.instances()[0].instance_id().unwrap().to_owned());
        }
        ids
    });
    let made = clients(&pages::serve(ids, moto::ACCOUNT));
    let (real_pages, real) = read(&real);
    let (made_pages, made) = read(&made);
    assert_eq!(
        (&real_pages, &made_pages),
        (&vec![1_000, 1], &vec![1_000, 1])
    );
    assert_eq!((real.len(), made.len()), (COUNT, COUNT));
    for ((id, real), made) in real.iter().zip(made.values()) {
        assert_eq!(
            (real.id, &real.account, &real.region),
            (made.id, &made.account, &made.region)
        );
        assert_eq!(real.state, made.state, "{id}");
        let known = |instance: &Instance| {
            (
                instance.name.is_some(),
                matches!(instance.launched, Fact::Known(_)),
                matches!(instance.attached, Fact::Known(_)),
            )
        };
        assert_eq!(
            (known(real), known(made)),
            ((true, true, true), (true, true, true))
        );
    }
}

/// Reads every page: how many instances each holds, and all of them.
fn read(clients: &Clients) -> (Vec<usize>, BTreeMap<InstanceId, Instance>) {
    let region = "us-east-1".parse().unwrap();
    let (mut sizes, mut all, mut next) = (Vec::new(), BTreeMap::new(), None);
    loop {
        let page = block_on(instances::page(clients.ec2(), &region, next.as_deref())).unwrap();
        sizes.push(page.items.len());
        all.extend(
            page.items
                .into_iter()
                .map(|instance| (instance.id, instance)),
        );
        next = page.next;
        if next.is_none() {
            return (sizes, all);
        }
    }
}
