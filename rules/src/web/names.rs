//! Names: of DNS, as they are compared; and of ARNs, as a reason shows them.

/// A DNS name as it is compared: in lower case, without the trailing dot, and without the prefix
/// `dualstack.` that Route 53 puts before the name of a load balancer.
#[must_use]
pub fn normalised(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    name.strip_prefix("dualstack.").unwrap_or(name).to_owned()
}

/// Whether AWS gives the name out itself, so that it stands for one AWS resource and for no other.
#[must_use]
pub fn is_of_aws(normalised: &str) -> bool {
    const SUFFIXES: [&str; 5] = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".on.aws",
        ".api.aws",
        ".cloudfront.net",
    ];
    SUFFIXES.iter().any(|suffix| normalised.ends_with(suffix))
}

/// The name in the ARN of a load balancer (`…:loadbalancer/app/NAME/ID`) or of a web ACL
/// (`…/webacl/NAME/ID`); any other text as it is.
#[must_use]
pub fn short_name(arn: &str) -> &str {
    if !arn.starts_with("arn:") {
        return arn;
    }
    arn.rsplit('/').nth(1).unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_the_same_compare_equal() {
        for name in [
            "web-1.eu-west-1.elb.amazonaws.com",
            "dualstack.web-1.eu-west-1.elb.amazonaws.com.",
            "WEB-1.eu-west-1.ELB.amazonaws.com",
        ] {
            assert_eq!(normalised(name), "web-1.eu-west-1.elb.amazonaws.com");
        }
    }

    #[test]
    fn an_arn_is_shown_by_its_name() {
        for (arn, name) in [
            (
                "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc",
                "web",
            ),
            (
                "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/prod/a1",
                "prod",
            ),
            ("old", "old"),
            ("arn:aws:odd", "arn:aws:odd"),
        ] {
            assert_eq!(short_name(arn), name);
        }
    }
}
