//! How far apart calls are made, below the rates at which AWS refuses them.

use std::time::Duration;

/// `GetWebACLForResource` and `ListResourcesForWebACL`, each: one call a second (AWS WAF developer
/// guide, "AWS WAF quotas").
pub(super) const WAF_ASSOCIATIONS: Duration = Duration::from_secs(1);
/// The other calls of AWS WAF that read: five a second (the same).
pub(super) const WAF: Duration = Duration::from_millis(200);
/// Route 53: five calls a second for the whole account (Route 53 developer guide, "Quotas"), of
/// which others need some.
pub(super) const ROUTE_53: Duration = Duration::from_millis(500);
/// Elastic Load Balancing names no rate. Ten calls a second leave room for others.
pub(super) const LOAD_BALANCING: Duration = Duration::from_millis(100);
