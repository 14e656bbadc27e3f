//! Covers instances with AWS WAF: recommends what `cover-with-waf` recommends, and adds it when it
//! may.
//!
//! ```text
//! web edges, instances, policies -> candidates -> web ACLs that are there
//!     -> what can be had in each place (WebAcls::offers) -> recommendation (pure)
//!     -> when acting: what is missing, web ACL by web ACL (WebAcls::add) -> outcomes
//!        written down in the ledger where there is one (Recorded)
//! ```

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use remediations::{
    catalogue::cover_with_waf::{Candidate, Recommendation, Shield, Situation, candidates, held},
    web_groups::{Offers, Place, Preferences, WebAclId},
};
use rules::{
    Gap, gap,
    instance::Instance,
    web::{RuleGroup, WebEdges},
};

use crate::ports::Error;

mod journal;
mod recorded;
mod shields;

pub use journal::{Became, WebAclChange, read_web_acls};
pub use recorded::{Bounds, Recorded};
pub use shields::shield;

/// How old inventories and web edges may be, as for the rules.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(2);

/// Where rule groups are listed, and added to web ACLs.
pub trait WebAcls: Send + Sync {
    /// The managed rule groups that can be had in a place.
    ///
    /// # Errors
    /// When they cannot be listed.
    fn offers(&self, place: &Place) -> impl Future<Output = Result<Offers, Error>> + Send;

    /// Adds to a web ACL those of some managed rule groups that it has not, in Count mode, behind
    /// its other rules. Nothing else about it changes, and where it would, nothing is written.
    ///
    /// # Errors
    /// When it cannot be read or written, or others change it again and again at the same time.
    fn add(
        &self,
        arn: &str,
        groups: &[RuleGroup],
    ) -> impl Future<Output = Result<Change, Error>> + Send;
}

/// What became of a web ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These were added.
    Added {
        /// The rule groups.
        groups: Vec<RuleGroup>,
        /// The capacity that it uses then, in web ACL capacity units.
        capacity: i64,
        /// How often somebody else changed it meanwhile, so that it was read and written again.
        conflicts: u32,
    },
    /// It has all of them.
    Nothing,
    /// It was left as it is, for this reason, in one line.
    Refused(Box<str>),
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Estate<'a> {
    /// What stands between the internet and the instances.
    pub web_edges: &'a WebEdges,
    /// The instances.
    pub instances: &'a [Instance],
    /// The time.
    pub now: Timestamp,
    /// How old web edges may be.
    pub max_age: SignedDuration,
    /// The ports of web servers.
    pub ports: &'a [u16],
}

/// The outcomes of acting, by the ARN of the web ACL.
pub type Outcomes = BTreeMap<Box<str>, Result<Change, Error>>;

/// What is known of an estate, but for what can be had: that has to be [asked](ask). `shield` says
/// what shields an instance.
#[must_use]
pub fn situation(
    estate: &Estate<'_>,
    preferences: &Preferences,
    shield: impl Fn(&Instance) -> Result<Shield, Gap>,
) -> Situation {
    let candidates = candidates(
        estate.web_edges,
        estate.instances,
        estate.ports,
        estate.now,
        estate.max_age,
        shield,
    );
    Situation {
        web_acls: held(estate.web_edges, &candidates),
        offers: BTreeMap::new(),
        preferences: preferences.clone(),
        candidates,
    }
}

/// Asks what can be had, in every place where a web ACL stands before an instance. What cannot be
/// listed is a gap.
pub async fn ask<W: WebAcls>(situation: &mut Situation, web_acls: &W) {
    for place in places(&situation.candidates) {
        let offers = web_acls.offers(&place).await;
        let offers = offers.map_err(|error| gap_of(&error));
        situation.offers.insert(place, offers);
    }
}

/// Adds what is recommended, web ACL by web ACL. One that cannot be changed holds up no other.
///
/// Of a web ACL whose rule groups are not known, nothing is added: what is recommended for it is
/// not known either.
pub async fn act<W: WebAcls>(recommendation: &Recommendation, web_acls: &W) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for advice in &recommendation.web_acls {
        let missing: Vec<RuleGroup> = advice.missing().map(|row| row.group.clone()).collect();
        if missing.is_empty() {
            continue;
        }
        let changed = web_acls.add(&advice.arn, &missing).await;
        match &changed {
            Ok(Change::Added { groups, .. }) => {
                tracing::info!(web_acl = &*advice.arn, groups = groups.len(), "covered");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!("{error}"),
        }
        outcomes.insert(advice.arn.clone(), changed);
    }
    outcomes
}

fn places(candidates: &[Candidate]) -> BTreeSet<Place> {
    let arns = candidates.iter().flat_map(|candidate| &candidate.web_acls);
    arns.filter_map(|arn| WebAclId::of_arn(arn))
        .map(|id| id.place)
        .collect()
}

fn gap_of(error: &Error) -> Gap {
    let text = error.to_string();
    if error.is_retryable() {
        Gap::retryable(&gap::NOT_REPORTED, text)
    } else {
        Gap::standing(&gap::NOT_REPORTED, text)
    }
}
