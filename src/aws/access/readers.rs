//! The instances whose roles may access a bucket: its policy, the roles of its account and of others
//! that it may let in, and the instances that have them, in every Region.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use remediations::{
    access::{self, BucketFacts, Unseen},
    finding::Bucket,
};
use rules::{Gap, gap, instance::AccountId};

use super::{authorization, bucket as read_bucket, instances as read_instances, regions};
use crate::{
    aws::clients::Clients,
    ports::{
        Error,
        answering::{BucketReader, Readers},
    },
    time::Time,
};

/// The most instances of one role that are looked at.
const MOST: usize = 200;
/// How many accounts are read at once.
const AT_ONCE: usize = 4;

/// How other accounts than that of the bucket are reached.
pub trait Members: Sync {
    /// The clients of an account.
    ///
    /// # Errors
    /// When no way leads there.
    fn clients(
        &self,
        account: AccountId,
    ) -> impl Future<Output = Result<Arc<Clients>, Error>> + Send;
}

/// What is asked of each account.
struct Question<'a> {
    bucket: &'a BucketFacts,
    object: Option<&'a str>,
    time: &'a dyn Time,
}

/// The instances whose roles may access a bucket of an account; none where it is no more. Of other
/// accounts those are looked at that its policy names, and of the `known` ones those that it may let
/// in. What cannot be seen there is said, and keeps nobody from the rest.
///
/// # Errors
/// When the bucket, or the roles or the Regions of its account, cannot be read. A Region that cannot
/// be is a gap.
pub async fn readers(
    clients: &Clients,
    members: &impl Members,
    (partition, account): (&str, AccountId),
    bucket: &Bucket,
    known: &BTreeSet<AccountId>,
    time: &dyn Time,
) -> Result<Readers, Error> {
    let facts = read_bucket(clients.s3(), partition, account, &bucket.name).await?;
    let Some(facts) = facts else {
        return Ok(Readers::default());
    };
    let question = Question {
        bucket: &facts,
        object: bucket.object.as_deref(),
        time,
    };
    let own = question.ask(clients, account).await?;
    let mut readers = Readers {
        instances: own.instances,
        gaps: own.unseen.iter().map(|unseen| gap_of(unseen, "")).collect(),
        elsewhere: Vec::new(),
    };
    let others = access::others(&facts, question.object, known);
    let others: Vec<AccountId> = others.into_iter().collect();
    for some in others.chunks(AT_ONCE) {
        let found = some.iter().map(|other| async {
            let clients = members.clients(*other).await?;
            question.ask(&clients, *other).await
        });
        for (other, found) in some.iter().zip(join_all(found).await) {
            readers.add(*other, found);
        }
    }
    Ok(readers)
}

/// What an account says.
struct Found {
    instances: Vec<BucketReader>,
    unseen: Vec<Unseen>,
}

impl Question<'_> {
    /// Asks an account which of its instances may access the bucket.
    async fn ask(&self, clients: &Clients, account: AccountId) -> Result<Found, Error> {
        let authorization = authorization(clients.iam(), account).await?;
        let readers = access::readers(&authorization, self.bucket, self.object);
        let profiles = access::profiles(&readers);
        let (instances, unseen) = if profiles.is_empty() {
            (Vec::new(), Vec::new())
        } else {
            let regions = regions(clients.ec2(), self.time).await?;
            read_instances(clients, &regions, &profiles, self.time).await
        };
        let (reached, left_out) = access::reached(&readers, &instances, MOST);
        let mut found: Vec<BucketReader> = Vec::new();
        for each in reached {
            let is_same = |one: &&mut BucketReader| {
                one.instance == each.instance && one.region == each.region
            };
            match found.iter_mut().find(is_same) {
                Some(one) => one.trail.extend(each.trail),
                None => found.push(BucketReader {
                    instance: each.instance,
                    account,
                    region: each.region,
                    trail: each.trail,
                }),
            }
        }
        let unseen = authorization.gaps.into_iter().chain(unseen).chain(left_out);
        Ok(Found {
            instances: found,
            unseen: unseen.collect(),
        })
    }
}

impl Readers {
    /// Adds what another account says, or why it does not.
    fn add(&mut self, account: AccountId, found: Result<Found, Error>) {
        match found {
            Ok(found) => {
                self.instances.extend(found.instances);
                let lead = format!("account {account}: ");
                let gaps = found.unseen.iter().map(|unseen| gap_of(unseen, &lead));
                self.elsewhere.extend(gaps.map(|gap| (account, gap)));
            }
            Err(error) => {
                let unseen = Unseen {
                    line: format!("roles of account {account} cannot be read: {error}").into(),
                    retryable: error.is_retryable(),
                };
                self.elsewhere.push((account, gap_of(&unseen, "")));
            }
        }
    }
}

fn gap_of(unseen: &Unseen, lead: &str) -> Gap {
    let line = format!("{lead}{}", unseen.line);
    if unseen.retryable {
        Gap::retryable(&gap::FINDING_WITHOUT_PLAN, line)
    } else {
        Gap::standing(&gap::FINDING_WITHOUT_PLAN, line)
    }
}
