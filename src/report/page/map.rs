//! The coverage map: the ways from the internet to the instances, and what guards them.

use askama::Template;

use super::{super::number, standing::Standing};
use crate::results::{FrontShown, Listed};

/// The most ways that are drawn.
const MOST: usize = 40;

/// The map.
#[derive(Debug, Template)]
#[template(path = "map.html", config = "src/report/page/askama.toml")]
pub(super) struct Map<'a> {
    told: Option<Told<'a>>,
}

#[derive(Debug)]
struct Told<'a> {
    ways: Vec<Way<'a>>,
    shown: String,
    total: String,
    unguarded: String,
}

/// A way, with its place in the drawing.
#[derive(Debug)]
struct Way<'a> {
    front: &'a FrontShown,
    standing: Standing,
    /// The upper edge.
    y: usize,
    hops: String,
    guard: String,
    sign: &'static str,
    instances: String,
    /// On how many of the instances IPS blocks.
    blocked: String,
    policies: String,
}

impl Way<'_> {
    /// How high a way is drawn, with the room below it.
    const HEIGHT: usize = 66;
    /// How many characters fit into a box of hops, of a guard, of policies.
    const HOPS: usize = 42;
    const GUARD: usize = 22;
    const POLICIES: usize = 25;
}

impl<'a> Map<'a> {
    pub(super) fn of(fronts: Option<&'a Listed<FrontShown>>) -> Self {
        Self {
            told: fronts.map(Told::of),
        }
    }
}

impl<'a> Told<'a> {
    fn of(fronts: &'a Listed<FrontShown>) -> Self {
        let mut ways: Vec<_> = fronts
            .first
            .iter()
            .map(|front| (standing(front), front))
            .collect();
        ways.sort_by_key(|(standing, front)| (*standing, std::cmp::Reverse(front.instances.total)));
        let unguarded = ways
            .iter()
            .filter(|(standing, _)| *standing == Standing::Failing)
            .count();
        let shown = ways.iter().take(MOST).enumerate();
        let shown: Vec<_> = shown
            .map(|(row, (standing, front))| Way::of(row, *standing, front))
            .collect();
        Self {
            shown: number(shown.len()),
            total: number(fronts.total),
            unguarded: number(unguarded),
            ways: shown,
        }
    }

    fn height(&self) -> usize {
        24 + self.ways.len() * Way::HEIGHT
    }
}

fn standing(front: &FrontShown) -> Standing {
    match (&front.web_acl, &front.gap) {
        (_, Some(_)) => Standing::Undetermined,
        (Some(_), None) => Standing::Compliant,
        (None, None) => Standing::Failing,
    }
}

impl<'a> Way<'a> {
    fn of(row: usize, standing: Standing, front: &'a FrontShown) -> Self {
        let guard = match (&front.gap, &front.web_acl) {
            (Some(gap), _) => gap.clone(),
            (None, Some(web_acl)) => web_acl.clone(),
            (None, None) => "no web ACL".to_owned(),
        };
        let instances = match (front.instances.total, front.instances.first.as_slice()) {
            (1, [instance]) => instance.clone(),
            (total, _) => format!("{} instances", number(total)),
        };
        Self {
            front,
            standing,
            y: 24 + row * Self::HEIGHT,
            hops: front.hops.join(" → "),
            guard,
            sign: standing.sign(),
            instances,
            blocked: format!(
                "{} of {}",
                number(front.shielded_by_ips),
                number(front.instances.total)
            ),
            policies: if front.policies.total == 0 {
                "no policy".to_owned()
            } else {
                let more = front
                    .policies
                    .total
                    .saturating_sub(front.policies.first.len());
                let names = front.policies.first.join(", ");
                if more > 0 {
                    format!("{names} and {more} more")
                } else {
                    names
                }
            },
        }
    }

    /// The upper edge of something in the way.
    fn at(&self, below: usize) -> usize {
        self.y + below
    }

    /// The hops in two lines that fit.
    fn hop_lines(&self) -> (String, String) {
        match self.front.hops.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => (
                shortened(first, Self::HOPS),
                shortened(&format!("→ {}", rest.join(" → ")), Self::HOPS),
            ),
            _ => (shortened(&self.hops, Self::HOPS), String::new()),
        }
    }

    fn short_guard(&self) -> String {
        shortened(&self.guard, Self::GUARD)
    }

    fn short_policies(&self) -> String {
        shortened(&self.policies, Self::POLICIES)
    }

    fn guard_words(&self) -> &'static str {
        match self.standing {
            Standing::Failing => "unguarded",
            Standing::Undetermined => "not known",
            _ => "web ACL",
        }
    }
}

/// The text, cut where it does not fit.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
