//! Another account of the organization: it has the rules and their function, and reads its part of
//! what the hub account knows.

use serde_json::{Value, json};
use testbed::{estate::Summary, moto};

use crate::{
    deployment::{CODE, Deployment, ORGANIZATION, REGION, create},
    findings,
    rules_of_the_pack::Pack,
    world::World,
};

const MEMBER: &str = "444455556666";

pub(crate) struct Member<'w> {
    world: &'w World,
    /// Credentials of an administrator of the account.
    admin: Value,
    deployment: Deployment,
    pack: Pack<'w>,
    pub(crate) instance: String,
}

impl<'w> Member<'w> {
    /// Deploys what a member has, and launches an instance that the Manager knows.
    pub(crate) fn join(world: &'w World) -> Self {
        let admin = format!("arn:aws:iam::{MEMBER}:role/admin");
        let admin = world.step("assume", json!({"role": admin}));
        world.belongs(&admin, MEMBER);
        let given = json!({
            "CodeVersion": CODE, "HubAccountId": moto::ACCOUNT, "HubRegion": REGION,
            "OrganizationId": ORGANIZATION, "MemberRoleRegion": REGION, "Acting": "on",
        });
        let stack = create(world, Some(&admin), "account", given);
        let deployment = Deployment::start(world, [stack]);
        world.belongs(&deployment.function("rule").credentials, MEMBER);
        let instance = world.step_as(&admin, "launch", json!({"name": "till"}));
        let instance = instance.as_str().unwrap().to_owned();
        world.manager.estate(|estate| {
            let number = 1 + estate.computers.keys().max().unwrap();
            let mut computer = estate.example(number);
            if let Summary::Ec2(summary) = &mut computer.summary {
                summary.instance.clone_from(&instance);
                summary.account = MEMBER.to_owned();
                summary.zone = format!("{REGION}a");
            }
            estate.add(computer);
        });
        Self {
            pack: Pack::deploy_in(world, &deployment, Some(MEMBER)),
            world,
            admin,
            deployment,
            instance,
        }
    }

    /// Its function finds its own computers in the hub's bucket, by the credentials of its role; those
    /// of the hub it may not read, and may change nothing.
    pub(crate) fn reads_its_own_computers(&self, hub: &Deployment) {
        self.pack.run_one(&self.deployment, "instance-has-policy");
        let shown = self.shown("instance-has-policy");
        assert_eq!(shown[0][1..3], [&*self.instance, "COMPLIANT"], "{shown:?}");

        let bucket = &hub.outputs["BucketName"];
        let keys = self.world.step("objects", json!({"bucket": bucket}));
        let keys = keys
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key.as_str().unwrap());
        let (own, of_hub): (Vec<&str>, Vec<&str>) = keys
            .filter(|key| key.contains("/accounts/"))
            .partition(|key| key.contains(MEMBER));
        assert!(!own.is_empty() && !of_hub.is_empty());
        // moto looks at the policy of the role, and at no policy of a bucket.
        let allowed = |key: &str, writes: bool| {
            let asked = json!({"bucket": bucket, "key": key, "writes": writes});
            let role = &self.deployment.function("rule").credentials;
            self.world.step_as(role, "allowed", asked)
        };
        for key in own {
            assert_eq!(allowed(key, false), true, "{key}");
            assert_eq!(allowed(key, true), false, "{key}");
        }
        for key in of_hub {
            assert_eq!(allowed(key, false), false, "{key}");
        }
        let settings = allowed("settings/settings.yaml", false);
        assert_eq!(
            settings, false,
            "where the Managers are is the hub's to know"
        );
    }

    /// A finding on its instance is answered by the hub, and shown here: the function finds its rows
    /// in the hub's table, and those of the hub it may not read. moto looks at no policy of a table:
    /// it is the edges that hold to the leading keys, as the tests of the policies say they must.
    pub(crate) fn reads_its_own_findings(&self, hub: &Deployment) {
        let id = "7f3c9a10";
        let mut finding = findings::threat(id, &self.instance);
        finding["detail"]["accountId"] = MEMBER.into();
        findings::delivered(self.world, hub, &[finding]);
        let did = self.pack.run_one(&self.deployment, "threats-are-answered");
        assert_eq!(did["put"], 1, "{did}");
        let shown = self.shown("threats-are-answered");
        let [[_, instance, compliance, annotation]] = &shown[..] else {
            panic!("{shown:?}");
        };
        assert_eq!((instance, &**compliance), (&self.instance, "NON_COMPLIANT"));
        assert!(annotation.contains(id), "{annotation}");

        let rows = |account: &str| {
            let partition = format!("{account}#{REGION}");
            let asked = json!({"table": hub.outputs["LedgerArn"], "partition": partition});
            let role = &self.deployment.function("rule").credentials;
            self.world.step_as(role, "rows", asked)
        };
        assert_eq!(rows(MEMBER), 1);
        assert_eq!(rows(moto::ACCOUNT), Value::Null);
    }

    /// What AWS Config shows of a rule in this account.
    fn shown(&self, rule: &str) -> Vec<[String; 4]> {
        let asked = json!({"rules": [self.pack.name(rule)]});
        let shown = self.world.step_as(&self.admin, "results", asked);
        serde_json::from_value(shown).unwrap()
    }
}
