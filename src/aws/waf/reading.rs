//! A web ACL as it is now (AWS WAF API reference, `GetWebACL`).

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_wafv2::{
    Client,
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::AfterDeserializationInterceptorContextRef,
    },
    error::BoxError,
    types,
};
use remediations::web_groups::WebAclId;
use rules::web::RuleGroup;
use serde_json::Value;

use crate::{
    aws::{refusal::refusal, web::described},
    ports::{Error, Fault},
};

/// A web ACL, and what has to be known to write it back.
#[derive(Debug)]
pub(super) struct Read {
    /// As the SDK understands it.
    pub(super) web_acl: types::WebAcl,
    /// As AWS sent it, with whatever the SDK does not understand.
    pub(super) raw: Value,
    /// What tells AWS that it was not changed meanwhile.
    pub(super) lock_token: String,
}

impl Read {
    /// Reads it.
    ///
    /// # Errors
    /// When it cannot be read, or the answer is none.
    pub(super) async fn read(
        client: &Client,
        scope: types::Scope,
        id: &WebAclId<'_>,
    ) -> Result<Self, Error> {
        let body = Body::default();
        let call = client.get_web_acl().scope(scope).name(id.name).id(id.id);
        let answer = call.customize().interceptor(body.clone()).send().await;
        let answer = answer.map_err(|error| refusal("wafv2:GetWebACL", &error))?;
        let whole = answer.web_acl.zip(answer.lock_token).zip(body.web_acl());
        let ((web_acl, lock_token), raw) = whole.ok_or_else(|| {
            let line = "wafv2:GetWebACL: an answer without a web ACL or its lock token".to_owned();
            Error::Permanent(Fault::Deployment, line)
        })?;
        Ok(Self {
            web_acl,
            raw,
            lock_token,
        })
    }

    /// Why it is left alone, where it is: Firewall Manager writes it back as it was.
    pub(super) fn refusal(&self) -> Option<String> {
        let acl = &self.web_acl;
        let with_groups = !acl.pre_process_firewall_manager_rule_groups().is_empty()
            || !acl.post_process_firewall_manager_rule_groups().is_empty();
        let is_managed = acl.managed_by_firewall_manager()
            || acl.retrofitted_by_firewall_manager()
            || with_groups;
        is_managed.then(|| "Firewall Manager manages it: add the rule groups there".to_owned())
    }

    /// Those of some rule groups that it has not, each once.
    pub(super) fn without(&self, groups: &[RuleGroup]) -> Vec<RuleGroup> {
        let held = described(&self.web_acl).rule_groups.unwrap_or_default();
        let mut missing: Vec<RuleGroup> = Vec::new();
        for group in groups {
            let there = held.iter().any(|known| known.stands_for(group));
            if !there && !missing.contains(group) {
                missing.push(group.clone());
            }
        }
        missing
    }
}

/// Keeps the body of an answer.
#[derive(Clone, Debug, Default)]
struct Body(Arc<Mutex<Option<Value>>>);

impl Body {
    fn web_acl(&self) -> Option<Value> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut body = body.take()?;
        body.get_mut("WebACL").map(Value::take)
    }
}

impl Intercept for Body {
    fn name(&self) -> &'static str {
        "keep the body"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let bytes = context.response().body().bytes();
        let read = bytes.and_then(|bytes| serde_json::from_slice(bytes).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }
}
