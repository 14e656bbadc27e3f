//! What GuardDuty, Macie and Inspector have found in an account and Region, when they are asked:
//! everything that is open, page by page, and what has become of single findings. A finding means
//! the same here as in an event, since both are read by way of the same report.

use std::collections::BTreeMap;

use remediations::finding::{Finding, FindingId};
use rules::{
    instance::{AccountId, Region},
    ledger::Source,
};

use super::clients::Clients;
use crate::{
    event::finding::{Malformed, Reading, Sent},
    ports::{Error, Fault, Page},
};

mod guardduty;
mod inspector;
mod macie;
mod members;

pub use members::{Coverage, Members};

/// A source, as it is asked from an account in a Region.
#[derive(Clone, Debug)]
pub struct Findings<'a> {
    clients: &'a Clients,
    account: AccountId,
    region: &'a Region,
    service: Service,
    is_on: bool,
}

#[derive(Clone, Debug)]
enum Service {
    /// With the id of the detector, through which everything is asked.
    GuardDuty(String),
    Macie,
    Inspector,
}

/// What has become of a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// Its source knows it, and this is what it says now.
    Known(Box<Finding>),
    /// Its source knows it, and nobody understands what it says.
    Malformed(Malformed),
    /// Its source does not know it any more.
    Gone,
}

/// A report, read; nothing where it is about something that is not answered.
type Read = Option<Result<Finding, Malformed>>;

impl<'a> Findings<'a> {
    /// A source that is switched on in the account and Region; `None` where it is not. One that is
    /// suspended, or that is only being switched on, counts as off: what it lists is not all that
    /// there is.
    ///
    /// # Errors
    /// What the source, or the way to it, said.
    pub async fn of(
        clients: &'a Clients,
        account: AccountId,
        region: &'a Region,
        source: Source,
    ) -> Result<Option<Self>, Error> {
        let seen = Self::seen_from(clients, account, region, source).await?;
        Ok(seen.filter(|findings| findings.is_on))
    }

    /// A source, as an account sees it that may administer it for others; `None` where it can see
    /// nothing of it. Inspector may be off in its administrator and on in the members.
    ///
    /// # Errors
    /// As [`Findings::of`].
    pub async fn seen_from(
        clients: &'a Clients,
        account: AccountId,
        region: &'a Region,
        source: Source,
    ) -> Result<Option<Self>, Error> {
        let seen = match source {
            Source::GuardDuty => {
                let detector = guardduty::detector(clients.guardduty()).await?;
                detector.map(|id| (Service::GuardDuty(id), true))
            }
            Source::Macie => {
                let on = macie::is_on(clients.macie2()).await?;
                on.then_some((Service::Macie, true))
            }
            Source::Inspector => {
                let on = inspector::is_on(clients.inspector2(), account).await?;
                Some((Service::Inspector, on))
            }
            // What operators ask for is listed nowhere.
            Source::Operator => None,
        };
        Ok(seen.map(|(service, is_on)| Self {
            clients,
            account,
            region,
            service,
            is_on,
        }))
    }

    /// Whether it is switched on in the account itself.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// The accounts that the account administers the source for; none where it administers it for
    /// nobody.
    ///
    /// # Errors
    /// As [`Findings::of`]. Nothing is then known of any of them.
    pub async fn members(&self) -> Result<Members, Error> {
        let mut members = match &self.service {
            Service::GuardDuty(detector) => {
                guardduty::members(self.clients.guardduty(), detector).await?
            }
            Service::Macie => macie::members(self.clients.macie2()).await?,
            Service::Inspector => inspector::members(self.clients.inspector2()).await?,
        };
        members.remove(&self.account);
        Ok(members)
    }

    /// One page of the findings that the source stands by, of the account and of those that it
    /// administers, in which those that were reported last come first. One that nobody understands
    /// hides no other. Findings about nothing that is answered are left out.
    ///
    /// # Errors
    /// As [`Findings::of`].
    pub async fn page(
        &self,
        next: Option<&str>,
    ) -> Result<Page<Result<Finding, Malformed>>, Error> {
        let page = match &self.service {
            Service::GuardDuty(detector) => {
                let client = self.clients.guardduty();
                let page = guardduty::list(client, detector, next).await?;
                let found = guardduty::get(client, detector, page.items).await?;
                let read = found.iter().map(|finding| self.read(finding));
                page_of(read, page.next)
            }
            Service::Macie => {
                let client = self.clients.macie2();
                let page = macie::list(client, next).await?;
                let found = macie::get(client, page.items).await?;
                let read = found.iter().map(|finding| self.read(finding));
                page_of(read, page.next)
            }
            Service::Inspector => {
                let client = self.clients.inspector2();
                let page = inspector::list(client, next).await?;
                let read = page.items.iter().map(|finding| self.read(finding));
                page_of(read, page.next)
            }
        };
        Ok(page)
    }

    /// What has become of findings.
    ///
    /// # Errors
    /// As [`Findings::of`]. Nothing is then known of any of them.
    pub async fn present(&self, ids: &[FindingId]) -> Result<BTreeMap<FindingId, Presence>, Error> {
        let mut present = BTreeMap::new();
        for ids in ids.chunks(self.at_once()) {
            present.extend(ids.iter().map(|id| (id.clone(), Presence::Gone)));
            let asked: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let found: Vec<(String, Read)> = match &self.service {
                Service::GuardDuty(detector) => {
                    let client = self.clients.guardduty();
                    let found = guardduty::get(client, detector, asked).await?;
                    found.iter().map(|finding| self.named(finding)).collect()
                }
                Service::Macie => {
                    let found = macie::get(self.clients.macie2(), asked).await?;
                    found.iter().map(|finding| self.named(finding)).collect()
                }
                Service::Inspector => {
                    let found = inspector::get(self.clients.inspector2(), asked).await?;
                    found.iter().map(|finding| self.named(finding)).collect()
                }
            };
            for (id, read) in found {
                let place = id.parse().ok().and_then(|id| present.get_mut(&id));
                let Some(place) = place else {
                    let line = format!(
                        "{}: the answer holds a finding that was not asked for",
                        self.source()
                    );
                    return Err(Error::Permanent(Fault::Deployment, line));
                };
                *place = match read {
                    Some(Ok(finding)) => Presence::Known(Box::new(finding)),
                    Some(Err(malformed)) => Presence::Malformed(malformed),
                    None => Presence::Gone,
                };
            }
        }
        Ok(present)
    }

    /// How many findings are asked for at once.
    fn at_once(&self) -> usize {
        match self.service {
            Service::GuardDuty(_) => guardduty::AT_ONCE,
            Service::Macie => macie::AT_ONCE,
            Service::Inspector => inspector::AT_ONCE,
        }
    }

    fn source(&self) -> Source {
        match self.service {
            Service::GuardDuty(_) => Source::GuardDuty,
            Service::Macie => Source::Macie,
            Service::Inspector => Source::Inspector,
        }
    }

    fn named(&self, answer: &impl Answer) -> (String, Read) {
        let id = answer.id().unwrap_or_default().to_owned();
        (id, self.read(answer))
    }

    fn read(&self, answer: &impl Answer) -> Read {
        let region = self.region.to_string();
        let sent = Sent {
            region: Some(&region),
            at: None,
        };
        match answer.reading(sent) {
            Ok(Reading::Finding(finding)) => Some(Ok(*finding)),
            Ok(Reading::Ignored(_) | Reading::Ended(_)) => None,
            Err(complaint) => {
                let malformed = Malformed::of(self.source(), answer.id(), &complaint);
                let account = answer.account().and_then(|account| account.parse().ok());
                Some(Err(malformed.in_account(account)))
            }
        }
    }
}

/// A finding, as an SDK gives it.
trait Answer {
    /// Its id, where there is one.
    fn id(&self) -> Option<&str>;
    /// The account that it names, where it names one.
    fn account(&self) -> Option<&str>;
    /// What it means.
    fn reading(&self, sent: Sent<'_>) -> Result<Reading, String>;
}

fn page_of(
    read: impl Iterator<Item = Read>,
    next: Option<String>,
) -> Page<Result<Finding, Malformed>> {
    Page {
        items: read.flatten().collect(),
        next: next.filter(|token| !token.is_empty()),
    }
}

/// A text that an SDK may give as an empty one where the service gave none.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
