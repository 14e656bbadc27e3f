//! Has AWS Config run the response rules (AWS Config API reference, `DescribeConfigRules` and
//! `StartConfigRulesEvaluation`).

use aws_sdk_config::{Client, error::ProvideErrorMetadata as _};

use super::refusal::refusal;
use crate::ports::{Error, answering::Started};

const DESCRIBE: &str = "config:DescribeConfigRules";
const START: &str = "config:StartConfigRulesEvaluation";
/// The most rules that are started with one call.
const AT_ONCE: usize = 25;
/// The codes by which Config says that a rule ran a moment ago, runs, or is being changed.
const TOO_SOON: [&str; 2] = ["LimitExceededException", "ResourceInUseException"];

/// The Config rules whose names begin like one of these: a conformance pack adds to the name.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn named(client: &Client, beginnings: &[String]) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut next = None;
    loop {
        let call = client.describe_config_rules().set_next_token(next);
        let output = call
            .send()
            .await
            .map_err(|error| refusal(DESCRIBE, &error))?;
        let rules = output.config_rules().iter();
        let all = rules.filter_map(|rule| rule.config_rule_name());
        let ours = all.filter(|name| beginnings.iter().any(|beginning| is_of(name, beginning)));
        names.extend(ours.map(str::to_owned));
        next = output.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(names);
        }
    }
}

/// Whether a rule is the one that is meant, alone or in a pack.
fn is_of(name: &str, beginning: &str) -> bool {
    let rest = name.strip_prefix(beginning);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-conformance-pack-"))
}

/// Starts rules. Where one of them ran a moment ago none is started.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn start(client: &Client, names: &[String]) -> Result<Started, Error> {
    for names in names.chunks(AT_ONCE) {
        let call = client.start_config_rules_evaluation();
        let call = call.set_config_rule_names(Some(names.to_vec()));
        match call.send().await {
            Ok(_) => {}
            Err(error) if error.code().is_some_and(|code| TOO_SOON.contains(&code)) => {
                return Ok(Started::TooSoon);
            }
            Err(error) => return Err(refusal(START, &error)),
        }
    }
    Ok(Started::Now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_alone_and_in_a_pack_and_no_other_is() {
        let meant = "ds-cves-are-shielded";
        assert!(is_of("ds-cves-are-shielded", meant));
        assert!(is_of(
            "ds-cves-are-shielded-conformance-pack-g8jksafmi",
            meant
        ));
        assert!(!is_of("ds-cves-are-shielded-by-us", meant));
        assert!(!is_of("my-ds-cves-are-shielded", meant));
    }
}
