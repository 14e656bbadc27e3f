//! What is known of computers that are not in an inventory.

use std::{fmt, sync::Arc};

use crate::{gap::Gap, instance::InstanceId};

/// What is known of the computers of a Manager that are not in its inventory, where this holds
/// those of one account only.
pub trait Elsewhere: fmt::Debug + Send + Sync {
    /// Why an instance that is not in the inventory is not missing in the Manager: one of the other
    /// computers names it, or may do so.
    fn gap(&self, instance: InstanceId) -> Option<Gap>;
}

/// What is known of other computers, if anything.
#[derive(Clone, Debug, Default)]
pub(super) struct Beyond(pub(super) Option<Arc<dyn Elsewhere>>);

impl PartialEq for Beyond {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl Eq for Beyond {}
