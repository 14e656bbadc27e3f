//! The listeners of a load balancer (Elastic Load Balancing API reference, `DescribeListeners`,
//! which takes one load balancer a call).

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types;
use rules::web::Listener;

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    load_balancers::PAGE,
    pages::pages,
    sweep::{Sweep, port},
};

/// Reads the listeners of one load balancer.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn listeners(
    sweep: &Sweep<'_>,
    load_balancer: &str,
) -> Result<Vec<types::Listener>, Error> {
    pages(|at| async move {
        let call = sweep.clients.elasticloadbalancingv2().describe_listeners();
        let call = call.load_balancer_arn(load_balancer).page_size(PAGE);
        let page = call.set_marker(at).send().await;
        let page =
            page.map_err(|error| refusal("elasticloadbalancing:DescribeListeners", &error))?;
        Ok(Page {
            items: page.listeners.unwrap_or_default(),
            next: page.next_marker,
        })
    })
    .await
}

/// A listener as the picture holds it; none of one that takes no TCP, since a web client begins
/// there. `names` are those of the target groups by ARN where the default action tells all of
/// them. That of an application load balancer does not: its rules forward elsewhere.
pub(super) fn listener(
    described: &types::Listener,
    names: Option<&BTreeMap<&str, &str>>,
) -> Option<Listener> {
    let protocol = described.protocol().map(types::ProtocolEnum::as_str);
    if matches!(protocol, Some("UDP" | "QUIC" | "GENEVE")) {
        return None;
    }
    Some(Listener {
        port: port(described.port())?,
        target_groups: names.and_then(|names| forwards_to(described, names)),
    })
}

/// None where a target group is not among the names.
fn forwards_to(described: &types::Listener, names: &BTreeMap<&str, &str>) -> Option<Vec<Box<str>>> {
    let actions = described.default_actions().iter();
    let arns = actions.flat_map(|action| {
        let weighted = action.forward_config().into_iter();
        let weighted = weighted.flat_map(types::ForwardActionConfig::target_groups);
        let weighted = weighted.filter_map(types::TargetGroupTuple::target_group_arn);
        action.target_group_arn().into_iter().chain(weighted)
    });
    let names = arns.map(|arn| names.get(arn).map(|name| Box::from(*name)));
    let mut names: Vec<Box<str>> = names.collect::<Option<_>>()?;
    names.sort_unstable();
    names.dedup();
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(arn: &str) -> types::Action {
        types::Action::builder().target_group_arn(arn).build()
    }

    fn on(protocol: &str, action: types::Action) -> types::Listener {
        types::Listener::builder()
            .port(443)
            .protocol(protocol.into())
            .default_actions(action)
            .build()
    }

    #[test]
    fn a_default_action_tells_its_target_groups_where_it_tells_all() {
        let names = BTreeMap::from([("arn-a", "a"), ("arn-b", "b")]);
        let weighted = types::ForwardActionConfig::builder()
            .target_groups(
                types::TargetGroupTuple::builder()
                    .target_group_arn("arn-b")
                    .build(),
            )
            .target_groups(
                types::TargetGroupTuple::builder()
                    .target_group_arn("arn-a")
                    .build(),
            )
            .build();
        let weighted = types::Action::builder().forward_config(weighted).build();
        let groups = |described, names| listener(&described, names).unwrap().target_groups;
        let named = |list: &[&str]| Some(list.iter().map(|name| Box::from(*name)).collect());
        assert_eq!(
            groups(on("TLS", action("arn-a")), Some(&names)),
            named(&["a"])
        );
        assert_eq!(
            groups(on("TCP", weighted), Some(&names)),
            named(&["a", "b"])
        );
        assert_eq!(groups(on("TCP", action("arn-c")), Some(&names)), None);
        assert_eq!(groups(on("HTTPS", action("arn-a")), None), None);
    }

    #[test]
    fn what_takes_no_tcp_is_no_web_listener() {
        assert_eq!(listener(&on("UDP", action("arn-a")), None), None);
        assert_eq!(
            listener(&on("TCP_UDP", action("arn-a")), None)
                .unwrap()
                .port,
            443
        );
    }
}
