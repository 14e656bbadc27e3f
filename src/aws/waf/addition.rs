//! The rules that are added to a web ACL.

use std::collections::BTreeSet;

use aws_sdk_wafv2::types;
use rules::{text::quoted, web::RuleGroup};

/// The longest name of a rule, in characters (AWS WAF API reference, `Rule.Name`).
const NAME: usize = 128;

/// A rule for each rule group, in Count mode, behind all that are there.
///
/// # Errors
/// Why there can be none, in one line.
pub(super) fn rules(
    there: &[types::Rule],
    groups: &[RuleGroup],
) -> Result<Vec<types::Rule>, String> {
    let mut names: BTreeSet<String> = there.iter().map(|rule| rule.name().to_owned()).collect();
    let mut last = there.iter().map(types::Rule::priority).max().unwrap_or(-1);
    let mut rules = Vec::with_capacity(groups.len());
    for group in groups {
        last = last
            .checked_add(1)
            .ok_or("no priority is free behind its last rule")?;
        let name = name(&group.name, &names);
        rules.push(
            rule(&name, last, group).map_err(|error| {
                format!("no rule can refer to {}: {error}", quoted(&group.name))
            })?,
        );
        names.insert(name);
    }
    Ok(rules)
}

/// A name that no rule has.
fn name(group: &str, taken: &BTreeSet<String>) -> String {
    let stem = format!("deepgrade-{group}");
    let mut number = 1_u32;
    loop {
        let end = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let mut name: String = stem.chars().take(NAME - end.len()).collect();
        name.push_str(&end);
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}

fn rule(
    name: &str,
    priority: i32,
    group: &RuleGroup,
) -> Result<types::Rule, aws_sdk_wafv2::error::BuildError> {
    let managed = types::ManagedRuleGroupStatement::builder()
        .vendor_name(group.vendor.as_deref().unwrap_or_default())
        .name(&*group.name)
        .build()?;
    let statement = types::Statement::builder().managed_rule_group_statement(managed);
    let count = types::CountAction::builder().build();
    let visibility = types::VisibilityConfig::builder()
        .sampled_requests_enabled(true)
        .cloud_watch_metrics_enabled(true)
        .metric_name(name)
        .build()?;
    types::Rule::builder()
        .name(name)
        .priority(priority)
        .statement(statement.build())
        .override_action(types::OverrideAction::builder().count(count).build())
        .visibility_config(visibility)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> RuleGroup {
        RuleGroup {
            vendor: Some("AWS".into()),
            name: name.into(),
        }
    }

    #[test]
    fn a_rule_takes_a_name_and_a_priority_that_are_free() {
        let there = rules(&[], &[group("a")]).unwrap();
        assert_eq!((there[0].name(), there[0].priority()), ("deepgrade-a", 0));
        let added = rules(&there, &[group("a"), group("b")]).unwrap();
        let added: Vec<_> = added
            .iter()
            .map(|rule| (rule.name(), rule.priority()))
            .collect();
        assert_eq!(added, [("deepgrade-a-2", 1), ("deepgrade-b", 2)]);
        let long = rules(
            &[],
            &[
                group(&"x".repeat(128)),
                group(&format!("{}y", "x".repeat(127))),
            ],
        );
        let long = long.unwrap();
        assert!(long.iter().all(|rule| rule.name().len() <= NAME));
        assert_ne!(long[0].name(), long[1].name());
    }

    #[test]
    fn a_rule_counts_and_never_blocks() {
        let rule = &rules(&[], &[group("a")]).unwrap()[0];
        let action = rule.override_action().unwrap();
        assert!(action.count().is_some() && action.none().is_none());
        assert!(rule.action().is_none());
    }
}
