//! Faults of packs, and what is said of each.

/// What a line of the good pack is replaced by, and what is then objected to, all of it.
pub(crate) const CASES: &[(&str, &str, &[&str])] = &[
    // The document.
    (
        "Conditions:\n",
        "Outputs: {a: b}\nConditions:\n",
        &["Outputs: there is no such member; there are"],
    ),
    (
        "Conditions:\n",
        "Condition:\n",
        &[
            "Condition: there is no such member; did you mean `Conditions`?",
            "there is no condition `HoursGiven`",
            "Fn::Not: belongs into the section Conditions",
            "Fn::Equals: belongs into the section Conditions",
        ],
    ),
    (
        "Automatic: true",
        "Automatic: true\n      Automatic: true",
        &["Automatic: is written twice"],
    ),
    (
        "{Ref: FreshParamHours}, {",
        "!Ref FreshParamHours, {",
        &["write Ref for \"!Ref\""],
    ),
    (
        "{Ref: FreshParamHours}, {",
        "!Sub 'x', {",
        &[
            "write Fn::Sub for \"!Sub\"",
            "packs are documented with Ref, Fn::If, Fn::Equals, Fn::Not only",
        ],
    ),
    (
        "TargetId: repair",
        "TargetId: &a repair",
        &["TargetId: anchors and aliases are not taken"],
    ),
    ("TargetId: repair", "TargetId:", &["TargetId: has no value"]),
    (
        "Description: The agent speaks",
        "Description: {Fn::Sub: x}",
        &["Fn::Sub: packs are documented with"],
    ),
    (
        "Description: The agent speaks",
        "Description: {Ref: FreshParamHuors}",
        &["there is no `FreshParamHuors`; did you mean `FreshParamHours`?"],
    ),
    (
        "Description: The agent speaks",
        "Description: {Ref: AWS::Nothing}",
        &["there is no `AWS::Nothing`; did you mean"],
    ),
    (
        "Description: The agent speaks",
        "Description: {Fn::If: [HoursGiven, a]}",
        &["takes a list of three"],
    ),
    (
        "Description: The agent speaks",
        "Description: {Fn::Equals: [a, b]}",
        &["belongs into the section Conditions"],
    ),
    (
        "[HoursGiven, {",
        "[HoursGvien, {",
        &[
            "there is no condition `HoursGvien`; did you mean `HoursGiven`?",
            "HoursGiven: nothing uses it",
        ],
    ),
    (
        "- Fn::Equals: [\"\", {Ref: FreshParamHours}]",
        "- Fn::Equals: [\"\"]",
        &["takes a list of two values"],
    ),
    (
        "- Fn::Equals: [\"\", {Ref: FreshParamHours}]",
        "- Fn::And: [\"\", {Ref: FreshParamHours}]",
        &["Fn::And: packs are documented with"],
    ),
    (
        "    Default: \"24\"",
        "    Default: {Ref: RuleFunctionArn}",
        &["functions are not taken in parameters"],
    ),
    (
        "    Default: \"24\"",
        "    Default: \"24\"\n    Colour: red",
        &["Colour: there is no such member; there are"],
    ),
    (
        "    Default: \"24\"",
        "    Default: \"24\"\n    AllowedValues: [\"12\"]",
        &["\"24\" is none of AllowedValues"],
    ),
    (
        "  FreshParamHours:\n    Type: String\n",
        "  FreshParamHours:\n",
        &["FreshParamHours: Type is missing"],
    ),
    (
        "  FreshParamHours:\n    Type: String\n",
        "  FreshParamHours:\n    Type: Strnig\n",
        &["\"Strnig\" is unknown; did you mean String?"],
    ),
    (
        "Parameters:\n  Rule",
        "Parameters:\n  Idle: {Type: String}\n  Rule",
        &["Idle: nothing uses it"],
    ),
    (
        "Parameters:\n  Rule",
        "Parameters:\n  i-dle: {Type: String}\n  Rule",
        &["is to be of letters and digits", "nothing uses it"],
    ),
    (
        "Conditions:\n",
        "Conditions:\n  Idle: {Fn::Equals: [a, b]}\n",
        &["Idle: nothing uses it"],
    ),
    // Resources.
    (
        "  Theirs:\n    Type: AWS::Config::ConfigRule",
        "  Theirs:\n    Type: AWS::Lambda::Function",
        &["a pack holds AWS::Config::ConfigRule and AWS::Config::RemediationConfiguration only"],
    ),
    (
        "TargetId: repair",
        "TargetId: deepgrade-enable-modules",
        &[],
    ),
    (
        "TargetId: repair\n      Parameters:\n        InstanceId",
        "TargetId: deepgrade-enable-modules\n      Parameters:\n        InstanceID",
        &[
            "\"deepgrade-enable-modules\" takes no \"InstanceID\"; did you mean InstanceId?",
            "\"deepgrade-enable-modules\" needs InstanceId",
        ],
    ),
    (
        "arn:aws:lambda:eu-west-1:aws:function:another",
        "arn:aws:lambda:eu-west-1:1111:function:another",
        &["is to be the ARN of a Lambda function"],
    ),
    (
        "DependsOn: Modules",
        "DependsOn: [Modules, Modlues]",
        &["there is no resource `Modlues`; did you mean `Modules`?"],
    ),
    (
        "DependsOn: Modules",
        "DependsOn: Fresh",
        &["may be made before its rule: add DependsOn: Modules"],
    ),
    (
        "DependsOn: Modules",
        "DependsOn: Modules\n    Condition: HoursGvien",
        &["there is no condition `HoursGvien`"],
    ),
    (
        "DependsOn: Modules",
        "DependsOn: Modules\n    DeletionPolicy: Retain",
        &["DeletionPolicy: there is no such member"],
    ),
    (
        "  Modules:\n    Type: AWS::Config::ConfigRule\n",
        "  Modules:\n    Type: AWS::Config::ConfigRule\n    Condition: HoursGiven\n",
        &["is made when its rule Modules is not"],
    ),
    // Rules.
    (
        "ConfigRuleName: ds-agent-is-fresh",
        "ConfigRuleNmae: ds-agent-is-fresh",
        &[
            "ConfigRuleNmae: there is no such member; did you mean `ConfigRuleName`?",
            "ConfigRuleName is missing: by it the rule is found",
        ],
    ),
    (
        "ConfigRuleName: profile",
        "ConfigRuleName: another-rule",
        &["Profile has the name \"another-rule\" too"],
    ),
    (
        "ConfigRuleName: profile",
        "ConfigRuleName: ' '",
        &["ConfigRuleName: is empty"],
    ),
    (
        "InputParameters: {check: anything",
        "InputParameters: {check: [1]",
        &["check: is to be a single value, in quotes"],
    ),
    (
        "InputParameters: {check: anything, maxPasswordAge: \"90\"}",
        "InputParameters: anything",
        &["is to be members, or a text with an object of JSON"],
    ),
    (
        "{\"rule\": \"modules-are-active\", ",
        "{\"rule\": \"modules-are-active\", \"rule\": \"modules-are-active\", ",
        &["holds \"rule\" twice"],
    ),
    (
        "MaximumExecutionFrequency: TwentyFour_Hours",
        "MaximumExecutionFrequency: Daily",
        &["\"Daily\" is none of One_Hour"],
    ),
    (
        "ConfigRuleName: another-rule",
        "ConfigRuleName: another-rule\n      MaximumExecutionFrequency: One_Hour",
        &["the frequency of a custom rule belongs into the detail"],
    ),
    (
        "TagKey: team, ",
        "",
        &["with TagValue there is to be TagKey"],
    ),
    (
        "TagKey: team, ",
        "TagKey: team, TagColour: red, ",
        &["TagColour: there is no such member; did you mean `TagValue`?"],
    ),
    (
        "ComplianceResourceTypes: [\"AWS::EC2::Volume\"]",
        "ComplianceResourceId: vol-1",
        &["there is to be one resource type"],
    ),
    (
        "[{Mode: DETECTIVE}]",
        "[{Mode: DETECTIV}]",
        &["\"DETECTIV\" is unknown; did you mean DETECTIVE?"],
    ),
    // Sources.
    (
        "{Owner: AWS, Source",
        "{Owner: AMAZON, Source",
        &["\"AMAZON\" is none of AWS, CUSTOM_LAMBDA, CUSTOM_POLICY"],
    ),
    (
        "EC2_VOLUME_INUSE_CHECK}",
        "EC2_VOLUME_INUSE_CHECK, SourceDetails: []}",
        &["a rule of AWS knows itself what starts it"],
    ),
    (
        "arn:aws:lambda:eu-west-1:aws:function:another",
        "arn:aws:lambda:eu-west-1:aws:function:another:$LATEST",
        &["$LATEST is refused"],
    ),
    (
        "arn:aws:lambda:eu-west-1:aws:function:another",
        "another",
        &["is to be the ARN of a Lambda function"],
    ),
    (
        "arn:aws:lambda:eu-west-1:aws:function:another",
        "arn:aws:lambda:eu-west-1:111122223333:function:another",
        &["the account 111122223333 is written out"],
    ),
    (
        "MaximumExecutionFrequency: One_Hour",
        "MaximumExecutionFrequency: Two_Hours",
        &["\"Two_Hours\" is"],
    ),
    (
        "          MaximumExecutionFrequency: One_Hour\n",
        "",
        &["without MaximumExecutionFrequency it runs once a day"],
    ),
    (
        "[{EventSource: aws.config, MessageType: ScheduledNotification}]",
        "[{EventSource: aws.config, MessageType: ScheduledNotifications}]",
        &["\"ScheduledNotifications\" is unknown; did you mean ScheduledNotification?"],
    ),
    (
        "[{EventSource: aws.config, MessageType: ScheduledNotification}]",
        "[{EventSource: aws.events, MessageType: ScheduledNotification}]",
        &["\"aws.events\" is"],
    ),
    (
        "[{EventSource: aws.config, MessageType: ScheduledNotification}]",
        "[{EventSource: aws.config, MessageType: ConfigurationItemChangeNotification}]",
        &["list OversizedConfigurationItemChangeNotification too"],
    ),
    (
        "[{EventSource: aws.config, MessageType: ScheduledNotification}]",
        "[{EventSource: aws.config, MessageType: OversizedConfigurationItemChangeNotification}]",
        &["list ConfigurationItemChangeNotification too"],
    ),
    (
        "[{EventSource: aws.config, MessageType: ScheduledNotification}]",
        "[{EventSource: aws.config, MessageType: ConfigurationSnapshotDeliveryCompleted, MaximumExecutionFrequency: One_Hour}]",
        &["the frequency of a custom rule belongs into the detail"],
    ),
    (
        "        SourceDetails: [{EventSource: aws.config, MessageType: ScheduledNotification}]\n",
        "",
        &["SourceDetails is missing"],
    ),
    (
        "        CustomPolicyDetails:\n",
        "        CustomPolicyDetials:\n",
        &[
            "did you mean `CustomPolicyDetails`?",
            "CustomPolicyDetails is missing",
        ],
    ),
    (
        "PolicyRuntime: guard-2.x.x",
        "PolicyRuntime: guard-3.x.x",
        &["\"guard-3.x.x\" is unknown; did you mean guard-2.x.x?"],
    ),
    (
        "EnableDebugLogDelivery: false",
        "EnableDebugLogDelivery: perhaps",
        &["\"perhaps\" is neither true nor false"],
    ),
    (
        "        CustomPolicyDetails:\n",
        "        - {EventSource: aws.config, MessageType: ScheduledNotification}\n        CustomPolicyDetails:\n",
        &["a rule in Guard is started by changes only"],
    ),
    // Rules of Deepgrade.
    (
        "rule: agent-is-fresh",
        "rule: agent-is-frehs",
        &["there is no rule \"agent-is-frehs\"; did you mean `agent-is-fresh`?"],
    ),
    (
        "        rule: agent-is-fresh\n",
        "",
        &["the parameter `rule` is missing"],
    ),
    (
        "maxAgentAgeHours: {",
        "maxAgentAgeHuors: {",
        &["parameter \"maxAgentAgeHuors\": is unknown; did you mean `maxAgentAgeHours`?"],
    ),
    (
        "    Default: \"24\"",
        "    Default: \"0\"",
        &[
            "Parameters.FreshParamHours.Default: rule agent-is-fresh: parameter \"maxAgentAgeHours\": \"0\" is not a whole number",
        ],
    ),
    (
        "\"modules\": \"firewall\"",
        "\"modules\": \"firewal\"",
        &["did you mean `firewall`?"],
    ),
    (
        "\"modules\": \"firewall\"",
        "\"dsControl\": \"firewall\"",
        &["is the name of the retired rules; use `modules`"],
    ),
    (
        "\"modules\": \"firewall\"",
        "\"dsPassword\": \"firewall\"",
        &["secrets are not accepted in rule parameters"],
    ),
    (
        "{check: anything, ",
        "{check: anything, dsHostname: h, ",
        &["rules never call a Manager"],
    ),
    (
        "{check: anything, ",
        "{check: anything, vendorApiKey: h, ",
        &["credentials are not accepted in parameters"],
    ),
    (
        "ComplianceResourceTypes: [AWS::EC2::Instance]",
        "ComplianceResourceTypes: [AWS::EC2::Instance, AWS::EC2::Volume]",
        &["\"AWS::EC2::Volume\" is not graded"],
    ),
    (
        "      Scope:\n        ComplianceResourceTypes: [AWS::EC2::Instance]\n",
        "",
        &["every change of every resource starts it"],
    ),
    (
        "        - EventSource: aws.config\n          MessageType: ScheduledNotification\n          MaximumExecutionFrequency: Three_Hours\n",
        "",
        &["modules-are-active does not see what changes in Deep Security"],
    ),
    (
        "        - EventSource: aws.config\n          MessageType: ScheduledNotification\n          MaximumExecutionFrequency: One_Hour\n",
        "        - {EventSource: aws.config, MessageType: ScheduledNotification, MaximumExecutionFrequency: One_Hour}\n        - {EventSource: aws.config, MessageType: ConfigurationItemChangeNotification}\n        - {EventSource: aws.config, MessageType: OversizedConfigurationItemChangeNotification}\n",
        &["agent-is-fresh looks at everything at once"],
    ),
    // Remediations.
    (
        "      ConfigRuleName: ds-modules-are-active\n      ResourceType",
        "      ConfigRuleName: ds-module-are-active\n      ResourceType",
        &["the pack has no rule \"ds-module-are-active\"; did you mean ds-modules-are-active?"],
    ),
    (
        "TargetType: SSM_DOCUMENT",
        "TargetType: LAMBDA",
        &["\"LAMBDA\" is none of SSM_DOCUMENT"],
    ),
    ("      TargetId: repair\n", "", &["TargetId is missing"]),
    (
        "{Value: RESOURCE_ID}",
        "{Value: RESOURCE_NAME}",
        &["\"RESOURCE_NAME\" is unknown; did you mean RESOURCE_ID?"],
    ),
    (
        "{ResourceValue: {Value: RESOURCE_ID}}",
        "{}",
        &["takes ResourceValue or StaticValue"],
    ),
    (
        "[\"arn:aws:iam::111122223333:role/ssm\"]",
        "[{Ref: RuleFunctionArn}]",
        &["AutomationAssumeRole is to be the ARN of one role, written out"],
    ),
    (
        "        AutomationAssumeRole:\n          StaticValue: {Values: [\"arn:aws:iam::111122223333:role/ssm\"]}\n",
        "",
        &["an automatic remediation needs the parameter AutomationAssumeRole"],
    ),
    (
        "      RetryAttemptSeconds: 600\n",
        "",
        &["an automatic remediation needs RetryAttemptSeconds"],
    ),
    (
        "Automatic: true",
        "Automatic: maybe",
        &["\"maybe\" is neither true nor false"],
    ),
    (
        "SsmControls: {Con",
        "SsmControl: {Con",
        &["SsmControl: there is no such member; did you mean `SsmControls`?"],
    ),
    (
        "  Volumes:\n",
        "  Again:\n    Type: AWS::Config::RemediationConfiguration\n    DependsOn: Modules\n    Properties: {ConfigRuleName: ds-modules-are-active, TargetType: SSM_DOCUMENT, TargetId: again}\n  Volumes:\n",
        &["this rule has a remediation already"],
    ),
];
