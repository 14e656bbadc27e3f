//! What aggregators show: results, packs and sources of many accounts and Regions.

use serde_json::{Value, json};

use super::aggregator::Aggregator;
use super::desk::{Caller, Desk, State};
use super::evaluation::{Compliance, Shown};
use super::refusal::Refusal;
use super::shape::Shape;
use super::store::Key;

/// Rules in a page, packs or sources in a page, and results in a page. For results a client that
/// does not say how many gets fewer.
const MOST_RULES: usize = 1_000;
const MOST: usize = 100;
const USUAL_RESULTS: usize = 50;
/// Scores in a page.
const MOST_SCORES: usize = 20;
/// How far the resources are counted that make a rule non-compliant.
const CAP: usize = 100;
/// The words that aggregators know.
const KNOWN: [&str; 2] = ["COMPLIANT", "NON_COMPLIANT"];

type Entries = Vec<(Key, Value)>;

impl Desk {
    /// Whether there is such an operation of aggregators, and what it answers.
    pub(crate) fn aggregate(
        &mut self,
        operation: &str,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Option<Value>, Refusal> {
        let answer = match operation {
            "DescribeConfigurationAggregators" => self.describe_aggregators(caller, input)?,
            "DescribeConfigurationAggregatorSourcesStatus" => self.sources(caller, input)?,
            "DescribeAggregateComplianceByConfigRules" => self.aggregate_rules(caller, input)?,
            "GetAggregateComplianceDetailsByConfigRule" => self.aggregate_details(caller, input)?,
            "DescribeAggregateComplianceByConformancePacks" => {
                self.aggregate_packs(caller, input)?
            }
            "ListConformancePackComplianceScores" => self.scores(caller, input)?,
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    fn aggregator(&self, caller: &Caller, input: &Shape<'_>) -> Result<&Aggregator, Refusal> {
        let member = "ConfigurationAggregatorName";
        let name = input.text(member, 1..=256)?;
        let name = input.required(member, name)?;
        let key = (
            caller.account.clone(),
            caller.region.clone(),
            name.to_owned(),
        );
        self.aggregators.get(&key).ok_or_else(|| {
            let message = format!("The configuration aggregator {name} does not exist.");
            Refusal::new("NoSuchConfigurationAggregatorException", message)
        })
    }

    fn describe_aggregators(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Value, Refusal> {
        let names = input.texts("ConfigurationAggregatorNames", 10, 1..=256)?;
        let own = |name: &str| {
            let key = (
                caller.account.clone(),
                caller.region.clone(),
                name.to_owned(),
            );
            self.aggregators.get(&key)
        };
        if let Some(name) = names.iter().find(|name| own(name).is_none()) {
            let message = format!("The configuration aggregator {name} does not exist.");
            return Err(Refusal::new(
                "NoSuchConfigurationAggregatorException",
                message,
            ));
        }
        let owned = self.aggregators.iter();
        let entries = owned
            .filter(|((account, region, name), _)| {
                let named = names.is_empty() || names.contains(&name.as_str());
                *account == caller.account && *region == caller.region && named
            })
            .map(|((account, _, name), aggregator)| {
                ((name.clone(), String::new()), aggregator.json(account))
            })
            .collect();
        let list = format!("aggregators {caller:?} {names:?}");
        self.listed("ConfigurationAggregators", entries, MOST, input, list)
    }

    fn sources(&mut self, caller: &Caller, input: &Shape<'_>) -> Result<Value, Refusal> {
        let wanted = input.words("UpdateStatus", 3, &["FAILED", "SUCCEEDED", "OUTDATED"])?;
        let aggregator = self.aggregator(caller, input)?;
        let sources = aggregator.sources.iter();
        let entries = sources
            .filter(|source| wanted.is_empty() || wanted.contains(&source.status()))
            .map(|source| {
                let key = (source.account.clone(), source.region.clone());
                (key, source.json())
            })
            .collect();
        let list = format!("sources {caller:?} {} {wanted:?}", aggregator.name);
        self.listed("AggregatedSourceStatusList", entries, MOST, input, list)
    }

    fn aggregate_rules(&mut self, caller: &Caller, input: &Shape<'_>) -> Result<Value, Refusal> {
        let aggregator = self.aggregator(caller, input)?;
        let filters = Filters::read(input, "ConfigRuleName")?;
        let seen = self.rules.values().filter_map(|state| {
            let rule = &state.rule;
            let compliance = compliance(state)?;
            aggregator
                .has(rule.account(), rule.region())
                .then(|| (rule.account(), rule.region(), rule.name(), compliance))
        });
        let remembered = aggregator.remembered.iter().map(|rule| {
            let compliance = json!({"ComplianceType": "COMPLIANT"});
            let (account, region) = (rule.account.as_str(), rule.region.as_str());
            (account, region, rule.name.as_str(), compliance)
        });
        let entries = seen
            .chain(remembered)
            .filter(|(account, region, name, compliance)| {
                filters.keep(account, region, name, &compliance["ComplianceType"])
            });
        let entries = entries
            .map(|(account, region, name, compliance)| {
                let entry = json!({
                    "ConfigRuleName": name,
                    "Compliance": compliance,
                    "AccountId": account,
                    "AwsRegion": region,
                });
                ((format!("{account} {region}"), name.to_owned()), entry)
            })
            .collect();
        let list = format!("rules {caller:?} {} {filters:?}", aggregator.name);
        let member = "AggregateComplianceByConfigRules";
        self.listed(member, entries, MOST_RULES, input, list)
    }

    fn aggregate_details(&mut self, caller: &Caller, input: &Shape<'_>) -> Result<Value, Refusal> {
        let name = input.text("ConfigRuleName", 1..=128)?;
        let name = input.required("ConfigRuleName", name)?;
        let account = input.text("AccountId", 12..=12)?;
        let account = input.required("AccountId", account)?;
        let region = input.text("AwsRegion", 1..=64)?;
        let region = input.required("AwsRegion", region)?;
        let word = input.word("ComplianceType", &KNOWN)?;
        let limit = input.number("Limit", MOST)?.filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(USUAL_RESULTS);
        let aggregator = self.aggregator(caller, input)?;
        let list = format!(
            "{caller:?} {} {account} {region} {name} {word:?}",
            aggregator.name
        );
        let is_source = aggregator.has(account, region);
        let member = "AggregateEvaluationResults";
        let Some(last) = self.start_of(member, input, &list)? else {
            return Ok(self.empty_page(member, list));
        };
        let mut states = self.rules.values();
        let state = states.find(|state| {
            let rule = &state.rule;
            is_source && rule.account() == account && rule.region() == region && rule.name() == name
        });
        let kept = state.into_iter().flat_map(|state| {
            let crowd = state.crowd.into_iter();
            let crowd = crowd.flat_map(|crowd| crowd.after(last.as_ref()));
            let kept = state.store.after(last.as_ref());
            kept.map(|(key, shown)| (key.clone(), shown.clone()))
                .chain(crowd)
        });
        let shows = |shown: &Shown| {
            let found = shown.evaluation.compliance.word();
            word.is_none_or(|word| word == found)
        };
        let entries: Entries = kept
            .filter(|(_, shown)| shows(shown))
            .take(limit + 1)
            .map(|(key, shown)| (key, aggregated(shown.json(name), account, region)))
            .collect();
        Ok(self.paged(member, entries, limit, list))
    }

    fn aggregate_packs(&mut self, caller: &Caller, input: &Shape<'_>) -> Result<Value, Refusal> {
        let aggregator = self.aggregator(caller, input)?;
        let filters = Filters::read(input, "ConformancePackName")?;
        let packs = self.packs.iter().filter(|pack| {
            let word = json!(pack.compliance());
            aggregator.has(&pack.account, &pack.region)
                && filters.keep(&pack.account, &pack.region, &pack.name, &word)
        });
        let entries = packs
            .map(|pack| {
                let key = (
                    format!("{} {}", pack.account, pack.region),
                    pack.name.clone(),
                );
                (key, pack.aggregated())
            })
            .collect();
        let list = format!("packs {caller:?} {} {filters:?}", aggregator.name);
        let member = "AggregateComplianceByConformancePacks";
        self.listed(member, entries, MOST, input, list)
    }

    /// Of the caller's own account and Region only: aggregators have no scores.
    fn scores(&mut self, caller: &Caller, input: &Shape<'_>) -> Result<Value, Refusal> {
        let filters = input.shape("Filters")?;
        let names = match &filters {
            None => Vec::new(),
            Some(filters) => filters.texts("ConformancePackNames", 25, 1..=256)?,
        };
        let packs = self.packs.iter().filter(|pack| {
            let named = names.is_empty() || names.contains(&pack.name.as_str());
            pack.account == caller.account && pack.region == caller.region && named
        });
        let entries = packs
            .map(|pack| ((pack.name.clone(), String::new()), pack.scored()))
            .collect();
        let list = format!("scores {caller:?} {names:?}");
        let member = "ConformancePackComplianceScores";
        self.listed(member, entries, MOST_SCORES, input, list)
    }

    /// One page of entries that are all at hand.
    fn listed(
        &mut self,
        member: &str,
        mut entries: Entries,
        most: usize,
        input: &Shape<'_>,
        list: String,
    ) -> Result<Value, Refusal> {
        let limit = input.number("Limit", most)?.filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(most);
        let Some(last) = self.start_of(member, input, &list)? else {
            return Ok(self.empty_page(member, list));
        };
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries.retain(|(key, _)| last.as_ref().is_none_or(|last| key > last));
        Ok(self.paged(member, entries, limit, list))
    }

    /// The entry after which a page begins; the outer `None` is for a first page that is to be
    /// empty.
    fn start_of(
        &self,
        member: &str,
        input: &Shape<'_>,
        list: &str,
    ) -> Result<Option<Option<Key>>, Refusal> {
        let last = self.page(input, list)?;
        let is_empty = last.is_none() && self.options.empty_first_pages.contains(member);
        Ok((!is_empty).then_some(last))
    }

    fn empty_page(&mut self, member: &str, list: String) -> Value {
        // Before every entry.
        let first = [(Key::default(), Value::Null), (Key::default(), Value::Null)];
        let mut answer = self.paged(member, first.into(), 1, list);
        if let Some(listed) = answer.get_mut(member) {
            *listed = json!([]);
        }
        answer
    }
}

/// The filters of a list of rules or packs.
#[derive(Debug, Default)]
struct Filters<'a> {
    account: Option<&'a str>,
    region: Option<&'a str>,
    name: Option<&'a str>,
    word: Option<&'a str>,
}

impl<'a> Filters<'a> {
    fn read(input: &Shape<'a>, name: &str) -> Result<Self, Refusal> {
        let Some(filters) = input.shape("Filters")? else {
            return Ok(Self::default());
        };
        Ok(Self {
            account: filters.text("AccountId", 12..=12)?,
            region: filters.text("AwsRegion", 1..=64)?,
            name: filters.text(name, 1..=256)?,
            word: filters.word("ComplianceType", &KNOWN)?,
        })
    }

    fn keep(&self, account: &str, region: &str, name: &str, word: &Value) -> bool {
        self.account.is_none_or(|wanted| wanted == account)
            && self.region.is_none_or(|wanted| wanted == region)
            && self.name.is_none_or(|wanted| wanted == name)
            && self.word.is_none_or(|wanted| word == wanted)
    }
}

/// How a rule stands; `None` for one without results, which no aggregator lists.
fn compliance(state: &State) -> Option<Value> {
    let crowd = state.crowd.into_iter();
    let crowd = crowd.flat_map(|crowd| (0..crowd.instances).map(move |at| (crowd, at)));
    let crowd = crowd.map(|(crowd, at)| (crowd.says)(crowd.first + at).0);
    let kept = state.store.after(None);
    let all = kept
        .map(|(_, shown)| shown.evaluation.compliance)
        .chain(crowd);
    let mut all = all.peekable();
    all.peek()?;
    let failing = all.filter(|compliance| *compliance == Compliance::NonCompliant);
    let failing = failing.take(CAP + 1).count();
    Some(match failing {
        0 => json!({"ComplianceType": "COMPLIANT"}),
        failing => json!({
            "ComplianceType": "NON_COMPLIANT",
            "ComplianceContributorCount": {
                "CappedCount": failing.min(CAP),
                "CapExceeded": failing > CAP,
            },
        }),
    })
}

fn aggregated(mut entry: Value, account: &str, region: &str) -> Value {
    if let Some(members) = entry.as_object_mut() {
        members.insert("AccountId".to_owned(), json!(account));
        members.insert("AwsRegion".to_owned(), json!(region));
    }
    entry
}
