//! What stands between the internet and the instances of an account and Region: one reading of it,
//! for the rule that asks whether they are behind a web ACL.
//!
//! ```text
//! instances           DescribeInstances: instance, edge and private addresses of each
//! load balancers      load_balancers, target_groups, target_health, listeners -> groups, balancers
//!                     classic; owners, network_interfaces: whose addresses targets are
//! web ACLs            associations (web_acls), rules_of
//! CloudFront          distributions, tenants, vpc_origins; aliases (hosted_zones, records)
//! security groups     security_groups, prefix_lists
//! ```
//!
//! What cannot be read is unread in the part concerned, and the rest goes on. Calls are paced below
//! the rates that AWS allows; EC2's are made again here, those of other services by their clients.

mod addresses;
mod aliases;
mod associations;
mod balancers;
mod classic;
mod distributions;
mod edge;
mod groups;
mod hosted_zones;
mod instances;
mod listeners;
mod load_balancers;
mod network_interfaces;
mod owners;
mod picture;
mod prefix_lists;
mod rates;
mod records;
mod rules_of;
mod security_groups;
mod sweep;
mod target_groups;
mod target_health;
mod tenants;
mod vpc_origins;
mod web_acls;

pub(super) use rules_of::described;

use jiff::Timestamp;
use rules::{
    instance::{AccountId, Instance, Region},
    web::{WebEdges, WebMap, WebMapDocument},
};

use super::{attempts, clients::Clients, pages};
use crate::{
    ports::{Error, Fault, Web},
    time::Time,
};

/// One reading of an account and Region.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What stands between the internet and the instances.
    pub document: WebMapDocument,
    /// Every instance, each once.
    pub instances: Vec<Instance>,
}

/// Takes a picture of the account and Region that the clients are for. `now` is when that begins;
/// `time` is what calls are paced by.
///
/// # Errors
/// When the instances cannot be read. What else cannot be read is unread in the picture.
pub async fn picture(
    clients: &Clients,
    account: AccountId,
    region: &Region,
    now: Timestamp,
    time: &dyn Time,
) -> Result<Picture, Error> {
    let sweep = sweep::Sweep {
        clients,
        account,
        region,
        time,
    };
    picture::take(&sweep, now).await
}

/// Takes a picture as [`picture`], for the port that asks for web edges.
///
/// # Errors
/// When the instances cannot be read, or AWS gives a picture that does not hold together.
pub async fn gather(
    clients: &Clients,
    account: AccountId,
    region: &Region,
    now: Timestamp,
    time: &dyn Time,
) -> Result<Web, Error> {
    picture(clients, account, region, now, time)
        .await?
        .try_into()
}

impl TryFrom<Picture> for Web {
    type Error = Error;

    fn try_from(picture: Picture) -> Result<Self, Error> {
        let mut edges = WebEdges::default();
        let map = WebMap::try_from(picture.document);
        let added = map.and_then(|map| edges.add(map));
        added.map_err(|bad| {
            let line = format!("the web edges do not hold together: {bad}");
            Error::Permanent(Fault::Deployment, line)
        })?;
        Ok(Self {
            edges,
            instances: picture.instances,
        })
    }
}
