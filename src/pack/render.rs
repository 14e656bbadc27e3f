//! The pack, from the catalogues.
//!
//! A template of a pack holds rules and remediation configurations only, and few functions: `Ref`,
//! `Fn::If`, `Fn::Equals` and `Fn::Not` are those that AWS's own packs use (AWS Config developer
//! guide, "Custom Conformance Pack").

use rules::{
    CATALOGUE, Rule,
    parameter::Parameter,
    rule::{Subject, Trigger},
};

use super::{limits::FREQUENCIES, remediation, tree::Tree};

/// The parameter with the ARN of the function that every rule invokes.
pub(super) const FUNCTION: &str = "RuleFunctionArn";
/// The parameter with how often the rules run that read more than the inventory.
const FREQUENCY: &str = "ScheduledRulesFrequency";

/// Which pack is wanted.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The rules in it, in the order of the catalogue.
    pub rules: Vec<&'static Rule>,
    /// What the names of the rules begin with.
    pub prefix: String,
    /// What the names of the SSM documents begin with.
    pub documents: String,
    /// The remediations that AWS Config starts by itself.
    pub automatic: Option<Automatic>,
}

/// Remediations that AWS Config starts by itself.
#[derive(Clone, Debug)]
pub struct Automatic {
    /// The ids of the remediations.
    pub remediations: Vec<String>,
    /// The ARN of the role that SSM takes on. A pack has no function to make it, so that it is
    /// written out.
    pub role: String,
}

impl Default for Variant {
    /// The pack of the repository: every rule, and remediations that somebody starts.
    fn default() -> Self {
        Self {
            rules: CATALOGUE.to_vec(),
            prefix: "ds-".to_owned(),
            documents: "deepgrade".to_owned(),
            automatic: None,
        }
    }
}

impl Variant {
    /// The template, in YAML.
    ///
    /// # Errors
    /// When it cannot be written; then the library says why.
    pub fn render(&self) -> Result<String, String> {
        let body = serde_saphyr::to_string(&self.tree()).map_err(|error| error.to_string())?;
        Ok(format!("{BANNER}{body}"))
    }

    fn tree(&self) -> Tree {
        let mut parameters = vec![(
            FUNCTION.to_owned(),
            described(
                "The ARN of the function `rule`, which every rule invokes; with the alias or \
                 version, where it has one",
                None,
                [],
            ),
        )];
        let scheduled = |rule: &&Rule| rule.trigger == Trigger::Scheduled;
        if self.rules.iter().any(|rule| scheduled(&rule)) {
            let words = FREQUENCIES.map(Tree::text).to_vec();
            parameters.push((
                FREQUENCY.to_owned(),
                described(
                    "How often the rules run that read web fronts or findings",
                    Some("One_Hour"),
                    [("AllowedValues", Tree::List(words))],
                ),
            ));
        }
        let mut conditions = Vec::new();
        let mut resources = Vec::new();
        for rule in &self.rules {
            for parameter in rule.parameters() {
                let name = parameter_name(rule, parameter.name);
                conditions.push((given(&name), is_given(&name)));
                parameters.push((name, rule_parameter(rule, parameter)));
            }
            resources.push((pascal(rule.id), self.rule(rule)));
        }
        for offered in remediation::offered(self) {
            parameters.extend(offered.parameter);
            conditions.extend(offered.condition);
            resources.push((offered.name, offered.configuration));
        }
        Tree::members([
            ("Parameters", Tree::Members(parameters)),
            ("Conditions", Tree::Members(conditions)),
            ("Resources", Tree::Members(resources)),
        ])
    }

    /// The name of the Config rule, before the pack adds to it.
    pub(super) fn rule_name(&self, rule: &Rule) -> String {
        format!("{}{}", self.prefix, rule.id)
    }

    fn rule(&self, rule: &Rule) -> Tree {
        let mut input = vec![("rule".to_owned(), Tree::text(rule.id))];
        input.extend(rule.parameters().map(|parameter| {
            let name = parameter_name(rule, parameter.name);
            let value = Tree::only_if(&given(&name), Tree::reference(&name));
            (parameter.name.to_owned(), value)
        }));
        let mut properties = vec![
            ("ConfigRuleName", Tree::text(self.rule_name(rule))),
            (
                "Description",
                Tree::text(format!(
                    "Requires {}. Severity: {}.",
                    rule.summary, rule.severity
                )),
            ),
            ("InputParameters", Tree::Members(input)),
        ];
        if let Subject::Instance(_) = rule.subject {
            let types = Tree::List(vec![Tree::text(INSTANCE)]);
            properties.push(("Scope", Tree::members([("ComplianceResourceTypes", types)])));
        }
        properties.push((
            "Source",
            Tree::members([
                ("Owner", Tree::text("CUSTOM_LAMBDA")),
                ("SourceIdentifier", Tree::reference(FUNCTION)),
                ("SourceDetails", Tree::List(triggers(rule.trigger))),
            ]),
        ));
        Tree::members([
            ("Type", Tree::text("AWS::Config::ConfigRule")),
            ("Properties", Tree::members(properties)),
        ])
    }
}

/// The type of resource that the rules are about.
pub(super) const INSTANCE: &str = "AWS::EC2::Instance";

const BANNER: &str = "\
# Conformance Pack: Deepgrade
#
# How Trend Micro Deep Security protects the EC2 instances of this account and Region: see the
# section Parameters. The function that the rules invoke has to be there before
# (cloudformation/account.yaml makes both). Made from the catalogues of rules and remediations:
# `deepgrade pack render` makes variants.

";

/// The messages that start a rule.
fn triggers(trigger: Trigger) -> Vec<Tree> {
    let message = |kind: &str, frequency: Option<Tree>| {
        let mut members = vec![
            ("EventSource", Tree::text("aws.config")),
            ("MessageType", Tree::text(kind)),
        ];
        members.extend(frequency.map(|frequency| ("MaximumExecutionFrequency", frequency)));
        Tree::members(members)
    };
    let hourly = message("ScheduledNotification", Some(Tree::text("One_Hour")));
    match trigger {
        Trigger::ChangeAndHourly => vec![
            message("ConfigurationItemChangeNotification", None),
            // Items that are too large are announced by a message of another kind.
            message("OversizedConfigurationItemChangeNotification", None),
            hourly,
        ],
        Trigger::Hourly => vec![hourly],
        Trigger::Scheduled => vec![message(
            "ScheduledNotification",
            Some(Tree::reference(FREQUENCY)),
        )],
    }
}

/// The name of a parameter of a rule in the pack: `AgentIsFreshParamMaxAgentAgeHours`.
pub(super) fn parameter_name(rule: &Rule, parameter: &str) -> String {
    let mut letters = parameter.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let parameter: String = first.into_iter().chain(letters).collect();
    format!("{}Param{parameter}", pascal(rule.id))
}

fn rule_parameter(rule: &Rule, parameter: &Parameter) -> Tree {
    let Parameter {
        summary,
        kind,
        default,
        ..
    } = parameter;
    let text = format!("{}: {summary}. Takes {kind}", rule.id);
    described(&text, Some(default), [])
}

/// A parameter of a template.
pub(super) fn described<const N: usize>(
    description: &str,
    default: Option<&str>,
    more: [(&str, Tree); N],
) -> Tree {
    let mut members = vec![
        ("Description", Tree::text(description)),
        ("Type", Tree::text("String")),
    ];
    members.extend(default.map(|default| ("Default", Tree::text(default))));
    members.extend(more);
    Tree::members(members)
}

/// The condition under which a parameter is given.
pub(super) fn given(parameter: &str) -> String {
    format!("{parameter}Given")
}

/// That a parameter is not empty.
pub(super) fn is_given(parameter: &str) -> Tree {
    let equal = Tree::List(vec![Tree::text(""), Tree::reference(parameter)]);
    let equal = Tree::members([("Fn::Equals", equal)]);
    Tree::members([("Fn::Not", Tree::List(vec![equal]))])
}

/// An id as the name of a resource: `agent-is-fresh` is `AgentIsFresh`.
pub(super) fn pascal(id: &str) -> String {
    let words = id.split('-');
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    words.map(capital).collect()
}
