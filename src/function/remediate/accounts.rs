//! Clients of other accounts and Regions, each made once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rules::instance::Region;

use crate::{
    aws::clients::Clients,
    environment,
    ledger::Partition,
    ports::{Error, Fault},
};

/// The environment variable that names the role by which other accounts are reached, which has this
/// name in each of them.
const MEMBER_ROLE: &str = "DEEPGRADE_MEMBER_ROLE";
/// What AWS shows of whoever took on the role.
const SESSION: &str = "deepgrade";

/// The accounts and Regions that are reached from the function's own.
#[derive(Debug)]
pub(super) struct Accounts {
    own: Arc<Clients>,
    home: Partition,
    /// The partition of AWS.
    aws: Box<str>,
    role: Option<String>,
    kept: Mutex<BTreeMap<Partition, Arc<Clients>>>,
}

impl Accounts {
    pub(super) fn new(own: Arc<Clients>, home: Partition, aws: &str) -> Self {
        let role = environment::variable(MEMBER_ROLE).unwrap_or_default();
        let role = role.trim();
        Self {
            own,
            home,
            aws: aws.into(),
            role: (!role.is_empty()).then(|| role.to_owned()),
            kept: Mutex::default(),
        }
    }

    /// The partition of AWS.
    pub(super) fn aws(&self) -> &str {
        &self.aws
    }

    /// The function's own clients.
    pub(super) fn own(&self) -> &Arc<Clients> {
        &self.own
    }

    /// The function's own account in a Region.
    pub(super) fn own_in(&self, region: &Region) -> Partition {
        Partition {
            account: self.home.account,
            region: region.clone(),
        }
    }

    /// The clients of an account and Region.
    ///
    /// # Errors
    /// When it is another account, and no role is named by which it is reached.
    pub(super) async fn clients(&self, partition: &Partition) -> Result<Arc<Clients>, Error> {
        if *partition == self.home {
            return Ok(Arc::clone(&self.own));
        }
        if let Some(kept) = self.locked().get(partition) {
            return Ok(Arc::clone(kept));
        }
        let clients = if partition.account == self.home.account {
            self.own.elsewhere(&partition.region)
        } else {
            let account = partition.account;
            let Some(role) = &self.role else {
                let line = format!(
                    "account {account}: {MEMBER_ROLE} is not set; findings of other accounts need \
                     the name of the role by which these are reached"
                );
                return Err(Error::Permanent(Fault::Deployment, line));
            };
            let role = format!("arn:{}:iam::{account}:role/{role}", self.aws);
            self.own.with_role(&role, SESSION, &partition.region).await
        };
        let clients = Arc::new(clients);
        self.locked()
            .insert(partition.clone(), Arc::clone(&clients));
        Ok(clients)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<Partition, Arc<Clients>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
