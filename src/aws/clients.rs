//! Clients of AWS services, each built when it is first asked for: a rule that needs no load
//! balancers builds no client for them.

use std::{sync::OnceLock, time::Duration};

use aws_config::{
    BehaviorVersion, ConfigLoader, SdkConfig, retry::RetryConfig, sts::AssumeRoleProvider,
};
use aws_sdk_sts::config::{SharedCredentialsProvider, timeout::TimeoutConfig};
use rules::instance::Region;

/// For a connection, name look-up and TLS handshake included.
const CONNECT: Duration = Duration::from_secs(3);
/// For one attempt of a call.
const ATTEMPT: Duration = Duration::from_secs(10);
/// For a call with all its attempts.
const OPERATION: Duration = Duration::from_secs(30);
/// How often a call is attempted that nobody else tries again.
const ATTEMPTS: u32 = 4;

/// The clients of one account and Region.
#[derive(Debug)]
pub struct Clients {
    settings: SdkConfig,
    cloudfront: OnceLock<aws_sdk_cloudfront::Client>,
    config: OnceLock<aws_sdk_config::Client>,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    ecs: OnceLock<aws_sdk_ecs::Client>,
    elasticloadbalancing: OnceLock<aws_sdk_elasticloadbalancing::Client>,
    elasticloadbalancingv2: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    guardduty: OnceLock<aws_sdk_guardduty::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    inspector2: OnceLock<aws_sdk_inspector2::Client>,
    #[cfg(feature = "live")]
    lambda: OnceLock<aws_sdk_lambda::Client>,
    macie2: OnceLock<aws_sdk_macie2::Client>,
    route53: OnceLock<aws_sdk_route53::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    secretsmanager: OnceLock<aws_sdk_secretsmanager::Client>,
    sns: OnceLock<aws_sdk_sns::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    wafv2: OnceLock<aws_sdk_wafv2::Client>,
    wafv2_global: OnceLock<aws_sdk_wafv2::Client>,
}

/// What every loader of settings starts from: bounds on time and attempts.
#[must_use]
pub fn defaults() -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
}

impl Clients {
    /// Clients with these settings, none of which is built yet.
    #[must_use]
    pub fn new(settings: SdkConfig) -> Self {
        Self {
            settings,
            cloudfront: OnceLock::new(),
            config: OnceLock::new(),
            dynamodb: OnceLock::new(),
            ec2: OnceLock::new(),
            ecs: OnceLock::new(),
            elasticloadbalancing: OnceLock::new(),
            elasticloadbalancingv2: OnceLock::new(),
            guardduty: OnceLock::new(),
            iam: OnceLock::new(),
            inspector2: OnceLock::new(),
            #[cfg(feature = "live")]
            lambda: OnceLock::new(),
            macie2: OnceLock::new(),
            route53: OnceLock::new(),
            s3: OnceLock::new(),
            secretsmanager: OnceLock::new(),
            sns: OnceLock::new(),
            sqs: OnceLock::new(),
            wafv2: OnceLock::new(),
            wafv2_global: OnceLock::new(),
        }
    }

    /// Clients of the same account in another Region, none of which is built yet.
    #[must_use]
    pub fn elsewhere(&self, region: &Region) -> Self {
        let region = aws_config::Region::new(region.to_string());
        Self::new(self.settings.to_builder().region(region).build())
    }

    /// Clients of whoever may take on a role, in a Region.
    pub async fn with_role(&self, role: &str, session: &str, region: &Region) -> Self {
        let provider = AssumeRoleProvider::builder(role)
            .session_name(session)
            .configure(&self.settings)
            .build()
            .await;
        let region = aws_config::Region::new(region.to_string());
        let settings = self.settings.to_builder().region(region);
        let provider = SharedCredentialsProvider::new(provider);
        Self::new(settings.credentials_provider(provider).build())
    }

    /// The Region, where one is set.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.settings.region().map(AsRef::as_ref)
    }

    /// CloudFront.
    pub fn cloudfront(&self) -> &aws_sdk_cloudfront::Client {
        self.cloudfront.get_or_init(|| {
            built("cloudfront");
            aws_sdk_cloudfront::Client::new(&self.settings)
        })
    }

    /// AWS Config. It makes one attempt a call: the flow that calls it is the one to wait, since
    /// it knows how much time is left.
    pub fn config(&self) -> &aws_sdk_config::Client {
        self.config.get_or_init(|| {
            built("config");
            aws_sdk_config::Client::new(&self.once())
        })
    }

    /// DynamoDB.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.dynamodb.get_or_init(|| {
            built("dynamodb");
            aws_sdk_dynamodb::Client::new(&self.settings)
        })
    }

    /// EC2, with one attempt a call, as [`Clients::config`].
    pub fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| {
            built("ec2");
            aws_sdk_ec2::Client::new(&self.once())
        })
    }

    /// ECS.
    pub fn ecs(&self) -> &aws_sdk_ecs::Client {
        self.ecs.get_or_init(|| {
            built("ecs");
            aws_sdk_ecs::Client::new(&self.settings)
        })
    }

    /// EC2 of another Region, as [`Clients::ec2`]. It is not kept: who asks every Region asks each
    /// once.
    #[must_use]
    pub fn ec2_of(&self, region: &Region) -> aws_sdk_ec2::Client {
        built("ec2 (another Region)");
        let settings = self.once().to_builder();
        let region = aws_config::Region::new(region.to_string());
        aws_sdk_ec2::Client::new(&settings.region(region).build())
    }

    /// Classic Load Balancers.
    pub fn elasticloadbalancing(&self) -> &aws_sdk_elasticloadbalancing::Client {
        self.elasticloadbalancing.get_or_init(|| {
            built("elasticloadbalancing");
            aws_sdk_elasticloadbalancing::Client::new(&self.settings)
        })
    }

    /// Application, Network and Gateway Load Balancers.
    pub fn elasticloadbalancingv2(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        self.elasticloadbalancingv2.get_or_init(|| {
            built("elasticloadbalancingv2");
            aws_sdk_elasticloadbalancingv2::Client::new(&self.settings)
        })
    }

    /// IAM, which is one for all Regions of a partition.
    pub fn iam(&self) -> &aws_sdk_iam::Client {
        self.iam.get_or_init(|| {
            built("iam");
            aws_sdk_iam::Client::new(&self.settings)
        })
    }

    /// GuardDuty.
    pub fn guardduty(&self) -> &aws_sdk_guardduty::Client {
        self.guardduty.get_or_init(|| {
            built("guardduty");
            aws_sdk_guardduty::Client::new(&self.settings)
        })
    }

    /// Inspector.
    pub fn inspector2(&self) -> &aws_sdk_inspector2::Client {
        self.inspector2.get_or_init(|| {
            built("inspector2");
            aws_sdk_inspector2::Client::new(&self.settings)
        })
    }

    /// Lambda.
    #[cfg(feature = "live")]
    pub fn lambda(&self) -> &aws_sdk_lambda::Client {
        self.lambda.get_or_init(|| {
            built("lambda");
            aws_sdk_lambda::Client::new(&self.settings)
        })
    }

    /// Macie.
    pub fn macie2(&self) -> &aws_sdk_macie2::Client {
        self.macie2.get_or_init(|| {
            built("macie2");
            aws_sdk_macie2::Client::new(&self.settings)
        })
    }

    /// Route 53.
    pub fn route53(&self) -> &aws_sdk_route53::Client {
        self.route53.get_or_init(|| {
            built("route53");
            aws_sdk_route53::Client::new(&self.settings)
        })
    }

    /// S3.
    pub fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            built("s3");
            aws_sdk_s3::Client::new(&self.settings)
        })
    }

    /// Secrets Manager.
    pub fn secretsmanager(&self) -> &aws_sdk_secretsmanager::Client {
        self.secretsmanager.get_or_init(|| {
            built("secretsmanager");
            aws_sdk_secretsmanager::Client::new(&self.settings)
        })
    }

    /// SNS.
    pub fn sns(&self) -> &aws_sdk_sns::Client {
        self.sns.get_or_init(|| {
            built("sns");
            aws_sdk_sns::Client::new(&self.settings)
        })
    }

    /// SQS.
    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        self.sqs.get_or_init(|| {
            built("sqs");
            aws_sdk_sqs::Client::new(&self.settings)
        })
    }

    /// WAF for what belongs to the Region.
    pub fn wafv2(&self) -> &aws_sdk_wafv2::Client {
        self.wafv2.get_or_init(|| {
            built("wafv2");
            aws_sdk_wafv2::Client::new(&self.settings)
        })
    }

    /// WAF for CloudFront, which is asked in us-east-1 whatever the Region (AWS WAF API reference,
    /// `Scope`).
    pub fn wafv2_global(&self) -> &aws_sdk_wafv2::Client {
        self.wafv2_global.get_or_init(|| {
            built("wafv2 (global)");
            let settings = self.settings.to_builder();
            let region = aws_config::Region::new("us-east-1");
            aws_sdk_wafv2::Client::new(&settings.region(region).build())
        })
    }

    fn once(&self) -> SdkConfig {
        let settings = self.settings.to_builder();
        settings.retry_config(RetryConfig::disabled()).build()
    }
}

/// Says that a client is built: it takes memory and time, and a rule should not need it for nothing.
fn built(service: &str) {
    tracing::debug!(service, "a client is built");
}
