//! The limits of a conformance pack, as AWS documents them.

/// The longest template that is handed over by itself, in bytes (AWS Config API reference,
/// `PutConformancePack`, `TemplateBody`).
pub const INLINE_BYTES: usize = 51_200;
/// The longest template that is fetched from S3, in bytes (the same, `TemplateS3Uri`).
pub const STORED_BYTES: usize = 300 << 10;
/// The most rules of a pack (AWS Config developer guide, "Service Limits").
pub const RULES: usize = 130;
/// The most parameters of a custom pack (AWS Config API reference, `ConformancePackInputParameter`).
pub const PARAMETERS: usize = 60;
/// The longest value of a parameter, in characters (the same).
pub const PARAMETER_VALUE: usize = 4_096;
/// The longest name of a parameter, in characters (the same).
pub const PARAMETER_NAME: usize = 255;
/// What a pack adds to the name of a rule, in characters: `-conformance-pack-` and nine more.
pub const SUFFIX: usize = 27;
/// The longest name of a rule of Deepgrade in a pack: calls that it makes take 64 characters (AWS
/// Config API reference, `GetComplianceDetailsByConfigRule`).
pub const RULE_NAME: usize = 64 - SUFFIX;
/// The longest name of another rule in a pack (the same, `ConfigRule`).
pub const OTHER_RULE_NAME: usize = 128 - SUFFIX;
/// The longest description of a rule, in characters (AWS Config API reference, `ConfigRule`).
pub const DESCRIPTION: usize = 256;
/// The longest parameters of a rule, as JSON, in characters (the same, `InputParameters`).
pub const INPUT_PARAMETERS: usize = 1_024;
/// The longest text of a Guard rule, in characters (the same, `CustomPolicyDetails`).
pub const POLICY_TEXT: usize = 10_000;
/// How often a scheduled rule may run (the same, `MaximumExecutionFrequency`).
pub const FREQUENCIES: [&str; 5] = [
    "One_Hour",
    "Three_Hours",
    "Six_Hours",
    "Twelve_Hours",
    "TwentyFour_Hours",
];
/// What may start a custom rule (the same, `SourceDetail`, `MessageType`).
pub const MESSAGES: [&str; 4] = [
    "ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification",
    "ScheduledNotification",
    "ConfigurationSnapshotDeliveryCompleted",
];
/// The most parameters of a remediation (AWS Config API reference, `RemediationConfiguration`).
pub const REMEDIATION_PARAMETERS: usize = 25;
/// The most values of one (the same, `StaticValue`).
pub const REMEDIATION_VALUES: usize = 25;
/// The longest value, in characters (the same).
pub const REMEDIATION_VALUE: usize = 256;
/// The most automatic attempts (the same).
pub const ATTEMPTS: u64 = 25;
/// The longest time within which they count, in seconds (the same).
pub const RETRY_SECONDS: u64 = 2_678_000;
