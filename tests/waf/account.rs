//! An account with web ACLs.

use std::{collections::BTreeMap, path::Path, slice::from_ref, time::Duration};

use aws_sdk_wafv2::{config::Credentials, types};
use deepgrade::{
    aws::{
        clients::{Clients, defaults},
        waf::Waf,
    },
    cover::{Change, WebAcls as _},
    ports::Error,
    time::ManualTime,
};
use rules::web::RuleGroup;
use testbed::{
    edges::{Edges, ManagedGroup, Refusal},
    moto::Moto,
};
use tokio::runtime::Runtime;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const COMMON: &str = "AWSManagedRulesCommonRuleSet";
pub(crate) const SQLI: &str = "AWSManagedRulesSQLiRuleSet";

pub(crate) struct Account {
    pub(crate) edges: Edges,
    pub(crate) clients: Clients,
    pub(crate) time: ManualTime,
    runtime: Runtime,
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
        for (name, capacity) in [
            ("CommonRuleSet", 700),
            ("KnownBadInputsRuleSet", 200),
            ("SQLiRuleSet", 200),
            ("PHPRuleSet", 100),
            ("WordPressRuleSet", 100),
            ("LinuxRuleSet", 200),
            ("UnixRuleSet", 100),
            ("WindowsRuleSet", 200),
        ] {
            edges.add_managed_group(ManagedGroup {
                vendor: "AWS".to_owned(),
                name: format!("AWSManagedRules{name}"),
                title: String::new(),
                capacity,
                usable: true,
            });
        }
        Self {
            edges,
            clients,
            time: ManualTime::at("2026-11-24T12:00:00Z".parse().unwrap()),
            runtime,
            _moto: moto,
        }
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    fn client(&self, scope: &types::Scope) -> &aws_sdk_wafv2::Client {
        match scope {
            types::Scope::Cloudfront => self.clients.wafv2_global(),
            _ => self.clients.wafv2(),
        }
    }

    /// Makes a web ACL with a rule of its own, the way a person makes one; gives its ARN.
    pub(crate) fn web_acl(&self, name: &str, scope: types::Scope) -> String {
        let visibility = types::VisibilityConfig::builder()
            .metric_name(name)
            .cloud_watch_metrics_enabled(false)
            .sampled_requests_enabled(false)
            .build()
            .unwrap();
        let country = types::GeoMatchStatement::builder()
            .country_codes(types::CountryCode::Aq)
            .build();
        let rule = types::Rule::builder()
            .name("own")
            .priority(7)
            .statement(
                types::Statement::builder()
                    .geo_match_statement(country)
                    .build(),
            )
            .action(
                types::RuleAction::builder()
                    .block(types::BlockAction::builder().build())
                    .build(),
            )
            .visibility_config(visibility.clone())
            .build()
            .unwrap();
        let allow = types::AllowAction::builder().build();
        let call = self.client(&scope).create_web_acl().name(name);
        let call = call.visibility_config(visibility).rules(rule);
        let call = call.default_action(types::DefaultAction::builder().allow(allow).build());
        let call = call.token_domains("example.com");
        let made = self.run(call.scope(scope).send()).unwrap();
        made.summary().unwrap().arn().unwrap().to_owned()
    }

    /// What moto holds of a web ACL.
    pub(crate) fn now(&self, arn: &str) -> types::WebAcl {
        let id = remediations::web_groups::WebAclId::of_arn(arn).unwrap();
        let scope = match id.place.scope {
            remediations::web_groups::Scope::CloudFront => types::Scope::Cloudfront,
            remediations::web_groups::Scope::Regional => types::Scope::Regional,
        };
        let call = self.client(&scope).get_web_acl().name(id.name).id(id.id);
        self.run(call.scope(scope).send()).unwrap().web_acl.unwrap()
    }

    /// The names of its rules.
    pub(crate) fn rules(&self, arn: &str) -> Vec<String> {
        let acl = self.now(arn);
        acl.rules()
            .iter()
            .map(|rule| rule.name().to_owned())
            .collect()
    }

    pub(crate) fn add(&self, arn: &str, names: &[&str]) -> Result<Change, Error> {
        let groups: Vec<RuleGroup> = names.iter().map(|name| group(name)).collect();
        let waf = Waf::new(from_ref(&self.clients), &self.time);
        self.run(waf.add(arn, &groups))
    }

    pub(crate) fn calls(&self, action: &str) -> usize {
        let calls: BTreeMap<String, usize> = self.edges.calls();
        calls.get(action).copied().unwrap_or(0)
    }

    pub(crate) fn refuse_times(&self, action: &str, code: &str, times: usize) {
        let refusal = Refusal {
            status: 400,
            code: code.to_owned(),
            message: "said by the test".to_owned(),
        };
        self.edges.refuse_times(action, refusal, times);
    }

    pub(crate) fn slept(&self) -> Duration {
        self.time.sleeps().iter().sum()
    }
}

pub(crate) fn group(name: &str) -> RuleGroup {
    RuleGroup {
        vendor: Some("AWS".into()),
        name: name.into(),
    }
}
