//! The pack, from the catalogues.
//!
//! A template of a pack holds rules and remediation configurations only, and few functions: `Ref`,
//! `Fn::If`, `Fn::Equals` and `Fn::Not` are those that AWS's own packs use (AWS Config developer
//! guide, "Custom Conformance Pack").

use rules::{
    CATALOGUE, Rule,
    framework::Frameworks,
    rule::{Subject, Trigger},
};

use super::{
    INSTANCE,
    parameters::{self, FREQUENCY, FUNCTION, PackParameter, given, name_of},
    remediation,
    tree::Tree,
};

/// Which pack is wanted.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The rules in it, in the order of the catalogue.
    pub rules: Vec<&'static Rule>,
    /// What the names of the rules begin with.
    pub prefix: String,
    /// What the names of the SSM documents begin with.
    pub documents: String,
    /// The ARN of the function that the rules invoke, where the pack is not told.
    pub function: Option<String>,
    /// The remediations that AWS Config starts by itself.
    pub automatic: Vec<Automatic>,
}

/// A remediation that AWS Config starts by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automatic {
    /// The id of the remediation.
    pub remediation: &'static str,
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
            documents: "deepgrade-".to_owned(),
            function: None,
            automatic: Vec::new(),
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

    /// The parameters of the template, in its order.
    #[must_use]
    pub fn parameters(&self) -> Vec<PackParameter> {
        parameters::of(self)
    }

    /// The longest name of a rule in it, before the pack adds to it.
    #[must_use]
    pub fn longest_name(&self) -> Option<String> {
        let names = self.rules.iter().map(|rule| self.rule_name(rule));
        names.max_by_key(String::len)
    }

    /// The ids of the remediations that its rules offer.
    #[must_use]
    pub fn offered(&self) -> Vec<&'static str> {
        let offers = remediation::offers(self);
        offers.map(|(_, remediation, _)| remediation.id).collect()
    }

    fn tree(&self) -> Tree {
        let parameters = self.parameters();
        let optional = parameters.iter().filter(|parameter| parameter.may_be_empty);
        let conditions: Vec<_> = optional
            .map(|parameter| (given(&parameter.name), is_given(&parameter.name)))
            .collect();
        let rules = self.rules.iter();
        let rules = rules.map(|rule| (logical_id(rule.id), self.rule(rule)));
        let resources = rules.chain(remediation::offered(self)).collect();
        let parameters = parameters.iter();
        let mut sections = vec![(
            "Parameters",
            Tree::members(parameters.map(|parameter| (parameter.name.clone(), parameter.tree()))),
        )];
        if !conditions.is_empty() {
            sections.push(("Conditions", Tree::Members(conditions)));
        }
        sections.push(("Resources", Tree::Members(resources)));
        Tree::members(sections)
    }

    /// The name of the Config rule, before the pack adds to it.
    pub(super) fn rule_name(&self, rule: &Rule) -> String {
        format!("{}{}", self.prefix, rule.id)
    }

    fn rule(&self, rule: &Rule) -> Tree {
        let mut input = vec![("rule".to_owned(), Tree::text(rule.id))];
        input.extend(rule.parameters().map(|parameter| {
            let name = name_of(rule, parameter.name);
            let value = Tree::only_if(&given(&name), Tree::reference(&name));
            (parameter.name.to_owned(), value)
        }));
        let mut properties = vec![
            ("ConfigRuleName", Tree::text(self.rule_name(rule))),
            ("Description", Tree::text(description(rule))),
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

const BANNER: &str = "\
# Conformance Pack: Deepgrade
#
# How Trend Micro Deep Security protects the EC2 instances of this account and Region: see the
# section Parameters. The function that the rules invoke has to be there before. Made from the
# catalogues of rules and remediations: `deepgrade pack render` makes variants.

";

fn description(rule: &Rule) -> String {
    let Rule {
        summary,
        severity,
        frameworks,
        ..
    } = rule;
    format!(
        "Requires {summary}. Severity: {severity}. {frameworks} ({})",
        Frameworks::CAVEAT
    )
}

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
    let hourly = || message("ScheduledNotification", Some(Tree::text("One_Hour")));
    match trigger {
        Trigger::ChangeAndHourly => vec![
            message("ConfigurationItemChangeNotification", None),
            // Items that are too large are announced by a message of another kind.
            message("OversizedConfigurationItemChangeNotification", None),
            hourly(),
        ],
        Trigger::Hourly => vec![hourly()],
        Trigger::Scheduled => vec![message(
            "ScheduledNotification",
            Some(Tree::reference(FREQUENCY)),
        )],
    }
}

/// That a parameter is not empty.
fn is_given(parameter: &str) -> Tree {
    let equal = Tree::List(vec![Tree::text(""), Tree::reference(parameter)]);
    let equal = Tree::members([("Fn::Equals", equal)]);
    Tree::members([("Fn::Not", Tree::List(vec![equal]))])
}

/// The logical id of a resource: `agent-is-fresh` is `AgentIsFresh`.
pub(super) fn logical_id(id: &str) -> String {
    id.split('-').map(parameters::capital).collect()
}
