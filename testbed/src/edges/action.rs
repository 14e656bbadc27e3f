//! Which action a request asks for.

use crate::server::Ask;

/// How an action's service writes its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Ec2,
    S3,
    Xml,
    Json,
    Rest,
}

/// An action, as a policy of IAM names it: `ec2:DescribeInstances`. The older version of Elastic
/// Load Balancing, whose actions IAM does not tell from those of the newer one, is `classic:…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    /// The Region that the request is signed for.
    pub(crate) region: String,
    /// The access key that it is signed with.
    pub(crate) key: String,
}

impl Action {
    pub(crate) fn of(ask: &Ask) -> Self {
        let header = |name: &str| ask.headers.get(name)?.to_str().ok();
        let credential = header("authorization")
            .into_iter()
            .flat_map(|signature| signature.split([' ', ',']))
            .find_map(|part| part.strip_prefix("Credential="));
        let part = |number| credential.and_then(|scope| scope.split('/').nth(number));
        Self {
            key: part(0).unwrap_or_default().to_owned(),
            region: part(2).unwrap_or_default().to_owned(),
            ..Self::of_service(part(3).unwrap_or_default(), ask)
        }
    }

    fn of_service(service: &str, ask: &Ask) -> Self {
        let header = |name: &str| ask.headers.get(name)?.to_str().ok();
        if let Some((_, action)) = header("x-amz-target").and_then(|it| it.split_once('.')) {
            return Self::new(service, action, Protocol::Json);
        }
        let form = String::from_utf8_lossy(&ask.raw);
        let field = |name: &str| {
            let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(known, _)| *known == name)
        };
        match (service, field("Action"), field("Version")) {
            ("ec2", Some((_, action)), _) => Self::new("ec2", action, Protocol::Ec2),
            ("elasticloadbalancing", Some((_, action)), Some((_, "2012-06-01"))) => {
                Self::new("classic", action, Protocol::Xml)
            }
            (_, Some((_, action)), _) => Self::new(service, action, Protocol::Xml),
            ("s3", ..) => Self::new("s3", &of_bucket(ask), Protocol::S3),
            ("guardduty" | "macie2" | "inspector2", ..) => {
                Self::new(service, &of_findings(ask), Protocol::Rest)
            }
            _ => Self::new(service, &rest(ask), Protocol::Xml),
        }
    }

    fn new(service: &str, action: &str, protocol: Protocol) -> Self {
        Self {
            name: format!("{service}:{action}"),
            protocol,
            region: String::new(),
            key: String::new(),
        }
    }

    /// Whether it is one of that service.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        self.name.split(':').next() == Some(service)
    }
}

/// The action of S3, which says in the query what of a bucket is meant.
fn of_bucket(ask: &Ask) -> String {
    let is_asked = |name: &str| ask.query.iter().any(|(known, _)| known == name);
    match ask.method.as_str() {
        "GET" if is_asked("policy") => "GetBucketPolicy".to_owned(),
        method => format!("{method} {}", ask.path),
    }
}

/// The action of a service whose actions are paths; the path itself of one that nobody asked for
/// yet.
fn rest(ask: &Ask) -> String {
    let path: Vec<&str> = ask.path.trim_matches('/').split('/').skip(1).collect();
    let action = match (ask.method.as_str(), path.as_slice()) {
        ("GET", ["distribution"]) => "ListDistributions",
        ("POST", ["distribution"]) => "CreateDistribution",
        ("GET", ["vpc-origin"]) => "ListVpcOrigins",
        ("POST", ["distribution-tenants"]) => "ListDistributionTenants",
        ("GET", ["hostedzone"]) => "ListHostedZones",
        ("POST", ["hostedzone"]) => "CreateHostedZone",
        ("GET", ["hostedzone", _, "rrset"]) => "ListResourceRecordSets",
        ("POST", ["hostedzone", _, "rrset"]) => "ChangeResourceRecordSets",
        (method, _) => return format!("{method} {}", ask.path),
    };
    action.to_owned()
}

/// The same of the services that have findings.
fn of_findings(ask: &Ask) -> String {
    let path: Vec<&str> = ask.path.trim_matches('/').split('/').collect();
    let action = match (ask.method.as_str(), path.as_slice()) {
        ("GET", ["detector"]) => "ListDetectors",
        ("GET", ["detector", _]) => "GetDetector",
        ("POST", ["detector", _, "findings"] | ["findings"] | ["findings", "list"]) => {
            "ListFindings"
        }
        ("POST", ["detector", _, "findings", "get"] | ["findings", "describe"]) => "GetFindings",
        ("GET", ["macie"]) => "GetMacieSession",
        ("POST", ["status", "batch", "get"]) => "BatchGetAccountStatus",
        ("GET", ["detector", _, "member"] | ["members"]) | ("POST", ["members", "list"]) => {
            "ListMembers"
        }
        (method, _) => return format!("{method} {}", ask.path),
    };
    action.to_owned()
}
