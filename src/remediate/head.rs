//! Findings that do not say which instances they lead to: the finding itself is recorded, with where it
//! leads, and on each of them.

use remediations::{Finding, finding::Life, record::Subject};

use super::{
    Mode, Remediate,
    keeping::{Claimed, Kept},
    lead::Leads,
    respond::{Answered, Trouble, Unanswered},
};
use crate::{
    ledger::{Key, Partition, Table},
    ports::{
        Error,
        answering::{Act, Investigate},
    },
};

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// Answers a finding that does not say which instances it leads to: the finding itself is
    /// recorded first, and is done once all of them are.
    pub(super) async fn respond_by_way_of_head(
        &self,
        finding: &Finding,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let subject = Subject::itself(finding);
        let head = match self.claim(&subject, finding).await? {
            Claimed::Ours(kept) => *kept,
            // Whoever settled it before may have died before its instances were settled as well.
            Claimed::Settled => return self.settle_led_to(finding, Answered::Settled, mode).await,
            Claimed::Duplicate if finding.life != Life::Active => {
                return self.settle_led_to(finding, Answered::Duplicate, mode).await;
            }
            Claimed::Duplicate => return Ok(vec![Answered::Duplicate]),
            Claimed::Superseded => return Ok(vec![Answered::Superseded]),
        };
        self.go_on_by_head(head, mode).await
    }

    /// Goes on with a claimed finding itself.
    pub(super) async fn go_on_by_head(
        &self,
        head: Kept,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let finding = head.record.finding.clone();
        let mut led = match self.leads(&finding).await {
            Ok(led) => led,
            Err(why) => return self.leave_unled(head, why).await,
        };
        let blind = self.blind_in(&finding, &led).await?;
        let leads_to = led.all(&finding, &blind, &head.record.led_to);
        let Some(head) = self.note_where(head, &leads_to).await? else {
            return Ok(vec![Answered::TakenOver]);
        };
        let mut trouble = Trouble::default();
        let mut answered = Vec::new();
        for reader in &led.instances {
            let subject = reader.subject(&finding);
            let one = self.on_one(&subject, &finding, &reader.trail, mode).await;
            answered.extend(trouble.aside(&subject, one));
        }
        let told = self.tell_all_blind(&blind, &finding, &led, &mut trouble);
        answered.extend(told.await);
        let closed = Finding {
            life: Life::Closed,
            ..finding.clone()
        };
        let before = head.record.led_to.iter();
        for subject in before.filter(|one| !leads_to.contains(one)) {
            let one = self.on_one(subject, &closed, &[], mode).await;
            trouble.aside(subject, one);
        }
        led.elsewhere.extend(trouble.ended()?);
        let record = self.planned_head(head.record, &led, leads_to);
        let row = head.row;
        answered.push(self.carry_out(Kept { record, row }, mode).await?);
        Ok(answered)
    }

    /// Leaves a finding of which it is not seen where it leads, which may be to any account: that is
    /// told in each of them, until it is seen.
    async fn leave_unled(&self, head: Kept, why: String) -> Result<Vec<Answered>, Unanswered> {
        let finding = head.record.finding.clone();
        let led = self.leads_anywhere(&finding, &why).await?;
        let blind = self.blind_in(&finding, &led).await?;
        let leads_to = led.all(&finding, &blind, &head.record.led_to);
        let Some(head) = self.note_where(head, &leads_to).await? else {
            return Ok(vec![Answered::TakenOver]);
        };
        let mut trouble = Trouble::default();
        let told = self.tell_all_blind(&blind, &finding, &led, &mut trouble);
        let mut answered = told.await;
        trouble.ended()?;
        let record = head.record.unplanned(why, self.now());
        answered.push(self.settle(record, &head.row).await?);
        Ok(answered)
    }

    /// Writes down where a claimed finding leads, beside where it led before: whoever dies now leaves
    /// nothing behind that nobody knows of. `None` when somebody else took it over.
    async fn note_where(&self, head: Kept, leads_to: &[Subject]) -> Result<Option<Kept>, Error> {
        let mut record = head.record;
        let known = record.led_to.len();
        let is_new = |one: &&Subject| !record.led_to.contains(one);
        let more: Vec<Subject> = leads_to.iter().filter(is_new).cloned().collect();
        record.led_to.extend(more);
        if record.led_to.len() == known {
            let row = head.row;
            return Ok(Some(Kept { record, row }));
        }
        let row = self.write(Some(&head.row), &record).await?;
        Ok(row.map(|row| Kept { record, row }))
    }

    /// Writes down in every account that is blind that not every instance is found there.
    async fn tell_all_blind(
        &self,
        blind: &[Subject],
        finding: &Finding,
        led: &Leads,
        trouble: &mut Trouble,
    ) -> Vec<Answered> {
        let mut answered = Vec::new();
        for subject in blind {
            let told = self.tell_blind(subject, finding, led).await;
            answered.extend(trouble.aside(subject, told));
        }
        answered
    }

    /// Writes down in another account that not every instance is found there that a finding leads
    /// to.
    async fn tell_blind(
        &self,
        subject: &Subject,
        finding: &Finding,
        led: &Leads,
    ) -> Result<Answered, Unanswered> {
        Ok(match self.claim(subject, finding).await? {
            Claimed::Ours(kept) => {
                let record = self.planned_blind(kept.record, led);
                self.settle(record.settled(self.now()), &kept.row).await?
            }
            Claimed::Settled => Answered::Settled,
            Claimed::Duplicate => Answered::Duplicate,
            Claimed::Superseded => Answered::Superseded,
        })
    }

    /// Settles a finding that its source is done with wherever it led to.
    async fn settle_led_to(
        &self,
        finding: &Finding,
        head: Answered,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let led_to = self.led_to(finding).await?;
        let mut answered = vec![head];
        answered.extend(self.on_all(led_to, finding, mode).await?);
        Ok(answered)
    }

    /// Where a finding is recorded that does not say so itself.
    async fn led_to(&self, finding: &Finding) -> Result<Vec<Subject>, Error> {
        let partition = Partition::from(finding);
        let key = Key::record(&partition, None, finding.source, &finding.id);
        let Some(row) = self.table.read(&key).await? else {
            return Ok(Vec::new());
        };
        Ok(row.record()?.led_to)
    }
}
