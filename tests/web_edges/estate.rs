//! A website of every kind, each on an instance that is called after it.

use aws_sdk_wafv2::types::Scope;
use testbed::edges::{Tenant, VpcOrigin};

use crate::account::Account;

/// The kinds, and what the rule says of the instance of each.
pub(crate) const EXPECTED: [(&str, &str); 15] = [
    // An ALB that carries a web ACL with a rule, with one without, and with none.
    ("guarded", "DS-WAF-001"),
    ("hollow", "DS-WAF-004"),
    ("bare", "DS-WAF-003"),
    // An ALB with targets by address.
    ("by-address", "DS-WAF-003"),
    // An NLB before an internal ALB that carries one, and an NLB alone.
    ("behind", "DS-WAF-001"),
    ("network", "DS-WAF-006"),
    ("classic", "DS-WAF-006"),
    // CloudFront before an ALB that admits only CloudFront, and before one that admits everybody.
    ("shop", "DS-WAF-001"),
    ("passed", "DS-WAF-007"),
    // The same with a web ACL of WAF Classic, and through a name in Route 53.
    ("legacy", "DS-WAF-005"),
    ("named", "DS-WAF-001"),
    // A tenant that disables the web ACL of its distribution; a VPC origin.
    ("tenant", "DS-WAF-003"),
    ("private", "DS-WAF-001"),
    // A public address of its own, and no way in.
    ("public", "DS-WAF-006"),
    ("quiet", "DS-WAF-002"),
];

const UUID: &str = "473e64fd-f30b-4765-81a0-62ad96dd167a";

impl Account {
    /// Makes a website of every kind.
    pub(crate) fn build_estate(&self) {
        let prod = self.web_acl("prod", Scope::Regional, true);
        let empty = self.web_acl("empty", Scope::Regional, false);
        let edge = self.web_acl("edge", Scope::Cloudfront, true);
        let launch = |name| self.launch(name, "inside", false).0;

        let guarded = self.application("guarded", "web", &[&launch("guarded")]);
        self.protect(&guarded, &prod);
        let hollow = self.application("hollow", "web", &[&launch("hollow")]);
        self.protect(&hollow, &empty);
        self.application("bare", "web", &[&launch("bare")]);
        let (_, address) = self.launch("by-address", "inside", false);
        self.application("by-address", "web", &[&address, "10.7.15.250"]);

        let behind = self.application("behind", "inside", &[&launch("behind")]);
        self.protect(&behind, &prod);
        self.network("before", &[&behind.arn]);
        self.network("network", &[&launch("network")]);
        self.classic("classic", &launch("classic"));

        let shop = self.application("shop", "cloudfront", &[&launch("shop")]);
        self.distribution(&shop.dns_name, &edge, true);
        let passed = self.application("passed", "web", &[&launch("passed")]);
        self.distribution(&passed.dns_name, &edge, true);
        let legacy = self.application("legacy", "cloudfront", &[&launch("legacy")]);
        self.distribution(&legacy.dns_name, UUID, true);
        // A disabled distribution is no front, whatever it carries.
        self.distribution(&legacy.dns_name, "", false);
        let named = self.application("named", "cloudfront", &[&launch("named")]);
        let zone = self.zone("example.com");
        self.name(&zone, "www.example.com", "lb.example.com", None);
        self.name(&zone, "lb.example.com", &named.dns_name, None);
        self.distribution("www.example.com", &edge, true);

        let tenant = self.application("tenant", "cloudfront", &[&launch("tenant")]);
        let distribution = self.distribution(&tenant.dns_name, &edge, true);
        self.edges.add_tenant(Tenant {
            distribution,
            name: "customer".to_owned(),
            enabled: true,
            web_acl: Some(("disable".to_owned(), None)),
        });
        let private = launch("private");
        let arn = format!(
            "arn:aws:ec2:eu-west-1:{}:instance/{private}",
            self.account_id()
        );
        self.distribution("private.internal", &edge, true);
        self.edges.add_vpc_origin(VpcOrigin {
            id: "vo_1".to_owned(),
            domain: "private.internal".to_owned(),
            endpoint: arn,
        });

        self.launch("public", "web", true);
        launch("quiet");
    }
}
