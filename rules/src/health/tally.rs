//! Own counts: the instances of the account, counted by whether they could be graded.

use std::{collections::BTreeMap, fmt};

use jiff::{SignedDuration, Timestamp};

use crate::{
    catalogue,
    gap::Gap,
    grader::Grader,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    parameter::{BadParameter, MAX_INVENTORY_AGE_MINUTES},
    rule::Scope,
};

/// The rules that own counts are taken by: those that need nothing but the inventory, with the
/// defaults of their parameters.
#[derive(Debug)]
pub struct Panel(Vec<Grader>);

impl Panel {
    /// The rules, for inventories that may be so old.
    ///
    /// # Errors
    /// When no rule takes that age.
    pub fn new(max_age: SignedDuration) -> Result<Self, BadParameter> {
        let minutes = max_age.as_mins().to_string();
        let parameters = [(MAX_INVENTORY_AGE_MINUTES.name.to_owned(), minutes)];
        let rules = catalogue::of_instances();
        let rules =
            rules.filter(|rule| rule.about().needs.iter().all(|need| need.is_of_inventory()));
        let graders = rules.map(|rule| rule.with(parameters.clone()));
        graders.collect::<Result<_, _>>().map(Self)
    }

    /// Counts an instance at `now`, unless it is terminated.
    pub fn count(
        &self,
        tally: &mut Tally,
        now: Timestamp,
        instance: &Instance,
        inventories: &Inventories,
    ) {
        let Some(first) = self.0.first() else { return };
        // All of them take inventories of the same age, and so the same facts.
        let facts = first.facts(now, instance, inventories);
        if facts
            .state()
            .is_ok_and(|state| !Scope::Existing.includes(state))
        {
            return;
        }
        let gap = self.0.iter().find_map(|grader| grader.grade(&facts).err());
        tally.note(instance.id, gap.as_ref());
    }
}

/// The instances of an account, counted by whether they could be graded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    instances: u64,
    gaps: BTreeMap<&'static str, GapTally>,
}

/// The instances that could not be graded for one reason, and the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GapTally {
    count: u64,
    example: InstanceId,
    text: String,
}

impl Tally {
    /// Counts an instance, and why it could not be graded if so. Each counts once, whatever the
    /// number of rules that cannot grade it.
    pub fn note(&mut self, instance: InstanceId, gap: Option<&Gap>) {
        self.instances += 1;
        let Some(gap) = gap else { return };
        let code = gap.reason().code().id;
        let counted = self.gaps.entry(code).or_insert_with(|| GapTally {
            count: 0,
            example: instance,
            text: gap.reason().text().to_owned(),
        });
        counted.count += 1;
    }

    /// How many of them could not be graded.
    #[must_use]
    pub fn gaps(&self) -> u64 {
        self.gaps.values().map(|gap| gap.count).sum()
    }

    /// How many could not be graded, and what most of them have in common, with an example; of two
    /// reasons the one with the lower code. `None` where every instance could be graded.
    #[must_use]
    pub fn gaps_in_words(&self) -> Option<String> {
        let most = self.gaps.iter().rev().max_by_key(|(_, gap)| gap.count);
        let (
            code,
            GapTally {
                count,
                example,
                text,
            },
        ) = most?;
        let gaps = self.gaps();
        let noun = if gaps == 1 { "gap" } else { "gaps" };
        let share = match *count {
            all if all == gaps => String::new(),
            some => format!("{some} of them "),
        };
        Some(format!("{gaps} {noun}, {share}{code}: {example}: {text}"))
    }
}

/// How many of how many could be graded.
impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evaluated = self.instances - self.gaps();
        write!(formatter, "evaluated {evaluated}/{}", self.instances)
    }
}
