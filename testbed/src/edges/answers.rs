//! The answers that moto has not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use crate::server::Reply;

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
const TIME: &str = "2026-11-20T10:01:00Z";

/// A VPC origin of CloudFront.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcOrigin {
    /// Its id: `vo_…`.
    pub id: String,
    /// The domain name of the origins of distributions that it is behind.
    pub domain: String,
    /// The ARN of the load balancer or instance that it leads to.
    pub endpoint: String,
}

/// A tenant of a distribution, which from then on serves through its tenants only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The id of the distribution.
    pub distribution: String,
    /// Its name.
    pub name: String,
    /// Whether it serves.
    pub enabled: bool,
    /// What it makes of its distribution's web ACL: `disable`, or `override` with an ARN.
    pub web_acl: Option<(String, Option<String>)>,
}

/// ListResourcesForWebACL, for its default type of resource.
pub(super) fn resources(associations: &BTreeMap<String, String>, web_acl: &str) -> Reply {
    let of = associations.iter().filter(|(_, known)| *known == web_acl);
    let arns: Vec<&String> = of
        .map(|(resource, _)| resource)
        .filter(|resource| resource.contains(":loadbalancer/app/"))
        .collect();
    let body = json!({"ResourceArns": arns}).to_string();
    Reply::new(200, "application/x-amz-json-1.1", body.into_bytes())
}

/// ListVpcOrigins.
pub(super) fn vpc_origins(list: &[VpcOrigin]) -> Reply {
    let mut items = String::new();
    for VpcOrigin { id, endpoint, .. } in list {
        let _ = write!(
            items,
            "<VpcOriginSummary><Id>{id}</Id><Name>{id}</Name><Status>Deployed</Status>\
             <CreatedTime>{TIME}</CreatedTime><LastModifiedTime>{TIME}</LastModifiedTime>\
             <Arn>arn:aws:cloudfront::123456789012:vpcorigin/{id}</Arn>\
             <AccountId>123456789012</AccountId>\
             <OriginEndpointArn>{endpoint}</OriginEndpointArn></VpcOriginSummary>"
        );
    }
    let quantity = list.len();
    xml(&format!(
        "<VpcOriginList xmlns=\"{NAMESPACE}\"><Marker></Marker><MaxItems>100</MaxItems>\
         <IsTruncated>false</IsTruncated><Quantity>{quantity}</Quantity><Items>{items}</Items>\
         </VpcOriginList>"
    ))
}

/// ListDistributionTenants.
pub(super) fn tenants(list: &[Tenant]) -> Reply {
    let mut items = String::new();
    for tenant in list {
        let (name, distribution) = (&tenant.name, &tenant.distribution);
        let customizations = tenant.web_acl.as_ref().map_or(String::new(), |(action, arn)| {
            let arn = arn.as_ref().map_or(String::new(), |arn| format!("<Arn>{arn}</Arn>"));
            format!("<Customizations><WebAcl><Action>{action}</Action>{arn}</WebAcl></Customizations>")
        });
        let enabled = tenant.enabled;
        let _ = write!(
            items,
            "<DistributionTenantSummary><Id>dt_{name}</Id>\
             <DistributionId>{distribution}</DistributionId><Name>{name}</Name>\
             <Arn>arn:aws:cloudfront::123456789012:distribution-tenant/dt_{name}</Arn>\
             <Domains><member><Domain>{name}.example.com</Domain><Status>active</Status></member>\
             </Domains>{customizations}<CreatedTime>{TIME}</CreatedTime>\
             <LastModifiedTime>{TIME}</LastModifiedTime><ETag>E{name}</ETag>\
             <Enabled>{enabled}</Enabled><Status>Deployed</Status></DistributionTenantSummary>"
        );
    }
    xml(&format!(
        "<ListDistributionTenantsResult xmlns=\"{NAMESPACE}\"><DistributionTenantList>{items}\
         </DistributionTenantList></ListDistributionTenantsResult>"
    ))
}

/// What moto leaves out of ListDistributions: that a distribution serves through tenants, and that
/// an origin is a VPC origin.
pub(super) fn complete(distributions: &str, origins: &[VpcOrigin], tenants: &[Tenant]) -> String {
    let mut text = distributions.to_owned();
    for VpcOrigin { id, domain, .. } in origins {
        let named = format!("<DomainName>{domain}</DomainName>");
        let config =
            format!("{named}<VpcOriginConfig><VpcOriginId>{id}</VpcOriginId></VpcOriginConfig>");
        text = text.replace(&named, &config);
    }
    let mut served: Vec<&str> = tenants
        .iter()
        .map(|each| each.distribution.as_str())
        .collect();
    served.dedup();
    for id in served {
        let id = format!("<DistributionSummary><Id>{id}</Id>");
        let mode = format!("{id}<ConnectionMode>tenant-only</ConnectionMode>");
        text = text.replace(&id, &mode);
    }
    text
}

/// GetAccountAuthorizationDetails in two pages, which moto gives in one: the roles are on the first,
/// the policies on the second.
pub(super) fn authorization_page(whole: &str, is_first: bool) -> String {
    let (left_out, more) = if is_first {
        (
            "Policies",
            "<IsTruncated>true</IsTruncated><Marker>second</Marker>",
        )
    } else {
        ("RoleDetailList", "<IsTruncated>false</IsTruncated>")
    };
    let (begin, end) = (format!("<{left_out}>"), format!("</{left_out}>"));
    let before = whole.split(&begin).next().unwrap_or_default();
    let after = whole.rsplit_once(&end).map_or("", |(_, after)| after);
    let page = if after.is_empty() {
        whole.to_owned()
    } else {
        format!("{before}{after}")
    };
    page.replace("<IsTruncated>false</IsTruncated>", more)
}

fn xml(body: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
    Reply::new(200, "text/xml", body.into_bytes())
}
