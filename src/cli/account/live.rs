//! Reading an account: which one it is, then Region by Region its instances and web edges.

use std::time::Duration;

use rules::instance::{Instance, Region};

use crate::{
    account::{Access, Reading},
    aws::{clients::Clients, instances, session::Session},
    cli::{arguments::Global, failure::Failure, managers, terminal},
    grade::{deadline::Deadline, patience::patiently},
    time::{RealTime, Time},
};

/// How long the instances of a Region may take.
const LONGEST: Duration = Duration::from_mins(15);

/// Reads the account in every Region, one after the other: they share what AWS allows an account.
///
/// # Errors
/// A runtime failure in one line.
pub(super) fn read(
    global: &Global,
    access: &Access,
    with_web: bool,
) -> Result<Vec<Reading>, Failure> {
    let time = RealTime::start();
    managers::runtime()?.block_on(async {
        let session = Session::open(access).await.map_err(Failure::runtime)?;
        let account = session.account();
        tracing::info!(%account, "account found");
        let mut readings = Vec::new();
        for region in &access.regions {
            let counter = terminal::counter(global, format!("{account} {region}: instances"));
            let clients = session.clients(region);
            let taken_at = time.now();
            let instances = listed(&clients, region, &time, |read| counter.set_position(read));
            let instances = instances.await.map_err(|complaint| {
                Failure::runtime(format!("account {account} in {region}: {complaint}"))
            });
            counter.finish_and_clear();
            let instances = instances?;
            let count = instances.len();
            tracing::info!(%account, %region, instances = count, "instances read");
            let web = None;
            let region = region.clone();
            readings.push(Reading {
                account,
                region,
                taken_at,
                instances,
                web,
            });
        }
        Ok(readings)
    })
}

/// Every instance, by rising id.
async fn listed(
    clients: &Clients,
    region: &Region,
    time: &dyn Time,
    told: impl Fn(u64),
) -> Result<Vec<Instance>, String> {
    let deadline = Deadline::new(time, time.elapsed() + LONGEST);
    let mut list: Vec<Instance> = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let page = patiently(deadline, || {
            instances::page(clients.ec2(), region, next.as_deref())
        });
        let page = page.await.map_err(|stop| stop.to_string())?;
        list.extend(page.items);
        told(list.len() as u64);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    list.sort_unstable_by_key(|instance| instance.id);
    Ok(list)
}
