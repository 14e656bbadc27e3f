//! Paged search: everything of one kind, or an error.

use std::{borrow::Cow, collections::BTreeSet};

use reqwest::Method;
use rules::{
    computer::Computer,
    intrusion_prevention::{ApplicationType, Assignments, IntrusionPreventionRule, SharedRuleIds},
    policy::Policy,
};
use serde_json::{Value, json};

use super::{
    call::Call,
    error::{Error, Problem},
    run::{Run, unreadable},
    wire::{self, Item, WithRules},
};

/// What can be searched for page by page.
pub(super) trait Searched: Item {
    /// The search.
    fn call() -> &'static Call;
}

/// What makes a computer come with everything that grading needs. `expand` is named in full, since
/// its default is everything. The settings are for the engine mode, which a computer may have of
/// its own; with `overrides=false` they are those in force.
pub(super) const COMPUTER: &str = "expand=computerStatus&expand=securityUpdates\
     &expand=allSecurityModules&expand=ec2VirtualMachineSummary\
     &expand=noConnectorVirtualMachineSummary&expand=computerSettings&overrides=false";

static COMPUTERS: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/computers/search"),
    query: COMPUTER,
    right: "use the web service API and view computers",
};

static POLICIES: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/policies/search"),
    query: "overrides=false",
    right: "use the web service API and view policies",
};

static IPS_RULES: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/intrusionpreventionrules/search"),
    query: "",
    right: "use the web service API and view intrusion prevention rules",
};

static APPLICATION_TYPES: Call = Call {
    method: Method::POST,
    path: Cow::Borrowed("/applicationtypes/search"),
    query: "",
    right: "use the web service API and view application types",
};

impl Searched for Computer {
    fn call() -> &'static Call {
        &COMPUTERS
    }
}

impl Searched for Policy {
    fn call() -> &'static Call {
        &POLICIES
    }
}

impl<T> Searched for WithRules<T>
where
    T: Searched,
    Self: Item,
{
    fn call() -> &'static Call {
        T::call()
    }
}

impl Searched for IntrusionPreventionRule {
    fn call() -> &'static Call {
        &IPS_RULES
    }
}

impl Searched for ApplicationType {
    fn call() -> &'static Call {
        &APPLICATION_TYPES
    }
}

/// The body of a search for the items after an id, by rising id, that meet all criteria.
pub(super) fn filter(after: u64, most: u32, criteria: &[Value]) -> String {
    let mut all = vec![json!({"idTest": "greater-than", "idValue": after})];
    all.extend_from_slice(criteria);
    json!({"maxItems": most, "sortByObjectID": true, "searchCriteria": all}).to_string()
}

/// A field is this text. Wildcards are on unless they are switched off, and a text may hold one.
pub(super) fn exactly(field: &str, text: &str) -> Value {
    json!({"fieldName": field, "stringTest": "equal", "stringValue": text, "stringWildcards": false})
}

/// A field begins with this text, which holds no wildcard.
pub(super) fn beginning(field: &str, text: &'static str) -> Value {
    let text = format!("{text}%");
    json!({"fieldName": field, "stringTest": "equal", "stringValue": text, "stringWildcards": true})
}

/// Finds everything of one kind that meets all criteria, and hands it over page by page. Items that come or go meanwhile
/// may or may not be in it; every other item is in it, exactly once.
///
/// # Errors
/// Whenever that cannot be said.
pub(super) async fn each_page<T: Searched>(
    run: &Run<'_>,
    criteria: &[Value],
    mut take: impl FnMut(Vec<T>),
) -> Result<(), Error> {
    let mut most = run.limits().largest_page;
    let (mut after, mut read) = (0, 0);
    loop {
        let page: Vec<T> = page(run, after, &mut most, criteria).await?;
        // A page that is as long as asked may be the last one; only the next one tells.
        let is_last = page.len() < length(most);
        after = page.last().map_or(after, T::id);
        read += page.len();
        take(page);
        if is_last {
            return Ok(());
        }
        if read >= run.limits().items {
            let endless =
                format!("the list does not end: {read} items were read, and more are offered");
            return Err(run.error(Some(T::call()), Problem::Unexpected(endless)));
        }
    }
}

/// Finds everything of one kind, as [`each_page`] does.
///
/// # Errors
/// As [`each_page`].
pub(super) async fn everything<T: Searched>(
    run: &Run<'_>,
    progress: impl Fn(usize),
) -> Result<Vec<T>, Error> {
    matching(run, &[], progress).await
}

/// Finds everything of one kind that meets all criteria, as [`each_page`] does.
///
/// # Errors
/// As [`each_page`].
pub(super) async fn matching<T: Searched>(
    run: &Run<'_>,
    criteria: &[Value],
    progress: impl Fn(usize),
) -> Result<Vec<T>, Error> {
    let mut items: Vec<T> = Vec::new();
    let take = |page: Vec<T>| {
        items.extend(page);
        progress(items.len());
    };
    each_page(run, criteria, take).await?;
    Ok(items)
}

/// Finds everything that has IPS rules, as [`each_page`] does, and which ones.
///
/// # Errors
/// As [`each_page`].
pub(super) async fn with_rules<T>(
    run: &Run<'_>,
    progress: impl Fn(usize),
) -> Result<(Vec<T>, Assignments), Error>
where
    T: Searched,
    WithRules<T>: Searched,
{
    let mut items: Vec<T> = Vec::new();
    let mut assigned = Vec::new();
    // Shared page by page: as they are read, the rules of a fleet need more memory than the rest.
    let mut shared = SharedRuleIds::default();
    let take = |page: Vec<WithRules<T>>| {
        for WithRules { item, rules } in page {
            assigned.extend(rules.map(|rules| (item.id(), shared.share(rules))));
            items.push(item);
        }
        progress(items.len());
    };
    each_page(run, &[], take).await?;
    Ok((items, assigned.into_iter().collect()))
}

/// Finds the items with these ids, by rising id; what does not exist is left out. It takes at most
/// one call for each id, and at most one for each page between the first and the last.
///
/// # Errors
/// Whenever it cannot be said which of them exist.
pub(super) async fn with_ids<T: Searched>(
    run: &Run<'_>,
    ids: &BTreeSet<u64>,
) -> Result<Vec<T>, Error> {
    let mut items: Vec<T> = Vec::new();
    let mut most = run.limits().largest_page;
    let mut next = ids.first().copied();
    while let (Some(first), Some(last)) = (next, ids.last()) {
        let after = first.saturating_sub(1);
        // No more ids than these are left to look for.
        let left = u32::try_from(last.saturating_sub(after)).unwrap_or(u32::MAX);
        let asked = most.min(left.max(1));
        let mut size = asked;
        let page: Vec<T> = page(run, after, &mut size, &[]).await?;
        if size < asked {
            most = size;
        }
        let is_last = page.len() < length(size);
        let reached = page.last().map_or(*last, T::id);
        items.extend(page.into_iter().filter(|item| ids.contains(&item.id())));
        next = (!is_last)
            .then(|| ids.range(reached.saturating_add(1)..).next().copied())
            .flatten();
    }
    Ok(items)
}

fn length(most: u32) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// Reads one page. A page that the Manager cannot deliver in time is halved, and stays so.
async fn page<T: Searched>(
    run: &Run<'_>,
    after: u64,
    most: &mut u32,
    criteria: &[Value],
) -> Result<Vec<T>, Error> {
    let call = T::call();
    let mut tries = run.tries();
    loop {
        let body = filter(after, *most, criteria);
        let expected = length(*most);
        let result = run.attempt(call, Some(body), |reply| {
            let page = wire::list::<T>(reply.json()?, expected);
            let page = page.map_err(|error| unreadable(&error))?;
            let items = page.len();
            Ok((page, items))
        });
        let problem = match result.await {
            Ok(page) => {
                check_order(&page, after).map_err(|problem| run.error(Some(call), problem))?;
                return Ok(page);
            }
            Err(problem) => problem,
        };
        if problem.asks_for_less() && *most > run.limits().smallest_page {
            *most = (*most / 2).max(run.limits().smallest_page).max(1);
            // A smaller page is another question, with tries of its own.
            tries = run.tries();
        }
        run.pause(&mut tries, call, problem).await?;
    }
}

/// Checks that the ids rise from the last one on. A page in another order may have left something
/// out, and something that is left out would pass for "not in Deep Security".
fn check_order<T: Item>(page: &[T], after: u64) -> Result<(), Problem> {
    let mut last = after;
    for item in page {
        if item.id() <= last {
            return Err(Problem::Unexpected(format!(
                "the IDs do not rise: {} {} comes after {last}",
                T::NOUN,
                item.id()
            )));
        }
        last = item.id();
    }
    Ok(())
}
