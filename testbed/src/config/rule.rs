//! A custom Lambda rule, as a test registers it.

use serde_json::{Map, Value, json};

/// How often a scheduled rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of AWS")]
pub enum Frequency {
    OneHour,
    ThreeHours,
    SixHours,
    TwelveHours,
    TwentyFourHours,
}

impl Frequency {
    fn word(self) -> &'static str {
        match self {
            Self::OneHour => "One_Hour",
            Self::ThreeHours => "Three_Hours",
            Self::SixHours => "Six_Hours",
            Self::TwelveHours => "Twelve_Hours",
            Self::TwentyFourHours => "TwentyFour_Hours",
        }
    }
}

/// A rule to register with [`super::Config::put_rule`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(crate) name: String,
    pub(crate) account: Option<String>,
    pub(crate) region: String,
    pub(crate) on_change: bool,
    pub(crate) scheduled: Option<Frequency>,
    pub(crate) parameters: Option<String>,
    pub(crate) function: String,
    pub(crate) scope: Vec<String>,
    pub(crate) in_pack: bool,
}

impl Rule {
    /// A rule on EC2 instances in us-east-1, of the account that requests belong to by default,
    /// and as yet without triggers.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            account: None,
            region: "us-east-1".to_owned(),
            on_change: false,
            scheduled: None,
            parameters: None,
            function: "deepgrade-rule".to_owned(),
            scope: vec!["AWS::EC2::Instance".to_owned()],
            in_pack: false,
        }
    }

    /// Runs when a configuration item changes, too big ones included.
    #[must_use]
    pub fn on_change(mut self) -> Self {
        self.on_change = true;
        self
    }

    /// Runs every hour.
    #[must_use]
    pub fn hourly(self) -> Self {
        self.every(Frequency::OneHour)
    }

    /// Runs on a schedule.
    #[must_use]
    pub fn every(mut self, frequency: Frequency) -> Self {
        self.scheduled = Some(frequency);
        self
    }

    /// Adds an input parameter.
    #[must_use]
    pub fn parameter(self, name: &str, value: &str) -> Self {
        let known = self
            .parameters
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        let mut members: Map<String, Value> = known.unwrap_or_default();
        members.insert(name.to_owned(), json!(value));
        self.parameters_text(&Value::Object(members).to_string())
    }

    /// Takes the text of the input parameters as it is.
    #[must_use]
    pub fn parameters_text(mut self, text: &str) -> Self {
        self.parameters = Some(text.to_owned());
        self
    }

    /// Puts it into an account.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// Puts it into a Region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        self.region = region.to_owned();
        self
    }

    /// Names its function.
    #[must_use]
    pub fn function(mut self, name: &str) -> Self {
        self.function = name.to_owned();
        self
    }

    /// Replaces the resource types of its scope.
    #[must_use]
    pub fn scope(mut self, types: &[&str]) -> Self {
        self.scope = types.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// Deploys it as a conformance pack does, which lengthens its name by 27 characters.
    #[must_use]
    pub fn in_pack(mut self) -> Self {
        self.in_pack = true;
        self
    }
}

/// A rule that Config knows, or knew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub(crate) rule: Rule,
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) id: String,
}

impl Registered {
    /// The name in Config, with the suffix of a pack.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `config-rule-ksup2m`
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The account that owns it.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The Region it is in.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.rule.region
    }

    /// The name of its function.
    #[must_use]
    pub fn function(&self) -> &str {
        &self.rule.function
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        let pack = if self.rule.in_pack {
            "aws-service-rule/config-conforms.amazonaws.com/"
        } else {
            ""
        };
        let (region, account, id) = (self.region(), &self.account, &self.id);
        format!("arn:aws:config:{region}:{account}:config-rule/{pack}{id}")
    }

    /// By the names of DescribeConfigRules.
    pub(crate) fn json(&self) -> Value {
        let (region, account, function) = (self.region(), &self.account, self.function());
        let mut described = json!({
            "ConfigRuleName": self.name,
            "ConfigRuleArn": self.arn(),
            "ConfigRuleId": self.id,
            "Description": "",
            "Scope": {"ComplianceResourceTypes": self.rule.scope},
            "Source": {
                "Owner": "CUSTOM_LAMBDA",
                "SourceIdentifier":
                    format!("arn:aws:lambda:{region}:{account}:function:{function}"),
                "SourceDetails": self.details(),
            },
            "ConfigRuleState": "ACTIVE",
            "EvaluationModes": [{"Mode": "DETECTIVE"}],
        });
        if let Some(members) = described.as_object_mut() {
            if let Some(parameters) = &self.rule.parameters {
                members.insert("InputParameters".to_owned(), json!(parameters));
            }
            if self.rule.in_pack {
                let pack = json!("config-conforms.amazonaws.com");
                members.insert("CreatedBy".to_owned(), pack);
            }
        }
        described
    }

    fn details(&self) -> Vec<Value> {
        let changes = [
            "ConfigurationItemChangeNotification",
            "OversizedConfigurationItemChangeNotification",
        ];
        let changes = changes.into_iter().filter(|_| self.rule.on_change);
        let changes = changes.map(|name| json!({"EventSource": "aws.config", "MessageType": name}));
        let scheduled = self.rule.scheduled.map(|frequency| {
            json!({
                "EventSource": "aws.config",
                "MessageType": "ScheduledNotification",
                "MaximumExecutionFrequency": frequency.word(),
            })
        });
        changes.chain(scheduled).collect()
    }
}
