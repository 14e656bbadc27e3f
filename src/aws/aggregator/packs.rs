//! How conformance packs stand (AWS Config API reference,
//! `DescribeAggregateComplianceByConformancePacks` and `ListConformancePackComplianceScores`).

use aws_sdk_config::{
    Client,
    types::{AggregateComplianceByConformancePack, ConformancePackComplianceScore},
};

use super::{next, refusal, source};
use crate::{
    aggregator::{PackSeen, Score},
    ports::{Error, Page},
};

const PACKS: &str = "config:DescribeAggregateComplianceByConformancePacks";
const SCORES: &str = "config:ListConformancePackComplianceScores";
/// The most packs in a page.
const FULL_PAGE: i32 = 100;

/// One page of the packs.
///
/// # Errors
/// What Config, or the way to it, said.
pub(super) async fn page(
    client: &Client,
    aggregator: &str,
    page: Option<&str>,
) -> Result<Page<Option<PackSeen>>, Error> {
    let call = client
        .describe_aggregate_compliance_by_conformance_packs()
        .configuration_aggregator_name(aggregator)
        .limit(FULL_PAGE)
        .set_next_token(page.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(PACKS, &error))?;
    let packs = output.aggregate_compliance_by_conformance_packs().iter();
    Ok(Page {
        items: packs.map(seen).collect(),
        next: next(output.next_token),
    })
}

fn seen(pack: &AggregateComplianceByConformancePack) -> Option<PackSeen> {
    let compliance = pack.compliance()?;
    Some(PackSeen {
        source: source(pack.account_id(), pack.aws_region())?,
        name: pack.conformance_pack_name()?.to_owned(),
        compliance: compliance.compliance_type()?.as_str().to_owned(),
        compliant_rules: compliance.compliant_rule_count().try_into().ok()?,
        rules: compliance.total_rule_count().try_into().ok()?,
    })
}

/// One page of the scores of the account's and Region's own packs.
///
/// # Errors
/// As [`page`].
pub(super) async fn scores(client: &Client, page: Option<&str>) -> Result<Page<Score>, Error> {
    let call = client.list_conformance_pack_compliance_scores();
    let call = call.set_next_token(page.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(SCORES, &error))?;
    let scores = output.conformance_pack_compliance_scores().iter();
    Ok(Page {
        items: scores.filter_map(score).collect(),
        next: next(output.next_token),
    })
}

/// Without results the score is a word.
fn score(score: &ConformancePackComplianceScore) -> Option<Score> {
    let percent = score.score().and_then(|score| score.parse::<f64>().ok());
    Some(Score {
        pack: score.conformance_pack_name()?.to_owned(),
        percent: percent.filter(|percent| (0.0..=100.0).contains(percent)),
    })
}
