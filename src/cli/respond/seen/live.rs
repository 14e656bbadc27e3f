//! Asking the account that is read.

use std::{collections::BTreeSet, sync::Arc};

use remediations::{Finding, finding::About};
use rules::instance::{AccountId, InstanceId, Region};

use super::Seen;
use crate::{
    account::Access,
    aws::{access, clients::Clients, instances, session::Session, tasks},
    cli::failure::Failure,
    ledger::Partition,
    ports::{Error, Fault},
    time::RealTime,
};

/// One account is read, and no other.
struct NoOther;

impl access::Members for NoOther {
    async fn clients(&self, _: AccountId) -> Result<Arc<Clients>, Error> {
        let line = "the command line reads one account, that of the finding".to_owned();
        Err(Error::Permanent(Fault::Deployment, line))
    }
}

pub(super) async fn look(
    access: &Access,
    finding: &Finding,
    known: &BTreeSet<AccountId>,
    owner_tag: &str,
) -> Result<Seen, Failure> {
    let session = Session::open(access).await.map_err(Failure::runtime)?;
    let account = session.account();
    if account != finding.account {
        return Err(Failure::usage(format!(
            "the finding is of account {}, and --region leads to account {account}: name a profile \
             or a role of the former",
            finding.account
        )));
    }
    let here = |region: &Region| Partition {
        account,
        region: region.clone(),
    };
    let mut seen = Seen {
        whole: access.regions.iter().map(here).collect(),
        ..Seen::default()
    };
    let cited = finding.instances().iter();
    let mut led_to: BTreeSet<(Region, InstanceId)> =
        cited.map(|id| (finding.region.clone(), *id)).collect();
    let clients = session.clients(&finding.region);
    match &finding.about {
        About::Bucket(bucket) => {
            let (place, time) = ((session.partition(), account), RealTime::start());
            let readers = access::readers(&clients, &NoOther, place, bucket, known, &time).await;
            let readers = readers.map_err(Failure::runtime)?;
            let instances = readers.instances.iter();
            led_to.extend(instances.map(|reader| (reader.region.clone(), reader.instance)));
            seen.readers = Some(readers);
        }
        About::Threat(threat) => {
            for task in &threat.tasks {
                let host = tasks::host(clients.ecs(), task).await;
                let host = host.map_err(Failure::runtime)?;
                led_to.extend(host.map(|host| (finding.region.clone(), host)));
                seen.hosts.insert(task.task.clone(), host);
            }
        }
        About::Vulnerability(_) | About::Request(_) => {}
    }
    for (region, id) in led_to {
        let clients = session.clients(&region);
        let owned = instances::owned(clients.ec2(), &region, id, owner_tag).await;
        seen.instances.insert(id, owned.map_err(Failure::runtime)?);
    }
    Ok(seen)
}
