//! Reading an aggregator.

use std::time::Duration;

use rules::{
    instance::Region,
    text::{clean, listed, nearest, quoted},
};

use super::Read;
use crate::{
    account::Access,
    aggregator::{
        AggregatorSeen, Kept, Progress, Regions, RuleNames, Source, State, Wanted, collect,
    },
    aws::{
        aggregator::{ConfigAggregator, aggregators},
        clients::Clients,
        session::Session,
    },
    cli::{
        arguments::{Aggregate, Global},
        failure::Failure,
        managers, terminal,
    },
    patience::{Deadline, patiently},
    time::{RealTime, Time},
};

/// How long finding the aggregator may take.
const LONGEST: Duration = Duration::from_mins(2);
/// How many names a complaint holds.
const NAMED: usize = 5;

/// Collects what the aggregator shows.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of AWS or of what is kept.
pub(super) fn read(global: &Global, arguments: &Aggregate) -> Result<Read, Failure> {
    let access = arguments.account.access();
    let access = access.ok_or_else(|| Failure::usage("in which Region? Give --region REGION"))?;
    let [region] = access.regions.as_slice() else {
        let message = "an aggregator is in one Region: give --region once";
        return Err(Failure::usage(message));
    };
    let time = RealTime::start();
    managers::runtime()?.block_on(reading(global, arguments, &access, region, &time))
}

async fn reading(
    global: &Global,
    arguments: &Aggregate,
    access: &Access,
    region: &Region,
    time: &dyn Time,
) -> Result<Read, Failure> {
    let asked = &arguments.aggregator;
    let session = Session::open(access).await.map_err(Failure::runtime)?;
    let clients = session.clients(region);
    let home = Source {
        account: session.account(),
        region: region.clone(),
    };
    let seen = found(&clients, &asked.aggregator, &home, time).await?;
    let state = State {
        aggregator: asked.aggregator.clone(),
        account: home.account,
        region: region.clone(),
        prefix: asked.prefix.clone(),
    };
    let open = |folder: &std::path::PathBuf| Kept::open(folder, &state, time.now());
    let kept = asked.resume.as_ref().map(open).transpose();
    let kept = kept.map_err(Failure::usage)?;
    let wanted = Wanted {
        names: RuleNames::beginning_with(&asked.prefix),
        home,
        configured: configured(&seen),
        calls_a_minute: asked.calls_per_minute,
    };
    let aggregator = ConfigAggregator::new(clients.config().clone(), &asked.aggregator);
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
        let advice = match &asked.resume {
            Some(_) => "run it again with the same --resume, and it goes on",
            None => "with --resume DIR it would go on where it was",
        };
        Failure::runtime(format!("{error}; {advice}"))
    })?;
    let (results, accounts) = (&collected.results, &collected.accounts);
    terminal::say(
        global,
        &format!(
            "{} results of {} Config rules in {accounts} accounts and Regions; {} Config rules are \
             not Deepgrade's",
            results.len(),
            collected.rules,
            collected.foreign
        ),
    );
    Ok(Read {
        results: collected.results,
        kept,
    })
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
