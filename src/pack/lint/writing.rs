//! What holds wherever something is written in a pack.

use std::collections::HashSet;

use rules::text::{nearest, quoted};

use super::{
    Check,
    members::cited,
    node::Kind,
    spot::{Place, Spot},
};
use crate::pack::remediation::ROLE;

/// The functions that AWS's own packs use. That others work is documented nowhere.
const FUNCTIONS: [&str; 4] = ["Ref", "Fn::If", "Fn::Equals", "Fn::Not"];
/// What CloudFormation knows in every template (CloudFormation user guide, "Pseudo parameters").
const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::NoValue",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

impl<'a> Check<'a> {
    pub(super) fn writing(&mut self) {
        let root = self.template.root.clone();
        self.written(&root);
    }

    fn written(&mut self, spot: &Spot<'a>) {
        let node = spot.node;
        if let Some(tag) = &node.tag {
            let long = match spot.function() {
                Some((name, _)) => name,
                None => "Condition",
            };
            let tag = quoted(tag);
            let complaint =
                format!("packs are documented with long forms only: write {long} for {tag}");
            self.object(&spot.place, complaint);
        }
        if node.is_anchored || matches!(node.kind, Kind::Alias) {
            let complaint = "anchors and aliases are not taken: write it out";
            self.object(&spot.place, complaint);
        }
        if let Some((name, given)) = spot.function() {
            self.function(name, &given);
        }
        match &node.kind {
            Kind::Nothing => self.object(&spot.place, "has no value: give one, or leave it out"),
            Kind::Text(text) => self.account_id(&spot.place, text),
            Kind::List(_) | Kind::Members(_) | Kind::Alias => {}
        }
        let mut names = HashSet::new();
        for (name, member) in spot.members() {
            if !names.insert(name) {
                let complaint = "is written twice, and only the last one counts: leave one out";
                self.object(&member.place, complaint);
            }
            if name == "<<" {
                self.object(&member.place, "merges are not taken: write it out");
            }
            self.written(&member);
        }
        for item in spot.items() {
            self.written(&item);
        }
    }

    fn function(&mut self, name: &'a str, given: &Spot<'a>) {
        let place = &given.place;
        if place.path.starts_with("Parameters.") {
            self.object(
                place,
                "functions are not taken in parameters: write the value",
            );
            return;
        }
        if !FUNCTIONS.contains(&name) {
            let complaint = format!(
                "packs are documented with {} only: render the value before",
                FUNCTIONS.join(", ")
            );
            self.object(place, complaint);
            return;
        }
        let of_conditions = place.path.starts_with("Conditions.");
        match (name, given.text(), given.items().as_slice()) {
            ("Ref", Some(target), _) => self.target(place, target, of_conditions),
            ("Fn::If", _, [condition, _, _]) if !of_conditions => match condition.text() {
                Some(name) => self.condition(&condition.place, name),
                None => self.object(&condition.place, "is to be the name of a condition"),
            },
            ("Fn::Equals", _, [_, _]) | ("Fn::Not", _, [_]) if of_conditions => {}
            ("Fn::Equals" | "Fn::Not", ..) if !of_conditions => {
                self.object(place, "belongs into the section Conditions");
            }
            ("Fn::If", ..) if of_conditions => {
                self.object(place, "is not taken in the section Conditions");
            }
            ("Ref", ..) => self.object(place, "is to be a name"),
            ("Fn::If", ..) => {
                let complaint =
                    "takes a list of three: a condition, and the value with and without";
                self.object(place, complaint);
            }
            ("Fn::Not", ..) => self.object(place, "takes a list of one condition"),
            _ => self.object(place, "takes a list of two values"),
        }
    }

    /// What a `Ref` names.
    fn target(&mut self, place: &Place, name: &'a str, of_conditions: bool) {
        let template = &self.template;
        let known = template.parameters.contains_key(name)
            || PSEUDO.contains(&name)
            || (!of_conditions && template.resources.contains_key(name));
        if known {
            return;
        }
        let names = template.parameters.keys().chain(&PSEUDO).copied();
        let near = nearest(name, names);
        let advice = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to the section Parameters".to_owned(),
        };
        self.object(place, format!("there is no {}; {advice}", cited(name)));
    }

    /// The condition that something names.
    pub(super) fn condition(&mut self, place: &Place, name: &str) {
        let conditions = &self.template.conditions;
        if conditions.contains_key(name) {
            return;
        }
        let advice = match nearest(name, conditions.keys().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to the section Conditions".to_owned(),
        };
        let complaint = format!("there is no condition {}; {advice}", cited(name));
        self.object(place, complaint);
    }

    /// A pack with the id of an account in it serves no other account.
    fn account_id(&mut self, place: &Place, text: &str) {
        let path = &place.path;
        // Defaults can be overridden, and the role cannot be told in another way.
        let may_hold = path.starts_with("Parameters.")
            || path.ends_with(".Description")
            || path.contains(&format!(".{ROLE}."));
        if may_hold {
            return;
        }
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let id =
            words.find(|word| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(id) = id {
            let complaint = format!(
                "the account {id} is written out, and the pack serves no other: make it a parameter"
            );
            self.object(place, complaint);
        }
    }
}
