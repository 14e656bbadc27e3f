//! CloudFront distributions and names in Route 53, as they are made in AWS.

use aws_sdk_cloudfront::types;
use aws_sdk_route53::types as route53;

use crate::account::Account;

impl Account {
    /// Makes a distribution that serves from an origin, and gives its id.
    pub(crate) fn distribution(&self, origin: &str, web_acl: &str, is_enabled: bool) -> String {
        let custom = types::CustomOriginConfig::builder()
            .http_port(80)
            .https_port(443)
            .origin_protocol_policy(types::OriginProtocolPolicy::HttpOnly)
            .build()
            .unwrap();
        let first = types::Origin::builder()
            .id("first")
            .domain_name(origin)
            .custom_origin_config(custom)
            .build()
            .unwrap();
        let origins = types::Origins::builder().quantity(1).items(first).build();
        let behavior = types::DefaultCacheBehavior::builder()
            .target_origin_id("first")
            .viewer_protocol_policy(types::ViewerProtocolPolicy::AllowAll)
            .build();
        let config = types::DistributionConfig::builder()
            .caller_reference(format!("{origin} {web_acl} {is_enabled}"))
            .comment("")
            .enabled(is_enabled)
            .origins(origins.unwrap())
            .default_cache_behavior(behavior.unwrap())
            .web_acl_id(web_acl)
            .build();
        let call = self.clients.cloudfront().create_distribution();
        let call = call.distribution_config(config.unwrap());
        let made = self.run(call.send()).unwrap();
        made.distribution().unwrap().id().to_owned()
    }

    /// Makes a hosted zone and gives its id.
    pub(crate) fn zone(&self, name: &str) -> String {
        let call = self.clients.route53().create_hosted_zone();
        let call = call.name(name).caller_reference(name);
        let made = self.run(call.send()).unwrap();
        made.hosted_zone().unwrap().id().to_owned()
    }

    /// Lets a name of a zone stand for another name: as an alias of A, or as a CNAME. A weight
    /// makes it one of several sets.
    pub(crate) fn name(&self, zone: &str, name: &str, target: &str, weight: Option<i64>) {
        let set = route53::ResourceRecordSet::builder().name(name);
        let set = set.set_weight(weight);
        let set = set.set_set_identifier(weight.map(|_| target.to_owned()));
        let set = if target.ends_with(".amazonaws.com") {
            let alias = route53::AliasTarget::builder()
                .hosted_zone_id("Z32O12XQLNTSW2")
                .dns_name(format!("dualstack.{target}."))
                .evaluate_target_health(false)
                .build();
            set.r#type(route53::RrType::A).alias_target(alias.unwrap())
        } else {
            let record = route53::ResourceRecord::builder().value(target).build();
            let set = set.r#type(route53::RrType::Cname).ttl(60);
            set.resource_records(record.unwrap())
        };
        let change = route53::Change::builder()
            .action(route53::ChangeAction::Create)
            .resource_record_set(set.build().unwrap())
            .build();
        let batch = route53::ChangeBatch::builder().changes(change.unwrap());
        let call = self.clients.route53().change_resource_record_sets();
        let call = call
            .hosted_zone_id(zone)
            .change_batch(batch.build().unwrap());
        self.run(call.send()).unwrap();
    }
}
