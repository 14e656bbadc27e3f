//! Writing a web ACL back with more rules (AWS WAF API reference, `UpdateWebACL`).

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_wafv2::{
    Client,
    config::{
        ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef,
    },
    error::BoxError,
    operation::update_web_acl::UpdateWebACLError,
    types,
};
use rules::text::{clean, quoted};
use serde_json::Value;

use crate::{aws::refusal::refusal, ports::Error};

use super::{reading::Read, round_trip::lost};

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    Done,
    /// It was changed since it was read.
    Conflict,
    /// A change of before is not everywhere yet.
    NotYet(String),
    /// Nothing was written, for this reason.
    Refused(String),
}

/// Writes it with these rules behind its own. The whole of it has to be sent, since what is not
/// sent is taken away; so nothing leaves the machine unless the request holds all that was read.
///
/// # Errors
/// When AWS does not take it, for a reason that the next attempt does not meet again or somebody
/// has to see to.
pub(super) async fn write(
    client: &Client,
    scope: types::Scope,
    read: &Read,
    rules: Vec<types::Rule>,
) -> Result<Written, Error> {
    let acl = &read.web_acl;
    let check = Check {
        before: Arc::new(read.raw.clone()),
        added: rules.len(),
        complaint: Arc::default(),
    };
    let added = rules.clone();
    let call = client
        .update_web_acl()
        .scope(scope)
        .name(&acl.name)
        .id(&acl.id)
        .lock_token(&read.lock_token)
        .set_rules(Some([acl.rules(), &rules].concat()))
        .set_default_action(acl.default_action.clone())
        // AWS gives an empty one where there is none, and takes none that is empty.
        .set_description(acl.description.clone().filter(|text| !text.is_empty()))
        .set_visibility_config(acl.visibility_config.clone())
        .set_data_protection_config(acl.data_protection_config.clone())
        .set_custom_response_bodies(acl.custom_response_bodies.clone())
        .set_captcha_config(acl.captcha_config.clone())
        .set_challenge_config(acl.challenge_config.clone())
        .set_token_domains(acl.token_domains.clone())
        .set_association_config(acl.association_config.clone())
        .set_on_source_d_do_s_protection_config(acl.on_source_d_do_s_protection_config.clone())
        .set_application_config(acl.application_config.clone())
        .set_monetization_config(acl.monetization_config.clone());
    let error = match call.customize().interceptor(check.clone()).send().await {
        Ok(_) => return Ok(Written::Done),
        Err(error) => error,
    };
    if let Some(complaint) = check.complaint() {
        return Ok(Written::Refused(complaint));
    }
    let said = |message: Option<&str>| clean(message.unwrap_or("no reason is given"));
    match error.as_service_error() {
        Some(UpdateWebACLError::WafOptimisticLockException(_)) => Ok(Written::Conflict),
        Some(UpdateWebACLError::WafUnavailableEntityException(entity)) => {
            let line = format!("WAFUnavailableEntity: {}", said(entity.message()));
            Ok(Written::NotYet(line))
        }
        Some(UpdateWebACLError::WafSubscriptionNotFoundException(_)) => {
            Ok(Written::Refused(subscribe(&added)))
        }
        Some(UpdateWebACLError::WafLimitsExceededException(limit)) => {
            Ok(Written::Refused(format!(
                "WAFLimitsExceeded: {}; nothing was changed",
                said(limit.message())
            )))
        }
        _ => Err(refusal("wafv2:UpdateWebACL", &error)),
    }
}

/// What to do about rule groups of a vendor that the account has not subscribed to.
pub(super) fn subscribe(rules: &[types::Rule]) -> String {
    let statements = rules.iter().filter_map(types::Rule::statement);
    let groups = statements.filter_map(types::Statement::managed_rule_group_statement);
    let others = groups.filter(|group| group.vendor_name() != "AWS");
    let names: Vec<String> = others
        .map(|group| {
            format!(
                "{} of {}",
                quoted(group.name()),
                quoted(group.vendor_name())
            )
        })
        .collect();
    format!(
        "WAFSubscriptionNotFound: subscribe in AWS Marketplace to {}; nothing was changed",
        names.join(" and ")
    )
}

/// Stops a request that would lose something.
#[derive(Clone, Debug)]
struct Check {
    before: Arc<Value>,
    added: usize,
    complaint: Arc<Mutex<Option<String>>>,
}

impl Check {
    fn complaint(&self) -> Option<String> {
        let mut complaint = self
            .complaint
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        complaint.take()
    }
}

impl Intercept for Check {
    fn name(&self) -> &'static str {
        "stop what would lose something"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request().body().bytes();
        let request = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
        let complaint = match request {
            None => "what would be written cannot be compared with what was read".to_owned(),
            Some(request) => match lost(&self.before, &request, self.added) {
                None => return Ok(()),
                Some(member) => format!(
                    "it holds {}, which this version of Deepgrade would not write back as it is; \
                     nothing was changed",
                    clean(&member)
                ),
            },
        };
        *self
            .complaint
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(complaint.clone());
        Err(complaint.into())
    }
}
