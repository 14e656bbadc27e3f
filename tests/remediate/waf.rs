//! The function `waf`.

use aws_sdk_wafv2::types as waf;
use deepgrade::{
    aws::clients::{self, Clients},
    cover::{Became, WebAclChange, read_web_acls},
    ledger::{Key, Row, Table as _},
    time::Time as _,
};
use rules::web::RuleGroup;
use serde_json::json;
use testbed::{edges::Refusal, estate::policy_ids};

use super::{
    scene::{Scene, partition},
    stage::summary,
    website::{GROUPS, build, offer},
};

/// A website: an instance behind a load balancer that carries a web ACL.
struct Website {
    scene: Scene,
    clients: Clients,
    arn: String,
}

impl Website {
    fn new() -> Self {
        let scene = Scene::new();
        scene.stage.manager.estate(|estate| {
            for computer in estate.computers.values_mut() {
                computer.policy_id = Some(policy_ids::LINUX_WEB);
            }
        });
        scene.renew();
        offer(&scene.edges);
        let loader = clients::defaults()
            .test_credentials()
            .region("us-east-1")
            .endpoint_url(scene.edges.url());
        let clients = Clients::new(scene.stage.block_on(loader.load()));
        let arn = scene.stage.block_on(build(&clients, &scene.stage.id(0)));
        Self {
            scene,
            clients,
            arn,
        }
    }

    /// The names of the rules of the web ACL.
    fn rules(&self) -> Vec<String> {
        let id = self.arn.rsplit('/').next().unwrap();
        let call = self.clients.wafv2().get_web_acl().name("prod").id(id);
        let read = self
            .scene
            .stage
            .block_on(call.scope(waf::Scope::Regional).send());
        let acl = read.unwrap().web_acl.unwrap();
        let rules = acl.rules().iter();
        rules.map(|rule| rule.name().to_owned()).collect()
    }

    /// What the ledger tells of web ACLs.
    fn written(&self) -> Vec<(Vec<RuleGroup>, Option<Became>)> {
        let (table, partition) = (self.scene.table(), partition());
        let read = self.scene.stage.block_on(read_web_acls(&table, &partition));
        let (changes, unread) = read.unwrap();
        assert_eq!(unread, []);
        assert!(changes.iter().all(|change| *change.web_acl == self.arn));
        let changes = changes.into_iter();
        changes
            .map(|change| (change.rule_groups, change.became))
            .collect()
    }
}

#[test]
fn what_fits_is_told_and_added_once_where_acting_is_on() {
    let site = Website::new();
    let answer = summary(&site.scene.start_dry("waf").invoke(&json!({})));
    assert_eq!(
        answer,
        json!({"acting": false, "partitions": 1, "webAcls": 1, "recommended": 3, "unknown": 0,
               "added": 0, "refused": 0})
    );
    assert_eq!(site.rules(), [""; 0]);
    assert_eq!(site.written(), []);

    let function = site.scene.start("waf");
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["added"], &answer["acting"]),
        (&json!(3), &json!(true)),
        "{answer}"
    );
    assert_eq!(site.rules(), GROUPS.map(|name| format!("deepgrade-{name}")));
    let written = site.written();
    let [
        (
            asked,
            Some(Became::Added {
                rule_groups,
                capacity,
            }),
        ),
    ] = &written[..]
    else {
        panic!("{written:?}");
    };
    // An empty web ACL of moto uses 3.
    assert_eq!((asked, *capacity), (rule_groups, 1_103));
    let names: Vec<&str> = asked.iter().map(|group| &*group.name).collect();
    assert_eq!(names, GROUPS);

    // What is there is recommended no more, and nothing is written of it.
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["recommended"], &answer["added"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(site.written().len(), 1);
    // It needs no key of a Manager.
    assert_eq!(site.scene.stage.manager.calls().len(), 0);
}

#[test]
fn what_fails_is_written_down_and_ends_in_an_error() {
    let site = Website::new();
    site.scene
        .edges
        .refuse("wafv2:UpdateWebACL", Refusal::denied());
    let function = site.scene.start("waf");
    let (kind, line) = super::stage::refusal(&function.invoke(&json!({})));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(line.contains("wafv2:UpdateWebACL"), "{line}");
    let written = site.written();
    let [(_, Some(Became::Failed { reason }))] = &written[..] else {
        panic!("{written:?}");
    };
    assert!(reason.contains("wafv2:UpdateWebACL"), "{reason}");
    assert_eq!(site.rules(), [""; 0]);
    // Without a ledger to write in, nothing is tried.
    site.scene.edges.heal();
    site.scene
        .edges
        .refuse("dynamodb:PutItem", Refusal::denied());
    function.invoke(&json!({}));
    assert_eq!(site.rules(), [""; 0]);
    site.scene.edges.heal();
    summary(&function.invoke(&json!({})));
    assert_eq!(site.rules().len(), 3);
}

#[test]
fn as_many_web_acls_are_changed_in_an_hour_as_a_deployer_says() {
    let site = Website::new();
    let now = deepgrade::time::RealTime::start().now();
    let other = WebAclChange {
        schema_version: WebAclChange::SCHEMA,
        web_acl: site.arn.replace("prod", "other").into(),
        begun_at: now,
        rule_groups: Vec::new(),
        became: None,
    };
    let key = Key::web_acl(&partition(), now, &other.web_acl);
    let (table, row) = (site.scene.table(), Row::new(key, &other).unwrap());
    site.scene.stage.block_on(table.write(&row)).unwrap();
    let bootstrap = site.scene.bootstrap("waf", "  webAclsAnHour: 1\n");
    let bootstrap = bootstrap.environment("DEEPGRADE_ACTING", "on");
    let function = site.scene.stage.launch_function("waf", bootstrap);
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["refused"], &answer["added"]),
        (&json!(1), &json!(0)),
        "{answer}"
    );
    assert_eq!(site.rules(), [""; 0]);
}

#[test]
fn what_is_refused_uses_up_nothing_and_what_is_stopped_changes_nothing() {
    let site = Website::new();
    let scene = &site.scene;
    let bootstrap = scene.bootstrap("waf", "  webAclsAnHour: 1\n");
    let bootstrap = bootstrap.environment("DEEPGRADE_ACTING", "on");
    let function = scene.stage.launch_function("waf", bootstrap);
    scene.edges.refuse("wafv2:UpdateWebACL", Refusal::denied());
    super::stage::refusal(&function.invoke(&json!({})));
    scene.edges.heal();
    let table = scene.table();
    let throw = |stopped| {
        let now = deepgrade::time::RealTime::start().now();
        let thrown = deepgrade::remediate::throw(&table, stopped, now);
        scene.stage.block_on(thrown).unwrap();
    };
    throw(true);
    summary(&function.invoke(&json!({})));
    assert_eq!(site.rules(), [""; 0]);
    throw(false);
    summary(&function.invoke(&json!({})));
    assert_eq!(site.rules().len(), 3);
}
