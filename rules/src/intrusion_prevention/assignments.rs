//! Which IPS rules are assigned where. Computers of one policy mostly have the same ones, so that
//! they share them, in memory and as they are written down.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::RuleId;

/// A set of IPS rules: their ids, by rising id.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<RuleId>", into = "Vec<RuleId>")]
pub struct RuleIds(Arc<[RuleId]>);

impl RuleIds {
    /// Whether a rule is one of them.
    #[must_use]
    pub fn contains(&self, rule: RuleId) -> bool {
        self.0.binary_search(&rule).is_ok()
    }

    /// The ids, by rising id.
    #[must_use]
    pub fn as_slice(&self) -> &[RuleId] {
        &self.0
    }
}

impl From<Vec<RuleId>> for RuleIds {
    fn from(mut rules: Vec<RuleId>) -> Self {
        rules.sort_unstable();
        rules.dedup();
        Self(rules.into())
    }
}

impl From<RuleIds> for Vec<RuleId> {
    fn from(rules: RuleIds) -> Self {
        rules.0.to_vec()
    }
}

impl FromIterator<RuleId> for RuleIds {
    fn from_iter<I: IntoIterator<Item = RuleId>>(rules: I) -> Self {
        rules.into_iter().collect::<Vec<_>>().into()
    }
}

/// The different sets of a fleet: far fewer than it has computers.
#[derive(Debug, Default)]
pub struct SharedRuleIds(HashSet<RuleIds>);

impl SharedRuleIds {
    /// The same set, shared with everybody who has it.
    pub fn share(&mut self, rules: RuleIds) -> RuleIds {
        if let Some(same) = self.0.get(&rules) {
            return same.clone();
        }
        self.0.insert(rules.clone());
        rules
    }
}

/// The IPS rules that are in force on holders, which are computers or policies. Of a holder that
/// is not in it they are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Assignments(Vec<(u64, RuleIds)>);

impl Assignments {
    /// The rules of a holder, where they are known.
    #[must_use]
    pub fn get(&self, holder: u64) -> Option<&RuleIds> {
        let found = self.0.binary_search_by_key(&holder, |(id, _)| *id);
        let found = found.ok().and_then(|position| self.0.get(position));
        found.map(|(_, rules)| rules)
    }

    /// Whether the rules of no holder are known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every holder whose rules are known, by rising id.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &RuleIds)> {
        self.0.iter().map(|(holder, rules)| (*holder, rules))
    }

    /// The same with those of a newer reading, which count where both know a holder.
    #[must_use]
    pub fn renewed_by(self, newer: Self) -> Self {
        let older = self.0.into_iter();
        let older = older.filter(|(holder, _)| newer.get(*holder).is_none());
        let mut all: Vec<_> = older.collect();
        all.extend(newer.0);
        all.sort_by_key(|(holder, _)| *holder);
        Self(all)
    }
}

impl IntoIterator for Assignments {
    type Item = (u64, RuleIds);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Of a holder that comes twice, the first counts.
impl FromIterator<(u64, RuleIds)> for Assignments {
    fn from_iter<I: IntoIterator<Item = (u64, RuleIds)>>(assigned: I) -> Self {
        let mut shared = SharedRuleIds::default();
        let assigned = assigned.into_iter();
        let mut assigned: Vec<_> = assigned
            .map(|(holder, rules)| (holder, shared.share(rules)))
            .collect();
        assigned.sort_by_key(|(holder, _)| *holder);
        assigned.dedup_by_key(|(holder, _)| *holder);
        assigned.shrink_to_fit();
        Self(assigned)
    }
}

/// Assignments as they are written down: every set once, and which of them each holder has.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    sets: Vec<RuleIds>,
    /// The holder, and the place of its set.
    holders: Vec<(u64, usize)>,
}

impl From<Assignments> for Written {
    fn from(assignments: Assignments) -> Self {
        let mut sets = Vec::new();
        let mut places: HashMap<RuleIds, usize> = HashMap::new();
        let assigned = assignments.0.into_iter();
        let holders = assigned.map(|(holder, rules)| {
            let place = *places.entry(rules).or_insert_with_key(|rules| {
                sets.push(rules.clone());
                sets.len() - 1
            });
            (holder, place)
        });
        let holders = holders.collect();
        Self { sets, holders }
    }
}

impl TryFrom<Written> for Assignments {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut assigned = Vec::with_capacity(written.holders.len());
        for (holder, place) in written.holders {
            let rules = written.sets.get(place);
            let rules = rules.ok_or_else(|| format!("there is no set {place} of IPS rules"))?;
            assigned.push((holder, rules.clone()));
        }
        assigned.sort_by_key(|(holder, _)| *holder);
        let mut pairs = assigned.windows(2);
        if let Some([(holder, _), _]) =
            pairs.find(|pair| matches!(pair, [(a, _), (b, _)] if a == b))
        {
            return Err(format!("the IPS rules of {holder} are given twice"));
        }
        Ok(Self(assigned))
    }
}
