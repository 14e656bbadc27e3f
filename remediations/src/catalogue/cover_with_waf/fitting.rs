//! From what instances serve to the rule groups that fit.

use std::collections::{BTreeMap, BTreeSet};

use rules::{
    Gap, gap,
    instance::InstanceId,
    text::quoted,
    web::RuleGroup,
    web_groups::{AWS, AwsGroup, Sign, WebKind},
};

use super::{
    Protected, Situation,
    advice::{Advice, Presence, Row, Why},
    not_held,
};
use crate::web_groups::{Offer, Offers, WebAclId};

/// What is recommended for a web ACL, by what the instances behind it serve.
pub(super) fn advice(
    situation: &Situation,
    arn: &str,
    served: &[(InstanceId, &Protected)],
) -> Advice {
    let held = situation.web_acls.get(arn);
    let place = WebAclId::of_arn(arn).map(|id| id.place);
    let offers = place.and_then(|place| situation.offers.get(&place));
    let not_asked = Gap::standing(
        &gap::NOT_REPORTED,
        "which rule groups can be had was not asked",
    );
    let offers = offers.map_or(Err(&not_asked), Result::as_ref);
    let mut market = Market::of(situation, offers, served);
    let rows = market.rows(served).into_iter();
    let rows = rows.map(|found| Row {
        presence: presence(&found.group, held.map(|held| &held.groups), arn),
        title: found.title,
        capacity: found.capacity,
        why: found.whys.0.into_iter().map(why).collect(),
        group: found.group,
    });
    Advice {
        arn: arn.into(),
        capacity: held.and_then(|held| held.capacity),
        rows: rows.collect(),
        notes: market.notes.into_iter().map(Into::into).collect(),
    }
}

/// A rule group of one's own that is called the same counts as the managed one: it may be a copy,
/// and the same must never be there twice.
fn presence(group: &RuleGroup, held: Option<&Result<Vec<RuleGroup>, Gap>>, arn: &str) -> Presence {
    let held = match held {
        None => return Presence::Unknown(not_held(arn)),
        Some(Err(gap)) => return Presence::Unknown(gap.clone()),
        Some(Ok(held)) => held,
    };
    if held.iter().any(|known| known.stands_for(group)) {
        Presence::Present
    } else {
        Presence::Missing
    }
}

/// What led to a rule group: by Manager and policy, the application types and the instances.
#[derive(Clone, Default)]
struct Whys(BTreeMap<PolicyKey, (BTreeSet<Box<str>>, BTreeSet<InstanceId>)>);

type PolicyKey = (Box<str>, Box<str>);

fn why(of: (PolicyKey, (BTreeSet<Box<str>>, BTreeSet<InstanceId>))) -> Why {
    let ((manager, policy), (application_types, instances)) = of;
    Why {
        manager,
        policy,
        application_types: application_types.into_iter().collect(),
        instances: instances.into_iter().collect(),
    }
}

impl Whys {
    /// Those of the instances that it fits, by the application types that lead to it.
    fn of(
        served: &[(InstanceId, &Protected)],
        fits: impl Fn(&Protected) -> bool,
        leads: impl Fn(&BTreeSet<Sign>) -> bool,
    ) -> Self {
        let mut whys = Self::default();
        for (instance, each) in served.iter().filter(|(_, each)| fits(each)) {
            let key = (each.policy.manager.clone(), each.policy.policy.clone());
            let (types, instances) = whys.0.entry(key).or_default();
            let leading = each.served.by_type.iter().filter(|(_, signs)| leads(signs));
            types.extend(leading.map(|(name, _)| name.clone()));
            instances.insert(*instance);
        }
        whys
    }

    fn add(&mut self, more: Self) {
        for (key, (types, instances)) in more.0 {
            let known = self.0.entry(key).or_default();
            known.0.extend(types);
            known.1.extend(instances);
        }
    }
}

/// A rule group that fits, and what led to it.
struct Found {
    group: RuleGroup,
    title: Box<str>,
    capacity: Option<u32>,
    whys: Whys,
}

/// What can be had for a web ACL.
struct Market<'a> {
    /// The rule groups that take the place of AWS's own, by kind.
    instead: BTreeMap<WebKind, Vec<&'a Offer>>,
    /// What can be used now, where that is known.
    usable: Option<&'a [Offer]>,
    notes: BTreeSet<String>,
}

impl<'a> Market<'a> {
    fn of(
        situation: &Situation,
        offers: Result<&'a Offers, &Gap>,
        served: &[(InstanceId, &Protected)],
    ) -> Self {
        let mut market = Self {
            instead: BTreeMap::new(),
            usable: offers.ok().map(|offers| offers.usable.as_slice()),
            notes: BTreeSet::new(),
        };
        let wanted = served.iter().flat_map(|(_, each)| &each.served.kinds);
        let wanted: BTreeSet<WebKind> = wanted.copied().collect();
        if wanted.is_empty() {
            return market;
        }
        let offers = match offers {
            Ok(offers) => offers,
            Err(gap) => {
                market.notes.insert(format!(
                    "AWS's own rule groups are listed; whether Trend Micro's can be had is not \
                     known: {}",
                    gap.reason().text()
                ));
                return market;
            }
        };
        if let Some(gap) = &offers.products {
            market.notes.insert(format!(
                "a rule group of Trend Micro's may not be recognised: {}",
                gap.reason().text()
            ));
        }
        for kind in wanted {
            market.look_for(kind, offers, situation.preferences.of(kind));
        }
        let usable = offers.usable.iter();
        for offer in usable.filter(|offer| offer.is_of_trend_micro() && offer.kind().is_none()) {
            market.notes.insert(format!(
                "{} of Trend Micro is not recommended: neither its title nor its name tells \
                 whether it is for web servers or for web applications",
                quoted(&offer.name)
            ));
        }
        market
    }

    fn look_for(&mut self, kind: WebKind, offers: &'a Offers, named: Option<&RuleGroup>) {
        if let Some(named) = named {
            let offer = offers.usable.iter().find(|offer| offer.group() == *named);
            if let Some(offer) = offer {
                self.instead.insert(kind, vec![offer]);
                return;
            }
            self.notes.insert(format!(
                "{} of {}, named for a {kind}, cannot be used in this account: subscribe to it",
                quoted(&named.name),
                quoted(named.vendor.as_deref().unwrap_or_default())
            ));
        }
        let fits = |offer: &&Offer| offer.is_of_trend_micro() && offer.kind() == Some(kind);
        let usable: Vec<&Offer> = offers.usable.iter().filter(fits).collect();
        if !usable.is_empty() {
            self.instead.insert(kind, usable);
            return;
        }
        for offer in offers.for_sale.iter().filter(fits) {
            let title = if offer.title.is_empty() {
                &offer.name
            } else {
                &offer.title
            };
            self.notes.insert(format!(
                "Trend Micro offers {} for a {kind}: subscribe to it in AWS Marketplace to have it \
                 recommended",
                quoted(title)
            ));
        }
    }

    /// The rule groups that fit: others' first, then AWS's own in the order of their table.
    fn rows(&mut self, served: &[(InstanceId, &Protected)]) -> Vec<Found> {
        let mut rows: Vec<Found> = Vec::new();
        for (kind, offers) in &self.instead {
            let whys = Whys::of(
                served,
                |each| each.served.kinds.contains(kind),
                |signs| signs.contains(&Sign::Web(*kind)),
            );
            for offer in offers {
                let group = offer.group();
                if let Some(known) = rows.iter_mut().find(|known| known.group == group) {
                    known.whys.add(whys.clone());
                    continue;
                }
                rows.push(Found {
                    group,
                    title: offer.title.clone(),
                    capacity: None,
                    whys: whys.clone(),
                });
            }
        }
        for own in &AWS {
            let whys = self.whys_of_own(own, served);
            if whys.0.is_empty() || rows.iter().any(|known| known.group == own.group()) {
                continue;
            }
            if !self.can_use(own) {
                self.notes.insert(format!(
                    "{} of AWS fits, but is not among the rule groups that can be used here",
                    own.name
                ));
                continue;
            }
            rows.push(Found {
                group: own.group(),
                title: Box::default(),
                capacity: Some(own.capacity),
                whys,
            });
        }
        rows
    }

    fn whys_of_own(&self, own: &AwsGroup, served: &[(InstanceId, &Protected)]) -> Whys {
        let fits = |each: &Protected| {
            let kinds = each.served.kinds.iter().copied();
            let rest = kinds.filter(|kind| !self.instead.contains_key(kind));
            own.fits(&rest.collect(), &each.served.signs)
        };
        Whys::of(served, fits, |signs| own.is_led_to_by(signs))
    }

    /// Whether one of AWS's own can be used: it can, as long as nothing else is known.
    fn can_use(&self, own: &AwsGroup) -> bool {
        let group = own.group();
        let listed = |usable: &[Offer]| usable.iter().any(|offer| offer.group() == group);
        self.usable.is_none_or(listed)
    }
}
