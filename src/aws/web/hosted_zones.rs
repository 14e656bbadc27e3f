//! The public hosted zones of the account (Route 53 API reference, `ListHostedZones`).

use crate::{
    aws::refusal::refusal,
    pacing::Pacing,
    ports::{Error, Page},
    time::Time,
};

use super::{pages::pages, sweep::Sweep};

/// The most that a page holds (Route 53 API reference, `ListHostedZones`).
const PAGE: i32 = 100;

/// A public hosted zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone {
    pub(super) id: Box<str>,
    /// In lower case, without the last dot.
    pub(super) name: String,
}

/// Reads every public hosted zone. The names of a private one are none to CloudFront.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn hosted_zones(
    sweep: &Sweep<'_>,
    pacing: &Pacing<&dyn Time>,
) -> Result<Vec<Zone>, Error> {
    let read = pages(|at| async move {
        pacing.wait().await;
        let call = sweep.clients.route53().list_hosted_zones();
        let page = call.max_items(PAGE).set_marker(at).send().await;
        let page = page.map_err(|error| refusal("route53:ListHostedZones", &error))?;
        let zones = page.hosted_zones.into_iter();
        let public = zones.filter(|zone| !zone.config().is_some_and(|it| it.private_zone()));
        let items = public.map(|zone| Zone {
            // `/hostedzone/ID`
            id: zone.id().trim_start_matches("/hostedzone/").into(),
            name: plain(zone.name()),
        });
        Ok(Page {
            items: items.collect(),
            next: page.next_marker,
        })
    });
    read.await
}

/// A DNS name in lower case, without the last dot.
pub(super) fn plain(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    name.strip_suffix('.').map_or(name.clone(), str::to_owned)
}

/// The zone that holds a name: the longest that it ends with. None where two are equally long,
/// since one of them is not what the internet sees.
pub(super) fn zone_of<'a>(zones: &'a [Zone], name: &str) -> Option<&'a Zone> {
    let holds = |zone: &&Zone| {
        let rest = name.strip_suffix(&zone.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let zone = zones
        .iter()
        .filter(holds)
        .max_by_key(|zone| zone.name.len())?;
    let same = zones.iter().filter(|each| each.name == zone.name);
    (same.count() == 1).then_some(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_zone_holds_a_name_unless_there_are_two() {
        let zones = [
            "example.com",
            "shop.example.com",
            "twice.example",
            "twice.example",
        ];
        let zones = zones.map(|name| Zone {
            id: name.into(),
            name: name.to_owned(),
        });
        let of = |name| zone_of(&zones, name).map(|zone| zone.name.as_str());
        assert_eq!(of("www.shop.example.com"), Some("shop.example.com"));
        assert_eq!(of("shop.example.com"), Some("shop.example.com"));
        assert_eq!(of("workshop.example.com"), Some("example.com"));
        assert_eq!(of("badexample.com"), None);
        assert_eq!(of("www.twice.example"), None);
        assert_eq!(plain("WWW.Example.com."), "www.example.com");
    }
}
