//! Computers as they are now, for an instance that the inventory does not know yet.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{
    computer::{Computer, ComputerId},
    fact::Fact,
    instance::InstanceId,
};

use super::{
    Operator,
    calls::{self, COMPUTER},
};
use crate::deep_security::{
    call::{Call, Reply},
    error::{Error, Problem},
    pages::{self, Searched as _},
    run::{Run, unreadable},
    wire,
};

/// Where a computer names its instance: from the connector to the AWS account, and from the agent
/// where the account has no connector.
const INSTANCE_FIELDS: [&str; 2] = [
    "ec2VirtualMachineSummary/instanceID",
    "noConnectorVirtualMachineSummary/instanceID",
];

/// The computers of one instance, as a complete picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// When it was taken, by the Manager's clock. Later changes may or may not be in it.
    pub taken_at: Timestamp,
    /// Every computer of the instance, by rising id; none where the Manager knows none.
    pub computers: Vec<Computer>,
}

impl Operator {
    /// Looks up the computers of an instance, by what the Manager's connector says and by what the
    /// agents themselves say. They are read as an inventory reads them.
    ///
    /// # Errors
    /// Whenever the picture would not be complete, or could not be dated by the Manager's clock.
    pub async fn computers_of(&self, instance: InstanceId) -> Result<LookUp, Error> {
        let run = self.run();
        let mut computers = BTreeMap::new();
        for field in INSTANCE_FIELDS {
            let criteria = [pages::exactly(field, &instance.to_string())];
            let found: Vec<Computer> = pages::matching(&run, &criteria, |_| {}).await?;
            computers.extend(found.into_iter().map(|computer| (computer.id, computer)));
        }
        let taken_at = run
            .began()
            .ok_or_else(|| run.error(Some(Computer::call()), Problem::NoDate))?;
        // How a Manager compares texts depends on its database; here it is equality.
        let is_it = |computer: &Computer| {
            let link = computer.instance.as_ref();
            link.is_some_and(|link| link.id == Fact::Known(instance))
        };
        Ok(LookUp {
            taken_at,
            computers: computers.into_values().filter(is_it).collect(),
        })
    }

    /// One computer as it is now; `None` where the Manager does not know it any more.
    ///
    /// # Errors
    /// When that cannot be said.
    pub async fn computer(&self, id: ComputerId) -> Result<Option<Computer>, Error> {
        match read(&self.run(), id).await {
            Ok(computer) => Ok(Some(computer)),
            Err(error) if error.is_gone() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Reads one computer.
///
/// # Errors
/// [`Problem::Gone`] where the Manager does not know it any more.
pub(super) async fn read(run: &Run<'_>, id: ComputerId) -> Result<Computer, Error> {
    let call: Call = calls::computer(id);
    run.ask(&call, None, |reply| in_reply(reply, id)).await
}

/// The computer in a reply.
pub(super) fn in_reply(reply: &Reply, id: ComputerId) -> Result<Computer, Problem> {
    let computer: Computer =
        wire::object(reply.json_of(COMPUTER)?).map_err(|error| unreadable(&error))?;
    expect_id(COMPUTER, computer.id, id)?;
    Ok(computer)
}

/// Checks that a reply is about what was asked for.
pub(super) fn expect_id(noun: &str, given: u64, asked: u64) -> Result<(), Problem> {
    if given == asked {
        return Ok(());
    }
    Err(Problem::Unexpected(format!("it is about {noun} {given}")))
}
