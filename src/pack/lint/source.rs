//! What a rule runs, and what starts it (AWS Config API reference, `Source` and `SourceDetail`).

use std::collections::BTreeSet;

use super::{Check, spot::Spot};
use crate::{
    account::is_account,
    pack::limits::{FREQUENCIES, MESSAGES, POLICY_TEXT},
};

const SOURCE: [&str; 4] = [
    "CustomPolicyDetails",
    "Owner",
    "SourceDetails",
    "SourceIdentifier",
];
const OWNERS: [&str; 3] = ["AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"];
const DETAIL: [&str; 3] = ["EventSource", "MaximumExecutionFrequency", "MessageType"];
const POLICY: [&str; 3] = ["EnableDebugLogDelivery", "PolicyRuntime", "PolicyText"];
/// The one runtime of Guard rules (AWS Config API reference, `CustomPolicyDetails`).
const RUNTIME: &str = "guard-2.x.x";

const CHANGE: &str = "ConfigurationItemChangeNotification";
const OVERSIZED: &str = "OversizedConfigurationItemChangeNotification";
const SCHEDULED: &str = "ScheduledNotification";

const ELSEWHERE: &str = "the frequency of a custom rule belongs into the detail of \
                         SourceDetails with ScheduledNotification";

impl<'a> Check<'a> {
    pub(super) fn source(&mut self, properties: &Spot<'a>, is_ours: bool) {
        let Some(source) = self.wanted(properties, "Source") else {
            return;
        };
        self.only(&source, &SOURCE);
        let Some(owner) = self.wanted(&source, "Owner") else {
            return;
        };
        self.one_of(&owner, &OWNERS);
        let frequency = properties.member("MaximumExecutionFrequency");
        let details = source.member("SourceDetails");
        match self.template.text(&owner) {
            Some("AWS") => {
                self.wanted(&source, "SourceIdentifier");
                if let Some(frequency) = frequency {
                    self.one_of(&frequency, &FREQUENCIES);
                }
                if let Some(details) = details {
                    let complaint = "a rule of AWS knows itself what starts it: leave it out";
                    self.object(&details.place, complaint);
                }
            }
            Some("CUSTOM_LAMBDA") => {
                if let Some(frequency) = frequency {
                    self.object(&frequency.place, ELSEWHERE);
                }
                self.function_of(&source);
                let messages = self.details(&source, is_ours);
                self.messages(&source, &messages);
            }
            Some("CUSTOM_POLICY") => {
                if let Some(frequency) = frequency {
                    self.object(
                        &frequency.place,
                        "a rule in Guard is started by changes only",
                    );
                }
                let messages = self.details(&source, is_ours);
                self.messages(&source, &messages);
                self.policy(&source);
            }
            _ => {}
        }
    }

    /// The function of a rule: an alias, a version, or the function itself.
    fn function_of(&mut self, source: &Spot<'a>) {
        let Some(function) = self.wanted(source, "SourceIdentifier") else {
            return;
        };
        for (text, place) in self.template.texts(&function) {
            if text.ends_with(":$LATEST") {
                let complaint = "$LATEST is refused: leave it out, or name an alias or a version";
                self.object(&place, complaint);
            } else if !is_function(text) {
                self.object(&place, "is to be the ARN of a Lambda function");
            } else {
                self.length_of(&place, text, 1, 256);
            }
        }
    }

    /// The messages that start a rule.
    fn details(&mut self, source: &Spot<'a>, is_ours: bool) -> BTreeSet<&'a str> {
        let mut messages = BTreeSet::new();
        let Some(details) = self.wanted(source, "SourceDetails") else {
            return messages;
        };
        for detail in self.list(&details) {
            self.only(&detail, &DETAIL);
            if let Some(source) = self.wanted(&detail, "EventSource") {
                self.one_of(&source, &["aws.config"]);
            }
            let Some(message) = self.wanted(&detail, "MessageType") else {
                continue;
            };
            self.one_of(&message, &MESSAGES);
            let Some(text) = self.template.text(&message) else {
                continue;
            };
            if !messages.insert(text) {
                self.object(&message.place, "is listed twice: leave one out");
            }
            match detail.member("MaximumExecutionFrequency") {
                Some(frequency) if text == SCHEDULED => self.one_of(&frequency, &FREQUENCIES),
                Some(frequency) => self.object(&frequency.place, ELSEWHERE),
                None if text == SCHEDULED && is_ours => {
                    let complaint = "without MaximumExecutionFrequency it runs once a day: give \
                                     one, such as One_Hour";
                    self.object(&detail.place, complaint);
                }
                None => {}
            }
        }
        messages
    }

    fn messages(&mut self, source: &Spot<'a>, messages: &BTreeSet<&str>) {
        let Some(details) = source.member("SourceDetails") else {
            return;
        };
        if messages.contains(CHANGE) && !messages.contains(OVERSIZED) {
            let complaint = format!(
                "resources with large configuration items are never evaluated: list {OVERSIZED} too"
            );
            self.object(&details.place, complaint);
        }
        if messages.contains(OVERSIZED) && !messages.contains(CHANGE) {
            let complaint = format!("only large configuration items start it: list {CHANGE} too");
            self.object(&details.place, complaint);
        }
        let is_policy = source.member("CustomPolicyDetails").is_some();
        if is_policy && messages.contains(SCHEDULED) {
            let complaint = "a rule in Guard is started by changes only";
            self.object(&details.place, complaint);
        }
    }

    fn policy(&mut self, source: &Spot<'a>) {
        let Some(policy) = self.wanted(source, "CustomPolicyDetails") else {
            return;
        };
        self.only(&policy, &POLICY);
        if let Some(runtime) = self.wanted(&policy, "PolicyRuntime") {
            self.one_of(&runtime, &[RUNTIME]);
        }
        if let Some(text) = self.wanted(&policy, "PolicyText") {
            self.length(&text, 1, POLICY_TEXT);
        }
        if let Some(debug) = policy.member("EnableDebugLogDelivery") {
            self.flag(&debug);
        }
    }
}

/// Whether it is the ARN of a function, in any partition.
#[must_use]
pub fn is_function(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    matches!(
        parts.as_slice(),
        ["arn", partition, "lambda", region, account, "function", name]
        | ["arn", partition, "lambda", region, account, "function", name, _]
            if partition.starts_with("aws")
                && !region.is_empty()
                && (is_account(account) || *account == "aws")
                && !name.is_empty()
    )
}
