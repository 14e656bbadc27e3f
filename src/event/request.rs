//! What an operator asks for, as the document of SSM sends it (AWS Systems Manager Automation
//! runbook reference, "aws:invokeLambdaFunction").

use std::str::FromStr;

use remediations::finding::{FindingId, Request, Wish};
use rules::{
    instance::{AccountId, Region},
    module::Module,
    text::{clean, quoted},
};
use serde::Deserialize;

use super::json;

/// The largest payload, in bytes.
const SIZE_LIMIT: usize = 64 << 10;
/// The longest name of a policy, and the longest id of an execution.
const NAME: usize = 1_024;
const ID: usize = 128;
/// Who may ask.
const SOURCES: [&str; 2] = ["config-remediation", "operator"];
/// The modules that are switched on where none is named: those of the rule `modules-are-active`.
const MODULES: [Module; 2] = [Module::AntiMalware, Module::IntrusionPrevention];

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The account of the instance.
    pub account: AccountId,
    /// The Region of the instance.
    pub region: Region,
    /// The execution of the document that asks, by which the same is known again.
    pub id: FindingId,
    /// The instance and the wish.
    pub request: Request,
    /// The word for the wish.
    pub word: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    source: String,
    instance_id: String,
    action: String,
    execution_id: String,
    account_id: String,
    region: String,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    modules: Modules,
}

/// A list, or a text with commas.
#[derive(Deserialize)]
#[serde(untagged)]
enum Modules {
    Text(String),
    List(Vec<String>),
}

impl Default for Modules {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Modules {
    fn read(self) -> Result<Vec<Module>, String> {
        let names = match self {
            Self::Text(text) => text.split(',').map(str::to_owned).collect(),
            Self::List(names) => names,
        };
        let mut modules = Vec::new();
        for name in names.iter().map(|name| name.trim()) {
            if name.is_empty() {
                continue;
            }
            // The pack sends what the rule `modules-are-active` is told.
            let is_meant = |module: &&Module| {
                module.name() == name || module.word().eq_ignore_ascii_case(name)
            };
            let module = Module::ALL.iter().find(is_meant);
            let module = module.ok_or_else(|| {
                let known: Vec<&str> = Module::ALL.iter().map(|module| module.word()).collect();
                format!("modules: {} is none of {}", quoted(name), known.join(", "))
            })?;
            if !modules.contains(module) {
                modules.push(*module);
            }
        }
        Ok(modules)
    }
}

/// Understands a request.
///
/// # Errors
/// The first thing that is wrong with it, in one line.
pub fn read(text: &[u8]) -> Result<Asked, String> {
    if text.len() > SIZE_LIMIT {
        return Err("the request is larger than 64 KiB".to_owned());
    }
    let wire: Wire = json::parse("the request", text).map_err(|what| clean(&what))?;
    if !SOURCES.contains(&&*wire.source) {
        let source = quoted(&wire.source);
        return Err(format!(
            "source: {source} is none of {}",
            SOURCES.join(", ")
        ));
    }
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let id = &wire.execution_id;
    if id.is_empty() || id.len() > ID || !id.bytes().all(is_id) {
        return Err(format!(
            "executionId: {} is not the id of an execution",
            quoted(id)
        ));
    }
    let modules = wire.modules.read()?;
    let policy = wire.policy.trim();
    if policy.len() > NAME {
        return Err(format!("policy: longer than {NAME} bytes"));
    }
    let (wish, word) = match &*wire.action {
        "run-scans" => (Wish::RunScans, "run-scans"),
        "assign-policy" if policy.is_empty() => {
            return Err("policy: the action assign-policy needs the name of one".to_owned());
        }
        "assign-policy" => (
            Wish::AssignPolicy {
                policy: policy.into(),
            },
            "assign-policy",
        ),
        "enable-modules" => {
            let modules = if modules.is_empty() {
                MODULES.to_vec()
            } else {
                modules.clone()
            };
            (Wish::EnableModules { modules }, "enable-modules")
        }
        other => {
            let other = quoted(other);
            return Err(format!(
                "action: {other} is none of run-scans, assign-policy, enable-modules"
            ));
        }
    };
    if !policy.is_empty() && !matches!(wish, Wish::AssignPolicy { .. }) {
        return Err(format!("policy: the action {word} takes none"));
    }
    if !modules.is_empty() && !matches!(wish, Wish::EnableModules { .. }) {
        return Err(format!("modules: the action {word} takes none"));
    }
    Ok(Asked {
        account: parsed("accountId", &wire.account_id)?,
        region: parsed("region", &wire.region)?,
        id: parsed("executionId", id)?,
        request: Request {
            instance: parsed("instanceId", &wire.instance_id)?,
            wish,
        },
        word,
    })
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|bad| clean(&format!("{name}: {bad}")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(member: &str, value: Value) -> Result<Asked, String> {
        let mut payload = json!({
            "source": "config-remediation", "instanceId": "i-0123456789abcdef0",
            "action": "enable-modules", "executionId": "e1-2", "accountId": "123456789012",
            "region": "eu-west-1", "policy": "", "modules": "",
        });
        payload[member] = value;
        read(payload.to_string().as_bytes())
    }

    #[test]
    fn what_a_document_sends_is_understood_or_refused_by_name() {
        let modules = |asked: Asked| match asked.request.wish {
            Wish::EnableModules { modules } => modules,
            other => panic!("{other:?}"),
        };
        let asked = with("modules", json!("")).unwrap();
        assert_eq!(modules(asked), MODULES);
        let asked = with("modules", json!(["firewall", "firewall"])).unwrap();
        assert_eq!(modules(asked), [Module::Firewall]);
        for text in [
            "antiMalware,intrusionPrevention",
            "anti-malware, intrusion prevention",
        ] {
            assert_eq!(modules(with("modules", json!(text)).unwrap()), MODULES);
        }
        for (member, value) in [
            ("instanceId", json!("i-0abc' OR '1'='1")),
            ("accountId", json!("12345678901")),
            ("region", json!("eu west")),
            ("executionId", json!("a/b")),
            ("executionId", json!("")),
            ("source", json!("somebody")),
            ("action", json!("delete-agent")),
            ("modules", json!("firewall,antivirus")),
            ("policy", json!("Linux")),
            ("unknown", json!(1)),
        ] {
            let error = with(member, value.clone()).unwrap_err();
            assert!(error.contains(member), "{member} {value}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
