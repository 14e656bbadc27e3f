//! Tables of DynamoDB in another account, which are named by their ARN.

use hyper::header::{AUTHORIZATION, HeaderValue};

use super::action::Action;
use crate::moto::ACCOUNT;
use crate::server::Ask;

/// A key that moto knows from no role, so that it takes it for one of [`ACCOUNT`].
const KEY: &str = "testbed";

/// The request as the owner of the table would make it, where that is [`ACCOUNT`]: moto looks for a
/// table in the account of the caller only. Who may read it is a matter of its resource policy, which
/// nobody looks at here.
pub(super) fn by_its_owner(action: &Action, mut ask: Ask) -> Ask {
    let name = ask.json().and_then(|body| body.get("TableName")?.as_str());
    let owner = name.and_then(|name| name.strip_prefix("arn:")?.split(':').nth(3));
    if !action.name.starts_with("dynamodb:") || owner != Some(ACCOUNT) {
        return ask;
    }
    let signature = ask.headers.get(AUTHORIZATION);
    let signature = signature.and_then(|signature| signature.to_str().ok());
    let parts = signature.and_then(|signature| {
        let (before, credential) = signature.split_once("Credential=")?;
        let (_, scope) = credential.split_once('/')?;
        HeaderValue::from_str(&format!("{before}Credential={KEY}/{scope}")).ok()
    });
    if let Some(signature) = parts {
        ask.headers.insert(AUTHORIZATION, signature);
        ask.headers.remove("x-amz-security-token");
    }
    ask
}
