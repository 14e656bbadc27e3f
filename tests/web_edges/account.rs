//! An account of AWS to make things in: a network, security groups, instances; and what Deepgrade
//! makes of it.

use std::{collections::BTreeMap, path::Path};

use aws_sdk_ec2::{config::Credentials, types};
use deepgrade::{
    aws::{
        clients::{Clients, defaults},
        web::{self, Picture},
    },
    ports::Web,
    time::{ManualTime, Time as _},
};
use jiff::Timestamp;
use rules::{
    Prepared,
    instance::{InstanceId, Region},
    inventories::Inventories,
};
use serde_json::json;
use testbed::{edges::Edges, moto::Moto};
use tokio::runtime::Runtime;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const NOW: &str = "2026-11-24T12:00:00Z";

/// An account with one network.
pub(crate) struct Account {
    pub(crate) edges: Edges,
    pub(crate) clients: Clients,
    runtime: Runtime,
    pub(crate) vpc: String,
    pub(crate) subnets: Vec<String>,
    /// The ids of the security groups: `web` for everybody, `cloudfront`, and `inside` for nobody.
    pub(crate) groups: BTreeMap<&'static str, String>,
    _moto: Moto,
}

impl Account {
    pub(crate) fn new() -> Self {
        let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let edges = Edges::before(moto.url()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let credentials = Credentials::new("testbed", "testbed", None, None, "testbed");
        let settings = defaults()
            .endpoint_url(edges.url())
            .region(aws_config::Region::new(REGION))
            .credentials_provider(credentials);
        let clients = Clients::new(runtime.block_on(settings.load()));
        let mut account = Self {
            edges,
            clients,
            runtime,
            vpc: String::new(),
            subnets: Vec::new(),
            groups: BTreeMap::new(),
            _moto: moto,
        };
        account.lay_out();
        account
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    fn lay_out(&mut self) {
        let made = self.run(async {
            let ec2 = self.clients.ec2();
            let vpc = ec2.create_vpc().cidr_block("10.7.0.0/16").send().await;
            let vpc = vpc.unwrap().vpc.unwrap().vpc_id.unwrap();
            let mut subnets = Vec::new();
            for (zone, range) in [
                ("eu-west-1a", "10.7.0.0/20"),
                ("eu-west-1b", "10.7.16.0/20"),
            ] {
                let subnet = ec2.create_subnet().vpc_id(&vpc).availability_zone(zone);
                let subnet = subnet.cidr_block(range).send().await.unwrap();
                subnets.push(subnet.subnet.unwrap().subnet_id.unwrap());
            }
            let lists = ec2.describe_managed_prefix_lists().send().await.unwrap();
            let cloudfront = lists.prefix_lists().iter().find(|list| {
                list.prefix_list_name() == Some("com.amazonaws.global.cloudfront.origin-facing")
            });
            let cloudfront = cloudfront.unwrap().prefix_list_id().unwrap();
            let everybody = types::IpRange::builder().cidr_ip("0.0.0.0/0").build();
            let cloudfront = types::PrefixListId::builder()
                .prefix_list_id(cloudfront)
                .build();
            let permission = || {
                let permission = types::IpPermission::builder().ip_protocol("tcp");
                permission.from_port(80).to_port(443)
            };
            let mut groups = BTreeMap::new();
            for (name, permission) in [
                ("web", Some(permission().ip_ranges(everybody).build())),
                (
                    "cloudfront",
                    Some(permission().prefix_list_ids(cloudfront).build()),
                ),
                ("inside", None),
            ] {
                let group = ec2.create_security_group().vpc_id(&vpc).group_name(name);
                let group = group.description(name).send().await.unwrap();
                let id = group.group_id.unwrap();
                if let Some(permission) = permission {
                    let call = ec2.authorize_security_group_ingress().group_id(&id);
                    call.ip_permissions(permission).send().await.unwrap();
                }
                groups.insert(name, id);
            }
            (vpc, subnets, groups)
        });
        (self.vpc, self.subnets, self.groups) = made;
    }

    /// Launches an instance; gives its id and its private address.
    pub(crate) fn launch(&self, name: &str, group: &str, is_public: bool) -> (String, String) {
        let interface = types::InstanceNetworkInterfaceSpecification::builder()
            .device_index(0)
            .subnet_id(&self.subnets[0])
            .groups(&self.groups[group])
            .associate_public_ip_address(is_public)
            .build();
        let tag = types::Tag::builder().key("Name").value(name).build();
        let tags = types::TagSpecification::builder()
            .resource_type(types::ResourceType::Instance)
            .tags(tag)
            .build();
        let call = self.clients.ec2().run_instances();
        let call = call.image_id("ami-12c6146b").min_count(1).max_count(1);
        let call = call.network_interfaces(interface).tag_specifications(tags);
        let made = self.run(call.send()).unwrap();
        let made = &made.instances()[0];
        let id = made.instance_id().unwrap().to_owned();
        (id, made.private_ip_address().unwrap().to_owned())
    }

    pub(crate) fn account_id(&self) -> rules::instance::AccountId {
        testbed::moto::ACCOUNT.parse().unwrap()
    }

    pub(crate) fn picture(&self) -> Picture {
        self.picture_in(&ManualTime::at(NOW.parse().unwrap()))
    }

    pub(crate) fn picture_in(&self, time: &ManualTime) -> Picture {
        self.picture_of(&self.clients, REGION, time)
    }

    /// What these clients see in a Region.
    pub(crate) fn picture_of(&self, clients: &Clients, region: &str, time: &ManualTime) -> Picture {
        fn sent<T: Send>(future: T) -> T {
            future
        }
        let region: Region = region.parse().unwrap();
        let account = self.account_id();
        // A port's answer must be one that a thread can wait for which another one began to.
        let picture = sent(web::picture(clients, account, &region, time.now(), time));
        self.run(picture).unwrap()
    }

    /// What the rule says of each instance, by its name: the code, and `?` before that of a gap.
    pub(crate) fn verdicts(&self) -> BTreeMap<String, String> {
        verdicts(self.picture())
    }
}

/// What the rule says of each instance of a picture, by its name.
pub(crate) fn verdicts(picture: Picture) -> BTreeMap<String, String> {
    let web: Web = picture.try_into().unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let inventories = inventories(now, web.instances.iter().map(|instance| instance.id));
    let rule = rules::catalogue::named("instance-is-behind-waf").unwrap();
    let Prepared::Instance(grader) = rule.with([]).unwrap() else {
        panic!("the rule is about instances");
    };
    let verdicts = web.instances.iter().map(|instance| {
        let facts = grader.facts(now, instance, &inventories);
        let graded = grader.grade(&facts.with_web_edges(&web.edges));
        let code = match &graded {
            Ok(verdict) => verdict.reason().code().id.to_owned(),
            Err(gap) => format!("?{}", gap.reason().code().id),
        };
        (
            instance.name.as_deref().unwrap_or_default().to_owned(),
            code,
        )
    });
    verdicts.collect()
}

/// An inventory in which every instance has a computer.
fn inventories(now: Timestamp, ids: impl Iterator<Item = InstanceId>) -> Inventories {
    let computers = ids.enumerate().map(|(number, id)| {
        let link = json!({"id": id, "account": testbed::moto::ACCOUNT, "source": "connector"});
        json!({"id": number + 1, "name": "computer", "instance": link})
    });
    let document = json!({
        "schemaVersion": "1",
        "manager": "first",
        "takenAt": now,
        "completeness": "complete",
        "computers": computers.collect::<Vec<_>>(),
    });
    Inventories::new(vec![Ok(serde_json::from_value(document).unwrap())])
}
