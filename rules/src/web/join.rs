//! The join of a web map with one instance.

use super::{
    document::InstanceEdge,
    fronts::{Access, Front, Fronts, Hop},
    guard::Guard,
    load_balancer::{LoadBalancer, Scheme},
    map::{Way, WebMap},
    origins::Endpoint,
};
use crate::{fact::Fact, gap::Gap, instance::InstanceId};

/// The ports that CloudFront listens on.
const CLOUDFRONT_PORTS: [u16; 2] = [80, 443];

/// The fronts found so far.
struct Join<'a, 'p> {
    map: &'a WebMap,
    ports: &'p [u16],
    list: Vec<Front<'a>>,
    /// Whether an unguarded entry admits somebody, so that an origin that is not resolved may lead
    /// to it.
    may_be_origin: bool,
}

impl WebMap {
    /// Every web front that leads to the instance on one of the ports. A port counts at either end
    /// of a way: what listens on a web port, and what reaches one.
    pub(super) fn fronts(&self, instance: InstanceId, ports: &[u16]) -> Fronts<'_> {
        let mut join = Join {
            map: self,
            ports,
            list: Vec::new(),
            may_be_origin: false,
        };
        for way in self.ways_into(instance) {
            join.through_load_balancers(&[*way]);
            for before in self.ways_into_load_balancer(way.from) {
                join.through_load_balancers(&[*before, *way]);
            }
        }
        let mut hidden: Vec<Gap> = self.hidden_fronts().cloned().collect();
        if let Err(gap) = self
            .document()
            .load_balancers
            .get("the list of load balancers")
        {
            hidden.push(gap);
        }
        // Which port of the instance such an origin uses is not known: it may be a web port.
        join.begin_at_cloudfront(Endpoint::Instance(instance), &[]);
        match self.instance(instance) {
            Ok(edge) => join.through_addresses(edge),
            Err(gap) => hidden.push(gap),
        }
        let leads = self.leads();
        let mut hidden_distributions = leads.unread.clone();
        if join.may_be_origin {
            hidden_distributions.extend_from_slice(&leads.unresolved);
        }
        Fronts {
            map: self,
            list: join.list,
            hidden_distributions,
            hidden,
        }
    }

    /// The gaps of load balancers that may be a front of any instance. An internal one that
    /// nothing leads to is none.
    fn hidden_fronts(&self) -> impl Iterator<Item = &Gap> {
        let may_be_front = |position: usize| {
            let internal = self
                .load_balancer(position)
                .is_some_and(|balancer| balancer.scheme == Fact::Known(Scheme::Internal));
            let endpoint = Endpoint::LoadBalancer(position);
            !internal
                || !self.leads().to(endpoint).is_empty()
                || !self.ways_into_load_balancer(position).is_empty()
        };
        let hidden = self.hidden().iter();
        hidden.filter_map(move |(position, gap)| may_be_front(*position).then_some(gap))
    }
}

impl<'a> Join<'a, '_> {
    fn is_web(&self, port: u16) -> bool {
        self.ports.contains(&port)
    }

    /// Adds the fronts that enter by these ways, one after the other: at the first load balancer,
    /// or at a distribution before it.
    fn through_load_balancers(&mut self, ways: &[Way]) {
        let balancers = ways.iter().map(|way| self.map.load_balancer(way.from));
        // INVARIANT: the ways of a map begin at its own load balancers.
        let (Some(balancers), Some(first)) = (balancers.collect::<Option<Vec<_>>>(), ways.first())
        else {
            return;
        };
        let Some(entry) = balancers.first().copied() else {
            return;
        };
        let hops: Vec<_> = balancers.into_iter().map(Hop::LoadBalancer).collect();
        let leading = leading(entry, first.group);
        let goes_on = leading.as_ref().map_or(true, |ports| !ports.is_empty());
        let reaches_web = ways
            .iter()
            .any(|way| way.port.is_some_and(|port| self.is_web(port)));
        let counts = |port: &u16| reaches_web || self.is_web(*port);
        let is_web_behind_cloudfront = CLOUDFRONT_PORTS.iter().any(counts)
            || leading
                .as_ref()
                .map_or(true, |ports| ports.iter().any(counts));
        let listening: Result<Vec<u16>, Gap> =
            leading.map(|ports| ports.into_iter().filter(counts).collect());
        if goes_on && is_web_behind_cloudfront {
            self.begin_at_cloudfront(Endpoint::LoadBalancer(first.from), &hops);
        }
        let scheme = entry
            .scheme
            .get(format_args!("the scheme of {}", entry.shown()));
        let entered = match (scheme, listening) {
            (Ok(Scheme::Internal), _) => return,
            (_, Err(gap)) | (Err(gap), _) => {
                self.may_be_origin = true;
                Some((Err(gap), None))
            }
            (Ok(Scheme::InternetFacing), Ok(ports)) => {
                self.entered(&hops, &entry.security_groups, &ports)
            }
        };
        if let Some((access, port)) = entered {
            self.add(hops, access, port);
        }
    }

    /// Adds the fronts at the public addresses of the instance itself.
    fn through_addresses(&mut self, edge: &'a InstanceEdge) {
        for interface in &edge.interfaces {
            for address in &interface.addresses {
                let hops = vec![Hop::Address(*address)];
                let entered = self.entered(&hops, &interface.security_groups, self.ports);
                if let Some((access, port)) = entered {
                    self.add(hops, access, port);
                }
            }
        }
    }

    /// Adds the fronts that begin at the distributions that lead to an endpoint.
    fn begin_at_cloudfront(&mut self, endpoint: Endpoint, rest: &[Hop<'a>]) {
        let map = self.map;
        let distributions = map.document().distributions.listed();
        for position in map.leads().to(endpoint) {
            let Some(distribution) = distributions.get(*position) else {
                continue;
            };
            let after = |first| [&[first], rest].concat();
            let tenants = distribution.tenants.as_ref().map(|tenants| {
                tenants.get(format_args!("the tenants of {}", distribution.shown()))
            });
            match tenants {
                None => {
                    let hops = after(Hop::Distribution(distribution));
                    self.add(hops, Ok(Access::AtCloudFront), None);
                }
                Some(Err(gap)) => {
                    // A tenant may take the distribution's web ACL away, but none after it.
                    let guard = match map.best_guard(rest) {
                        Ok(best @ (_, Guard::Carries(_))) => Ok(best),
                        Ok(_) | Err(_) => Err(gap.clone()),
                    };
                    self.add_front(Front {
                        hops: after(Hop::Distribution(distribution)),
                        access: Err(gap),
                        port: None,
                        guard,
                    });
                }
                Some(Ok(tenants)) => {
                    for tenant in tenants.iter().filter(|tenant| tenant.enabled) {
                        let hops = after(Hop::Tenant(distribution, tenant));
                        self.add(hops, Ok(Access::AtCloudFront), None);
                    }
                }
            }
        }
    }

    /// Who may enter through these ports, and the port that says so; `None` when neither the
    /// internet nor CloudFront may.
    fn entered(
        &mut self,
        hops: &[Hop<'a>],
        groups: &[Box<str>],
        ports: &[u16],
    ) -> Option<(Result<Access, Gap>, Option<u16>)> {
        let mut entered: Option<(Result<Access, Gap>, Option<u16>)> = None;
        let mut somebody = false;
        for port in ports {
            let reach = self.map.reach(groups, *port);
            somebody |= reach.somebody || reach.gap.is_some();
            let access = match (reach.internet, reach.gap, reach.cloudfront) {
                (true, ..) => Ok(Access::Internet),
                (false, Some(gap), _) => Err(gap),
                (false, None, true) => Ok(Access::CloudFrontOnly),
                (false, None, false) => continue,
            };
            if entered
                .as_ref()
                .is_none_or(|(widest, _)| width(&access) > width(widest))
            {
                entered = Some((access, Some(*port)));
            }
        }
        self.may_be_origin |= somebody && !self.is_guarded(hops);
        entered
    }

    fn is_guarded(&self, hops: &[Hop<'a>]) -> bool {
        matches!(self.map.best_guard(hops), Ok((_, Guard::Carries(_))))
    }

    fn add(&mut self, hops: Vec<Hop<'a>>, access: Result<Access, Gap>, port: Option<u16>) {
        let guard = self.map.best_guard(&hops);
        self.add_front(Front {
            hops,
            access,
            port,
            guard,
        });
    }

    /// Adds a front; of the same way several times, the widest access counts.
    fn add_front(&mut self, front: Front<'a>) {
        let known = self.list.iter_mut().find(|known| known.hops == front.hops);
        match known {
            Some(known) if width(&front.access) > width(&known.access) => *known = front,
            Some(_) => {}
            None => self.list.push(front),
        }
    }
}

/// The ports on which a load balancer listens for the target group at that position.
fn leading(balancer: &LoadBalancer, group: usize) -> Result<Vec<u16>, Gap> {
    let group = balancer.target_groups.listed().get(group);
    let name = format!("the listeners of {}", balancer.shown());
    let listeners = balancer.listeners.get(name)?.iter();
    let leading = listeners.filter(|each| group.is_none_or(|group| each.leads_to(group)));
    Ok(leading.map(|listener| listener.port).collect())
}

/// How many may enter: who cannot be told may be the internet.
const fn width(access: &Result<Access, Gap>) -> u8 {
    match access {
        Ok(Access::Internet | Access::AtCloudFront) => 2,
        Err(_) => 1,
        Ok(Access::CloudFrontOnly) => 0,
    }
}
