//! The instances whose roles may access a bucket: its policy, the roles of its account, and the
//! instances that have them, in every Region.

use remediations::{
    access::{self, Unseen},
    finding::Bucket,
};
use rules::{
    Gap, gap,
    instance::{AccountId, InstanceId, Region},
};

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

/// The instances whose roles may access a bucket; none where it is no more.
///
/// # Errors
/// When the bucket, the roles or the Regions cannot be read. A Region that cannot be is a gap.
pub async fn readers(
    clients: &Clients,
    partition: &str,
    account: AccountId,
    bucket: &Bucket,
    time: &dyn Time,
) -> Result<Readers, Error> {
    let facts = read_bucket(clients.s3(), partition, account, &bucket.name).await?;
    let Some(facts) = facts else {
        return Ok(Readers::default());
    };
    let authorization = authorization(clients.iam(), account).await?;
    let readers = access::readers(&authorization, &facts, bucket.object.as_deref());
    let profiles = access::profiles(&readers);
    let (instances, unseen) = if profiles.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        let regions = regions(clients.ec2(), time).await?;
        read_instances(clients, &regions, &profiles, time).await
    };
    let (reached, left_out) = access::reached(&readers, &instances, MOST);
    let unseen = authorization.gaps.into_iter().chain(unseen).chain(left_out);
    let mut found: Vec<BucketReader> = Vec::new();
    for each in reached {
        let is_same = |one: &&mut BucketReader| is(one, each.instance, &each.region);
        match found.iter_mut().find(is_same) {
            Some(one) => one.trail.extend(each.trail),
            None => found.push(BucketReader {
                instance: each.instance,
                region: each.region,
                trail: each.trail,
            }),
        }
    }
    Ok(Readers {
        instances: found,
        gaps: unseen.map(gap_of).collect(),
    })
}

fn is(one: &BucketReader, instance: InstanceId, region: &Region) -> bool {
    one.instance == instance && one.region == *region
}

fn gap_of(unseen: Unseen) -> Gap {
    if unseen.retryable {
        Gap::retryable(&gap::FINDING_WITHOUT_PLAN, unseen.line)
    } else {
        Gap::standing(&gap::FINDING_WITHOUT_PLAN, unseen.line)
    }
}
