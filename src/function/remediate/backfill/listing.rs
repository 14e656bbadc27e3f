//! The listing of one source in one Region, as the function's account sees it: its own findings, and
//! those of the accounts that it administers the source for.
//!
//! Members of Macie are listed by themselves as well. Only the account that made a job sees what it
//! found in objects, a member's included (Amazon Macie user guide, "Macie administrator and member
//! account relationships").

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use remediations::Finding;
use rules::{
    instance::AccountId,
    ledger::{Source, Watermark},
    text::{clean, quoted},
};

use super::{
    AT_A_TIME, BackfillFunction, Listed, Seat,
    book::{Book, Noted},
    reporting::Reporting,
};
use crate::{
    aws::{
        clients::Clients,
        findings::{Coverage, Findings, Members},
        queues,
    },
    event::finding::{Malformed, write},
    function::remediate::accounts::Accounts,
    ledger::Partition,
    ports::{Error, Fault, Page},
};

/// One listing.
pub(super) struct Listing<'a, 'b> {
    pub(super) function: &'a BackfillFunction,
    /// By which members are reached.
    pub(super) accounts: &'a Accounts,
    pub(super) book: &'a mut Book<'b>,
    pub(super) reporting: &'a Reporting,
    pub(super) own: AccountId,
    pub(super) seat: &'a Seat,
    pub(super) source: Source,
    /// What it comes to.
    pub(super) listed: &'a mut Listed,
    /// The accounts that it leaves without a watermark.
    pub(super) left_out: LeftOut,
}

/// The accounts of which something is missing in the ledger.
#[derive(Default)]
pub(super) struct LeftOut {
    accounts: BTreeSet<AccountId>,
    /// Whether it may be any other, too.
    all: bool,
}

impl LeftOut {
    /// Adds an account, or all without one; false where that was known.
    fn add(&mut self, account: Option<AccountId>) -> bool {
        match account {
            Some(account) => self.accounts.insert(account),
            None => !std::mem::replace(&mut self.all, true),
        }
    }

    fn holds(&self, account: AccountId) -> bool {
        self.all || self.accounts.contains(&account)
    }
}

/// A page of findings.
type Found = Page<Result<Finding, Malformed>>;

/// What a member sees first.
struct Begun {
    clients: Arc<Clients>,
    partition: Partition,
    first: Found,
}

impl Begun {
    async fn at(accounts: &Accounts, partition: Partition, source: Source) -> Result<Self, Error> {
        let clients = accounts.clients(&partition).await?;
        let Partition { account, region } = &partition;
        let findings = Findings::of(&clients, *account, region, source).await?;
        let findings = findings.ok_or_else(|| is_off(&partition, source))?;
        let first = findings.page(None).await?;
        Ok(Self {
            first,
            partition,
            clients,
        })
    }
}

fn is_off(partition: &Partition, source: Source) -> Error {
    let line = format!("{partition}: {source} is off there");
    Error::Permanent(Fault::Deployment, line)
}

impl Listing<'_, '_> {
    /// Lists the source, sends what is missing, and then writes down of which accounts it was
    /// listed.
    ///
    /// # Errors
    /// When it is not listed to the end: no account counts as listed then.
    pub(super) async fn run(mut self) -> Result<(), Error> {
        let listed_at = self.function.time.now();
        let Seat { region, clients } = self.seat;
        let seen = Findings::seen_from(clients, self.own, region, self.source).await?;
        let mut covered = Members::new();
        if let Some(findings) = &seen {
            self.listed.enabled = findings.is_on();
            let before = self.members(findings).await;
            let is_on = before.values().any(|coverage| *coverage == Coverage::On);
            if findings.is_on() || is_on {
                self.pages(findings).await?;
            }
            if self.source == Source::Macie {
                self.ask_members(&before).await;
            }
            // Of an account that leaves meanwhile, only a part may have been listed.
            if !before.is_empty() {
                let after = self.members(findings).await;
                covered = before;
                covered.retain(|account, coverage| after.get(account) == Some(coverage));
            }
        }
        let own = match self.listed.enabled {
            true => Coverage::On,
            false => Coverage::Off,
        };
        covered.insert(self.own, own);
        self.mark(&covered, listed_at).await;
        Ok(())
    }

    /// The accounts that the source is administered for; none where they cannot be listed, which is
    /// told, and holds up nobody else.
    async fn members(&mut self, findings: &Findings<'_>) -> Members {
        findings.members().await.unwrap_or_else(|error| {
            let problem = format!("the members are unknown: {error}");
            if !self.listed.problems.contains(&problem) {
                self.listed.problems.push(problem);
            }
            Members::new()
        })
    }

    /// Lists the findings that members alone see. One that cannot be asked is left out.
    async fn ask_members(&mut self, members: &Members) {
        let (accounts, source) = (self.accounts, self.source);
        let on = members.iter();
        let on = on.filter(|(_, coverage)| **coverage == Coverage::On);
        let asked = on.map(|(member, _)| {
            let partition = self.partition(*member);
            async move { (*member, Begun::at(accounts, partition, source).await) }
        });
        // What they see first is read of several at a time, and written down one after the other.
        let asked: Vec<_> = asked.collect();
        let mut asked = stream::iter(asked).buffer_unordered(AT_A_TIME);
        let (mut passing, mut first) = (0, None);
        while let Some((member, begun)) = asked.next().await {
            let listed = match begun {
                Ok(begun) => self.go_on(begun).await,
                Err(error) => Err(error),
            };
            let Err(error) = listed else {
                continue;
            };
            self.left_out.add(Some(member));
            self.listed.unasked += 1;
            if error.is_retryable() {
                passing += 1;
                first.get_or_insert_with(|| error.to_string());
            } else {
                // Without the role there is no stack either, and nothing is graded there: where
                // there is, its rule has a gap.
                let (source, region) = (self.source, &self.seat.region);
                tracing::warn!(%member, %region, "{source} does not count as listed: {error}");
            }
        }
        if let Some(first) = first {
            let problem = format!("{passing} members cannot be asked what they alone see: {first}");
            self.listed.problems.push(problem);
        }
    }

    /// Lists the findings that a member sees, of which the first are there.
    async fn go_on(&mut self, begun: Begun) -> Result<(), Error> {
        let Begun {
            clients,
            partition,
            first,
        } = begun;
        let Some(next) = self.take(first).await? else {
            return Ok(());
        };
        let Partition { account, region } = &partition;
        let findings = Findings::of(&clients, *account, region, self.source).await?;
        let findings = findings.ok_or_else(|| is_off(&partition, self.source))?;
        self.pages_from(&findings, Some(next)).await
    }

    /// Writes all findings down, and sends those that the ledger did not have.
    async fn pages(&mut self, findings: &Findings<'_>) -> Result<(), Error> {
        self.pages_from(findings, None).await
    }

    async fn pages_from(
        &mut self,
        findings: &Findings<'_>,
        mut next: Option<String>,
    ) -> Result<(), Error> {
        loop {
            let page = findings.page(next.as_deref()).await?;
            next = self.take(page).await?;
            if next.is_none() {
                return Ok(());
            }
        }
    }

    /// Writes a page of findings down, and sends those that the ledger did not have; where the next
    /// page begins.
    async fn take(&mut self, page: Found) -> Result<Option<String>, Error> {
        let mut missing = Vec::new();
        for finding in page.items {
            self.listed.findings += 1;
            match finding {
                Ok(finding) => missing.extend(self.note(&finding).await?),
                Err(malformed) => self.put_aside(&malformed).await?,
            }
        }
        for some in missing.chunks(queues::AT_ONCE) {
            self.function.send(some).await?;
            self.listed.sent += some.len();
        }
        Ok(page.next)
    }

    /// Writes a finding down; what is to be sent of it.
    async fn note(&mut self, finding: &Finding) -> Result<Option<String>, Error> {
        Ok(match self.book.note(finding).await? {
            Noted::Before => None,
            Noted::Now => Some(write(finding)),
            Noted::Barred(why) => {
                if self.left_out.add(Some(finding.account)) {
                    self.listed.problems.push(why);
                }
                None
            }
        })
    }

    /// Puts a finding aside that nobody understands. Which instances it is about is not known: it may
    /// be any of its account.
    async fn put_aside(&mut self, malformed: &Malformed) -> Result<(), Error> {
        let partition = self.partition(malformed.account().unwrap_or(self.own));
        let why = format!("{partition}: {malformed}");
        self.function.quarantine(&why).await?;
        self.listed.malformed += 1;
        if self.left_out.add(malformed.account()) {
            let problem = format!("not all are understood: {why}");
            self.listed.problems.push(problem);
        }
        Ok(())
    }

    /// Writes down of which accounts the source was listed, several at a time.
    async fn mark(&mut self, covered: &Members, listed_at: Timestamp) {
        let mut marks = BTreeMap::new();
        let mut unreported = 0;
        for (account, coverage) in covered {
            let enabled = match coverage {
                Coverage::On => true,
                Coverage::Off => false,
                Coverage::Paused | Coverage::Unknown(_) => {
                    self.tell_uncovered(*account, coverage);
                    continue;
                }
            };
            if self.left_out.holds(*account) {
                continue;
            }
            let is_member_of_macie = self.source == Source::Macie && *account != self.own;
            if is_member_of_macie && !self.reporting.is_whole(*account, &self.seat.region) {
                unreported += 1;
                continue;
            }
            let watermark = Watermark { enabled, listed_at };
            marks.insert(self.partition(*account), watermark);
        }
        if unreported > 0 {
            let problem = format!(
                "from which other Regions Macie reports of {unreported} accounts is not known"
            );
            self.listed.problems.push(problem);
        }
        let (book, source) = (&*self.book, self.source);
        let marks = marks.into_iter().map(|(partition, watermark)| async move {
            let marked = book.mark(&partition, source, watermark).await;
            marked.map_err(|error| format!("{partition}: {error}"))
        });
        let mut marks = stream::iter(marks).buffer_unordered(AT_A_TIME);
        while let Some(marked) = marks.next().await {
            match marked {
                Ok(()) => self.listed.accounts += 1,
                Err(problem) => self.listed.problems.push(problem),
            }
        }
    }

    fn tell_uncovered(&self, account: AccountId, coverage: &Coverage) {
        let (source, region) = (self.source, &self.seat.region);
        let word = match coverage {
            Coverage::Unknown(word) => quoted(word),
            _ => "suspended".to_owned(),
        };
        tracing::warn!(%account, %region, "{source} does not cover it: {}", clean(&word));
    }

    fn partition(&self, account: AccountId) -> Partition {
        let region = self.seat.region.clone();
        Partition { account, region }
    }
}
