//! Reading an account: which one it is, then Region by Region its instances and web edges.

use std::time::Duration;

use rules::instance::{AccountId, Instance, Region};

use crate::{
    account::{Access, Reading},
    aws::{clients::Clients, instances, session::Session, web},
    cli::{arguments::Global, failure::Failure, managers, terminal},
    patience::{Deadline, patiently},
    time::{RealTime, Time},
};

/// How long the instances of a Region may take.
const LONGEST: Duration = Duration::from_mins(15);
/// How often a counter that nobody counts on shows that work goes on.
const TICK: Duration = Duration::from_millis(200);

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
        let mut readings = Vec::new();
        for region in &access.regions {
            let account = session.account();
            let clients = session.clients(region);
            let read = Read {
                clients: &clients,
                account,
                region,
                time: &time,
            };
            let reading = read.reading(global, with_web).await.map_err(|complaint| {
                Failure::runtime(format!("account {account} in {region}: {complaint}"))
            })?;
            let instances = reading.instances.len();
            tracing::info!(%account, %region, instances, "account read");
            readings.push(reading);
        }
        Ok(readings)
    })
}

/// What is read.
struct Read<'a> {
    clients: &'a Clients,
    account: AccountId,
    region: &'a Region,
    time: &'a dyn Time,
}

impl Read<'_> {
    async fn reading(&self, global: &Global, with_web: bool) -> Result<Reading, String> {
        let Self {
            clients,
            account,
            region,
            time,
        } = *self;
        let taken_at = time.now();
        let place = format!("{account} {region}");
        let (mut instances, web) = if with_web {
            let counter = terminal::counter(global, format!("{place}: web edges"));
            counter.enable_steady_tick(TICK);
            let picture = web::picture(clients, account, region, taken_at, time).await;
            counter.finish_and_clear();
            let picture = picture.map_err(|error| error.to_string())?;
            (picture.instances, Some(picture.document))
        } else {
            let counter = terminal::counter(global, format!("{place}: instances"));
            let instances = self.instances(|read| counter.set_position(read)).await;
            counter.finish_and_clear();
            (instances?, None)
        };
        instances.sort_unstable_by_key(|instance| instance.id);
        Ok(Reading {
            account,
            region: region.clone(),
            taken_at,
            instances,
            web,
        })
    }

    async fn instances(&self, told: impl Fn(u64)) -> Result<Vec<Instance>, String> {
        let deadline = Deadline::new(self.time, self.time.elapsed() + LONGEST);
        let mut list: Vec<Instance> = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = patiently(deadline, || {
                instances::page(self.clients.ec2(), self.region, next.as_deref())
            });
            let page = page.await.map_err(|stop| stop.to_string())?;
            list.extend(page.items);
            told(list.len() as u64);
            if page.next.is_none() {
                return Ok(list);
            }
            next = page.next;
        }
    }
}
