//! Reading an aggregator.

use std::time::Duration;

use rules::text::{clean, listed, nearest, quoted};

use crate::{
    account::Access,
    aggregator::{
        AggregatorSeen, Kept, Progress, Regions, Request, Source, State, Wanted, collect,
    },
    aws::{
        aggregator::{ConfigAggregator, aggregators},
        clients::Clients,
        session::Session,
    },
    cli::{arguments::Global, failure::Failure, managers, terminal},
    patience::{Deadline, patiently},
    results::Results,
    time::{RealTime, Time},
};

/// How long finding the aggregator may take.
const LONGEST: Duration = Duration::from_mins(2);
/// How many names a complaint holds.
const NAMED: usize = 5;

/// Collects what the aggregator shows. What is kept is given back, to be removed when all is saved.
///
/// # Errors
/// A usage failure of what is asked for, or a runtime failure of AWS or of what is kept.
pub(super) fn read(
    global: &Global,
    access: &Access,
    request: &Request,
) -> Result<(Results, Option<Kept>), Failure> {
    let time = RealTime::start();
    managers::runtime()?.block_on(reading(global, access, request, &time))
}

async fn reading(
    global: &Global,
    access: &Access,
    request: &Request,
    time: &dyn Time,
) -> Result<(Results, Option<Kept>), Failure> {
    let session = Session::open(access).await.map_err(Failure::runtime)?;
    let clients = session.clients(&request.region);
    let home = Source {
        account: session.account(),
        region: request.region.clone(),
    };
    let seen = found(&clients, &request.aggregator, &home, time).await?;
    let kept = request
        .folder
        .as_ref()
        .map(|folder| Kept::open(folder, &State::of(request, home.account), time.now()))
        .transpose()
        .map_err(Failure::usage)?;
    let wanted = Wanted {
        names: request.names.clone(),
        home,
        configured: configured(&seen),
        calls_a_minute: request.calls_a_minute,
    };
    let aggregator = ConfigAggregator::new(clients.config().clone(), &request.aggregator);
    let counter = terminal::counter(global, "results".to_owned());
    let told = |progress: Progress| {
        let Progress { parts, of, results } = progress;
        counter.set_message(format!(
            "{parts} of {of} rules of accounts and Regions; results"
        ));
        counter.set_position(results as u64);
    };
    let collected = collect(&aggregator, &wanted, kept.as_ref(), time, told).await;
    counter.finish_and_clear();
    let collected = collected.map_err(|error| {
        let advice = match &request.folder {
            Some(_) => "run it again with the same --resume, and it goes on",
            None => "with --resume DIR it would go on where it was",
        };
        Failure::runtime(format!("{error}; {advice}"))
    })?;
    let line = format!(
        "{} results of {} Config rules in {} accounts and Regions; {} Config rules are not \
         Deepgrade's",
        collected.results.len(),
        collected.rules,
        collected.accounts,
        collected.foreign
    );
    terminal::say(global, &line);
    Ok((collected.results, kept))
}

/// The aggregator, or what to say of a name that none has.
async fn found(
    clients: &Clients,
    name: &str,
    home: &Source,
    time: &dyn Time,
) -> Result<AggregatorSeen, Failure> {
    let deadline = Deadline::new(time, time.elapsed() + LONGEST);
    let (mut known, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = patiently(deadline, || aggregators(clients.config(), next.as_deref()));
        let page = page.await.map_err(Failure::runtime)?;
        known.extend(page.items);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let place = known.iter().position(|seen| seen.name == name);
    if let Some(place) = place {
        return Ok(known.swap_remove(place));
    }
    let names = || known.iter().map(|seen| seen.name.as_str());
    let advice = match (known.is_empty(), nearest(name, names())) {
        (true, _) => "there is none; is it in another account or Region?".to_owned(),
        (_, Some(near)) => format!("did you mean {}?", quoted(near)),
        _ => format!("there are {}", listed(names().map(clean), NAMED)),
    };
    let name = quoted(name);
    Err(Failure::usage(format!(
        "there is no aggregator {name} in {home}: {advice}"
    )))
}

/// What the aggregator is told to collect from, where accounts and Regions are named one by one.
fn configured(seen: &AggregatorSeen) -> Vec<Source> {
    let Regions::These(regions) = &seen.regions else {
        return Vec::new();
    };
    let pairs = seen.accounts.iter().flat_map(|account| {
        regions.iter().map(|region| Source {
            account: *account,
            region: region.clone(),
        })
    });
    pairs.collect()
}
