//! The resources of a pack.

use rules::text::{nearest, quoted};

use super::{Check, members::cited, spot::Spot};
use crate::pack::limits;

const RULE: &str = "AWS::Config::ConfigRule";
const REMEDIATION: &str = "AWS::Config::RemediationConfiguration";
/// What AWS's own packs say of a resource.
const ATTRIBUTES: [&str; 4] = ["Type", "Condition", "DependsOn", "Properties"];

/// A Config rule of a pack.
#[derive(Clone)]
pub(super) struct RuleSpot<'a> {
    /// The logical id.
    pub(super) id: &'a str,
    pub(super) resource: Spot<'a>,
    pub(super) properties: Spot<'a>,
}

impl<'a> Check<'a> {
    pub(super) fn resources(&mut self) {
        let mut rules = Vec::new();
        let mut remediations = Vec::new();
        for (id, resource) in self.template.resources.clone() {
            self.name(id, &resource);
            self.only(&resource, &ATTRIBUTES);
            self.depends_on(&resource);
            if let Some(condition) = resource.member("Condition")
                && let Some(name) = condition.text()
            {
                self.condition(&condition.place, name);
            }
            let Some(kind) = self.wanted(&resource, "Type") else {
                continue;
            };
            let properties = self.wanted(&resource, "Properties");
            match (kind.text(), properties) {
                (Some(RULE), Some(properties)) => rules.push(RuleSpot {
                    id,
                    resource,
                    properties,
                }),
                (Some(REMEDIATION), Some(properties)) => {
                    remediations.push((resource, properties));
                }
                (Some(RULE | REMEDIATION), None) => {}
                (found, _) => {
                    let found = found.map_or_else(|| "something else".to_owned(), quoted);
                    let complaint = format!(
                        "a pack holds {RULE} and {REMEDIATION} only, and this is {found}: make it \
                         in another template"
                    );
                    self.object(&kind.place, complaint);
                }
            }
        }
        if rules.len() > limits::RULES {
            let complaint = format!(
                "{} rules are more than the {} of a pack: split it",
                rules.len(),
                limits::RULES
            );
            self.section_objects("Resources", complaint);
        }
        self.rules(&rules);
        self.remediations(&rules, &remediations);
    }

    fn depends_on(&mut self, resource: &Spot<'a>) {
        for other in depends_on(resource) {
            let Some(name) = other.text() else {
                self.object(&other.place, "is to be the name of a resource");
                continue;
            };
            let resources = &self.template.resources;
            if !resources.contains_key(name) {
                let advice = match nearest(name, resources.keys().copied()) {
                    Some(near) => format!("; did you mean `{near}`?"),
                    None => String::new(),
                };
                let complaint = format!("there is no resource {}{advice}", cited(name));
                self.object(&other.place, complaint);
            }
        }
    }
}

/// The resources that have to be there before this one.
pub(super) fn depends_on<'a>(resource: &Spot<'a>) -> Vec<Spot<'a>> {
    let Some(named) = resource.member("DependsOn") else {
        return Vec::new();
    };
    match named.items() {
        items if items.is_empty() => vec![named],
        items => items,
    }
}
