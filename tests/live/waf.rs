//! Rule groups that are added to web ACLs, with a ledger.

use aws_sdk_wafv2::types::Scope;
use deepgrade::{
    ledger::{FileTable, Table},
    remediate::throw,
    time::{RealTime, Time as _},
};
use testbed::{estate::policy_ids, moto::ACCOUNT};

use crate::{
    ledger::create_table,
    website::{GROUPS, build, offer},
    world::{Run, World},
};

struct Website {
    world: World,
    arn: String,
}

impl Website {
    fn new() -> Self {
        let world = World::new();
        offer(&world.edges);
        let clients = world.clients("us-east-1");
        let instance = world.launch(&clients, "web");
        world.protect(1, ACCOUNT, &instance);
        world.manager.estate(|estate| {
            for computer in estate.computers.values_mut() {
                computer.policy_id = Some(policy_ids::LINUX_WEB);
            }
        });
        let arn = world.block_on(build(&clients, &instance));
        Self { world, arn }
    }

    fn run(&self, more: &str) -> Run {
        let line = self.world.with_manager("waf --region us-east-1");
        self.world.run(&format!("{line} {more}"))
    }

    fn throw(&self, table: &impl Table, stopped: bool) {
        let thrown = throw(table, stopped, RealTime::start().now());
        self.world.block_on(thrown).unwrap();
    }

    /// How many rules the web ACL has.
    fn rules(&self) -> usize {
        let clients = self.world.clients("us-east-1");
        let id = self.arn.rsplit('/').next().unwrap();
        let call = clients.wafv2().get_web_acl().name("prod").id(id);
        let read = self.world.block_on(call.scope(Scope::Regional).send());
        read.unwrap().web_acl.unwrap().rules().len()
    }
}

#[test]
fn what_is_stopped_in_a_ledger_adds_nothing_and_what_is_added_is_written_in_it() {
    let site = Website::new();
    let table = FileTable::new(&site.world.path("ledger.jsonl"));
    site.throw(&table, true);
    let act = "--act --ledger ledger.jsonl";
    site.run(act).fails(5, &["kill switch", "nothing was done"]);
    assert_eq!(site.rules(), 0);
    site.throw(&table, false);
    let run = site.run(act);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(site.rules(), GROUPS.len());
    let listed = "ledger web-acls --ledger ledger.jsonl --output json";
    let listed = site.world.run(listed);
    for part in [site.arn.as_str(), "added", GROUPS[2]] {
        assert!(listed.stdout.contains(part), "{part}: {}", listed.stdout);
    }
}

#[test]
fn the_ledger_may_be_a_table_and_none_is_warned_of() {
    let site = Website::new();
    let table = create_table(&site.world, "us-east-1");
    site.throw(&table, true);
    site.run("--act --table ledger").fails(5, &["kill switch"]);
    let both = "--act --table ledger --region eu-west-1";
    site.run(both).fails(2, &["a table is in one Region"]);
    site.run("--ledger ledger.jsonl")
        .fails(2, &["--act is not given"]);
    assert_eq!(site.rules(), 0);
    let run = site.run("--act");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("nothing is written down"), "{run:?}");
    assert_eq!(site.rules(), GROUPS.len());
}
