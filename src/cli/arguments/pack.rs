//! The arguments of `pack`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use remediations::remediation::Answers;
use rules::text::{nearest, quoted};

use crate::{
    account::is_role,
    pack::{self, Automatic},
};

/// The commands of `pack`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Pack {
    /// Say what AWS Config would refuse in a conformance pack, and what would silently not work
    Lint {
        /// The template, in YAML or JSON; `-` is standard input
        #[arg(value_name = "FILE", default_value = "conformance-pack.yaml")]
        file: PathBuf,
        /// The template is handed over from a bucket of S3, and may be larger
        #[arg(long)]
        from_s3: bool,
    },
    /// Write a variant of the conformance pack
    Render(Render),
}

/// The arguments of `pack render`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Render {
    /// Put this rule into it; may be repeated. Without it, every rule but `guard-policy-holds`, which
    /// needs Guard rules of yours
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) rule: Vec<String>,
    /// What the names of the Config rules begin with; response rules that begin with something else
    /// than `ds-` run by their schedule only, and not as soon as a finding changes
    #[arg(long, value_name = "TEXT", default_value = "ds-", value_parser = name)]
    pub(in crate::cli) prefix: String,
    /// What the names of the SSM documents begin with
    #[arg(long, value_name = "TEXT", default_value = "deepgrade-", value_parser = name)]
    pub(in crate::cli) documents: String,
    /// The ARN of the function that the rules invoke, where the pack is not told another one
    #[arg(long, value_name = "ARN", value_parser = function)]
    pub(in crate::cli) function_arn: Option<String>,
    /// Have AWS Config start a remediation by itself, with this role for SSM; may be repeated
    #[arg(long, value_name = "REMEDIATION=ROLE_ARN", value_parser = automatic)]
    pub(in crate::cli) automatic: Vec<Automatic>,
    /// Where to write it; without this, standard output
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output_file: Option<PathBuf>,
}

/// The longest beginning of a name, in characters: documents take names of 128.
const NAME: usize = 64;
/// The longest ARN of a function or role that a pack takes, in characters.
const ARN: usize = 256;

pub(super) fn name(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.len() > NAME || !text.bytes().all(is_plain) {
        return Err(format!(
            "wanted are letters, digits, `-` and `_`, at most {NAME}"
        ));
    }
    Ok(text.to_owned())
}

fn function(text: &str) -> Result<String, String> {
    if text.len() > ARN || !pack::is_function(text) {
        return Err(format!(
            "{} is not the ARN of a function, such as \
             arn:aws:lambda:eu-west-1:111122223333:function:deepgrade-rule:live",
            quoted(text)
        ));
    }
    Ok(text.to_owned())
}

fn automatic(text: &str) -> Result<Automatic, String> {
    let Some((id, role)) = text.split_once('=') else {
        return Err("wanted is REMEDIATION=ROLE_ARN".to_owned());
    };
    let offered = remediations::CATALOGUE.iter();
    let offered = offered.filter(|one| matches!(one.answers, Answers::Requests(..)));
    let ids: Vec<&'static str> = offered.map(|one| one.id).collect();
    let Some(remediation) = ids.iter().find(|offered| **offered == id) else {
        let advice = match nearest(id, ids.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", ids.join(", ")),
        };
        return Err(format!(
            "no rule offers a remediation {}; {advice}",
            quoted(id)
        ));
    };
    if role.len() > ARN || !is_role(role) {
        return Err(format!(
            "{} is not the ARN of a role, such as arn:aws:iam::111122223333:role/automation",
            quoted(role)
        ));
    }
    Ok(Automatic {
        remediation,
        role: role.to_owned(),
    })
}
