//! All that is known of one instance, joined into one document: what Guard rules are written over.
//!
//! A fact that could not be obtained is left out, and stands among the gaps with its place, so that
//! nobody takes it for one that is known not to be there. Foreign text is cleaned.

mod computer;
mod document;
mod findings;
mod gaps;
mod web;

use rules::{Facts, Gap, fact::Fact, instance::Instance, text};
use schemars::{Schema, generate::SchemaSettings};
use serde_json::Value;

use document::InstanceFacts;
pub use document::{
    AgentFacts, ComputerFacts, FactsDocument, GapShown, MOST_CVES, MOST_FINDINGS, MOST_FRONTS,
    ModuleFacts, ModulesFacts, PolicyFacts, PolicySendFacts, VERSION,
};
use gaps::Gaps;

/// All that is known of an instance, and what is not.
#[derive(Clone, Debug)]
pub struct Joined {
    document: FactsDocument,
    gaps: Vec<(guard::Path, Gap)>,
}

impl Joined {
    /// The facts of an instance. Its web fronts are those on these ports.
    #[must_use]
    pub fn of(facts: &Facts<'_>, web_ports: &[u16]) -> Self {
        let mut gaps = Gaps::default();
        let instance = instance(facts, &mut gaps);
        let (computer, policy) = match facts.computer() {
            Ok(Some(sighting)) => (
                Some(computer::of(facts, &sighting, &mut gaps)),
                computer::policy(facts, &sighting, &mut gaps),
            ),
            Ok(None) => (None, None::<PolicyFacts>),
            Err(gap) => {
                gaps.note("computer", gap.clone());
                gaps.note("policy", gap);
                (None, None)
            }
        };
        let web = web::of(facts, web_ports, &mut gaps);
        let findings = findings::of(facts, &mut gaps);
        let gaps = gaps.into_list();
        Self {
            document: FactsDocument {
                schema_version: VERSION,
                as_of: facts.now(),
                instance,
                computer,
                policy,
                web,
                findings,
                gaps: gaps.iter().map(GapShown::from).collect(),
            },
            gaps,
        }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &FactsDocument {
        &self.document
    }

    /// What could not be obtained, and why.
    pub fn gaps(&self) -> impl Iterator<Item = (&guard::Path, &Gap)> {
        self.gaps.iter().map(|(place, gap)| (place, gap))
    }

    /// The document without its gaps, as Guard rules see it.
    #[must_use]
    pub fn known(&self) -> Value {
        // Every member is a text, a number or made of these: writing them cannot fail.
        let mut known = serde_json::to_value(&self.document).unwrap_or_default();
        if let Some(members) = known.as_object_mut() {
            members.remove(GAPS);
        }
        known
    }
}

/// The member with what could not be obtained.
pub(crate) const GAPS: &str = "gaps";

fn instance(facts: &Facts<'_>, gaps: &mut Gaps) -> InstanceFacts {
    let Instance {
        id,
        account,
        region,
        name,
        state,
        attached,
        launched,
        // Only those that exceptions go by are known.
        tags: _,
    } = facts.instance();
    let since = match attached {
        Fact::Known(time) => Some(*time),
        Fact::Unrecognised(_) | Fact::Missing => launched.get("").ok(),
    };
    InstanceFacts {
        id: id.to_string(),
        account: gaps.reported("instance.account", "the account", account.as_ref()),
        region: gaps.reported("instance.region", "the Region", region.as_ref()),
        name: name.as_deref().map(text::clean),
        state: gaps.fact("instance.state", state.get("the state of the instance")),
        attached: gaps.fact(
            "instance.attached",
            attached.get("the time the instance was attached"),
        ),
        launched: gaps.fact(
            "instance.launched",
            launched.get("the time the instance was launched"),
        ),
        age_hours: gaps.age("instance.ageHours", since, facts.now()),
    }
}

/// The JSON schema of the document.
#[must_use]
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<FactsDocument>()
}

/// What Guard rules may look at.
///
/// # Errors
/// When the schema is not made of what they can look at.
pub fn shape() -> Result<guard::Shape, guard::BadShape> {
    let mut schema = schema().to_value();
    if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        members.remove(GAPS);
    }
    guard::Shape::of_schema(&schema)
}
