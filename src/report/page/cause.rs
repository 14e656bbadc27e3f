//! Root causes: what results have in common that one change may cure.

use std::borrow::Cow;

use indexmap::IndexMap;
use rules::{CATALOGUE, gap, grader, reason::Code};

use super::{super::Row, standing::Standing};

/// What stands in the place of what differs from instance to instance.
const DIFFERS: &str = "…";

/// The causes of what is failing, excepted or undetermined.
#[derive(Debug, Default)]
pub(super) struct Causes<'a> {
    causes: IndexMap<Key<'a>, Example<'a>>,
    /// Cause and instance, by position.
    pairs: Vec<(u32, u32)>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key<'a> {
    standing: Standing,
    code: &'a str,
    common: Cow<'a, str>,
}

#[derive(Debug)]
struct Example<'a> {
    rule: &'a str,
    severity: &'a str,
}

/// A cause, and what it does.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    /// The code.
    pub(super) code: &'a str,
    /// What the code means and what to do about it, where it is known.
    pub(super) known: Option<&'static Code>,
    /// What the reasons have in common.
    pub(super) common: &'a str,
    /// The first rule that it violates, and how much that matters.
    pub(super) rule: &'a str,
    pub(super) severity: &'a str,
    /// The instances, by position, each once.
    pub(super) instances: Vec<u32>,
    /// How many of them have no other cause of the same standing.
    pub(super) cured: usize,
}

impl<'a> Causes<'a> {
    /// Adds the cause of a row, where it has one.
    pub(super) fn add(&mut self, instance: usize, row: &Row<'a>, standing: Standing) {
        if matches!(standing, Standing::Compliant | Standing::NotApplicable) {
            return;
        }
        let key = Key {
            standing,
            code: row.code,
            common: common(row.reason),
        };
        let entry = self.causes.entry(key);
        let cause = entry.index();
        entry.or_insert(Example {
            rule: row.rule,
            severity: row.severity,
        });
        if let (Ok(cause), Ok(instance)) = (u32::try_from(cause), u32::try_from(instance)) {
            self.pairs.push((cause, instance));
        }
    }

    /// The causes of one standing, by how many instances have them.
    pub(super) fn of(&self, standing: Standing) -> Vec<Cause<'_>> {
        let position = |cause: u32| self.causes.get_index(cause as usize);
        let mut pairs: Vec<(u32, u32)> = self
            .pairs
            .iter()
            .copied()
            .filter(|(cause, _)| position(*cause).is_some_and(|(key, _)| key.standing == standing))
            .collect();
        pairs.sort_unstable_by_key(|(cause, instance)| (*instance, *cause));
        pairs.dedup();
        let mut causes: IndexMap<u32, Cause<'_>> = IndexMap::new();
        for of_instance in pairs.chunk_by(|left, right| left.1 == right.1) {
            for (cause, instance) in of_instance {
                let Some((key, example)) = position(*cause) else {
                    continue;
                };
                let cause = causes.entry(*cause).or_insert_with(|| Cause {
                    code: key.code,
                    known: code(key.code),
                    common: &key.common,
                    rule: example.rule,
                    severity: example.severity,
                    instances: Vec::new(),
                    cured: 0,
                });
                cause.instances.push(*instance);
                cause.cured += usize::from(of_instance.len() == 1);
            }
        }
        let mut causes: Vec<Cause<'_>> = causes.into_values().collect();
        causes.sort_by(|left, right| {
            let order = |cause: &Cause<'_>| (cause.instances.len(), cause.cured);
            order(right)
                .cmp(&order(left))
                .then_with(|| (left.code, left.common).cmp(&(right.code, right.common)))
        });
        causes
    }
}

/// The code with that id.
pub(super) fn code(id: &str) -> Option<&'static Code> {
    let of_rules = CATALOGUE.iter().flat_map(|rule| rule.codes);
    let all = of_rules.chain(grader::CODES).chain(gap::CODES);
    all.copied().find(|code| code.id == id)
}

/// What to do about a code.
pub(super) fn remedy(code: Option<&'static Code>) -> &'static str {
    match code {
        Some(code) => code.remedy.unwrap_or("Nothing is to be done."),
        None => "This version of Deepgrade does not know the code; use the one that graded.",
    }
}

/// The reason without what differs from instance to instance: times, ids and counts. What is in
/// quotation marks is a name, and stays.
fn common(reason: &str) -> Cow<'_, str> {
    if !reason.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(reason);
    }
    // How many computers there are of an instance is no cause.
    let told = match reason.split_once("; ") {
        Some((first, rest)) if first.ends_with(" computers, newest counts") => rest,
        _ => reason,
    };
    let mut words: Vec<Cow<'_, str>> = Vec::new();
    let mut is_quoted = false;
    for word in told.split(' ') {
        let quotes = word.bytes().filter(|byte| *byte == b'"').count();
        let bare = word.trim_matches([',', ';', ':', '(', ')']);
        if !is_quoted && quotes == 0 && differs(bare) {
            // A date and a time of day are one.
            words.pop_if(|last| last == DIFFERS);
            words.push(Cow::Owned(word.replace(bare, DIFFERS)));
        } else {
            words.push(Cow::Borrowed(word));
        }
        is_quoted ^= quotes % 2 == 1;
    }
    Cow::Owned(words.join(" "))
}

/// Whether a word is a time, a count or the id of an instance.
fn differs(word: &str) -> bool {
    let is_number = word.starts_with(|character: char| character.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.TZ".contains(&byte));
    is_number
        || word
            .strip_prefix("i-")
            .is_some_and(|id| id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_instance_to_instance_is_no_part_of_a_cause() {
        assert_eq!(
            common("the agent spoke last 2026-11-21 10:00Z, more than 24 h before the inventory"),
            "the agent spoke last …, more than … h before the inventory"
        );
        assert_eq!(
            common("2 computers, newest counts; carries policy \"Linux 8\""),
            "carries policy \"Linux 8\""
        );
        assert_eq!(common("anti-malware is off"), "anti-malware is off");
        assert_eq!(
            common("CVE-2021-44228 is not shielded"),
            "CVE-2021-44228 is not shielded"
        );
    }
}
