//! What the domain names of origins stand for, by the account's own DNS.

use std::collections::BTreeSet;

use rules::web::{Distribution, Origin, Part, is_of_aws, normalised};

use crate::{pacing::Pacing, ports::Error, time::Time};

use super::{
    hosted_zones::{Zone, hosted_zones, plain, zone_of},
    rates::ROUTE_53,
    records::records,
    sweep::Sweep,
};

/// The names that are followed from one origin.
const STEPS: usize = 16;

/// Where names lead.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ends {
    /// What is at hand, or of AWS.
    known: BTreeSet<String>,
    /// What nothing is known of: it may be anything.
    open: BTreeSet<String>,
}

/// Looks up what the origins stand for whose domain is neither at hand nor given out by AWS. Route
/// 53 is asked only where there is such an origin. Of a name that leads to several places, those
/// that are not known are origins of their own in the answer; a name of which nothing is found
/// stays as it is, and is not resolved.
pub(super) async fn resolve(
    sweep: &Sweep<'_>,
    distributions: &mut [Distribution],
    at_hand: &BTreeSet<String>,
) {
    let is_known = |name: &str| {
        let name = normalised(name);
        at_hand.contains(&name) || is_of_aws(&name)
    };
    let mut foreign = BTreeSet::new();
    for origin in distributions
        .iter()
        .filter(|each| each.enabled)
        .flat_map(origins)
    {
        if origin.vpc_origin.is_none() && !is_known(&origin.domain) {
            foreign.insert(plain(&origin.domain));
        }
    }
    if foreign.is_empty() {
        return;
    }
    let pacing = Pacing::every(ROUTE_53, sweep.time);
    let zones = match hosted_zones(sweep, &pacing).await {
        Ok(zones) => zones,
        Err(error) => {
            tracing::warn!("origins are not resolved: {error}");
            return;
        }
    };
    for name in foreign {
        match follow(sweep, &zones, &name, is_known, &pacing).await {
            Ok(ends) if !ends.known.is_empty() => note(distributions, &name, &ends),
            Ok(_) => {}
            Err(error) => tracing::warn!("origin {name:?} is not resolved: {error}"),
        }
    }
}

fn origins(distribution: &Distribution) -> &[Origin] {
    match &distribution.origins {
        Part::Read(origins) => origins,
        Part::Unread(_) => &[],
    }
}

async fn follow(
    sweep: &Sweep<'_>,
    zones: &[Zone],
    name: &str,
    is_known: impl Fn(&str) -> bool,
    pacing: &Pacing<&dyn Time>,
) -> Result<Ends, Error> {
    let mut ends = Ends::default();
    let mut seen = BTreeSet::from([name.to_owned()]);
    let mut rest = vec![name.to_owned()];
    while let Some(name) = rest.pop() {
        if is_known(&name) {
            ends.known.insert(name);
            continue;
        }
        let zone = zone_of(zones, &name).filter(|_| seen.len() <= STEPS);
        let values = match zone {
            Some(zone) => records(sweep, zone, &name, pacing).await?,
            None => BTreeSet::new(),
        };
        if values.is_empty() {
            ends.open.insert(name);
            continue;
        }
        rest.extend(
            values
                .into_iter()
                .filter(|value| seen.insert(value.clone())),
        );
    }
    Ok(ends)
}

fn note(distributions: &mut [Distribution], name: &str, ends: &Ends) {
    for distribution in distributions {
        let Part::Read(origins) = &mut distribution.origins else {
            continue;
        };
        let mut is_concerned = false;
        for origin in origins
            .iter_mut()
            .filter(|each| plain(&each.domain) == name)
        {
            origin.aliases = ends.known.iter().map(|end| end.as_str().into()).collect();
            is_concerned = true;
        }
        if is_concerned {
            origins.extend(ends.open.iter().map(|end| Origin {
                domain: end.as_str().into(),
                aliases: Vec::new(),
                vpc_origin: None,
            }));
        }
    }
}
